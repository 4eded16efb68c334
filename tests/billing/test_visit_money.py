"""A visit's money: charges, bill, payment, closing."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing.claim_facts import decode, digest
from billing.errors import ClosingRefused, PaymentRefused, PriceNotInForce
from billing.models import Charge, Payment, PriceEntry
from billing.selectors.bill import bill_of
from billing.services.charge import charges_refresh
from billing.services.payment import payment_take
from billing.services.visit import visit_close
from hospital.errors import InputRefused
from hospital.models import Diagnosis, DiseaseCode, Encounter, Room, ServiceOrder
from hospital.services.encounter import Conclusion, exam_conclude
from hospital.services.exam import (
    DiagnosisInput,
    Signs,
    diagnosis_set,
    exam_start,
    vital_signs_record,
)
from hospital.services.order import (
    OrderInput,
    ResultInput,
    order_cancel,
    order_create,
    order_execute,
    result_enter,
)
from hospital.services.prescription import DrugInput, prescription_create, prescription_dispense
from tests.factories import (
    at,
    make_card,
    make_disease,
    make_drug,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_service,
    make_staff,
)

pytestmark = pytest.mark.django_db


class Visit:
    """An insured patient whose exam has begun; orders and drugs are added by the tests."""

    def __init__(self, head: str = "GD4", **patient: str) -> None:
        self.facility = make_facility()
        self.room = make_room(self.facility)
        self.lab = make_room(self.facility, Room.Kind.LAB, "K47")
        self.room.exam_item = make_service(self.facility).item
        self.room.save(update_fields=["exam_item"])
        self.doctor = make_staff(self.facility, "doctor")
        self.facility.head = self.doctor
        self.facility.save(update_fields=["head"])
        self.cashier = make_staff(self.facility, "cashier").user
        patient_row = make_patient(self.facility, **patient)
        self.card = make_card(patient_row, head) if head else None
        self.encounter = make_encounter(patient_row, self.room, card=self.card, now=at(8))
        DiseaseCode.objects.filter(code="I10").exists() or make_disease("I10", "Tăng huyết áp")
        self.end = at(9, 10)
        exam_start(self.encounter, room=self.room, doctor=self.doctor, now=at(8, 10))

    def order(self, price: str, *, execute: bool = True, **fields: object) -> ServiceOrder:
        entry = make_service(
            self.facility, code="22.0120.1370", cost_group="1", price=price, **fields
        )
        order = order_create(
            self.encounter,
            OrderInput(
                entry=entry, department=self.room.department, room=self.lab, icd_codes="I10"
            ),
            doctor=self.doctor,
            now=at(8, 20),
        )
        if execute:
            order_execute(order, performer=self.doctor, started_at=at(8, 30), now=at(8, 30))
            result = ResultInput(indicator_code="WBC", indicator_name="Bạch cầu", value="7.1")
            result_enter(order, [result], reader=self.doctor, now=at(8, 50))
        return order

    def drug(self, price: str, quantity: str, **fields: object) -> None:
        drug = DrugInput(
            entry=make_drug(self.facility, price=price, **fields),
            dose=Decimal(1),
            times_per_day=1,
            days=int(Decimal(quantity)),
        )
        [prescription] = prescription_create(
            self.encounter,
            [drug],
            department=self.room.department,
            doctor=self.doctor,
            now=at(9),
        )
        prescription_dispense(prescription, pharmacist=self.doctor, now=at(9, 20))

    def conclude(self, *, weight: str | None = "60") -> None:
        self.conclude_at(at(9, 10), weight=weight)

    def conclude_at(
        self,
        moment: datetime,
        *,
        weight: str | None = "60",
        outcome: str = "2",
        discharge_type: str = "1",
    ) -> None:
        if weight is not None:
            signs = Signs(weight_kg=Decimal(weight))
            vital_signs_record(self.encounter, signs, staff=self.doctor, now=moment)
        main = DiagnosisInput(code="I10", kind=Diagnosis.Kind.MAIN)
        diagnosis_set(self.encounter, [main], doctor=self.doctor, now=moment)
        conclusion = Conclusion(outcome=outcome, discharge_type=discharge_type)
        exam_conclude(self.encounter, conclusion, doctor=self.doctor, now=moment)
        self.end = moment

    def refresh(self) -> None:
        charges_refresh(self.encounter, now=self.end + timedelta(minutes=20), job="test")
        self.encounter.refresh_from_db()

    def pay(self, key: str = "key-1", **options: object) -> Payment | None:
        return payment_take(
            self.encounter,
            actor=self.cashier,
            now=self.end + timedelta(minutes=30),
            idempotency_key=key,
            **options,
        )

    def close(self):
        return visit_close(
            self.encounter,
            actor=self.cashier,
            now=self.end + timedelta(minutes=35),
            edition_for=lambda day: "1931",
        )


def test_charges_follow_from_what_was_done_and_refreshing_again_adds_nothing():
    visit = Visit()
    visit.order("49700")
    visit.drug("1500", "10")

    visit.refresh()
    visit.refresh()

    charges = Charge.objects.filter(encounter=visit.encounter)
    assert sorted(charges.values_list("cost_group", flat=True)) == ["1", "13", "4"]


def test_order_without_execution_costs_nothing():
    visit = Visit()
    visit.order("49700", execute=False)

    visit.refresh()

    assert Charge.objects.get(encounter=visit.encounter).cost_group == "13"


def test_charge_of_a_cancelled_execution_is_voided_and_never_deleted():
    visit = Visit()
    entry = make_service(visit.facility, code="18.0015.0001", cost_group="2", price="58600")
    order = order_create(
        visit.encounter,
        OrderInput(entry=entry, department=visit.room.department, room=visit.lab),
        doctor=visit.doctor,
        now=at(8, 20),
    )
    order_execute(order, performer=visit.doctor, started_at=at(8, 30), now=at(8, 30))
    visit.refresh()
    order_cancel(order, reason="Máy hỏng", doctor=visit.doctor, now=at(8, 40))

    visit.refresh()

    charge = Charge.objects.get(execution__order=order)
    assert charge.voided_at == at(9, 30)
    assert all(line.charge != charge for line in bill_of(visit.encounter).lines)


def test_item_without_a_price_in_force_is_named():
    visit = Visit()
    order = visit.order("49700")
    PriceEntry.objects.filter(item=order.entry.item).delete()

    with pytest.raises(PriceNotInForce) as refused:
        visit.refresh()

    assert refused.value.facts["item"] == order.entry.item_id


def test_visit_below_fifteen_percent_costs_the_patient_nothing():
    visit = Visit()
    visit.order("328899")
    visit.refresh()

    bill = bill_of(visit.encounter)

    assert bill.totals.insured == Decimal("379499.00")
    assert (bill.totals.fund, bill.share) == (Decimal("379499.00"), Decimal(0))


def test_visit_at_fifteen_percent_is_shared_by_the_level_of_the_card():
    visit = Visit()
    visit.order("328900")
    visit.refresh()

    bill = bill_of(visit.encounter)

    assert bill.totals.insured == Decimal("379500.00")
    assert bill.totals.co_payment == Decimal("75900.00")
    assert bill.share == Decimal(75900)


def test_uninsured_visit_is_paid_in_full():
    visit = Visit(head="")
    visit.order("49700")
    visit.refresh()

    bill = bill_of(visit.encounter)

    assert bill.totals.self_payment == bill.totals.hospital == Decimal("100300.00")
    assert bill.totals.fund == 0


def test_price_difference_is_the_patients_own():
    visit = Visit()
    visit.order("400000", insured_price="350000")
    visit.refresh()

    bill = bill_of(visit.encounter)

    assert bill.totals.self_payment == Decimal("50000.00")
    assert bill.totals.insured == Decimal("400600.00")


def test_a_double_click_pays_once():
    visit = Visit()
    visit.order("600000")

    first, again = visit.pay(), visit.pay()

    assert first == again
    assert Payment.objects.count() == 1
    assert bill_of(visit.encounter).due == 0


def test_paying_twice_with_another_key_finds_nothing_due():
    visit = Visit()
    visit.order("600000")
    visit.pay("first")

    assert visit.pay("second") is None


def test_payment_above_what_is_due_is_refused():
    visit = Visit()
    visit.order("600000")

    with pytest.raises(PaymentRefused, match="payment_above_due"):
        visit.pay(amount=Decimal(9_999_999))


def test_key_of_another_visit_is_refused():
    visit, other = Visit(), Visit()
    visit.order("600000")
    other.order("600000")
    visit.pay("shared")

    with pytest.raises(PaymentRefused, match="payment_key_of_other_visit"):
        other.pay("shared")


def test_bill_before_and_after_paying_differs_only_in_what_is_due():
    visit = Visit()
    visit.order("600000")
    visit.refresh()
    before = bill_of(visit.encounter)

    visit.pay()

    after = bill_of(visit.encounter)
    assert after.totals == before.totals
    assert (before.due, after.due) == (before.share, 0)
    assert after.paid_at == at(9, 40)


def test_closing_freezes_the_same_sums_as_the_bill():
    visit = Visit()
    visit.order("600000")
    visit.drug("1234.567", "7")
    visit.conclude()
    visit.pay()

    version = visit.close()

    facts = decode(version.facts)
    bill = bill_of(Encounter.objects.get(pk=visit.encounter.pk))
    assert facts.totals == bill.totals
    assert version.digest == digest(version.facts.encode())
    assert (
        sum(line.money.total_hospital for line in (*facts.drugs, *facts.services))
        == version.total_hospital
    )
    assert facts.visit.paid_at == at(9, 40)
    assert [result.indicator_name for result in facts.results] == ["Bạch cầu"]


def test_closing_twice_returns_the_same_version():
    visit = Visit()
    visit.conclude()

    assert visit.close() == visit.close()


def test_visit_with_drugs_at_the_pharmacy_cannot_be_closed():
    visit = Visit()
    drug = DrugInput(entry=make_drug(visit.facility), dose=Decimal(1), times_per_day=2, days=5)
    prescription_create(
        visit.encounter, [drug], department=visit.room.department, doctor=visit.doctor, now=at(9)
    )
    visit.conclude()

    with pytest.raises(InputRefused, match="prescriptions_not_dispensed"):
        visit.close()


def test_closing_that_fails_changes_nothing():
    visit = Visit()
    visit.conclude()
    visit.facility.codes.all().update(valid_to=at(8).date().replace(year=2021))

    with pytest.raises(InputRefused, match="facility_code_not_in_force"):
        visit.close()

    assert Encounter.objects.get(pk=visit.encounter.pk).state == Encounter.State.CONCLUDED


def test_insured_visit_without_a_weight_cannot_be_closed():
    visit = Visit()
    visit.conclude(weight=None)

    with pytest.raises(ClosingRefused, match="weight_missing"):
        visit.close()


def test_frozen_version_cannot_be_changed_even_in_sql():
    visit = Visit()
    visit.conclude()
    version = visit.close()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE billing_claimversion SET fund = 1 WHERE id = %s", [version.pk])


def test_bill_of_a_closed_visit_is_what_was_frozen_whatever_becomes_of_the_card():
    visit = Visit()
    visit.order("600000")
    visit.conclude()
    visit.pay()
    version = visit.close()

    visit.card.valid_to = at(8).date().replace(month=10)
    visit.card.save(update_fields=["valid_to"])

    bill = bill_of(Encounter.objects.get(pk=visit.encounter.pk))
    assert bill.totals.co_payment == version.co_payment
    assert bill.due == 0
    assert visit.pay("again") is None


def test_blood_as_a_service_stays_in_the_claim():
    visit = Visit()
    entry = make_service(visit.facility, code="22.0501.1345", cost_group="7", price="400000")
    order = order_create(
        visit.encounter,
        OrderInput(entry=entry, department=visit.room.department, room=visit.lab),
        doctor=visit.doctor,
        now=at(8, 20),
    )
    order_execute(order, performer=visit.doctor, started_at=at(8, 30), now=at(8, 30))
    result = ResultInput(indicator_name="Truyền máu", conclusion="An toàn")
    result_enter(order, [result], reader=visit.doctor, now=at(8, 50))
    visit.conclude()
    visit.pay()

    facts = decode(visit.close().facts)

    assert sum(line.money.total_hospital for line in facts.services) == facts.totals.hospital


def test_visit_without_anything_to_pay_is_settled_when_it_ends():
    visit = Visit()
    visit.conclude()

    assert decode(visit.close().facts).visit.paid_at == at(9, 10)
