"""The law as its files say, read without the code under test: a second, slower reader."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

import billing

DATA = Path(billing.__file__).parent / "data"
DAY = timedelta(days=1)
# The unified prices of beds and examinations are the youngest rules a whole visit needs.
FIRST_COMPLETE_DAY = date(2023, 11, 17)
LATE_DAY = date(2026, 9, 1)


def history(name: str) -> dict[date, Any]:
    """Return each day of a parameter with the value that begins on it."""
    raw = yaml.safe_load((DATA / "params" / f"{name}.yaml").read_text(encoding="utf-8"))
    return {day: row["value"] for day, row in raw["values"].items()}


def names() -> list[str]:
    return sorted(path.stem for path in (DATA / "params").glob("*.yaml"))


def said(name: str, day: date) -> Any:
    """Return what a parameter says on a day, None when it says nothing."""
    days = [since for since in history(name) if since <= day]
    return history(name)[max(days)] if days else None


def days_to_look_at(name: str) -> list[date]:
    """Return the day before and the day of each value, and one late day."""
    pairs = {day - step for day in history(name) for step in (DAY, 0 * DAY)}
    return sorted(pairs | {LATE_DAY})


def rows(name: str) -> list[dict[str, str]]:
    text = (DATA / "codes" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line[:1] != "#"))


def row_on(name: str, day: date, **key: str) -> dict[str, str] | None:
    """Return the only row of a key that holds on a day."""
    found = [
        row
        for row in rows(name)
        if all(row[column] == value for column, value in key.items())
        and row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999-12-31")
    ]
    assert len(found) <= 1, (name, day, key)
    return found[0] if found else None


def edges(row: dict[str, str]) -> list[date]:
    """Return the day before a row, its first day, its last day and the day after."""
    first = date.fromisoformat(row["valid_from"])
    found = [first - DAY, first]
    if row["valid_to"]:
        last = date.fromisoformat(row["valid_to"])
        found += [last, last + DAY]
    return found
