"""Numbers, money, days and hours as Vietnamese readers expect them, in every language.

Nothing is rounded here: what a screen shows is what the row holds.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django import template
from django.utils import timezone

register = template.Library()

NO_BREAK = "\u00a0"
MINUS = "\u2212"


@register.filter
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


@register.filter
def money(value: Decimal | int | None) -> str:
    """Return `1.234.567 đ`, kept on one line; empty for None."""
    shown = quantity(value)
    return f"{shown}{NO_BREAK}đ" if shown else ""


@register.filter
def percent(ratio: Decimal | int | None) -> str:
    """Return `80%` for the ratio 0.8; empty for None."""
    if ratio is None or ratio == "":
        return ""
    return f"{quantity(Decimal(ratio) * 100)}%"


@register.filter
def day(value: date | None) -> str:
    """Return `25/11/2026`, for a moment its day where the hospital is; empty for None."""
    if not value:
        return ""
    return _local(value).strftime("%d/%m/%Y")


@register.filter
def clock(value: datetime | time | None) -> str:
    """Return `14:05` in the time zone of the hospital; empty for None."""
    if value is None or value == "":
        return ""
    return (value if isinstance(value, time) else _local(value)).strftime("%H:%M")


@register.filter
def moment(value: datetime | None) -> str:
    """Return `14:05 25/11/2026`, the order of the ward papers; empty for None."""
    return f"{clock(value)} {day(value)}" if value else ""


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
