"""Ending a visit at the cashier: what the second look at the card changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import ClosingRefused
from hospital.models import Encounter, InsuranceCard
from insurance_gateway.client.fake import FakeGateway, raising
from insurance_gateway.client.port import CardAnswer, CardOutcome, TemporaryFailure
from insurance_gateway.services.closing import visit_finish
from tests.billing.test_visit_money import Visit
from tests.factories import at, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def gateway(card: InsuranceCard, **answer: object) -> FakeGateway:
    values: dict[str, object] = {
        "outcome": CardOutcome.VALID,
        "code": "000",
        "number": card.number,
        "registered_facility": card.registered_facility,
        "valid_from": card.valid_from,
        "valid_to": card.valid_to,
    }
    return FakeGateway({card.number: CardAnswer(**{**values, **answer})})


def paid() -> Visit:
    visit = Visit()
    visit.order("600000")
    visit.conclude()
    visit.pay()
    return visit


def finish(visit: Visit, port: FakeGateway | None, **options: bool):
    return visit_finish(
        visit.encounter,
        cashier=make_staff(visit.facility, "cashier"),
        now=at(10),
        gateway=port,
        **options,
    )


def state(visit: Visit) -> str:
    return Encounter.objects.get(pk=visit.encounter.pk).state


def test_paid_visit_with_a_valid_card_is_closed_and_queued():
    visit = paid()

    assert finish(visit, gateway(visit.card)) is not None
    assert state(visit) == Encounter.State.ENDED


def test_card_that_ended_meanwhile_leaves_a_rest_to_pay_first():
    visit = paid()
    ended = gateway(visit.card, valid_to=at(8).date().replace(month=10, day=31))

    with pytest.raises(ClosingRefused, match="due_after_recheck"):
        finish(visit, ended)

    assert state(visit) == Encounter.State.CONCLUDED


def test_refused_card_is_not_claimed():
    visit = paid()

    with pytest.raises(ClosingRefused, match="card_refused"):
        finish(visit, gateway(visit.card, outcome=CardOutcome.REFUSED, code="010"))

    assert state(visit) == Encounter.State.CONCLUDED


def test_silent_gateway_stops_nobody():
    visit = paid()
    port = gateway(visit.card)
    port.next_call(raising(TemporaryFailure("connect")))

    assert finish(visit, port) is not None


def test_gateway_that_is_not_set_up_stops_nobody():
    assert finish(paid(), None) is not None


def test_unpaid_visit_is_closed_only_when_that_is_meant():
    visit = Visit()
    visit.order("600000")
    visit.conclude()

    with pytest.raises(ClosingRefused, match="due_after_recheck"):
        finish(visit, None)

    assert finish(visit, None, is_unpaid_allowed=True) is not None
    assert Decimal(0) < Encounter.objects.get(pk=visit.encounter.pk).claim.versions.get().co_payment
