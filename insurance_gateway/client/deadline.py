"""The end of one exchange, held to whatever the other side does.

The timeouts of the HTTP library bound each piece that comes over the line: a server that sends its
header lines byte by byte would hold a worker for ever. Here a timer shuts the socket.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class Exchange:
    """One request and its answer; a context manager.

    Sending and answer together take at most `seconds`, and end at `deadline` (of the monotonic
    clock) whatever happens. A request whose turn comes after the deadline is not sent.
    """

    def __init__(self, *, seconds: float, deadline: float) -> None:
        self.ends_at = deadline
        self._seconds = seconds
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self._is_over = False
        self._guard = threading.Lock()

    def __enter__(self) -> Exchange:
        self._token = _current.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _current.reset(self._token)
        with self._guard:
            self._is_over = True
        if self._timer is not None:
            self._timer.cancel()

    @property
    def remaining(self) -> float:
        """Return the seconds left; never negative."""
        return max(0.0, self.ends_at - time.monotonic())

    def watch(self, connected: socket.socket) -> None:
        """Shut this socket when the time is over. Raises ConnectTimeoutError when it is already."""
        self._socket = connected
        if self._timer is not None:
            return
        self.ends_at = min(self.ends_at, time.monotonic() + self._seconds)
        if not self.remaining:
            raise ConnectTimeoutError("no time left to send")
        self._timer = threading.Timer(self.remaining, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        with self._guard:
            if self._socket is None or self._is_over:
                return
            with contextlib.suppress(OSError):  # the line is gone already
                # Not the method of a TLS socket: that one drops its state under the reader.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    def send(self, data: Any) -> None:
        if self.sock is None and self.auto_open:
            self.connect()
        if (exchange := _current.get()) is not None and self.sock is not None:
            exchange.watch(self.sock)
        super().send(data)


class _WatchedTls(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched

    def _get_conn(self, timeout: float | None = None) -> Any:
        return super()._get_conn(timeout=_waiting(timeout))


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls

    def _get_conn(self, timeout: float | None = None) -> Any:
        return super()._get_conn(timeout=_waiting(timeout))


POOLS = {"http": _Pool, "https": _TlsPool}


def _waiting(timeout: float | None) -> float | None:
    """Return how long to wait for a free line: as long as the exchange may still take."""
    exchange = _current.get()
    return timeout if exchange is None else exchange.remaining
