"""Reading the fields of a case written in JSON with official names.

A field that is missing, or cannot be read, raises BenefitRefused with its name. Numbers may be JSON
numbers or strings; days are yyyymmdd, moments yyyymmddHHMM (a day counts from 00:00).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from billing.benefit.errors import BenefitRefused
from billing.claim_facts import FACILITY_ZONE

Fields = Mapping[str, object]

MOMENT_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
TRUE_WORDS = frozenset({"1", "true"})
FALSE_WORDS = frozenset({"", "0", "false", "none"})


def text(fields: Fields, name: str, default: str | None = None) -> str:
    """Return a field as text; numbers keep their digits."""
    value = fields.get(name)
    if value is None or value == "":
        if default is None:
            raise BenefitRefused("field_missing", field=name)
        return default
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BenefitRefused("field_invalid", field=name)
    return str(value)


def number(fields: Fields, name: str, default: str | None = None) -> Decimal:
    """Return a field as an exact number."""
    try:
        return Decimal(text(fields, name, default))
    except InvalidOperation as error:
        raise BenefitRefused("field_invalid", field=name) from error


def count(fields: Fields, name: str) -> int:
    """Return a field as a whole number."""
    value = number(fields, name)
    if not value.is_finite() or value != value.to_integral_value():
        raise BenefitRefused("field_invalid", field=name)
    return int(value)


def flag(fields: Fields, name: str) -> bool:
    """Return a field as yes or no; missing is no."""
    word = str(fields.get(name)).lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise BenefitRefused("field_invalid", field=name)
    return word in TRUE_WORDS


def moment(fields: Fields, name: str) -> datetime:
    """Return a field as a moment in the zone of the facility."""
    digits = text(fields, name)
    try:
        return datetime.strptime(digits, MOMENT_FORMATS[len(digits)]).replace(tzinfo=FACILITY_ZONE)
    except (KeyError, ValueError) as error:
        raise BenefitRefused("field_invalid", field=name) from error


def moment_or_none(fields: Fields, name: str) -> datetime | None:
    """Return a field as a moment, None when it is missing or empty."""
    return moment(fields, name) if text(fields, name, "") else None


def day(fields: Fields, name: str) -> date:
    """Return a field as a day."""
    return moment(fields, name).date()


def day_or_none(fields: Fields, name: str) -> date | None:
    """Return a field as a day, None when it is missing or empty."""
    return day(fields, name) if text(fields, name, "") else None


def objects(fields: Fields, name: str, *, needed: bool = False) -> Sequence[Fields]:
    """Return a field as a list of objects; missing is an empty list unless `needed`."""
    value = fields.get(name)
    if value is None and not needed:
        return ()
    if value is None:
        raise BenefitRefused("field_missing", field=name)
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise BenefitRefused("field_invalid", field=name)
    return value
