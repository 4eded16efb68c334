"""One HTTP exchange with the gateway: an answer, or the knowledge of how far the request got.

Nothing here raises for a broken line and nothing keeps the library's error: its text holds the
address with token and password. Redirects are not followed, for the same reason.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from insurance_gateway.client.deadline import POOLS, Exchange

PARALLEL_CALLS = 4
ANSWER_LIMIT_BYTES = 5_000_000
CODE_KEYS = ("maKetQua", "MaKetQua")


class QueryHidden(logging.Filter):
    """Cuts the query string from what the HTTP library logs: it carries token and password."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                value.partition("?")[0] if isinstance(value, str) and "?" in value else value
                for value in record.args
            )
        return True


for _name in ("urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(QueryHidden())


class WatchedLine(HTTPAdapter):
    """Connections that an Exchange can cut."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager


class SystemTrust(WatchedLine):
    """TLS 1.2 or newer, verified, trusting the operating system's authorities too."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().init_poolmanager(*args, **options, ssl_context=context)


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds; `read` bounds sending and the whole answer, not each piece of it.

    `total` bounds a call with all it needs: token, sending, one repetition.
    """

    connect: float = 10
    read: float = 60
    total: float = 140


@dataclass(frozen=True, slots=True)
class Call:
    """One POST. Everything that may hold a secret stays out of `repr`."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `body` is the JSON object in it, or None for a page, an empty or odd answer."""

    status: int
    text: str = field(repr=False)
    body: Mapping[str, Any] | None = field(repr=False)
    date_text: str

    @property
    def code(self) -> str:
        """The gateway's result code, "" when the body has none; the body counts before HTTP."""
        for key in CODE_KEYS:
            value = (self.body or {}).get(key)
            if value not in (None, "") and not isinstance(value, bool):
                text = str(value).strip()
                return text.zfill(3) if text.isdigit() else text
        return ""

    @property
    def is_refused_token(self) -> bool:
        return self.code == "401" or (not self.code and self.status == 401)


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. `delivered` False: the request never left; True: it may have arrived."""

    delivered: bool
    reason: str


def new_session(*, is_local: bool) -> requests.Session:
    """Return a session that at most four threads use at once; this machine needs no proxy."""
    session = requests.Session()
    session.trust_env = not is_local
    session.mount(
        "https://", SystemTrust(pool_maxsize=PARALLEL_CALLS, pool_block=True, max_retries=0)
    )
    session.mount(
        "http://", WatchedLine(pool_maxsize=PARALLEL_CALLS, pool_block=True, max_retries=0)
    )
    return session


def post(
    session: requests.Session,
    base_url: str,
    call: Call,
    *,
    timeout: Timeout,
    deadline: float | None = None,
) -> Reply | Lost:
    """Send one request and read its whole answer; `deadline` is of the monotonic clock."""
    if deadline is None:
        deadline = time.monotonic() + timeout.total
    exchange = Exchange(seconds=timeout.read, deadline=deadline)
    left = exchange.remaining
    if not left:
        return Lost(delivered=False, reason="NoTimeLeft")
    try:
        with exchange:
            response = session.post(
                base_url.rstrip("/") + call.path,
                params=call.query,
                headers=call.headers,
                data=call.form,
                json=call.json,
                timeout=(min(timeout.connect, left), min(timeout.read, left)),
                allow_redirects=False,
                stream=True,
            )
            with response:
                text = _text_of(response, exchange)
    except urllib3.exceptions.EmptyPoolError as error:
        return Lost(delivered=False, reason=type(error).__name__)
    except requests.RequestException as error:
        return Lost(delivered=not _never_left(error), reason=type(error).__name__)
    except (urllib3.exceptions.HTTPError, TimeoutError, OSError) as error:
        return Lost(delivered=True, reason=type(error).__name__)
    return Reply(
        status=response.status_code,
        text=text,
        body=_json_object(text),
        date_text=response.headers.get("Date", ""),
    )


def answered_at_epoch(reply: Reply) -> float | None:
    """Return the server's clock in the answer as seconds since 1970, None when it sends none."""
    try:
        return parsedate_to_datetime(reply.date_text).timestamp()
    except (TypeError, ValueError):
        return None


def _text_of(response: requests.Response, exchange: Exchange) -> str:
    """Read piece by piece: a server that drips one byte a second must not hold a worker."""
    pieces = bytearray()
    while piece := response.raw.read1(65_536, decode_content=True):
        pieces += piece
        if not exchange.remaining or len(pieces) > ANSWER_LIMIT_BYTES:
            raise TimeoutError("answer too slow or too long")
    return pieces.decode("utf-8-sig", errors="replace")


def _json_object(text: str) -> Mapping[str, Any] | None:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.exceptions.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(
        reason,
        (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError),
    )
