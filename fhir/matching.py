"""Values of search parameters: escapes, tokens, ids, and days of which only a part is known.

Source: FHIR R4, Search (3.1.1): escaping, token, date with prefixes.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Value
from django.db.models.functions import Collate, Concat, Left
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from fhir.errors import request_refused
from fhir.mapping.base import Scope

NOTHING = Q(pk__in=())
LARGEST_PK = 2**63 - 1
DATE_VALUE = re.compile(r"(?P<prefix>[a-z]{2})?(?P<day>\d{4}(?:-\d{2}(?:-\d{2})?)?)")
ESCAPED = re.compile(r"\\([\\,|$])")


@dataclass(frozen=True, slots=True)
class Token:
    """`system|value`: `system` None is any, "" is none; `value` "" is any."""

    system: str | None
    value: str


def split_unescaped(text: str, mark: str) -> list[str]:
    """Return the parts of `text` between unescaped marks, each still with its escapes."""
    parts, is_escaped = [""], False
    for char in text:
        if char == mark and not is_escaped:
            parts.append("")
            continue
        parts[-1] += char
        is_escaped = char == "\\" and not is_escaped
    return parts


def unescaped(text: str) -> str:
    """Return the text meant by an escaped value."""
    return ESCAPED.sub(r"\1", text)


def token_of(text: str) -> Token:
    """Return the token of a value that still has its escapes."""
    system, *rest = split_unescaped(text, "|")
    if not rest:
        return Token(None, unescaped(system))
    return Token(unescaped(system), unescaped("|".join(rest)))


def match_pk(value: str, modifier: str, scope: Scope) -> Q:
    """Rows with this id; an id that is none of ours matches nothing."""
    pk = int(value) if re.fullmatch(r"[1-9][0-9]{0,18}", value) else 0
    return Q(pk=pk) if 0 < pk <= LARGEST_PK else NOTHING


def partial_day_condition(field: str, value: str) -> Q:
    """Rows whose ISO day text in `field`, perhaps only a year or month, meets a FHIR date value.

    Both the value and the row are periods of days; ge and le hold for overlap beyond the value or
    for containment, as FHIR says. Raises FhirRefused for no date or another prefix.
    """
    parts = DATE_VALUE.fullmatch(value)
    period = _period(parts["day"]) if parts else None
    if parts is None or period is None:
        raise request_refused(
            "fhir_search_date",
            _(
                "Ngày tìm kiếm phải có dạng 1980, 1980-05 hoặc 1980-05-15,"
                " trước đó có thể có eq, ne, ge, le, gt, lt."
            ),
        )
    first, last = period
    within = Q(**{f"{field}__startswith": parts["day"]})
    after, before = (
        _ends_from(field, last + timedelta(days=1)),
        _starts_until(field, first - timedelta(days=1)),
    )
    conditions = {
        "eq": within,
        "ne": ~within,
        "gt": after,
        "ge": after | within,
        "lt": before,
        "le": before | within,
    }
    condition = conditions.get(parts["prefix"] or "eq")
    if condition is None:
        raise request_refused(
            "fhir_search_prefix",
            _("Tiền tố ngày không được hỗ trợ; dùng eq, ne, ge, le, gt hoặc lt."),
        )
    return condition


def _period(text: str) -> tuple[date, date] | None:
    """Return first and last day of a partial ISO day; None when there is no such day.

    The first and last days of the calendar are left out, as no day could lie beyond them.
    """
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return (first, last) if date.min < first and last < date.max else None


def _known_day(field: str) -> Collate:
    """The known part of the day, in an order that no locale can change ("-" before digits)."""
    return Collate(Left(field, 10), "C")


def _ends_from(field: str, day: date) -> Q:
    """The last possible day is `day` or later: the known part with "~" behind it is greater."""
    return Q(GreaterThan(Concat(_known_day(field), Value("~")), Value(day.isoformat())))


def _starts_until(field: str, day: date) -> Q:
    """The first possible day is `day` or earlier: a shorter text that begins alike is smaller."""
    return Q(LessThanOrEqual(_known_day(field), Value(day.isoformat())))
