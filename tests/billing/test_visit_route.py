"""Route code, cards and earlier co-payments of a visit, as its bill sees them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.selectors.bill import bill_of, co_payments_before
from billing.selectors.route import route_code_of
from hospital.models import AuditEntry, CardCheck, Encounter
from hospital.selectors.cards import cards_of
from hospital.services.patient import CardCheckInput, card_check_record
from tests.billing.test_visit_money import Visit
from tests.factories import at, make_card, make_encounter

pytestmark = pytest.mark.django_db


def registered(visit: Visit, code: str) -> None:
    visit.card.registered_facility = code
    visit.card.save(update_fields=["registered_facility"])
    visit.encounter.refresh_from_db()


def test_patient_registered_here_comes_by_right_whatever_was_ticked():
    visit = Visit()
    registered(visit, visit.facility.codes.get().code)
    Encounter.objects.filter(pk=visit.encounter.pk).update(route_code="1.12")
    visit.encounter.refresh_from_db()

    assert route_code_of(visit.encounter) == "1.1"


def test_self_referred_patient_of_a_small_basic_hospital_is_one_twelve():
    visit = Visit()
    registered(visit, "01001")

    assert route_code_of(visit.encounter) == "1.12"


def test_what_only_a_person_can_know_is_taken_from_what_was_ticked():
    visit = Visit()
    registered(visit, "01001")
    visit.encounter.route_code = "1.5"

    assert route_code_of(visit.encounter) == "1.5"


def test_closing_writes_the_decided_code_and_says_so():
    visit = Visit()
    registered(visit, "01001")
    visit.conclude()

    visit.close()

    line = AuditEntry.objects.get(action="route.decide")
    assert Encounter.objects.get(pk=visit.encounter.pk).route_code == "1.12"
    assert line.facts == {"ticked": "1.1", "decided": "1.12"}


def test_hospital_of_fifty_points_pays_half_for_self_referred_outpatients_from_july_2026():
    visit = Visit()
    registered(visit, "01001")
    visit.facility.grades.update(points=Decimal(60), former_class="")
    visit.order("600000")
    visit.refresh()

    bill = bill_of(visit.encounter)

    assert {line.money.benefit_rate for line in bill.lines} == {Decimal(40)}


def confirm(visit: Visit, card, when) -> None:
    check = CardCheckInput(
        asked_with=card.number,
        moment=CardCheck.Moment.DURING,
        outcome=CardCheck.Outcome.VALID,
        asked_at=when,
        answered_at=when,
    )
    card_check_record(visit.encounter.patient, check, card=card, actor=visit.cashier)


def test_a_card_confirmed_during_the_visit_joins_the_one_shown():
    visit = Visit()
    newer = make_card(visit.encounter.patient, "HN2", valid_from=date(2026, 11, 23))

    confirm(visit, newer, at(9))

    assert cards_of(visit.encounter) == [visit.card, newer]


def test_the_better_of_two_valid_cards_pays():
    visit = Visit()
    visit.order("600000")
    visit.refresh()
    newer = make_card(visit.encounter.patient, "HN2", valid_from=date(2026, 11, 23))

    confirm(visit, newer, at(9))

    assert bill_of(visit.encounter).totals.co_payment == 0


def test_a_card_of_another_visit_does_not_join():
    visit = Visit()
    other = make_card(visit.encounter.patient, "HN2")
    confirm(visit, other, at(9, day=date(2026, 11, 20)))

    assert cards_of(visit.encounter) == [visit.card]


def test_co_payments_of_earlier_visits_of_the_year_are_told_to_the_rules():
    visit = Visit()
    visit.order("600000")
    visit.conclude()
    visit.pay()
    version = visit.close()
    later = make_encounter(visit.encounter.patient, visit.room, card=visit.card, now=at(14))

    [paid] = co_payments_before(later)

    assert (paid.ended_on, paid.co_payment) == (date(2026, 11, 23), version.co_payment)
    assert co_payments_before(visit.encounter) == ()
