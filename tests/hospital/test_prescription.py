"""Prescriptions by drug class, and stock that is never negative."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from hospital.errors import IllegalMove, InputRefused
from hospital.models import DispensePart, DrugEntry, Prescription, StockLot, StockMovement
from hospital.services.exam import exam_start
from hospital.services.prescription import DrugInput, prescription_create, prescription_dispense
from tests.factories import (
    at,
    make_drug,
    make_encounter,
    make_facility,
    make_lot,
    make_patient,
    make_room,
    make_staff,
)

pytestmark = pytest.mark.django_db


class Ward:
    """A doctor with a patient in the room, and a pharmacist."""

    def __init__(self) -> None:
        self.facility = make_facility()
        self.room = make_room(self.facility)
        self.doctor = make_staff(self.facility, "doctor")
        self.pharmacist = make_staff(self.facility, "pharmacy")
        self.encounter = make_encounter(make_patient(self.facility), self.room, now=at(8))
        exam_start(self.encounter, room=self.room, doctor=self.doctor, now=at(8, 5))

    def prescribe(self, *drugs: DrugEntry, days: int = 5) -> list[Prescription]:
        inputs = [
            DrugInput(entry=drug, dose=Decimal(1), times_per_day=2, days=days) for drug in drugs
        ]
        return prescription_create(
            self.encounter,
            inputs,
            department=self.room.department,
            doctor=self.doctor,
            now=at(8, 20),
        )


def test_each_drug_class_gets_its_own_prescription_code():
    ward = Ward()
    ordinary = make_drug(ward.facility)
    narcotic = make_drug(ward.facility, control_class="n")

    made = ward.prescribe(ordinary, narcotic)

    assert [prescription.kind for prescription in made] == ["c", "n"]
    assert all(re.fullmatch(r"[0-9a-z]{12}-[cn]", prescription.code) for prescription in made)


def test_dispensing_takes_the_lot_that_expires_first():
    ward = Ward()
    drug = make_drug(ward.facility, price="1500", stock="6")
    make_lot(drug, price="1400", quantity="100", expires_on=date(2028, 1, 1))
    [prescription] = ward.prescribe(drug)

    prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))

    parts = DispensePart.objects.order_by("pk").values_list("lot__purchase_price", "quantity")
    assert list(parts) == [(Decimal(1500), Decimal(6)), (Decimal(1400), Decimal(4))]


def test_stock_equals_the_sum_of_its_movements():
    ward = Ward()
    drug = make_drug(ward.facility, stock="100")
    [prescription] = ward.prescribe(drug)

    prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))

    lot = StockLot.objects.get(item=drug.item)
    movements = StockMovement.objects.filter(lot=lot).values_list("quantity", flat=True)
    assert lot.quantity == sum(movements) == Decimal(90)


def test_short_stock_hands_over_nothing():
    ward = Ward()
    plenty, scarce = make_drug(ward.facility), make_drug(ward.facility, stock="3")
    [prescription] = ward.prescribe(plenty, scarce)

    with pytest.raises(InputRefused, match="stock_short"):
        prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))

    assert not DispensePart.objects.exists()
    assert StockLot.objects.get(item=plenty.item).quantity == Decimal(1000)


def test_expired_lot_is_not_given():
    ward = Ward()
    drug = make_drug(ward.facility, stock="0.001")
    make_lot(drug, quantity="100", expires_on=date(2026, 11, 23))
    [prescription] = ward.prescribe(drug)

    with pytest.raises(InputRefused, match="stock_short"):
        prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))


def test_second_dispense_is_refused():
    ward = Ward()
    [prescription] = ward.prescribe(make_drug(ward.facility))
    prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9))

    with pytest.raises(IllegalMove):
        prescription_dispense(prescription, pharmacist=ward.pharmacist, now=at(9, 1))


def test_empty_prescription_is_refused():
    ward = Ward()

    with pytest.raises(InputRefused, match="prescription_empty"):
        ward.prescribe()
