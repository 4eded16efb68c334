"""What a facility and its people were on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from hospital.errors import InputRefused
from hospital.models import (
    Facility,
    FacilityCode,
    FacilityGrade,
    PracticeCertificate,
    Staff,
    User,
)


def facility_code_on(facility: Facility, day: date) -> str:
    """Return MA_CSKCB in force on `day` (D24); raises InputRefused when there is none."""
    row = FacilityCode.objects.on(day).filter(facility=facility).first()
    if row is None:
        raise InputRefused("facility_code_not_in_force", facility=facility.pk, day=day.isoformat())
    return row.code


def grade_on(facility: Facility, day: date) -> FacilityGrade:
    """Return care level, points and former class on `day` (G10); raises InputRefused."""
    row = FacilityGrade.objects.on(day).filter(facility=facility).first()
    if row is None:
        raise InputRefused("facility_grade_not_in_force", facility=facility.pk, day=day.isoformat())
    return row


def certificate_on(staff: Staff, day: date) -> PracticeCertificate | None:
    """Return the practice licence in force on `day`, or None."""
    return PracticeCertificate.objects.on(day).filter(staff=staff).first()


def facilities_of(user: User) -> QuerySet[Facility]:
    """Return the facilities where an account has a role, by name."""
    return (
        Facility.objects.filter(is_active=True, role_assignments__user=user)
        .distinct()
        .order_by("name")
    )
