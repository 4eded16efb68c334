"""Bed days, shares of a day, ratios of examinations and operations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.benefit import BenefitRefused
from billing.benefit.quantity import (
    DepartmentOnDay,
    Operation,
    OperationKind,
    bed_days,
    bed_split,
    desk_ratio,
    exam_ratios,
    shared_bed_ratio,
    stretcher_ratio,
    surgery_ratios,
)
from billing.errors import ParamNotInForce
from tests.billing.benefit_facts import moment

DAY = date(2026, 9, 1)
SURGERY, PROCEDURE = OperationKind.SURGERY, OperationKind.PROCEDURE


@pytest.mark.parametrize(
    ("admitted", "ended", "ordinary", "special"),
    [
        ("2026-09-01 08:00", "2026-09-01 08:00", 0, 0),
        ("2026-09-01 08:00", "2026-09-01 12:00", 0, 0),
        ("2026-09-01 08:00", "2026-09-01 12:01", 1, 1),
        ("2026-09-01 22:00", "2026-09-02 02:00", 0, 0),
        ("2026-09-01 08:00", "2026-09-02 07:59", 1, 1),
        ("2026-09-01 08:00", "2026-09-02 08:00", 1, 2),
        ("2026-09-01 23:00", "2026-09-03 00:30", 2, 3),
        ("2026-09-01 14:00", "2026-09-06 09:00", 5, 6),
    ],
)
def test_bed_days(admitted: str, ended: str, ordinary: int, special: int) -> None:
    start, end = moment(admitted), moment(ended)

    assert bed_days(start, ended_at=end) == ordinary
    assert bed_days(start, ended_at=end, special=True) == special


def test_a_stay_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BenefitRefused) as refused:
        bed_days(moment("2026-09-02"), ended_at=moment("2026-09-01"))

    assert refused.value.code == "stay_reversed"


@pytest.mark.parametrize(
    ("stays", "shares"),
    [
        ([("5", "24")], "1"),
        ([("5", "1"), ("9", "23")], "0.5 0.5"),
        ([("5", "6"), ("9", "8"), ("2", "10")], "0 0.5 0.5"),
        ([("5", "5"), ("5", "5"), ("5", "14")], "0.5 0.5 0"),
        ([("9", "4"), ("5", "10"), ("2", "10")], "0 0.5 0.5"),
    ],
)
def test_a_day_in_several_departments(stays: list[tuple[str, str]], shares: str) -> None:
    departments = [DepartmentOnDay(Decimal(price), Decimal(hours)) for price, hours in stays]

    assert bed_split(departments, day=DAY) == tuple(Decimal(share) for share in shares.split())


def test_a_day_without_two_long_stays_of_three_is_for_a_person() -> None:
    stays = [DepartmentOnDay(Decimal(1), Decimal(hours)) for hours in (16, 4, 4)]

    assert bed_split(stays, day=DAY) is None


def test_a_day_without_departments_is_refused() -> None:
    with pytest.raises(BenefitRefused) as refused:
        bed_split([], day=DAY)

    assert refused.value.code == "departments_missing"


@pytest.mark.parametrize(("persons", "ratio"), [(1, 100), (2, 50), (3, 33), (5, 33)])
def test_a_shared_bed(persons: int, ratio: int) -> None:
    assert shared_bed_ratio(persons, day=DAY) == ratio


def test_a_bed_is_shared_by_somebody() -> None:
    with pytest.raises(BenefitRefused) as refused:
        shared_bed_ratio(0, day=DAY)

    assert refused.value.code == "count_negative"


def test_a_stretcher_is_half_a_bed() -> None:
    assert stretcher_ratio(day=DAY) == 50


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 8])
def test_examinations_never_cost_more_than_two(count: int) -> None:
    ratios = exam_ratios(count, day=DAY)

    assert [int(ratio) for ratio in ratios] == ([100, 30, 30, 30, 10] + [0] * 8)[:count]
    assert sum(ratios) <= 200


@pytest.mark.parametrize(("place", "ratio"), [(1, 100), (65, 100), (66, 50)])
def test_a_desk_with_too_many_visits_is_paid_half(place: int, ratio: int) -> None:
    assert desk_ratio(place, day=DAY) == ratio


@pytest.mark.parametrize(
    ("acts", "ratios"),
    [
        ([], []),
        ([(SURGERY, True)], [100]),
        ([(SURGERY, True), (SURGERY, True), (SURGERY, False)], [100, 50, 80]),
        ([(PROCEDURE, True), (SURGERY, False), (SURGERY, True)], [80, 100, 50]),
        ([(SURGERY, True), (PROCEDURE, False)], [100, 80]),
        ([(PROCEDURE, True), (PROCEDURE, True), (PROCEDURE, False)], [100, 80, 80]),
    ],
)
def test_operations_of_a_session(acts: list[tuple[OperationKind, bool]], ratios: list[int]) -> None:
    operations = [Operation(kind, same_team=team) for kind, team in acts]

    assert list(surgery_ratios(operations, day=DAY)) == ratios


def test_there_is_no_rule_for_days_before_the_unified_prices() -> None:
    with pytest.raises(ParamNotInForce):
        exam_ratios(1, day=date(2023, 11, 16))
