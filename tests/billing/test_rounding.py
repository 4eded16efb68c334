"""The one place that rounds: half-up, two decimals, at each step of the official order."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from billing import rounding

D = Decimal


@pytest.mark.parametrize(
    ("quantity", "price", "rate", "total"),
    [
        ("3", "333.335", "100", "1000.01"),
        ("1", "0.005", "100", "0.01"),
        ("1", "0.004999", "100", "0.00"),
        ("1", "500000.125", "100", "500000.13"),
        ("0.5", "312200", "33", "51513.00"),
        ("2", "0.025", "10", "0.01"),
        ("9999999.999", "999999999999.999", "100", "9999999998999990000.00"),
    ],
)
def test_the_total_of_a_line(quantity: str, price: str, rate: str, total: str) -> None:
    assert str(rounding.total_hospital(D(quantity), D(price), D(rate))) == total


def test_the_insured_total_is_rounded_once_after_all_factors() -> None:
    found = rounding.total_insured(D("3"), D("333.335"), D("50"), D("33"))

    assert found == D("165.00")  # 165.0008…, not 0.33 of the rounded half


def test_beside_a_source_for_the_facility_only_the_rest_is_insured() -> None:
    factors = (D(10), D(1000000), D(100), D(50))

    found = rounding.total_insured_beside_facility_source(
        factors, rest=D(7000000), total=D(10000000)
    )

    assert found == D("3500000.00")


@pytest.mark.parametrize(
    ("insured", "rate", "fund"),
    [
        ("0.01", "80", "0.01"),
        ("0.01", "40", "0.00"),
        ("0.05", "50", "0.03"),
        ("100", "47.5", "47.50"),
    ],
)
def test_the_share_of_the_fund(insured: str, rate: str, fund: str) -> None:
    assert rounding.fund_share(D(insured), D(rate)) == D(fund)


def test_the_insured_amount_for_a_share_never_costs_the_fund_more() -> None:
    found = rounding.insured_for_fund_share(D("100.00"), D("47.5"))

    assert found == D("210.52")
    assert rounding.fund_share(found, D("47.5")) <= D("100.00")


def test_what_is_left_of_the_threshold_is_rounded_once_from_the_exact_number() -> None:
    left = (6 - Fraction(13_000_000, 2_340_000)) * 2_530_000

    assert rounding.remaining_threshold(left) == D("1124444.44")
    assert rounding.remaining_threshold(Fraction(1, 200)) == D("0.01")


def test_amounts_of_any_length_stay_exact() -> None:
    long = "1" * 40

    assert str(rounding.statement_total(D(f"{long}.5"))) == f"{long[:-1]}2"
    assert str(rounding.insured_for_fund_share(D(long), D(100))) == f"{long}.00"
    assert str(rounding.fund_share(D(long), D(50)))[-3:] == ".50"


@pytest.mark.parametrize(("amount", "total"), [("0.49", 0), ("0.50", 1), ("1124444.44", 1124444)])
def test_the_statement_has_whole_dong(amount: str, total: int) -> None:
    assert rounding.statement_total(D(amount)) == total
