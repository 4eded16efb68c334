"""Tokens as the gateway makes them: bound to account, caller address and ten minutes.

The access token is base64 of `<base64 HMAC-SHA256>:<account>:<Windows FILETIME of issue>`; the
session is kept under the id token and the HMAC recomputed at each call (CV 1839/CNTT-PM annex).
Sessions live in memory: a restart refuses every token, as a real restart may.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
FRACTION_DIGITS = (7, 4)


@dataclass(frozen=True, slots=True)
class Session:
    account: str
    caller: str
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: datetime
    expires_text: str


class Sessions:
    """All open sessions; safe for threads."""

    def __init__(self, *, life_seconds: float) -> None:
        self._life = timedelta(seconds=life_seconds)
        self._key = secrets.token_bytes(32)
        self._open: dict[str, Session] = {}
        self._issued = 0
        self._lock = threading.Lock()

    def open(self, account: str, *, caller: str, now: datetime) -> Session:
        """Return a new session; older ones of the account stay good until they expire."""
        id_token, expires_at = str(uuid4()), now + self._life
        with self._lock:
            digits = FRACTION_DIGITS[self._issued % len(FRACTION_DIGITS)]
            self._issued += 1
            session = Session(
                account=account,
                caller=caller,
                id_token=id_token,
                access_token=self._access_token(account, caller, id_token, filetime(now)),
                expires_at=expires_at,
                expires_text=expires_text(expires_at, digits),
            )
            self._open = {key: old for key, old in self._open.items() if old.expires_at > now}
            self._open[id_token] = session
        return session

    def account_of(
        self, access_token: str, id_token: str, *, caller: str, now: datetime
    ) -> str | None:
        """Return the account of a good token pair from this caller, else None."""
        with self._lock:
            session = self._open.get(id_token)
        if session is None or session.expires_at <= now or session.caller != caller:
            return None
        if not hmac.compare_digest(session.access_token.encode(), access_token.encode()):
            return None
        return session.account

    def close_all(self) -> None:
        """Refuse every token given so far."""
        with self._lock:
            self._open.clear()

    def _access_token(self, account: str, caller: str, id_token: str, issued: int) -> str:
        text = f"{account}|{caller}|{id_token}|{issued}"
        proof = b64encode(hmac.new(self._key, text.encode(), sha256).digest()).decode()
        return b64encode(f"{proof}:{account}:{issued}".encode()).decode()


def filetime(moment: datetime) -> int:
    """Return 100 ns units since 1601-01-01 UTC."""
    return (moment - FILETIME_EPOCH) // timedelta(microseconds=1) * 10


def expires_text(moment: datetime, digits: int) -> str:
    """Return ISO time in UTC with that many fractional digits and Z."""
    text = moment.astimezone(UTC)
    return f"{text:%Y-%m-%dT%H:%M:%S}.{f'{text.microsecond:06d}0'[:digits]}Z"
