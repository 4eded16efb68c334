"""The facility at which a request works, and the roles that may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from hospital.models import Facility, RoleAssignment, Staff, User
from hospital.permissions import roles_of
from hospital.selectors.facilities import facilities_of

SESSION_KEY = "facility"
P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of a signed-in person with a role at `facility`."""

    user: User
    facility: Facility
    roles: frozenset[str]
    departments: frozenset[int] | None


class FacilityMiddleware:
    """Sets `facility`, `roles` and `departments` (None means all of them) on every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        facility = _facility(request)
        desk: DeskRequest = request  # type: ignore[assignment]  # the attributes are set just here
        desk.facility = facility  # type: ignore[assignment]  # None only before a role is checked
        desk.roles = roles_of(request.user, facility)
        desk.departments = _departments(request, facility)
        return self.get_response(request)


def _facility(request: HttpRequest) -> Facility | None:
    if not isinstance(request.user, User):
        return None
    mine = list(facilities_of(request.user))
    chosen = request.session.get(SESSION_KEY)
    return next((facility for facility in mine if facility.pk == chosen), mine[0] if mine else None)


def _departments(request: HttpRequest, facility: Facility | None) -> frozenset[int] | None:
    if facility is None or not isinstance(request.user, User):
        return frozenset()
    rows = RoleAssignment.objects.filter(user=request.user, facility=facility)
    departments = set(rows.values_list("department_id", flat=True))
    return None if None in departments else frozenset(pk for pk in departments if pk is not None)


def role_required(
    *roles: str,
) -> Callable[
    [Callable[Concatenate[DeskRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Let in only an account with one of `roles` at its facility; anyone signed in when none is
    named.
    """

    def decorate(
        view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            desk: DeskRequest = request  # type: ignore[assignment]  # FacilityMiddleware made it one
            if desk.facility is None or (roles and not desk.roles.intersection(roles)):
                raise PermissionDenied
            return view(desk, *args, **kwargs)

        return login_required(guarded)  # type: ignore[return-value]  # stubs know HttpResponse only

    return decorate


def staff_of(request: DeskRequest) -> Staff:
    """Return the person behind the account here; refuses an account without one (G17)."""
    staff = Staff.objects.filter(
        user=request.user, facility=request.facility, is_active=True
    ).first()
    if staff is None:
        raise PermissionDenied
    return staff
