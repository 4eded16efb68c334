"""The facility at which a request works, and the roles that may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from hospital.models import Facility, Staff, User
from hospital.permissions import Assignments, assignments_of, assignments_valid, departments_of
from hospital.selectors.facilities import facilities_of

SESSION_KEY = "facility"
P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of a signed-in person with a role at `facility`.

    `departments` are those of the roles that the page asks for, None for all of the facility.
    """

    user: User
    facility: Facility
    assignments: Assignments
    roles: frozenset[str]
    departments: frozenset[int] | None


class FacilityMiddleware:
    """Sets `facility`, `roles` and `departments` (None means all of them) on every request.

    What a signed-in person sees is kept by no browser and no proxy, unless the page says otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        facility = _facility(request)
        desk: DeskRequest = request  # type: ignore[assignment]  # the attributes are set just here
        desk.facility = facility  # type: ignore[assignment]  # None only before a role is checked
        desk.assignments = assignments_of(request.user, facility)
        desk.roles = frozenset(role for role, _department in desk.assignments)
        desk.departments = departments_of(desk.assignments)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _facility(request: HttpRequest) -> Facility | None:
    if not isinstance(request.user, User):
        return None
    working = assignments_valid(request.user).values("facility")
    mine = list(facilities_of(request.user).filter(pk__in=working))
    chosen = request.session.get(SESSION_KEY)
    return next((facility for facility in mine if facility.pk == chosen), mine[0] if mine else None)


def role_required(
    *roles: str,
) -> Callable[
    [Callable[Concatenate[DeskRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Let in only an account with one of `roles` at its facility; anyone signed in when none is
    named.

    The departments of the request become those of these roles alone: another role of the account
    opens nothing here.
    """

    def decorate(
        view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            desk: DeskRequest = request  # type: ignore[assignment]  # FacilityMiddleware made it one
            if desk.facility is None or (roles and not desk.roles.intersection(roles)):
                raise PermissionDenied
            if roles:
                asked = (pair for pair in desk.assignments if pair[0] in roles)
                desk.departments = departments_of(frozenset(asked))
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
