"""Who sits where in one demo facility, and when each room is free next."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from config.demo.catalogue import service_codes
from hospital.models import (
    Bed,
    BedStay,
    DrugEntry,
    EquipmentEntry,
    Facility,
    FacilityCode,
    RoleAssignment,
    Room,
    ServiceEntry,
    Staff,
    SupplyEntry,
    User,
)
from hospital.models.people import Role
from hospital.services.encounter import account_of


class Desks:
    """The rooms and people of one facility on one day. Rooms serve one patient at a time."""

    def __init__(self, facility_code: str, day: date) -> None:
        self.day = day
        self.code = facility_code
        self.facility: Facility = FacilityCode.objects.on(day).get(code=facility_code).facility
        rooms = Room.objects.filter(department__facility=self.facility).select_related(
            "department", "exam_item"
        )
        self.rooms = {room.code: room for room in rooms}
        self.drugs = {
            entry.name: entry
            for entry in DrugEntry.objects.on(day).filter(item__facility=self.facility)
        }
        self.services = {
            entry.code: entry
            for entry in ServiceEntry.objects.on(day).filter(item__facility=self.facility)
        }
        self.supplies = {
            entry.trade_name: entry
            for entry in SupplyEntry.objects.on(day).filter(item__facility=self.facility)
        }
        self._free: dict[str, datetime] = {}

    def service(self, name: str) -> ServiceEntry:
        """Return the catalogue row behind the name a scenario uses."""
        return self.services[service_codes()[name]]

    def book(self, room: Room, earliest: datetime, minutes: int) -> datetime:
        """Return when the room takes the patient, and keep it busy for so long."""
        start = max(earliest, self._free.get(room.code, earliest))
        self._free[room.code] = start + timedelta(minutes=minutes)
        return start

    def clinic(self, *, is_child: bool) -> Room:
        """Return the paediatric clinic for a child where there is one, else the first clinic."""
        return self.rooms.get("PK02", self.rooms["PK01"]) if is_child else self.rooms["PK01"]

    def room_for(self, entry: ServiceEntry) -> Room:
        """Return where a service is done: laboratory, X-ray and CT, or ultrasound and functional
        tests.
        """
        if entry.cost_group == "1":
            return self.rooms["XN01"]
        is_x_ray = "X-quang" in entry.name or "cắt lớp" in entry.name
        return self.rooms["XQ01" if is_x_ray else "SA01"]

    def free_bed(self, ward: Room) -> Bed:
        """Return the first bed of a ward that nobody lies in."""
        taken = BedStay.objects.filter(ends_at=None).values("bed")
        return Bed.objects.filter(room=ward).exclude(pk__in=taken).earliest("code")

    def staff_in(self, room: Room) -> Staff:
        """Return who works in a room by the registered hours."""
        return Staff.objects.filter(working_hours__room=room).distinct().get()

    def with_role(self, role: Role) -> Staff:
        """Return the first person with a role at this facility."""
        users = RoleAssignment.objects.filter(facility=self.facility, role=role).values("user")
        return Staff.objects.filter(facility=self.facility, user__in=users).earliest("pk")

    def account(self, role: Role) -> User:
        return account_of(self.with_role(role))

    def machine_for(self, entry: ServiceEntry) -> EquipmentEntry | None:
        """Return the machine that does a service, by the first letters of its national code."""
        machines = EquipmentEntry.objects.on(self.day).filter(item__facility=self.facility)
        return machines.filter(code__startswith=_machine_letters(entry)).order_by("code").first()


def _machine_letters(entry: ServiceEntry) -> str:
    if entry.code.startswith("22."):
        return "HH"
    if entry.code.startswith("23."):
        return "SH"
    if "Siêu âm" in entry.name:
        return "SA"
    return "XQ" if entry.cost_group == "2" else "--"
