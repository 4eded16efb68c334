"""The frame around every service: faults, reading the body, the journal, the JSON answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils import timezone

from insurance_gateway.simulator import settings
from insurance_gateway.simulator.accounts import Account, accounts
from insurance_gateway.simulator.faults import FAULTS, Around
from insurance_gateway.simulator.office import office

EITHER = frozenset({"form", "json"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: keys in lower case, because documents and programs spell them differently."""

    fields: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    caller: str
    now: datetime

    def account(self, *, in_headers: bool) -> Account | None:
        """Return the account of a good token, user name and password; else None."""
        given = (
            {
                "token": self.headers.get("Accesstoken", ""),
                "id_token": self.headers.get("Tokenid", ""),
                "password": self.headers.get("Passwordhash", ""),
                "username": self.fields.get("username", ""),
            }
            if in_headers
            else self.query
        )
        name = office().sessions.account_of(
            given.get("token", ""), given.get("id_token", ""), caller=self.caller, now=self.now
        )
        account = accounts().get(name or "")
        if account is None or account.username != given.get("username", ""):
            return None
        return account if account.has_password(given.get("password", "")) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer, None for an empty one; `note` goes to the journal, without secrets."""

    body: Mapping[str, Any] | None
    status: int = 200
    note: Mapping[str, Any] = field(default_factory=dict)


Service = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service as a view; `strict` says which bodies it takes when the simulator is strict."""

    name: str
    function: Service
    strict: frozenset[str]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = office().faults.take(self.name)
        if order is None:
            return self._answered(request, fault="")
        around = Around(
            request,
            proceed=partial(self._answered, request, fault=order.kind),
            sessions=office().sessions,
            options=order.options,
        )
        return FAULTS[order.kind](around)

    def _answered(self, request: HttpRequest, *, fault: str) -> HttpResponse:
        now = timezone.localtime()
        fields = _fields(request, self.strict if settings.SIMULATOR_STRICT else EITHER)
        if fields is None:
            answer = Answer({"maKetQua": "205", "thongDiep": "Dữ liệu đầu vào sai"})
        else:
            caller = request.META["REMOTE_ADDR"]
            answer = self.function(Asked(fields, _lower(request.GET), request.headers, caller, now))
        self._note(answer, fault=fault, now=now)
        content = "" if answer.body is None else json.dumps(answer.body, ensure_ascii=False)
        kind = "application/json; charset=utf-8"
        return HttpResponse(content, status=answer.status, content_type=kind)

    def _note(self, answer: Answer, *, fault: str, now: datetime) -> None:
        body = answer.body or {}
        entry = {
            "event": "call",
            "at": now.isoformat(timespec="milliseconds"),
            "service": self.name,
            "code": str(body.get("maKetQua", body.get("MaKetQua", ""))),
            "http": answer.status,
            **({"fault": fault} if fault else {}),
            **answer.note,
        }
        office().journal.write(entry)
        office().refusals.see(entry)


def service(name: str, *, strict: frozenset[str] = EITHER) -> Callable[[Service], ServiceView]:
    """Make a view of a service function."""
    return partial(ServiceView, name, strict=strict)


def _fields(request: HttpRequest, kinds: frozenset[str]) -> dict[str, str] | None:
    """Return the body's fields, None when it is not of a kind that is taken."""
    if request.content_type == "application/json":
        try:
            body = json.loads(request.body)
        except ValueError:
            return None
        return _lower(body) if "json" in kinds and isinstance(body, dict) else None
    return _lower(request.POST) if "form" in kinds else None


def _lower(values: Mapping[str, Any]) -> dict[str, str]:
    return {key.lower(): "" if value is None else str(value) for key, value in values.items()}
