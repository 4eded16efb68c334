"""Rows that are kept for ever: neither deleted, nor emptied away, nor changed but where allowed.

Also how drugs leave and enter the stock that such rows speak of.
"""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import Charge, Deposit, Payment, Refund
from hospital.errors import InputRefused
from hospital.models import CatalogItem, Encounter, StockLot, User
from hospital.services.exam import exam_start
from hospital.services.prescription import (
    DrugInput,
    LotInput,
    prescription_create,
    prescription_dispense,
    stock_receive,
)
from tests.factories import (
    NOW,
    at,
    make_drug,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_staff,
)

pytestmark = pytest.mark.django_db
KEPT = [
    "hospital_auditentry",
    "hospital_auditseal",
    "hospital_cardcheck",
    "billing_claimversion",
    "billing_charge",
    "billing_payment",
    "billing_deposit",
    "billing_refund",
    "insurance_gateway_outbounddocument",
    "insurance_gateway_receipt",
]
RECEIPTS = (Payment, Deposit, Refund)


def empty(table: str, *, allowed: str) -> None:
    """Empty a table, in a session that says whether it may."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hospital.allow_truncate', %s, true)", [allowed])
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("allowed", ["off", ""])
@pytest.mark.parametrize("table", KEPT)
def test_rows_kept_for_ever_cannot_be_emptied_away(table, allowed):
    with pytest.raises(IntegrityError, match="append-only"):
        empty(table, allowed=allowed)


def test_a_session_that_says_so_may_empty_what_it_wrote():
    facility = make_facility()
    make_patient(facility)

    for table in KEPT[3:]:
        empty(table, allowed="on")


def test_emptying_the_table_of_facilities_does_not_reach_the_audit_log():
    with pytest.raises(IntegrityError, match="append-only"):
        empty("hospital_facility", allowed="off")


def make_receipt(kind, **fields):
    facility = make_facility()
    visit = make_encounter(make_patient(facility), make_room(facility))
    actor = User.objects.get_or_create(username="thungan")[0]
    values = {"reason": "trả thừa"} if kind is Refund else {}
    return kind.objects.create(
        facility=facility,
        encounter=visit,
        number="BL1",
        amount=Decimal(1000),
        idempotency_key=f"khoa-{visit.pk}",
        received_by=actor,
        received_at=NOW,
        **values,
    )


def changed(row, **values) -> None:
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize("kind", RECEIPTS)
def test_a_receipt_changes_only_by_its_cancelling(kind):
    row = make_receipt(kind)

    for values in ({"amount": 2000}, {"method": "transfer"}, {"received_at": at(9)}):
        with pytest.raises(IntegrityError, match="may change only in"):
            changed(row, **values)
    changed(row, cancelled_at=at(9), cancelled_by=row.received_by, cancelled_reason="ghi nhầm")

    row.refresh_from_db()
    assert (row.amount, row.cancelled_reason) == (Decimal(1000), "ghi nhầm")


@pytest.mark.parametrize("kind", RECEIPTS)
def test_a_receipt_is_never_deleted(kind):
    row = make_receipt(kind)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.delete()

    assert kind.objects.filter(pk=row.pk).exists()


def test_only_a_deposit_moves_to_another_episode():
    deposit, payment = make_receipt(Deposit), make_receipt(Payment)

    changed(deposit, encounter=payment.encounter)
    with pytest.raises(IntegrityError, match="may change only in"):
        changed(payment, encounter=make_receipt(Payment).encounter)

    deposit.refresh_from_db()
    assert deposit.encounter == payment.encounter


def make_charge() -> Charge:
    ward = Ward()
    [prescription] = [ward.prescribe(make_drug(ward.facility))]
    [dispense] = prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))
    part = dispense.parts.get()
    return Charge.objects.create(
        encounter=ward.encounter,
        dispense_part=part,
        item=part.lot.item,
        name="Thuốc mẫu",
        cost_group="4",
        scope="1",
        quantity=1,
        unit_price_hospital=1500,
        unit_price_insured=1500,
        ordered_at=NOW,
        created_at=NOW,
    )


def test_a_charge_is_voided_and_otherwise_left_as_it_is():
    charge = make_charge()

    with pytest.raises(IntegrityError, match="may change only in"):
        changed(charge, quantity=2)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        charge.delete()
    changed(charge, voided_at=at(10), voided_reason="huỷ phát thuốc")

    charge.refresh_from_db()
    assert (charge.quantity, charge.voided_reason) == (Decimal(1), "huỷ phát thuốc")


class Ward:
    """A doctor with a patient in the room, and a pharmacist."""

    def __init__(self) -> None:
        self.facility = make_facility()
        self.room = make_room(self.facility)
        self.doctor = make_staff(self.facility, "doctor")
        self.pharmacist = make_staff(self.facility, "pharmacy")
        self.encounter = self.visit()

    def visit(self) -> Encounter:
        encounter = make_encounter(make_patient(self.facility), self.room, now=at(8))
        exam_start(encounter, room=self.room, doctor=self.doctor, now=at(8, 5))
        return encounter

    def prescribe(self, *drugs, encounter=None):
        inputs = [DrugInput(entry=drug, dose=Decimal(1), times_per_day=1, days=1) for drug in drugs]
        [made] = prescription_create(
            encounter or self.encounter,
            inputs,
            department=self.room.department,
            doctor=self.doctor,
            now=at(8, 20),
        )
        return made


def test_drugs_of_a_cancelled_episode_are_not_handed_over():
    ward = Ward()
    prescription = ward.prescribe(make_drug(ward.facility))
    Encounter.objects.filter(pk=ward.encounter.pk).update(state=Encounter.State.CANCELLED)

    with pytest.raises(InputRefused, match="encounter_cancelled"):
        prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))


def test_two_lines_of_one_drug_share_its_lots():
    ward = Ward()
    drug = make_drug(ward.facility, stock="2")

    dispenses = prescription_dispense(
        ward.prescribe(drug, drug), pharmacist=ward.pharmacist, now=at(9)
    )

    assert len(dispenses) == 2
    assert StockLot.objects.get(item=drug.item).quantity == 0


@pytest.mark.django_db(transaction=True)
def test_prescriptions_with_the_same_drugs_in_another_order_do_not_block_each_other():
    ward = Ward()
    drugs = [make_drug(ward.facility) for _ in range(12)]
    pairs = [
        ward.prescribe(*order, encounter=ward.visit())
        for order in (drugs, drugs[::-1], drugs, drugs[::-1])
    ]
    start = threading.Barrier(len(pairs))
    done: list[int] = []

    def hand_over(prescription) -> None:
        try:
            start.wait(timeout=10)
            prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))
            done.append(prescription.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_over, args=[row]) for row in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(done) == sorted(row.pk for row in pairs)


def receive(item: CatalogItem, *, expires_on: date, quantity: str = "10", price: str = "1500"):
    return stock_receive(
        LotInput(
            item=item,
            lot_number="LO-MAU",
            expires_on=expires_on,
            quantity=Decimal(quantity),
            purchase_price=Decimal(price),
        ),
        facility=item.facility,
        actor=User.objects.get(username="kho"),
        now=NOW,
    )


@pytest.mark.parametrize("price", ["1500", "1600"])
def test_a_lot_has_one_expiry_date(price):
    item = make_drug(make_facility()).item
    first = NOW.date() + timedelta(days=100)
    receive(item, expires_on=first)

    with pytest.raises(InputRefused, match="lot_expiry_differs"):
        receive(item, expires_on=first + timedelta(days=1), price=price)

    assert receive(item, expires_on=first).quantity == Decimal(20)


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_delivery_of_nothing_is_refused(quantity):
    item = make_drug(make_facility()).item

    with pytest.raises(InputRefused, match="quantity_not_positive"):
        receive(item, expires_on=NOW.date() + timedelta(days=100), quantity=quantity)
