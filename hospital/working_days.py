"""Working days: Monday to Friday without public holidays, with the days that decisions moved.

Public holidays, lunar ones and days in lieu come from the `holidays` package; what it does not know
stands in `data/working_days.csv`, which wins. Deadlines of the insurance count in working days
(TT 48/2017 Điều 7, Điều 13 khoản 7; TT 12/2026 Điều 9, 10).
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import holidays

OVERRIDES_FILE = Path(__file__).parent / "data" / "working_days.csv"
SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Say whether public offices work on `day`."""
    override = _overrides().get(day)
    if override is not None:
        return override
    calendar = _calendar()
    if day.weekday() >= SATURDAY:
        # `in` computes the year, after which the Saturdays given in exchange are known.
        return day not in calendar and day in calendar.weekend_workdays
    return day not in calendar


def add_working_days(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`; `count` 0 gives `day` or the next working day.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("working days are counted forward")
    result = day
    while count == 0 and not is_working_day(result):
        result += timedelta(days=1)
    for _ in range(count):
        result += timedelta(days=1)
        while not is_working_day(result):
            result += timedelta(days=1)
    return result


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")


@cache
def _overrides() -> dict[date, bool]:
    lines = OVERRIDES_FILE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {date.fromisoformat(row["day"]): row["is_working"] == "y" for row in rows}
