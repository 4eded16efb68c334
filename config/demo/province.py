"""Facilities, rooms, staff and accounts of the demo province. Loading again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml
from django.contrib.auth.hashers import make_password
from django.db import transaction

from hospital.models import (
    Bed,
    Department,
    Facility,
    FacilityCode,
    FacilityGrade,
    PracticeCertificate,
    RoleAssignment,
    Room,
    Staff,
    User,
    WorkingHours,
)

DATA = Path(__file__).parent / "data"
SINCE = date(2020, 1, 1)
PASSWORD = "Demo@2026"
WORKDAYS = range(6)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One account that the demo prints: who it is and what it may do."""

    facility: str
    username: str
    full_name: str
    title: str


def province() -> list[dict[str, Any]]:
    """Return the facilities as the data file describes them."""
    text = (DATA / "province.yaml").read_text(encoding="utf-8")
    facilities: list[dict[str, Any]] = yaml.safe_load(text)["facilities"]
    return facilities


def demo_logins() -> list[DemoLogin]:
    """Return every demo account in the order of the data file."""
    return [
        DemoLogin(entry["short_name"], person["username"], person["name"], person["title"])
        for entry in province()
        for person in entry["staff"]
    ]


@transaction.atomic
def facilities_load() -> list[Facility]:
    """Make facilities, departments, rooms, staff and accounts that do not exist yet."""
    password = make_password(PASSWORD)
    return [_facility(entry, password) for entry in province()]


def _facility(entry: dict[str, Any], password: str) -> Facility:
    facility, _ = Facility.objects.get_or_create(
        name=entry["name"],
        defaults={
            "short_name": entry["short_name"],
            "address": entry["address"],
            "phone": entry["phone"],
            "parent_name": entry["parent_name"],
        },
    )
    FacilityCode.objects.get_or_create(
        facility=facility,
        code=entry["code"],
        defaults={"valid_from": SINCE, "source": "tỉnh Mẫu, bịa"},
    )
    FacilityGrade.objects.get_or_create(
        facility=facility,
        defaults={
            "valid_from": SINCE,
            "care_level": entry["care_level"],
            "points": Decimal(entry["points"]) if entry["points"] else None,
            "former_class": entry["former_class"],
            "is_commune_station": entry.get("is_commune_station", False),
        },
    )
    for department in entry["departments"]:
        Department.objects.get_or_create(
            facility=facility, code=department["code"], defaults={"name": department["name"]}
        )
    for room in entry["rooms"]:
        row, _ = Room.objects.get_or_create(
            department=Department.objects.get(facility=facility, code=room["department"]),
            code=room["code"],
            defaults={"kind": room["kind"], "name": room["name"]},
        )
        for bed in room.get("beds", ()):
            Bed.objects.get_or_create(room=row, code=bed)
    for person in entry["staff"]:
        _person(facility, person, password)
    return facility


def _person(facility: Facility, person: dict[str, Any], password: str) -> None:
    user, _ = User.objects.get_or_create(
        username=person["username"],
        defaults={"first_name": person["name"], "password": password},
    )
    department = Department.objects.filter(facility=facility, code=person.get("department")).first()
    staff, is_new = Staff.objects.get_or_create(
        user=user,
        defaults={
            "facility": facility,
            "personal_id": f"001099{crc32(person['username'].encode()) % 1_000_000:06d}",
            "full_name": person["name"],
            "title": person["title"],
            "department": department,
        },
    )
    for role in person["roles"]:
        RoleAssignment.objects.get_or_create(
            user=user, facility=facility, department=None, role=role
        )
    if not is_new:
        return
    if "licence" in person:
        PracticeCertificate.objects.create(
            staff=staff,
            number=person["licence"],
            scope=person["scope"],
            issued_on=SINCE,
            valid_from=SINCE,
        )
        _hours(staff, person.get("room"))
    if person.get("head"):
        facility.head = staff
        facility.save(update_fields=["head"])


def _hours(staff: Staff, room_code: str | None) -> None:
    room = Room.objects.filter(department__facility=staff.facility, code=room_code).first()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            staff=staff, room=room, weekday=weekday, starts=time(7), ends=time(17), valid_from=SINCE
        )
        for weekday in WORKDAYS
    )
