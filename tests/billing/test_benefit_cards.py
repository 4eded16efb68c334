"""Which card decides a line, and whether it covers it."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest

from tests.billing.benefit_facts import (
    CHILD,
    EMPLOYEE,
    NEAR_POOR,
    PENSIONER,
    POOR,
    SOLDIER,
    a_card,
    a_line,
    moment,
    quoted,
    rates,
)

FULL, NOTHING = Decimal(100), Decimal(0)


@pytest.mark.parametrize(
    ("until", "on", "rate"),
    [
        ("2026-09-05", "2026-09-05", 80),
        ("2026-09-05", "2026-09-06", 80),
        ("2026-09-05", "2026-09-20", 80),
        ("2026-09-05", "2026-09-21", 0),
        ("", "2026-09-21", 80),
    ],
)
def test_a_card_that_ends_in_treatment_pays_fifteen_more_days(
    until: str, on: str, rate: int
) -> None:
    found = rates(a_line(on=on), cards=(a_card(until=until),), ended_at=moment("2026-10-30 09:00"))

    assert found == [rate]


def test_grace_does_not_reach_beyond_the_discharge() -> None:
    found = rates(
        a_line(on="2026-09-08"),
        cards=(a_card(until="2026-09-05"),),
        ended_at=moment("2026-09-07 09:00"),
    )

    assert found == [NOTHING]


@pytest.mark.parametrize("visit_type", ["01", "07", "10", "16"])
def test_a_plain_examination_has_no_grace(visit_type: str) -> None:
    found = rates(
        a_line(on="2026-09-06"), cards=(a_card(until="2026-09-05"),), visit_type=visit_type
    )

    assert found == [NOTHING]


def test_no_grace_when_the_visit_began_after_the_card_ended() -> None:
    assert rates(a_line(on="2026-09-02"), cards=(a_card(until="2026-08-31"),)) == [NOTHING]


def test_in_a_gap_the_ended_card_pays_until_the_next_one_starts() -> None:
    cards = (a_card(until="2026-09-03"), a_card(POOR, since="2026-09-06"))
    days = ("2026-09-03", "2026-09-05", "2026-09-06")

    found = rates(*(a_line(place, on=day) for place, day in enumerate(days, 1)), cards=cards)

    assert found == [80, 80, 100]


def test_of_two_ended_cards_the_one_that_ended_last_pays() -> None:
    cards = (a_card(PENSIONER, until="2026-09-02"), a_card(EMPLOYEE, until="2026-09-04"))

    assert rates(a_line(on="2026-09-05"), cards=cards) == [80]


def test_a_line_before_the_card_starts_is_not_covered() -> None:
    cards = (a_card(since="2026-09-03"),)

    line = quoted(a_line(on="2026-09-02"), cards=cards)[0]

    assert (line.item_ratio, line.total_insured) == (NOTHING, NOTHING)
    assert line.self_payment == Decimal("1000000.00")
    assert line.card is None


@pytest.mark.parametrize(
    ("numbers", "place"),
    [
        ((EMPLOYEE, PENSIONER), 1),
        ((POOR, CHILD), 1),
        ((CHILD, POOR), 0),
        ((CHILD, SOLDIER), 1),
        ((SOLDIER, CHILD), 0),
        ((EMPLOYEE, EMPLOYEE), 0),
    ],
)
def test_the_best_of_several_valid_cards_decides(numbers: tuple[str, ...], place: int) -> None:
    line = quoted(cards=tuple(a_card(number) for number in numbers))[0]

    assert line.card == place


@pytest.mark.parametrize(("on", "rate"), [("2025-12-31", 95), ("2026-01-01", 100)])
def test_a_near_poor_card_is_raised_from_the_first_of_january(on: str, rate: int) -> None:
    found = rates(
        a_line(on=on),
        cards=(a_card(NEAR_POOR, since="2025-01-01"),),
        arrived_at=moment("2025-12-30 08:00"),
        ended_at=moment("2026-01-05 08:00"),
    )

    assert found == [rate]


@pytest.mark.parametrize(("on", "rate"), [("2026-09-02 09:59", 0), ("2026-09-02 10:00", 80)])
def test_a_card_shown_late_pays_from_the_moment_it_is_shown(on: str, rate: int) -> None:
    assert rates(a_line(on=on), card_shown_at=moment("2026-09-02 10:00")) == [rate]


def test_a_line_without_a_time_counts_at_arrival() -> None:
    assert rates(card_shown_at=moment("2026-09-01 08:01")) == [NOTHING]
    assert rates(card_shown_at=moment("2026-09-01 08:00")) == [80]


@pytest.mark.parametrize(("shown", "rate"), [("2026-09-10 09:00", 80), ("2026-09-10 09:01", 0)])
def test_in_an_emergency_a_card_shown_before_discharge_covers_the_whole_stay(
    shown: str, rate: int
) -> None:
    assert rates(route_code="2", card_shown_at=moment(shown)) == [rate]


def test_without_a_card_even_a_small_sum_is_paid_by_the_patient() -> None:
    line = quoted(a_line(price="1000"), cards=())[0]

    assert (line.benefit_rate, line.self_payment) == (NOTHING, Decimal("1000.00"))


def test_code_one_two_without_a_card_pays_nothing() -> None:
    assert rates(route_code="1.2", cards=()) == [NOTHING]


def test_days_are_days_of_the_facility() -> None:
    late_in_utc = moment("2026-09-06 00:30").astimezone(UTC)

    found = rates(a_line(ordered_at=late_in_utc), cards=(a_card(since="2026-09-06"),))

    assert found == [80]
