"""What each dated number does to beds, examinations and operations, seen on one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

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
from tests.billing.law_of_visits import at
from tests.billing.published_law import (
    DAY,
    said,
)

CENT, MINUTE = Decimal("0.01"), timedelta(minutes=1)


def operations(*acts: tuple[OperationKind, bool]) -> list[Operation]:
    return [Operation(kind, same_team=same) for kind, same in acts]


def short_stay(day: date, value: str) -> None:
    hours = timedelta(hours=int(value))
    stays = [hours - MINUTE, hours, hours + MINUTE]
    assert [bed_days(at(day), ended_at=at(day) + stay) for stay in stays] == [0, 0, 1]
    two_long = [DepartmentOnDay(Decimal(n), Decimal(value) + CENT) for n in (1, 2)]
    third = [DepartmentOnDay(Decimal(3), Decimal(value) + more) for more in (0 * CENT, CENT)]
    shares = [bed_split([*two_long, stay], day=day) for stay in third]
    assert [share and share[2] > 0 for share in shares] == [False, True]


def full_day(day: date, value: str) -> None:
    hours = timedelta(hours=int(value))
    stays = [hours - MINUTE, hours, hours + MINUTE]
    found = [bed_days(at(day), ended_at=at(day) + stay, special=True) for stay in stays]
    extra = int(said("bed_special_extra_days", day))
    assert found == [1, 1 + extra, 1 + extra]


def extra_days(day: date, value: str) -> None:
    start, end = at(day), at(day + 3 * DAY)
    assert bed_days(start, ended_at=end) == 3
    assert bed_days(start, ended_at=end, special=True) == 3 + int(value)


def shared_bed(day: date, value: list[str]) -> None:
    found = [shared_bed_ratio(persons, day=day) for persons in range(1, len(value) + 2)]
    assert found == [Decimal(ratio) for ratio in [*value, value[-1]]]


def stretcher(day: date, value: str) -> None:
    assert stretcher_ratio(day=day) == Decimal(value)


def transfer(day: date, value: str) -> None:
    two = [DepartmentOnDay(Decimal(5), Decimal(12))] * 2
    assert bed_split(two, day=day) == (Decimal(value), Decimal(value))


def desk_limit(day: date, value: str) -> None:
    places = (int(value) - 1, int(value), int(value) + 1)
    over = Decimal(said("desk_overload_ratio", day))
    assert [desk_ratio(place, day=day) for place in places] == [100, 100, over]


def desk_over(day: date, value: str) -> None:
    assert desk_ratio(int(said("desk_full_price_exams", day)) + 1, day=day) == Decimal(value)


def exams(day: date, value: list[str]) -> None:
    found = exam_ratios(len(value) + 2, day=day)
    assert found == tuple(Decimal(ratio) for ratio in [*value, "0", "0"])
    for count in range(len(found) + 1):
        assert sum(exam_ratios(count, day=day)) <= 200


def surgery(place: int) -> Callable[[date, str], None]:
    session = operations(
        (OperationKind.SURGERY, True),
        (OperationKind.SURGERY, True),
        (OperationKind.SURGERY, False),
        (OperationKind.PROCEDURE, False),
    )

    def seen(day: date, value: str) -> None:
        assert surgery_ratios(session, day=day)[place] == Decimal(value)

    return seen


QUANTITIES: dict[str, Callable[[date, Any], None]] = {
    "bed_full_day_hours": full_day,
    "bed_shared_ratios": shared_bed,
    "bed_short_stay_hours": short_stay,
    "bed_special_extra_days": extra_days,
    "bed_stretcher_ratio": stretcher,
    "bed_transfer_share": transfer,
    "desk_full_price_exams": desk_limit,
    "desk_overload_ratio": desk_over,
    "exam_ratios": exams,
    "surgery_main_ratio": surgery(0),
    "surgery_other_team_ratio": surgery(2),
    "surgery_procedure_ratio": surgery(3),
    "surgery_same_team_ratio": surgery(1),
}
