"""Five continuous years and six months of co-payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import CoPaymentPaid
from billing.benefit.exemption import co_payment_year
from billing.benefit.law import Law
from tests.billing.benefit_facts import a_card, a_line, moment, rates

FIVE_YEARS = date(2024, 1, 1)


def paid(day: str, amount: str) -> CoPaymentPaid:
    return CoPaymentPaid(date.fromisoformat(day), Decimal(amount))


def account(day: str, *stays: CoPaymentPaid) -> tuple[Decimal, Decimal, bool]:
    year = co_payment_year(stays, date.fromisoformat(day), Law())
    return year.threshold, year.paid, year.is_passed


@pytest.mark.parametrize(
    ("amount", "rate"), [("15179999.99", 80), ("15180000", 80), ("15180000.01", 100)]
)
def test_only_more_than_the_threshold_exempts(amount: str, rate: int) -> None:
    found = rates(five_years_on=FIVE_YEARS, copay_history=(paid("2026-08-01", amount),))

    assert found == [rate]


def test_without_five_years_nothing_exempts() -> None:
    history = (paid("2026-08-01", "99000000"),)

    assert rates(copay_history=history) == [80]


def test_five_years_count_from_the_day_they_are_complete() -> None:
    lines = (a_line(1, on="2026-09-04 23:59"), a_line(2, on="2026-09-05 00:00"))

    found = rates(
        *lines, five_years_on=date(2026, 9, 5), copay_history=(paid("2026-08-01", "16000000"),)
    )

    assert found == [80, 100]


def test_a_stay_discharged_later_or_in_another_year_does_not_count() -> None:
    history = (paid("2026-09-02", "16000000"), paid("2025-12-31", "16000000"))
    lines = (a_line(1, on="2026-09-01"), a_line(2, on="2026-09-02"))

    assert rates(*lines, five_years_on=FIVE_YEARS, copay_history=history) == [80, 100]


def test_the_line_after_the_one_that_passes_the_threshold_is_exempt() -> None:
    history = (paid("2026-08-01", "15000000"),)
    lines = (a_line(3, on="2026-09-04"), a_line(1, on="2026-09-02"), a_line(2, on="2026-09-02"))

    found = rates(*lines, five_years_on=FIVE_YEARS, copay_history=history)

    assert found == [100, 80, 100]


def test_an_exemption_once_reached_outlasts_a_change_of_the_level() -> None:
    found = rates(
        a_line(1, "62500000", on="2026-06-26"),
        a_line(2, on="2026-07-02"),
        five_years_on=FIVE_YEARS,
        copay_history=(paid("2026-05-20", "2000000"),),
        arrived_at=moment("2026-06-25 08:00"),
        ended_at=moment("2026-07-05 08:00"),
    )

    assert found == [80, 100]


@pytest.mark.parametrize(("amount", "rate"), [("14039999.99", 80), ("14040000", 100)])
def test_at_a_change_of_the_level_to_have_paid_the_threshold_is_enough(
    amount: str, rate: int
) -> None:
    found = rates(
        a_line(on="2026-07-01"),
        five_years_on=FIVE_YEARS,
        copay_history=(paid("2026-06-30", amount),),
        arrived_at=moment("2026-07-01 08:00"),
    )

    assert found == [rate]


def test_a_line_after_a_change_is_measured_by_the_new_threshold() -> None:
    found = rates(
        a_line(1, on="2026-06-30"),
        a_line(2, on="2026-07-01"),
        five_years_on=FIVE_YEARS,
        copay_history=(paid("2026-05-20", "10000000"), paid("2026-07-01", "4000000")),
        arrived_at=moment("2026-06-29 08:00"),
    )

    assert found == [80, 80]  # 14.2 million: above 14,040,000, below 14,368,034.19


def test_a_year_without_co_payment_is_an_exact_zero() -> None:
    assert str(account("2026-08-01")[1]) == "0.00"


def test_a_visit_over_new_year_is_judged_in_each_year() -> None:
    found = rates(
        a_line(1, on="2025-12-31"),
        a_line(2, on="2026-01-01"),
        cards=(a_card(since="2025-01-01"),),
        five_years_on=FIVE_YEARS,
        copay_history=(paid("2025-06-01", "20000000"),),
        arrived_at=moment("2025-12-30 08:00"),
        ended_at=moment("2026-01-05 08:00"),
    )

    assert found == [100, 80]


@pytest.mark.parametrize(
    ("on", "rate"), [("2026-09-04 09:59", 80), ("2026-09-04 10:00", 100), ("2026-09-09", 100)]
)
def test_an_exemption_paper_is_proof_enough_from_its_moment(on: str, rate: int) -> None:
    assert rates(a_line(on=on), exempt_from=moment("2026-09-04 10:00")) == [rate]


def test_an_exemption_paper_of_last_year_is_over() -> None:
    assert rates(exempt_from=moment("2025-09-04")) == [80]


def test_a_reduced_route_is_never_exempt() -> None:
    assert rates(route_code="3.1", exempt_from=moment("2026-08-01")) == [32]


@pytest.mark.parametrize(
    ("day", "stays", "expected"),
    [
        # no change in the year
        ("2025-11-10", [], ("14040000", "0", False)),
        # the first day of the year is part of it, the last of the year before is not
        ("2026-07-01", [("2026-01-01", "13000000")], ("14124444.44", "13000000", False)),
        ("2026-07-01", [("2025-12-31", "13000000")], ("15180000", "0", False)),
        # the day before a change, and the day itself
        ("2026-06-30", [("2026-06-30", "13000000")], ("14040000", "13000000", False)),
        ("2026-07-01", [("2026-06-30", "13000000")], ("14124444.44", "13000000", False)),
        # a stay discharged on the day of the change is after it
        ("2026-07-01", [("2026-07-01", "13000000")], ("15180000", "13000000", False)),
        # equality is enough at a change only
        ("2026-06-30", [("2026-06-30", "14040000")], ("14040000", "14040000", False)),
        ("2026-07-01", [("2026-06-30", "14040000")], ("14040000", "14040000", True)),
        # the same rule for the change of 2024
        ("2024-07-01", [("2024-03-01", "5400000")], ("12420000", "5400000", False)),
    ],
)
def test_the_threshold_of_a_year_with_a_change(
    day: str, stays: list[tuple[str, str]], expected: tuple[Any, ...]
) -> None:
    threshold, sum_paid, passed = account(day, *(paid(*stay) for stay in stays))

    assert (threshold, sum_paid, passed) == (
        Decimal(expected[0]),
        Decimal(expected[1]),
        expected[2],
    )
