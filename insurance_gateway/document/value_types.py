"""The official types of the claim document, as what a text must be like. Empty is judged elsewhere.

Source: QĐ 130/2023 and 4750/2023, general notes; D08.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from insurance_gateway.document.editions import Field

MOMENT = (slice(4), slice(4, 6), slice(6, 8), slice(8, 10), slice(10, 12))
forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]").search


def fits(field: Field, value: str) -> bool:
    """Tell whether a filled value is of the type of its field."""
    if field.name == "NGAY_SINH" and field.type == "datetime12":
        return is_birth(value)
    if field.type == "datetime12" and field.max_length != 12:
        return all(map(is_moment, value.split(";")))
    return TYPES[field.type](value)


def is_text(value: str) -> bool:
    return not forbidden(value)


def is_integer(value: str) -> bool:
    return value.isascii() and value.isdigit()


def is_decimal(value: str) -> bool:
    """Digits with at most three decimals after a point."""
    whole, point, rest = value.partition(".")
    return is_integer(whole) and (not point or (is_integer(rest) and len(rest) <= 3))


def is_day(value: str) -> bool:
    return len(value) == 8 and is_moment(f"{value}0000")


def is_moment(value: str) -> bool:
    if len(value) != 12 or not is_integer(value):
        return False
    year, month, day, hour, minute = (int(value[part]) for part in MOMENT)
    try:
        datetime(year, month, day, hour, minute)  # noqa: DTZ001 - only the calendar counts
    except ValueError:
        return False
    return True


def is_birth(value: str) -> bool:
    """Tell whether it is a year, a month, a day or a moment, with zeros for the unknown parts."""
    if value[4:] == "00000000":
        return is_day(f"{value[:4]}0101")
    if value[6:] == "000000":
        return is_day(f"{value[:6]}01")
    return is_moment(value)


def is_list(value: str) -> bool:
    """Tell whether the parts between `;` have no blanks around them."""
    return is_text(value) and all(part == part.strip() for part in value.split(";"))


def is_list_of_days(value: str) -> bool:
    """Tell whether all parts are days; an open end keeps its place empty."""
    return all(part == "" or is_day(part) for part in value.split(";"))


def is_day_or_moment(value: str) -> bool:
    return is_day(value) or is_moment(value)


TYPES: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "string": is_text,
        "string_list": is_list,
        "integer": is_integer,
        "decimal": is_decimal,
        "date8": is_day,
        "date8_list": is_list_of_days,
        "date8_or_datetime12": is_day_or_moment,
        "datetime12": is_moment,
    }
)
