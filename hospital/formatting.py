"""Numbers, money, days and hours as Vietnamese readers expect them, in every language.

Nothing is rounded here: what a screen shows is what the row holds.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

NO_BREAK = "\u00a0"
MINUS = "\u2212"


def quantity(value: Decimal | int | None) -> str:
    """Return `1.234,5` with as many decimals as the value needs; empty for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        raise TypeError("a float cannot be shown exactly; pass a Decimal")
    number = Decimal(value)
    whole, _, decimals = f"{abs(number):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    decimals = decimals.rstrip("0")
    sign = MINUS if number < 0 else ""
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def money(value: Decimal | int | None) -> str:
    """Return `1.234.567 đ`, kept on one line; empty for None."""
    shown = quantity(value)
    return f"{shown}{NO_BREAK}đ" if shown else ""


def percent(ratio: Decimal | int | None) -> str:
    """Return `80%` for the ratio 0.8; empty for None."""
    if ratio is None or ratio == "":
        return ""
    return f"{quantity(Decimal(ratio) * 100)}%"


def day(value: date | None) -> str:
    """Return `25/11/2026`, for a moment its day where the hospital is; empty for None."""
    if not value:
        return ""
    return _local(value).strftime("%d/%m/%Y")


def clock(value: datetime | time | None) -> str:
    """Return `14:05` in the time zone of the hospital; empty for None."""
    if value is None or value == "":
        return ""
    return (value if isinstance(value, time) else _local(value)).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """Return `14:05 25/11/2026`, the order of the ward papers; empty for None."""
    return f"{clock(value)} {day(value)}" if value else ""


def birth(text: str) -> str:
    """Return a birth date with only its known parts: `15/05/1980`, `05/1980` or `1980`."""
    return "/".join(reversed(text.partition("T")[0].split("-")))


def age(text: str, today: date) -> str:
    """Return the age on `today`: months under six years (as prescriptions want), else years."""
    parts = [int(part) for part in text.partition("T")[0].split("-")]
    year, month, day_of_month = (*parts, 1, 1)[:3]
    months = (today.year - year) * 12 + today.month - month - (today.day < day_of_month)
    if len(parts) > 1 and months < 72:
        return f"{max(months, 0)} tháng tuổi"
    return f"{max(months // 12 if len(parts) > 1 else today.year - year, 0)} tuổi"


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
