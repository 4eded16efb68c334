"""One valid object of each kind with the least; nothing shared is changed."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.models import PriceEntry
from hospital.models import (
    CatalogItem,
    Department,
    DiseaseCode,
    DrugEntry,
    Encounter,
    Facility,
    FacilityCode,
    FacilityGrade,
    InsuranceCard,
    Patient,
    PracticeCertificate,
    RoleAssignment,
    Room,
    ServiceEntry,
    Staff,
    User,
)
from hospital.services.encounter import Arrival, encounter_open
from hospital.services.patient import AddressInput, PatientIdentity, patient_register
from hospital.services.prescription import LotInput, stock_receive

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SINCE = date(2020, 1, 1)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
running = itertools.count(1)


def at(hour: int, minute: int = 0, *, day: date = date(2026, 11, 23)) -> datetime:
    """Return a moment of the day in the zone of the facilities."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def make_facility(code: str | None = None) -> Facility:
    number = next(running)
    code = code or f"9{number % 10000:04d}"
    facility = Facility.objects.create(
        name=f"Bệnh viện Mẫu {number}", short_name=f"BV Mẫu {number}", address="Phường Mẫu"
    )
    FacilityCode.objects.create(facility=facility, code=code, valid_from=SINCE)
    FacilityGrade.objects.create(
        facility=facility,
        care_level="basic",
        points=Decimal(45),
        former_class="district",
        valid_from=SINCE,
    )
    return facility


def make_room(facility: Facility, kind: str = Room.Kind.CLINIC, department: str = "K01") -> Room:
    row, _ = Department.objects.get_or_create(
        facility=facility, code=department, defaults={"name": f"Khoa {department}"}
    )
    number = next(running)
    return Room.objects.create(department=row, kind=kind, code=f"P{number}", name=f"Phòng {number}")


def make_staff(facility: Facility, *roles: str, licence: str | None = None) -> Staff:
    number = next(running)
    user = User.objects.create_user(username=f"nguoi{number}", password="Mat-khau-mau-1")
    for role in roles:
        RoleAssignment.objects.create(user=user, facility=facility, role=role)
    staff = Staff.objects.create(
        facility=facility,
        user=user,
        full_name=f"Nhân Viên Mẫu {number}",
        personal_id=f"001099{number:06d}",
    )
    PracticeCertificate.objects.create(
        staff=staff,
        number=licence or f"{number:06d}/ZZ-GPHN",
        scope="Khám bệnh chữa bệnh đa khoa",
        valid_from=SINCE,
    )
    return staff


def make_service(
    facility: Facility,
    *,
    code: str = "02.03",
    cost_group: str = "13",
    price: str = "50600",
    insured_price: str | None = None,
    **fields: object,
) -> ServiceEntry:
    item = CatalogItem.objects.create(
        facility=facility, kind="service", key=f"{code}|{next(running)}"
    )
    entry = ServiceEntry.objects.create(
        item=item,
        code=code,
        name=f"Dịch vụ mẫu {code}",
        search_name=f"dich vu mau {code}",
        unit="Lần",
        cost_group=cost_group,
        valid_from=SINCE,
        **fields,
    )
    set_prices(item, price, insured_price)
    return entry


def set_prices(item: CatalogItem, price: str, insured_price: str | None = None) -> None:
    for payer, amount in (
        (PriceEntry.Payer.HOSPITAL, price),
        (PriceEntry.Payer.INSURANCE, insured_price or price),
    ):
        PriceEntry.objects.create(
            item=item, payer=payer, amount=Decimal(amount), valid_from=SINCE, decision="QĐ mẫu"
        )


def make_drug(
    facility: Facility, *, price: str = "1500", stock: str = "1000", **fields: object
) -> DrugEntry:
    number = next(running)
    item = CatalogItem.objects.create(facility=facility, kind="drug", key=f"thuoc|{number}")
    values: dict[str, object] = {
        "code": "40.48",
        "name": f"Thuốc mẫu {number}",
        "search_name": f"thuoc mau {number}",
        "unit": "Viên",
        "strength": "500mg",
        "route": "1.01",
        "registration_number": "893100000125",
        "tender": "101/QĐ-SYT;G1;N4;2026",
        "cost_group": "4",
    }
    entry = DrugEntry.objects.create(item=item, valid_from=SINCE, **{**values, **fields})
    make_lot(entry, price=price, quantity=stock)
    return entry


def make_lot(
    entry: DrugEntry, *, price: str = "1500", quantity: str = "1000", expires_on: date | None = None
) -> None:
    facility = entry.item.facility
    stock_receive(
        LotInput(
            item=entry.item,
            lot_number=f"LO{next(running)}",
            expires_on=expires_on or NOW.date() + timedelta(days=365),
            quantity=Decimal(quantity),
            purchase_price=Decimal(price),
        ),
        facility=facility,
        actor=User.objects.get_or_create(username="kho")[0],
        now=NOW,
    )


def make_disease(code: str, title: str = "", **flags: object) -> DiseaseCode:
    return DiseaseCode.objects.create(
        code=code,
        item_id=next(running),
        title_vi=title or f"Bệnh mẫu {code}",
        search_title=f"benh mau {code}".lower(),
        source="mẫu",
        valid_from=SINCE,
        **flags,
    )


def make_patient(
    facility: Facility, *, name: str = "Nguyễn Văn Mẫu", birth: str = "1980-05-15", **fields: str
) -> Patient:
    identity = PatientIdentity(
        full_name=name,
        birth=birth,
        sex=fields.pop("sex", "1"),
        address=AddressInput(text="Phường Mẫu", province_code="01", commune_code="00004"),
        **fields,
    )
    actor = User.objects.get_or_create(username="tiepdon")[0]
    return patient_register(identity, facility=facility, actor=actor, now=NOW)


def make_card(patient: Patient, head: str = "GD4", **fields: object) -> InsuranceCard:
    values: dict[str, object] = {
        "number": f"{head}01{next(running):07d}999",
        "registered_facility": "01999",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "noted_at": NOW,
    }
    return InsuranceCard.objects.create(patient=patient, **{**values, **fields})


def make_encounter(
    patient: Patient,
    room: Room,
    *,
    card: InsuranceCard | None = None,
    now: datetime = NOW,
    route_code: str | None = None,
) -> Encounter:
    actor = User.objects.get_or_create(username="tiepdon")[0]
    arrival = Arrival(
        patient=patient,
        card=card,
        room=room,
        reason="Đau đầu",
        route_code=route_code or ("1.1" if card else "9"),
    )
    return encounter_open(arrival, actor=actor, now=now)
