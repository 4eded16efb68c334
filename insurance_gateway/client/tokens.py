"""Tokens of the gateway: one per account, taken by one thread at a time.

A token lives ten minutes (CV 1839/CNTT-PM annex); it is given up one minute early.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

EARLY = timedelta(seconds=60)
EPOCH_FROM = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Token:
    """`good_until` is by our own clock, already shortened."""

    access_token: str = field(repr=False)
    id_token: str = field(repr=False)
    good_until: datetime


@dataclass(slots=True)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: Token | None = None


class TokenCache:
    """Tokens by account, shared by all threads of a process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._slots: dict[str, _Slot] = {}

    def token(
        self,
        account: str,
        *,
        now: datetime,
        take: Callable[[], Token],
        deadline: float | None = None,
    ) -> Token:
        """Return the living token of the account; else one caller takes a new one, others wait.

        They wait until `deadline` of the monotonic clock, then TimeoutError is raised.
        """
        with self._locked(account, deadline) as slot:
            if slot.token is None or slot.token.good_until <= now:
                slot.token = take()
            return slot.token

    def drop(self, account: str, refused: Token, *, deadline: float | None = None) -> None:
        """Forget a refused token, unless another thread has replaced it already.

        Raises TimeoutError like `token`.
        """
        with self._locked(account, deadline) as slot:
            if slot.token is refused:
                slot.token = None

    @contextmanager
    def _locked(self, account: str, deadline: float | None) -> Iterator[_Slot]:
        slot = self._slot(account)
        wait = -1 if deadline is None else max(0.0, deadline - time.monotonic())
        if not slot.lock.acquire(timeout=wait):
            raise TimeoutError("another thread still asks for the token")
        try:
            yield slot
        finally:
            slot.lock.release()

    def _slot(self, account: str) -> _Slot:
        with self._guard:
            return self._slots.setdefault(account, _Slot())


SHARED_TOKENS = TokenCache()


def good_until(expires_in: object, *, answered_at: datetime, now: datetime) -> datetime:
    """Return until when a token may be used, by our clock.

    `expires_in` is an ISO time with 4 to 7 fractional digits and Z, an epoch, or seconds; the life
    is measured from the server's own `answered_at`, so a wrong clock here does no harm. A value
    that cannot be read makes the token good for this one call.
    """
    life = _life(expires_in, answered_at)
    return now + life - min(EARLY, life / 10) if life > timedelta(0) else now


def _life(expires_in: object, answered_at: datetime) -> timedelta:
    text = str(expires_in).strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        number = float(text)
        if number < EPOCH_FROM:
            return timedelta(seconds=number)
        return datetime.fromtimestamp(number, tz=UTC) - answered_at
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text))
    except ValueError:
        return timedelta(0)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment - answered_at
