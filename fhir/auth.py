"""Who asks: a program with a bearer token, or a person signed in. Both belong to one facility."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from fhir.clients import token_digest
from fhir.errors import login_needed, not_allowed
from fhir.models import ApiClient
from hospital.models import Facility, FacilityCode, User
from hospital.permissions import (
    ROLE_PERMISSIONS,
    Assignments,
    assignments_of,
    departments_of,
)
from hospital.services.audit import Fact, audit_write


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, for which facility. `assignments` None means a system client: it may read all."""

    facility: Facility
    facility_code: str
    user: User | None = None
    client: ApiClient | None = None
    assignments: Assignments | None = None

    def require(self, permission: str) -> frozenset[int] | None:
        """Return the departments for which the caller has the permission, None for all of them.

        Raises FhirRefused when the caller does not have it at the facility.
        """
        if self.assignments is None:
            return None
        giving = frozenset(
            pair for pair in self.assignments if permission in ROLE_PERMISSIONS[pair[0]]
        )
        if not giving:
            raise not_allowed()
        return departments_of(giving)


def caller_of(request: HttpRequest, *, now: datetime) -> Caller:
    """Return who asks; raises FhirRefused for nobody (401) and for no role at a facility (403)."""
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise login_needed(is_wrong_token=True)
        return _program(token.strip(), now)
    return _person(request, now)


def access_record(
    caller: Caller,
    action: str,
    *,
    subject: Model,
    now: datetime,
    patient_pk: int | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Write the access into the audit log, in the name of the person or of the program."""
    client = caller.client
    audit_write(
        facility=caller.facility,
        action=action,
        subject=subject,
        now=now,
        actor=caller.user,
        job=client.job if client else "",
        patient_id=patient_pk,
        facts={**(facts or {}), "client": client.pk if client else None},
    )


def _program(token: str, now: datetime) -> Caller:
    codes = FacilityCode.objects.on(_day(now)).filter(facility=OuterRef("facility"))
    client = (
        ApiClient.objects.filter(token_digest=token_digest(token), is_active=True)
        .select_related("facility", "user")
        .annotate(facility_code=Subquery(codes.values("code")[:1]))
        .first()
    )
    if client is None or (client.user is not None and not client.user.is_active):
        raise login_needed(is_wrong_token=True)
    if not client.facility.is_active:
        raise not_allowed()
    return Caller(
        facility=client.facility,
        facility_code=client.facility_code or "",
        user=client.user,
        client=client,
        assignments=_assignments(client.user, client.facility) if client.user else None,
    )


def _person(request: HttpRequest, now: datetime) -> Caller:
    user = request.user
    if not isinstance(user, User):
        raise login_needed(is_wrong_token=False)
    facility: Facility | None = getattr(request, "facility", None)
    if facility is None:
        raise not_allowed()
    _forgery_check(request)
    codes = FacilityCode.objects.on(_day(now)).filter(facility=facility)
    return Caller(
        facility=facility,
        facility_code=codes.values_list("code", flat=True).first() or "",
        user=user,
        assignments=_assignments(user, facility),
    )


def _assignments(user: User, facility: Facility) -> Assignments:
    found = assignments_of(user, facility)
    if not found:
        raise not_allowed()
    return found


def _day(now: datetime) -> date:
    return timezone.localdate(now)


class _ForgeryCheck(CsrfViewMiddleware):
    """Django's check of the CSRF token, for a POST that comes with a session instead of a token."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        raise PermissionDenied(reason)


def _forgery_check(request: HttpRequest) -> None:
    check = _ForgeryCheck(lambda _: HttpResponse())
    check.process_request(request)
    try:
        check.process_view(request, lambda _: HttpResponse(), (), {})
    except PermissionDenied as error:
        raise not_allowed() from error
