"""Beds, operations and supplies of a stay, from the ward to the claim."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.claim_facts import decode
from billing.errors import ClosingRefused
from billing.models import Charge
from billing.selectors.bill import bill_of
from billing.services.charge import charges_refresh
from hospital.errors import InputRefused
from hospital.models import Bed, BedDay, CatalogItem, Paper, Room, SupplyEntry
from hospital.services.exam import note_write
from hospital.services.order import (
    OrderInput,
    ResultInput,
    order_cancel,
    order_create,
    order_execute,
    result_enter,
)
from hospital.services.paper import paper_issue
from hospital.services.stay import (
    BedChoice,
    SurgeryInput,
    bed_move,
    encounter_admit,
    supply_use,
    surgery_record,
)
from insurance_gateway.document.conformity import claim_deviations
from insurance_gateway.document.envelope import claim_document
from insurance_gateway.document.reading import claim_open
from tests.billing.test_visit_money import Visit
from tests.factories import SINCE, at, make_room, make_service, running, set_prices

pytestmark = pytest.mark.django_db


def day(number: int) -> date:
    return date(2026, 11, number)


class Stay(Visit):
    """An insured patient admitted to surgery at 10:00 on 23/11/2026."""

    def __init__(self, head: str = "GD4") -> None:
        super().__init__(head)
        self.ward = make_room(self.facility, Room.Kind.WARD, "K19")
        self.bed_service = make_service(
            self.facility, code="K19.1917", cost_group="15", price="245000"
        )
        encounter_admit(
            self.encounter,
            self.bed("H001"),
            reason="Đau hố chậu phải",
            doctor=self.doctor,
            now=at(10),
        )
        self.encounter.refresh_from_db()

    def bed(
        self, code: str, *, room: Room | None = None, sharing: int = 1, entry=None
    ) -> BedChoice:
        bed = Bed.objects.create(room=room or self.ward, code=code)
        return BedChoice(bed=bed, entry=entry or self.bed_service, persons_sharing=sharing)

    def operate(self, price: str = "2654000", **surgery: object):
        entry = make_service(self.facility, code="03.3327.0459", cost_group="8", price=price)
        order = order_create(
            self.encounter,
            OrderInput(entry=entry, department=self.ward.department, icd_codes="I10"),
            doctor=self.doctor,
            now=at(11),
        )
        execution = order_execute(order, performer=self.doctor, started_at=at(13), now=at(13))
        surgery_record(
            execution,
            SurgeryInput(anaesthesia="1", procedure_codes="47.01", **surgery),
            surgeon=self.doctor,
            now=at(14),
        )
        report = ResultInput(indicator_name="Tường trình", conclusion="Mổ thuận lợi")
        result_enter(order, [report], reader=self.doctor, now=at(14, 30))
        return execution

    def leave(self, moment, **conclusion: object):
        self.conclude_at(moment, **conclusion)
        treatment = {"treatment": "Phẫu thuật cắt ruột thừa nội soi, kháng sinh"}
        course = {"course": "Đau hố chậu phải 12 giờ, sốt nhẹ", "results": "Bạch cầu 14 G/L"}
        for kind, content in (
            (Paper.Kind.DISCHARGE, {**treatment, "note": "Nghỉ ngơi tại nhà"}),
            (Paper.Kind.SUMMARY, {**treatment, **course}),
        ):
            paper_issue(self.encounter, kind, content, issuer=self.doctor, now=moment)


def make_supply(facility, *, price: str, ceiling: str | None = None) -> SupplyEntry:
    item = CatalogItem.objects.create(facility=facility, kind="supply", key=f"vt|{next(running)}")
    entry = SupplyEntry.objects.create(
        item=item,
        code="N07.04.050.1234",
        name="Ghim khâu mẫu",
        search_name="ghim khau mau",
        unit="Cái",
        cost_group="10",
        tender="101/QĐ-SYT;G1;N4;2026",
        ceiling=Decimal(ceiling) if ceiling else None,
        valid_from=SINCE,
    )
    set_prices(item, price)
    return entry


def test_days_from_admission_to_ordinary_discharge():
    stay = Stay()

    stay.leave(at(9, day=day(27)))
    stay.refresh()

    days = BedDay.objects.order_by("day").values_list("day", "quantity")
    assert list(days) == [(day(number), Decimal(1)) for number in (23, 24, 25, 26)]
    assert Charge.objects.get(bed_stay__isnull=False).quantity == 4


def test_the_day_of_leaving_counts_for_a_transferred_patient():
    stay = Stay()

    stay.leave(at(9, day=day(27)), discharge_type="2", outcome="4")
    stay.refresh()

    assert BedDay.objects.count() == 5


def test_a_day_in_two_departments_is_shared_between_them():
    stay = Stay()
    other = make_room(stay.facility, Room.Kind.WARD, "K03")
    cheaper = make_service(stay.facility, code="K03.1923", cost_group="15", price="180000")
    bed_move(
        stay.encounter,
        stay.bed("H001", room=other, entry=cheaper),
        doctor=stay.doctor,
        now=at(15, day=day(24)),
    )

    stay.leave(at(9, day=day(26)))
    stay.refresh()

    quantities = Charge.objects.filter(bed_stay__isnull=False).order_by("ordered_at")
    assert list(quantities.values_list("quantity", flat=True)) == [Decimal("1.5"), Decimal("1.5")]


def test_shared_bed_is_paid_by_half():
    stay = Stay()
    bed_move(stay.encounter, stay.bed("H002", sharing=2), doctor=stay.doctor, now=at(10, 1))

    stay.leave(at(9, day=day(25)))
    stay.refresh()

    [line] = [line for line in bill_of(stay.encounter).lines if line.charge.bed_stay]
    assert (line.charge.quantity, line.service_rate) == (Decimal(2), Decimal(50))
    assert line.money.total_hospital == Decimal(245000)


def test_bed_charge_grows_with_the_stay_and_the_old_one_is_voided():
    stay = Stay()

    charges_refresh(stay.encounter, now=at(12, day=day(25)), job="test")
    charges_refresh(stay.encounter, now=at(12, day=day(26)), job="test")

    charges = Charge.objects.filter(bed_stay__isnull=False).order_by("pk")
    assert [(charge.quantity, charge.voided_at is None) for charge in charges] == [
        (Decimal(2), False),
        (Decimal(3), True),
    ]


def test_second_operation_of_the_same_team_is_paid_by_half():
    stay = Stay()
    stay.operate("2654000")
    stay.operate("1000000", is_main=False)

    stay.leave(at(9, day=day(25)))
    stay.refresh()

    rates = [
        line.service_rate for line in bill_of(stay.encounter).lines if line.charge.cost_group == "8"
    ]
    assert rates == [Decimal(100), Decimal(50)]


def test_supply_is_paid_up_to_its_payment_level():
    stay = Stay()
    execution = stay.operate()
    entry = make_supply(stay.facility, price="500000", ceiling="400000")
    supply_use(execution, entry, Decimal(2), staff=stay.doctor, now=at(13, 30), package="G1")

    stay.leave(at(9, day=day(25)))
    stay.refresh()

    [line] = [line for line in bill_of(stay.encounter).lines if line.charge.supply_use]
    assert line.money.total_hospital == Decimal(1000000)
    assert line.money.total_insured == Decimal(800000)
    assert line.money.self_payment == Decimal(200000)


def test_claim_of_a_stay_conforms_to_its_edition():
    stay = Stay()
    execution = stay.operate()
    entry = make_supply(stay.facility, price="500000")
    supply_use(execution, entry, Decimal(1), staff=stay.doctor, now=at(13, 30))
    stay.drug("1500", "10")
    note_write(stay.encounter, "Vết mổ khô", staff=stay.doctor, now=at(8, day=day(24)))
    stay.leave(at(9, day=day(25)))
    stay.pay()

    version = stay.close()

    facts = decode(version.facts)
    tables = claim_open(claim_document(facts, prepared_on=day(25))).tables
    assert claim_deviations(tables) == []
    assert [row["MA_GIUONG"] for row in tables["XML3"] if row["MA_NHOM"] == "15"] == ["H001"]
    assert tables["XML1"][0]["SO_NGAY_DTRI"] == "3"
    assert tables["XML1"][0]["MA_PTTT_QT"] == "47.01"
    assert tables["XML1"][0]["MA_KHOA"].endswith("K19")
    assert list(tables) == ["XML1", "XML2", "XML3", "XML5", "XML7", "XML8"]
    assert tables["XML7"][0]["MA_KHOA_RV"] == "K19"
    assert tables["XML8"][0]["TOMTAT_KQ"] == "Bạch cầu 14 G/L"


def test_stay_without_its_discharge_paper_cannot_be_closed():
    stay = Stay()
    stay.conclude_at(at(9, day=day(25)))

    with pytest.raises(ClosingRefused, match="discharge_paper_missing"):
        stay.close()


def test_nobody_waits_for_the_paper_of_a_patient_who_absconded():
    stay = Stay()
    stay.leave(at(9, day=day(25)), discharge_type="3")
    Paper.objects.filter(kind=Paper.Kind.DISCHARGE).delete()

    facts = decode(stay.close().facts)

    assert facts.discharge_papers == ()


def test_supply_of_a_cancelled_operation_is_not_charged():
    stay = Stay()
    entry = make_service(stay.facility, code="03.3327.0459", cost_group="8", price="2654000")
    order = order_create(
        stay.encounter,
        OrderInput(entry=entry, department=stay.ward.department),
        doctor=stay.doctor,
        now=at(11),
    )
    execution = order_execute(order, performer=stay.doctor, started_at=at(13), now=at(13))
    supply = make_supply(stay.facility, price="500000")
    supply_use(execution, supply, Decimal(1), staff=stay.doctor, now=at(13, 30))
    charges_refresh(stay.encounter, now=at(14), job="test")
    order_cancel(order, reason="Hoãn mổ", doctor=stay.doctor, now=at(15))

    charges_refresh(stay.encounter, now=at(16), job="test")

    assert not Charge.objects.filter(supply_use__isnull=False, voided_at__isnull=True).exists()


def test_day_in_three_departments_holds_up_the_closing_and_nothing_else():
    stay = Stay()
    for hour, code in ((11, "K03"), (12, "K04")):
        room = make_room(stay.facility, Room.Kind.WARD, code)
        bed_move(stay.encounter, stay.bed("H001", room=room), doctor=stay.doctor, now=at(hour))
    stay.leave(at(16))

    stay.pay()

    with pytest.raises(ClosingRefused, match="bed_days_need_review"):
        stay.close()


def test_nobody_is_put_into_a_bed_that_is_taken():
    stay, other = Stay(), Stay()
    choice = BedChoice(bed=stay.encounter.bed_stays.get().bed, entry=stay.bed_service)

    with pytest.raises(InputRefused, match="bed_occupied"):
        bed_move(other.encounter, choice, doctor=other.doctor, now=at(12))


def test_supply_is_not_recorded_after_the_claim_is_frozen():
    stay = Stay()
    execution = stay.operate()
    entry = make_supply(stay.facility, price="500000")
    stay.leave(at(9, day=day(25)))
    stay.pay()
    stay.close()

    with pytest.raises(InputRefused, match="encounter_closed"):
        supply_use(execution, entry, Decimal(1), staff=stay.doctor, now=at(10, day=day(25)))
