"""Counting bed-days of a stay by the rule of the day (TT 39/2024 Đ4c)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from billing.benefit.quantity import DepartmentOnDay, bed_days, bed_split
from billing.errors import ClosingRefused
from billing.models import PriceEntry
from billing.services.price import price_on
from hospital.models import BedStay, Encounter
from hospital.services.stay import CountedDay, bed_days_record

DIED, WORSE = "5", "4"
LEFT_ON_REQUEST = "4"
TRANSFERRED = frozenset({"2", "5"})
HOUR = timedelta(hours=1)


def bed_days_refresh(encounter: Encounter, *, now: datetime, is_final: bool = False) -> None:
    """Count the days of a stay up to its end, or up to `now` while it goes on.

    A day that the rule leaves to a person is not counted yet; when `is_final` it is refused with
    ClosingRefused bed_days_need_review, naming the day.
    """
    if encounter.admitted_at is None:
        return
    ended_at = encounter.ended_at or now
    count = bed_days(encounter.admitted_at, ended_at=ended_at, special=is_special(encounter))
    first = timezone.localdate(encounter.admitted_at)
    stays = list(
        encounter.bed_stays.select_related("department_stay", "entry").order_by("starts_at", "pk")
    )
    counted: list[CountedDay] = []
    for offset in range(count):
        day = first + timedelta(days=offset)
        shares = _day(stays, day, ended_at)
        if shares is None and is_final:
            raise ClosingRefused("bed_days_need_review", day=day.isoformat())
        counted += shares or []
    bed_days_record(encounter, counted)


def is_special(encounter: Encounter) -> bool:
    """Return whether the day of leaving counts too: died, taken home worse, transferred."""
    taken_home = encounter.outcome == WORSE and encounter.discharge_type == LEFT_ON_REQUEST
    return encounter.outcome == DIED or taken_home or encounter.discharge_type in TRANSFERRED


def _day(stays: list[BedStay], day: date, ended_at: datetime) -> list[CountedDay] | None:
    """Return the shares of one day: one bed for each department, by the hours spent there.

    None when a person has to decide. A day of which no hour was spent (the extra day of somebody
    who left at midnight) belongs to the last bed.
    """
    start = timezone.make_aware(datetime.combine(day, time.min))
    spent: dict[int, list[tuple[BedStay, timedelta]]] = {}
    for stay in stays:
        hours = min(stay.ends_at or ended_at, start + 24 * HOUR) - max(stay.starts_at, start)
        if hours > timedelta(0):
            spent.setdefault(stay.department_stay.department_id, []).append((stay, hours))
    if not spent:
        return [CountedDay(stays[-1], day, Decimal(1))] if stays else None
    longest = [max(beds, key=lambda bed: bed[1])[0] for beds in spent.values()]
    departments = [
        DepartmentOnDay(
            price=price_on(bed.entry.item_id, PriceEntry.Payer.INSURANCE, day),
            hours=_hours(spent_there for _, spent_there in beds),
        )
        for bed, beds in zip(longest, spent.values(), strict=True)
    ]
    shares = bed_split(departments, day=day)
    if shares is None:
        return None
    return [CountedDay(bed, day, share) for bed, share in zip(longest, shares, strict=True)]


def _hours(parts: Iterable[timedelta]) -> Decimal:
    minutes = sum(parts, timedelta(0)) // timedelta(minutes=1)
    return Decimal(minutes) / 60
