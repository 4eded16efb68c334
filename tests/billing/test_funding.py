"""Exemption papers and other sources, from the record to the claim."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.claim_facts import decode
from billing.models import Charge, OtherFunding
from billing.selectors.bill import bill_of
from billing.services.funding import (
    FundingInput,
    FundingRefused,
    exemption_record,
    funding_record,
)
from tests.billing.test_visit_money import Visit
from tests.factories import at

pytestmark = pytest.mark.django_db
Kind, Mode = OtherFunding.Kind, OtherFunding.Mode


def expensive() -> Visit:
    visit = Visit()
    visit.order("600000")
    visit.refresh()
    return visit


def fund(visit: Visit, *, amount: str = "0", mode: str = Mode.PATIENT, reason: str = "Dự án"):
    charge = Charge.objects.get(encounter=visit.encounter, cost_group="1")
    funding = FundingInput(kind=Kind.STATE, mode=mode, reason=reason, amount=Decimal(amount))
    return funding_record(charge, funding, actor=visit.cashier, now=at(9, 35))


def exempt(visit: Visit, starts_on: date) -> None:
    exemption_record(
        visit.encounter.patient,
        starts_on=starts_on,
        paper_number="01/MCCT",
        actor=visit.cashier,
        now=at(8),
    )


def test_exemption_paper_frees_from_co_payment_from_its_day():
    visit = expensive()

    exempt(visit, date(2026, 11, 23))

    assert bill_of(visit.encounter).totals.co_payment == 0


@pytest.mark.parametrize("starts_on", [date(2026, 11, 24), date(2025, 6, 1)])
def test_paper_of_a_later_day_or_of_another_year_does_not(starts_on):
    visit = expensive()

    exempt(visit, starts_on)

    assert bill_of(visit.encounter).totals.co_payment == Decimal("130120.00")


def test_claim_names_the_day_of_the_paper():
    visit = expensive()
    exempt(visit, date(2026, 3, 1))
    visit.conclude()
    visit.pay()

    facts = decode(visit.close().facts)

    assert facts.visit.copay_exempt_since == date(2026, 3, 1)


def test_the_same_paper_is_recorded_once():
    visit = expensive()

    exempt(visit, date(2026, 3, 1))
    exempt(visit, date(2026, 3, 1))

    assert visit.encounter.patient.copayment_exemptions.count() == 1


def test_other_source_for_the_patient_pays_the_patients_share_first():
    visit = expensive()

    fund(visit, amount="50000")

    bill = bill_of(visit.encounter)
    assert bill.totals.co_payment == Decimal("80120.00")
    assert bill.totals.other_sources == Decimal("50000.00")
    assert bill.totals.fund == Decimal("520480.00")


def test_source_that_takes_over_the_co_payment_leaves_nothing_of_it():
    visit = expensive()

    fund(visit, mode=Mode.CO_PAYMENT)

    [line] = [line for line in bill_of(visit.encounter).lines if line.charge.cost_group == "1"]
    assert line.money.co_payment == 0
    assert line.money.other_state == Decimal("120000.00")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"amount": "600001"}, "amount_above_charge"),
        ({"amount": "1000", "reason": " "}, "reason_missing"),
    ],
)
def test_what_cannot_be_is_refused(asked, code):
    visit = expensive()

    with pytest.raises(FundingRefused, match=code):
        fund(visit, **asked)


def test_closed_visit_takes_no_other_source():
    visit = expensive()
    visit.conclude()
    visit.pay()
    visit.close()

    with pytest.raises(FundingRefused, match="visit_closed"):
        fund(visit, amount="1000")
