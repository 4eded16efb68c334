"""The real gateway over HTTP: tokens, look-ups and files of one account.

A refused token is renewed once and the call repeated once; every other repetition belongs to the
outbox. Neither token, password nor query string reaches a log or an error.
Source: CV 1923, CV 1245, CV 3190/BHXH-CNTT, gateway guide for QĐ 3176.
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import requests
from django.utils import timezone

from insurance_gateway.client.answers import card_answer_of, message_of, receipt_of
from insurance_gateway.client.codes import code_meaning
from insurance_gateway.client.paths import Service, service_at
from insurance_gateway.client.port import (
    CardAnswer,
    CardQuery,
    Credentials,
    FailureGround,
    PermanentFailure,
    ReceiptAnswer,
    SignedDocument,
    TemporaryFailure,
)
from insurance_gateway.client.tokens import SHARED_TOKENS, Token, TokenCache, good_until
from insurance_gateway.client.transport import (
    Call,
    Lost,
    Reply,
    Timeout,
    answered_at_epoch,
    new_session,
    post,
)

FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


class EgwGateway:
    """GatewayPort over HTTP. Safe for threads; accounts share tokens through `tokens`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        session: requests.Session | None = None,
        timeout: Timeout | None = None,
        tokens: TokenCache = SHARED_TOKENS,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._credentials = credentials
        self._password_md5 = (
            hashlib.md5(credentials.password.encode(), usedforsecurity=False).hexdigest().upper()
        )
        self._session = session or new_session(is_local=credentials.is_local)
        self._timeout = timeout or Timeout()
        self._tokens = tokens
        self._clock = clock
        self._account = f"{credentials.base_url} {credentials.username}"

    def check_card(self, query: CardQuery) -> CardAnswer:
        """Return what the gateway says of a card. Raises TemporaryFailure, PermanentFailure."""
        body = {
            "maThe": re.sub(r"[\s-]", "", query.number).upper(),
            "hoTen": _plain_name(query.full_name),
            "ngaySinh": _with_slashes(query.birth),
            "hoTenCb": _plain_name(query.staff_name),
            "cccdCb": query.staff_personal_id.strip(),
        }
        service = self._service("card")
        return card_answer_of(
            self._authorised(lambda token: Call(service.path, query=self._query(token), json=body))
        )

    def check_in(self, document: SignedDocument) -> ReceiptAnswer:
        """Announce a visit (XML0). Raises every failure of the port."""
        return self._send(self._service("check_in"), document)

    def send_claim(self, document: SignedDocument) -> ReceiptAnswer:
        """Hand over a claim file. Raises every failure of the port."""
        return self._send(self._service("claim"), document)

    def _send(self, service: Service, document: SignedDocument) -> ReceiptAnswer:
        form = {
            "username": self._credentials.username,
            "loaiHoSo": service.file_kind,
            "maTinh": document.facility_code[:2],
            "maCSKCB": document.facility_code,
            "fileHSBase64": b64encode(document.content).decode("ascii"),
        }
        reply = self._authorised(
            lambda token: Call(
                service.path, headers={**FORM_HEADERS, **self._headers(token)}, form=form
            )
        )
        return receipt_of(reply)

    def _authorised(self, call_with: Callable[[Token], Call]) -> Reply | Lost:
        """Call with a token, twice when it is refused; all of it before one deadline."""
        deadline = time.monotonic() + self._timeout.total
        token = self._token(deadline)
        reply = self._post(call_with(token), deadline)
        if isinstance(reply, Reply) and reply.is_refused_token:
            reply = self._post(call_with(self._token(deadline, refused=token)), deadline)
        return reply

    def _token(self, deadline: float, *, refused: Token | None = None) -> Token:
        try:
            if refused is not None:
                self._tokens.drop(self._account, refused, deadline=deadline)
            return self._tokens.token(
                self._account,
                now=self._clock(),
                take=lambda: self._take_token(deadline),
                deadline=deadline,
            )
        except TimeoutError as error:
            raise TemporaryFailure("no_token", message=type(error).__name__) from error

    def _take_token(self, deadline: float) -> Token:
        form = {"username": self._credentials.username, "password": self._password_md5}
        call = Call(self._service("token").path, headers=FORM_HEADERS, form=form)
        reply = self._post(call, deadline)
        if isinstance(reply, Lost):
            raise TemporaryFailure("no_token", message=reply.reason)
        key = (reply.body or {}).get("APIKey")
        if reply.code != "200" or not isinstance(key, dict):
            raise _token_failure(reply)
        return self._token_of(key, reply)

    def _token_of(self, key: Mapping[str, Any], reply: Reply) -> Token:
        """Read the APIKey of an answer. Its text is never kept: it holds the token."""
        access, identity = key.get("access_token"), key.get("id_token")
        if not access or not identity:
            raise TemporaryFailure("token_unreadable", http_status=reply.status)
        now, server = self._clock(), answered_at_epoch(reply)
        return Token(
            access_token=str(access),
            id_token=str(identity),
            good_until=good_until(
                key.get("expires_in"),
                answered_at=now if server is None else datetime.fromtimestamp(server, tz=UTC),
                now=now,
            ),
        )

    def _post(self, call: Call, deadline: float) -> Reply | Lost:
        return post(
            self._session,
            self._credentials.base_url,
            call,
            timeout=self._timeout,
            deadline=deadline,
        )

    def _service(self, name: str) -> Service:
        return service_at(name, timezone.localtime(self._clock()).date())

    def _query(self, token: Token) -> dict[str, str]:
        return {
            "token": token.access_token,
            "id_token": token.id_token,
            "username": self._credentials.username,
            "password": self._password_md5,
        }

    def _headers(self, token: Token) -> dict[str, str]:
        return {
            "accessToken": token.access_token,
            "tokenId": token.id_token,
            "passwordHash": self._password_md5,
        }


def _token_failure(reply: Reply) -> TemporaryFailure | PermanentFailure:
    """Judge a refused token request; its text may hold a token and is not kept."""
    meaning = code_meaning("token", reply.code)
    code = reply.code or f"http_{reply.status}"
    message = message_of(reply) or (meaning.meaning if meaning else "")
    is_passing = reply.status < 400 or reply.status in (408, 429) or reply.status >= 500
    if (meaning and meaning.outcome != "account") or (not reply.code and is_passing):
        return TemporaryFailure(code, http_status=reply.status, message=message)
    is_setup = not reply.code and reply.status not in (401, 403)
    return PermanentFailure(
        code,
        ground=FailureGround.SETUP if is_setup else FailureGround.ACCOUNT,
        http_status=reply.status,
        message=message,
    )


def _plain_name(name: str) -> str:
    """NFC, the Vietnamese Đ, single spaces: other forms of a right name are refused with 060."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\u00d0", "\u0110").split())


def _with_slashes(birth: str) -> str:
    """ddMMyyyy gets its slashes: the newer service refuses bare digits."""
    text = birth.strip()
    return f"{text[:2]}/{text[2:4]}/{text[4:]}" if re.fullmatch(r"\d{8}", text) else text
