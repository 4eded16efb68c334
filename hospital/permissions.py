"""Who may do what: roles of an account at a facility give Django permissions (DESIGN decision 11).

Least privilege: a role lists what its desk needs. `view_patient` never follows from being logged
in.
"""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, QuerySet

from hospital.models import Facility, RoleAssignment, Staff, User
from hospital.models.people import Role

CLINICAL = frozenset({"hospital.view_patient", "hospital.view_encounter"})

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.RECEPTION: CLINICAL
    | {
        "hospital.add_patient",
        "hospital.change_patient",
        "hospital.add_encounter",
        "hospital.add_cardcheck",
    },
    Role.DOCTOR: CLINICAL
    | {
        "hospital.change_encounter",
        "hospital.add_diagnosis",
        "hospital.add_serviceorder",
        "hospital.add_prescription",
        "hospital.view_result",
        "hospital.view_clinicalnote",
    },
    Role.NURSE: CLINICAL
    | {"hospital.add_vitalsigns", "hospital.add_clinicalnote", "hospital.view_result"},
    Role.LAB: CLINICAL | {"hospital.add_execution", "hospital.add_result", "hospital.view_result"},
    Role.PHARMACY: CLINICAL | {"hospital.add_dispense", "hospital.view_prescription"},
    Role.CASHIER: CLINICAL | {"billing.view_charge", "billing.add_payment", "billing.add_refund"},
    Role.INSURANCE: CLINICAL
    | {
        "billing.view_charge",
        "billing.view_claim",
        "insurance_gateway.view_submission",
        "insurance_gateway.change_submission",
    },
    Role.CATALOGUE: frozenset({"hospital.change_catalogitem", "billing.change_priceentry"}),
    Role.ADMIN: frozenset({"hospital.change_user", "hospital.change_roleassignment"}),
    Role.AUDITOR: frozenset({"hospital.view_auditentry"}),
}


Assignments = frozenset[tuple[str, int | None]]


def assignments_valid(user: User) -> QuerySet[RoleAssignment]:
    """Return the roles of an account, none where it is inactive or its person no longer works."""
    rows = RoleAssignment.objects.filter(user=user)
    if not user.is_active:
        return rows.none()
    gone = Staff.objects.filter(
        user=OuterRef("user"), facility=OuterRef("facility"), is_active=False
    )
    return rows.filter(~Exists(gone))


def assignments_of(
    user: AbstractBaseUser | AnonymousUser, facility: Facility | None
) -> Assignments:
    """Return each role of an account at a facility with the department it is for, None for all."""
    if facility is None or not isinstance(user, User):
        return frozenset()
    rows = assignments_valid(user).filter(facility=facility)
    return frozenset(rows.values_list("role", "department_id"))


def departments_of(assignments: Assignments) -> frozenset[int] | None:
    """Return the departments that these roles are for, None for all of the facility."""
    departments = {department for _role, department in assignments}
    if None in departments:
        return None
    return frozenset(pk for pk in departments if pk is not None)


def roles_of(user: AbstractBaseUser | AnonymousUser, facility: Facility | None) -> frozenset[str]:
    """Return the roles of an account at a facility; nobody has one without being active."""
    return frozenset(role for role, _department in assignments_of(user, facility))


class RoleBackend(ModelBackend):
    """Permissions come from roles and from nothing else: no groups, no superuser shortcut."""

    def get_all_permissions(
        self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None
    ) -> set[str]:
        """Return what the account may do at `obj` (a Facility), or anywhere when it is None."""
        if not isinstance(user_obj, User):
            return set()
        rows = assignments_valid(user_obj)
        if isinstance(obj, Facility):
            rows = rows.filter(facility=obj)
        roles = set(rows.values_list("role", flat=True))
        return {permission for role in roles for permission in ROLE_PERMISSIONS[role]}

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | None = None
    ) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)
