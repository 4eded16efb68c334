"""Faults on demand: each is a function around one call of a service.

A fault gets the request, `proceed` (the honest service) and its options; it may wait, answer
itself, change the answer or cut the line. A new fault is one more function under `@fault`.
Asked for by POST /__sim/faults {"kind", "service"?, "times"?, "percent"?, …options}; `service` is
any, token, card, history, co_payment, check_in or claim; `times` 0 means until cleared.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from insurance_gateway.simulator.sessions import Sessions

ANY = "any"
BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)
MAINTENANCE = "<html><body><h1>Hệ thống đang bảo trì</h1></body></html>"


@dataclass(slots=True)
class Around:
    """One call with a fault: the honest service is `proceed()`."""

    request: HttpRequest
    proceed: Callable[[], HttpResponse]
    sessions: Sessions
    options: Mapping[str, Any]

    def cut(self) -> HttpResponse:
        """Close the line to the caller without an answer."""
        line: socket.socket = self.request.META["gunicorn.socket"]
        line.shutdown(socket.SHUT_RDWR)
        return HttpResponse(status=500)


Fault = Callable[[Around], HttpResponseBase]
FAULTS: dict[str, Fault] = {}


def fault(function: Fault) -> Fault:
    """Register a fault under the name of its function."""
    FAULTS[function.__name__] = function
    return function


@fault
def delay(around: Around) -> HttpResponseBase:
    """Wait `seconds` (default 5) before working."""
    time.sleep(float(around.options.get("seconds", 5)))
    return around.proceed()


@fault
def drop_before(around: Around) -> HttpResponseBase:
    """Cut the line before anything is stored."""
    return around.cut()


@fault
def drop_after_store(around: Around) -> HttpResponseBase:
    """Work, then cut the line instead of answering."""
    around.proceed()
    return around.cut()


@fault
def http_502(around: Around) -> HttpResponseBase:
    """The proxy's page instead of an answer."""
    return HttpResponse(BAD_GATEWAY, status=502, content_type="text/html")


@fault
def maintenance_503(around: Around) -> HttpResponseBase:
    """A maintenance page."""
    return HttpResponse(MAINTENANCE, status=503, content_type="text/html; charset=utf-8")


@fault
def unauthorized_once(around: Around) -> HttpResponseBase:
    """Every token given so far is refused from now on, this call included."""
    around.sessions.close_all()
    return around.proceed()


@fault
def unauthorized_empty(around: Around) -> HttpResponseBase:
    """HTTP 401 without a body."""
    around.sessions.close_all()
    return HttpResponse(status=401)


@fault
def error_500(around: Around) -> HttpResponseBase:
    """HTTP 200 with code 500 inside."""
    return HttpResponse('{"maKetQua":"500"}', content_type="application/json")


@fault
def numeric_code(around: Around) -> HttpResponseBase:
    """The code comes as a number."""
    answer = around.proceed()
    body = json.loads(answer.content)
    body["maKetQua"] = int(body["maKetQua"])
    return HttpResponse(
        json.dumps(body), status=answer.status_code, content_type="application/json"
    )


@fault
def slow_body(around: Around) -> HttpResponseBase:
    """The answer drips, one byte each `seconds` (default 1)."""
    content, seconds = around.proceed().content, float(around.options.get("seconds", 1))

    def drops() -> Iterator[bytes]:
        for position in range(len(content)):
            time.sleep(seconds)
            yield content[position : position + 1]

    return StreamingHttpResponse(drops(), content_type="application/json")


@dataclass(slots=True)
class Order:
    """A fault somebody asked for; `times` counts down, 0 from the start means for ever."""

    kind: str
    service: str = ANY
    times: int = 1
    percent: float = 100
    options: dict[str, Any] = field(default_factory=dict)


class FaultBook:
    """Faults in waiting, the oldest fitting one first. Chance is seeded: a run can be repeated."""

    def __init__(self, *, seed: int = 2026) -> None:
        self._orders: list[Order] = []
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def ask(self, body: Mapping[str, Any]) -> Order:
        """Add a fault. Raises KeyError for an unknown kind."""
        known = {key: body[key] for key in ("kind", "service", "times", "percent") if key in body}
        options = {key: value for key, value in body.items() if key not in known}
        order = Order(**known, options=options)
        if order.kind not in FAULTS:
            raise KeyError(order.kind)
        with self._lock:
            self._orders.append(order)
        return order

    def take(self, service: str) -> Order | None:
        """Return the fault for this call, or None."""
        with self._lock:
            for order in self._orders:
                if order.service not in (ANY, service):
                    continue
                if self._chance.uniform(0, 100) > order.percent:
                    continue
                if order.times:
                    order.times -= 1
                    if not order.times:
                        self._orders.remove(order)
                return order
        return None

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(order) for order in self._orders]

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()
