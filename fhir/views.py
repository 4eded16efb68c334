"""The addresses of the interface: metadata, read, search. Thin: who, what, audit, answer."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from fhir.auth import Caller, access_record, caller_of
from fhir.bundle import PAGE_PARAM, searchset
from fhir.capability import capability_statement
from fhir.errors import (
    FhirRefused,
    body_refused,
    method_refused,
    not_found,
    not_served,
    operation_outcome,
    request_refused,
)
from fhir.mapping import RESOURCES
from fhir.mapping.base import Resource, Scope
from fhir.matching import match_pk
from fhir.paging import Page, page_at, page_first, place_open
from fhir.rendering import (
    fhir_response,
    format_check,
    is_known,
    stamped,
    version_headers,
)
from fhir.search import Pairs, search_of

log = logging.getLogger("fhir")
FORM = "application/x-www-form-urlencoded"
View = Callable[..., HttpResponse]


def endpoint(view: View) -> View:
    """Turn every refusal and every fault into an OperationOutcome.

    A forged POST is refused in `caller_of`, as a program with a token has no CSRF cookie.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            format_check(request)
            return view(request, **parts)
        except FhirRefused as refused:
            return _refusal(request, refused)
        except SuspiciousOperation:
            text = _("Không đọc được yêu cầu; kiểm tra cách mã hóa và độ dài.")
            return _refusal(request, request_refused("fhir_request_unreadable", text))
        except Exception as error:  # noqa: BLE001  the border: recorded, without values of the request
            return _fault(request, error)

    return guarded


@endpoint
def metadata(request: HttpRequest) -> HttpResponse:
    """Say what the server does; public."""
    _only(request, "GET", "HEAD")
    return fhir_response(request, capability_statement(_base_url(request)))


@endpoint
def unserved(request: HttpRequest) -> HttpResponse:
    """Refuse an address that does not exist, to those who may ask at all."""
    caller_of(request, now=timezone.now())
    raise not_served()


@endpoint
def resource_read(request: HttpRequest, *, resource_type: str, resource_id: str) -> HttpResponse:
    """Answer one resource, or 304 when the client has it already."""
    resource, caller, scope = _opened(request, resource_type)
    _only(request, "GET", "HEAD")
    row = resource.rows(scope).filter(match_pk(resource_id, "", scope)).first()
    if row is None:
        raise not_found()
    answer = stamped(resource, row, scope)
    access_record(
        caller,
        f"fhir.{resource.type.lower()}.read",
        subject=row,
        patient_pk=resource.patient_pk(row),
        now=scope.now,
    )
    headers = version_headers(answer)
    if is_known(request, answer):
        return HttpResponse(status=304, headers=headers)
    return fhir_response(request, answer.body, headers=headers)


@endpoint
def resource_search(request: HttpRequest, *, resource_type: str) -> HttpResponse:
    """Answer a search by GET."""
    resource, caller, scope = _opened(request, resource_type)
    _only(request, "GET", "HEAD")
    return _searched(request, resource, caller, scope)


@endpoint
def resource_search_form(request: HttpRequest, *, resource_type: str) -> HttpResponse:
    """Answer a search by POST, which keeps personal numbers out of addresses."""
    resource, caller, scope = _opened(request, resource_type)
    _only(request, "POST")
    if request.content_type != FORM:
        raise body_refused()
    return _searched(request, resource, caller, scope)


def _searched(
    request: HttpRequest, resource: Resource[Any], caller: Caller, scope: Scope
) -> HttpResponse:
    pairs = _pairs(request)
    link = dict(pairs).get(PAGE_PARAM)
    if link is None:
        strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "").lower()
        search = search_of(pairs, resource, strict=strict)
        page, used, names = page_first(resource, search, scope), search.used, search.criteria
    else:
        place = place_open(link)
        page, used, names = (
            page_at(resource, place, scope),
            ((PAGE_PARAM, link),),
            place.search.criteria,
        )
    _search_record(resource, caller, scope, page, names)
    return fhir_response(request, searchset(resource, page, scope, used=used))


def _search_record(
    resource: Resource[Any], caller: Caller, scope: Scope, page: Page, criteria: Pairs
) -> None:
    patients = {resource.patient_pk(row) for row in page.rows}
    access_record(
        caller,
        f"fhir.{resource.type.lower()}.search",
        subject=scope.facility,
        patient_pk=patients.pop() if len(patients) == 1 else None,
        facts={
            "parameters": ",".join(sorted({name for name, _value in criteria})),
            "count": len(page.rows),
            "ids": ",".join(str(row.pk) for row in page.rows),
        },
        now=scope.now,
    )


def _opened(request: HttpRequest, resource_type: str) -> tuple[Resource[Any], Caller, Scope]:
    now = timezone.now()
    caller = caller_of(request, now=now)
    resource = RESOURCES[resource_type]
    departments = caller.require(resource.permission)
    scope = Scope(
        facility=caller.facility,
        departments=departments,
        facility_code=caller.facility_code,
        base_url=_base_url(request),
        now=now,
    )
    return resource, caller, scope


def _base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("fhir:base")).rstrip("/")


def _only(request: HttpRequest, *methods: str) -> None:
    if request.method not in methods:
        raise method_refused(*methods)


def _pairs(request: HttpRequest) -> Pairs:
    return tuple(
        (name, value)
        for source in (request.GET, request.POST)
        for name, values in source.lists()
        for value in values
        if isinstance(value, str)
    )


def _refusal(request: HttpRequest, refused: FhirRefused) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        outcome = operation_outcome(refused.issue, refused.text)
    return fhir_response(request, outcome, status=refused.status, headers=refused.headers)


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Record where it happened and what kind it was; the message might quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-5:]))
    log.error("fhir fault %s at %s", type(error).__name__, places)
    refused = FhirRefused(
        "fhir_fault",
        status=500,
        issue="exception",
        text=_("Hệ thống gặp lỗi khi trả lời; xin thử lại, nếu vẫn lỗi hãy báo quản trị."),
    )
    return _refusal(request, refused)
