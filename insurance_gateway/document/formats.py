"""How a value is written in the claim document: one writer per official and native type.

Pure and on the hot path, a claim has about a thousand values. Every writer returns text that may
stand between two tags. Empty is "" for what may be missing and "0" for money.
Source: QĐ 130/2023 and 4750/2023, general notes; D08 (dates, unknown parts, decimals, lists,
flags).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.claim_facts import FACILITY_ZONE

Writer = Callable[[Any], str]

# Removed, not replaced: what XML forbids, and every control character but tab and line feed.
REMOVED = (
    *range(0x9),
    *range(0xB, 0x20),
    *range(0x7F, 0xA0),
    *range(0xD800, 0xE000),
    0xFFFE,
    0xFFFF,
)
REPLACED: dict[int, str | None] = {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    **dict.fromkeys(REMOVED),
}
FACILITY_OFFSET = timedelta(hours=7)  # of FACILITY_ZONE, unchanged since 1975
TWO = tuple(f"{number:02}" for number in range(60))
needs_care = re.compile("[&<>\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]").search


def text(value: str) -> str:
    """Return the text escaped and without control characters."""
    if not value or value.isalnum() or not needs_care(value):
        return value
    return value.translate(REPLACED)


def number(value: Decimal | None) -> str:
    """Return plain digits: no exponent, no trailing zeros; empty for None, 0 for any zero."""
    if not value:
        return "" if value is None else "0"
    digits = str(value)
    if "E" in digits:
        digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def whole(value: int | None) -> str:
    """Return the digits of a whole number; empty for None."""
    return "" if value is None else str(value)


def flag(value: bool) -> str:
    """Return 1 or empty, never 0."""
    return "1" if value else ""


def day(value: date | None) -> str:
    """Return yyyymmdd."""
    return "" if value is None else f"{value.year}{TWO[value.month]}{TWO[value.day]}"


def moment(value: datetime | None) -> str:
    """Return yyyymmddHHMM in the time of the facility; raises ValueError without a zone."""
    if value is None:
        return ""
    if value.utcoffset() != FACILITY_OFFSET:
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be written")
        value = value.astimezone(FACILITY_ZONE)
    clock = f"{TWO[value.hour]}{TWO[value.minute]}"
    return f"{value.year}{TWO[value.month]}{TWO[value.day]}{clock}"


def day_or_moment(value: date | datetime | None) -> str:
    """Return 8 digits for a day, 12 for a moment."""
    return moment(value) if isinstance(value, datetime) else day(value)


def birth(value: str) -> str:
    """Return 12 digits from ISO text of the known parts; unknown parts are 00."""
    return re.sub(r"\D", "", value)[:12].ljust(12, "0")


def texts(values: Sequence[str]) -> str:
    """Return the values joined by `;` without blanks, in their order."""
    return text(";".join(values)) if values else ""


def days(values: Iterable[date | None]) -> str:
    """Return days joined by `;`; a missing one keeps its place."""
    return ";".join(map(day, values))


LIST_OF_TEXT = tuple[str, ...]
LIST_OF_DAYS = tuple[date, ...]

WRITERS: dict[tuple[str, object], Writer] = {
    ("string", str): text,
    ("string", Decimal): number,
    ("string", LIST_OF_TEXT): texts,
    ("string_list", str): text,
    ("string_list", LIST_OF_TEXT): texts,
    ("integer", str): text,
    ("integer", int): whole,
    ("integer", bool): flag,
    ("integer", Decimal): number,
    ("decimal", Decimal): number,
    ("date8", date): day,
    ("date8_list", LIST_OF_DAYS): days,
    ("date8_or_datetime12", date): day_or_moment,
    ("datetime12", datetime): moment,
    ("datetime12", str): birth,
}
