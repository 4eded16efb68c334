"""How much of a bed, an examination or an operation counts: days, shares of a day, TYLE_TT_DV.

`day` selects the rule in force; ratios are percent.
Source: TT 22/2023/TT-BYT (2023-11-17 to 2024-12-31), TT 39/2024/TT-BYT Đ4b, Đ4c, Đ4d (from
2025-01-01).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from billing.benefit.errors import BenefitRefused
from billing.benefit.facts import FULL, local_day
from billing.params import numbers_at, param_at

NOT_PAID = Decimal(0)
WHOLE_DAY = Decimal(1)


@dataclass(frozen=True, slots=True)
class DepartmentOnDay:
    """One department of a patient's day: bed price in VND, hours there."""

    price: Decimal
    hours: Decimal


class OperationKind(StrEnum):
    """An operation (phẫu thuật) or a minor procedure (thủ thuật)."""

    SURGERY = "surgery"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Operation:
    """One act of a session; `same_team` tells that the team of the main operation did it."""

    kind: OperationKind
    same_team: bool


def bed_days(admitted_at: datetime, *, ended_at: datetime, special: bool = False) -> int:
    """Return the bed days of an inpatient stay.

    `special`: died, got worse and was taken home, or was transferred still needing inpatient care.
    The clock starts at the inpatient admission. Raises BenefitRefused when it ends before it
    starts.
    """
    stay = ended_at - admitted_at
    if stay < timedelta(0):
        raise BenefitRefused("stay_reversed")
    start = local_day(admitted_at)
    if stay <= _hours("bed_short_stay_hours", start):
        return 0
    if stay < _hours("bed_full_day_hours", start):
        return 1
    extra = int(param_at("bed_special_extra_days", start).value) if special else 0
    return (local_day(ended_at) - start).days + extra


def bed_split(departments: Sequence[DepartmentOnDay], *, day: date) -> tuple[Decimal, ...] | None:
    """Return the quantity of each department of one day, in their order.

    None: three or more departments of which fewer than two had more than four hours; a person
    decides.
    """
    if not departments:
        raise BenefitRefused("departments_missing")
    share = param_at("bed_transfer_share", day).value
    if len(departments) == 1:
        return (WHOLE_DAY,)
    if len(departments) == 2:
        return (share, share)
    least = param_at("bed_short_stay_hours", day).value
    long = [place for place, stay in enumerate(departments) if stay.hours > least]
    if len(long) < 2:
        return None
    highest = max(long, key=lambda place: departments[place].price)
    others = [place for place in long if place != highest]
    lowest = min(others, key=lambda place: departments[place].price)
    return tuple(
        share if place in (highest, lowest) else NOT_PAID for place in range(len(departments))
    )


def shared_bed_ratio(persons: int, *, day: date) -> Decimal:
    """Return TYLE_TT_DV of a bed which `persons` patients share."""
    if persons < 1:
        raise BenefitRefused("count_negative")
    ratios = numbers_at("bed_shared_ratios", day).value
    return ratios[min(persons, len(ratios)) - 1]


def stretcher_ratio(*, day: date) -> Decimal:
    """Return the ratio of the ward's bed price for a stretcher or a folding bed."""
    return param_at("bed_stretcher_ratio", day).value


def exam_ratios(count: int, *, day: date) -> tuple[Decimal, ...]:
    """Return TYLE_TT_DV of the first, second, … examination of one visit, different specialties."""
    if count < 0:
        raise BenefitRefused("count_negative")
    ratios = numbers_at("exam_ratios", day).value[:count]
    return ratios + (NOT_PAID,) * (count - len(ratios))


def desk_ratio(place: int, *, day: date) -> Decimal:
    """Return the ratio of the exam price for the n-th visit of a desk in eight hours, from 1."""
    if place <= param_at("desk_full_price_exams", day).value:
        return FULL
    return param_at("desk_overload_ratio", day).value


def surgery_ratios(operations: Sequence[Operation], *, day: date) -> tuple[Decimal, ...]:
    """Return TYLE_TT_DV of each act of one session; the main one is the first operation listed.

    Without any operation the first procedure counts as the main one.
    """
    kinds = [operation.kind for operation in operations]
    has_surgery = OperationKind.SURGERY in kinds
    main = kinds.index(OperationKind.SURGERY) if has_surgery else 0
    return tuple(
        param_at("surgery_main_ratio" if place == main else _further(operation), day).value
        for place, operation in enumerate(operations)
    )


def _further(operation: Operation) -> str:
    if operation.kind == OperationKind.PROCEDURE:
        return "surgery_procedure_ratio"
    return "surgery_same_team_ratio" if operation.same_team else "surgery_other_team_ratio"


def _hours(name: str, day: date) -> timedelta:
    return timedelta(hours=int(param_at(name, day).value))
