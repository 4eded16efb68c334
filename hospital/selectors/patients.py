"""Finding a person at the desk: by what is scanned, typed or remembered of the name.

Three steps answer a name, each by an index, until the page is full: the exact name, names that
begin so, and names with all the words in any order (the last word may be cut short).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from hospital.identity.scan import (
    CardScan,
    CitizenScan,
    OwnCodeScan,
    OwnKind,
    Scan,
    TypedCard,
    TypedCitizenId,
    read_scan,
)
from hospital.models import Facility, Patient
from hospital.text import clean_text, search_key

YEAR = re.compile(r"^(?:18[89]|19\d|20\d|21\d)\d$")
DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
PHONE_SIGNS = re.compile(r"[\s.()-]")
PHONE = re.compile(r"^(?:\+?84|0)(\d{8,10})$")
# Exact names are few; they are all read, so that the one with the same marks can come first.
EXACT_NAMES_READ = 200

# The words are looked up apart from the rest (MATERIALIZED): with common words, of which two may be
# in a fifth of all names, the database would otherwise walk through all names in their order.
NAMES_WITH_WORDS = f"""
WITH named AS MATERIALIZED (
    SELECT id, search_name, birth_year, birth FROM {Patient._meta.db_table}
    WHERE to_tsvector('simple'::regconfig, COALESCE(search_name, ''))
          @@ to_tsquery('simple'::regconfig, %(words)s)
      AND facility_id = %(facility)s AND is_active
)
SELECT id FROM named
WHERE search_name NOT LIKE %(name)s
  AND (%(year)s::int IS NULL OR (birth_year = %(year)s AND birth LIKE %(birth)s))
ORDER BY search_name, birth_year, id
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A name as typed, its searched form, and what is known of the birth ("" or ISO text)."""

    typed: str
    key: str
    birth: str


def patients_found(facility: Facility, query: str, *, limit: int = 20) -> list[Patient]:
    """Return at most `limit` active patients of a facility, the best match first.

    `query` is a scan of a card, a card number, citizen number, phone, patient number, or words of
    a name with or without marks, to which a birth year or day may be added. A scanned card that
    nobody has yet answers with the people of the same name and birth.
    """
    scan = read_scan(query)
    by_number = _scan_condition(scan) or _number_condition(query)
    if by_number is None and not isinstance(scan, CardScan):
        return _by_name(facility, _name_query(query), limit)
    active = Patient.objects.filter(facility=facility, is_active=True)
    found = (
        list(active.filter(by_number).distinct().order_by("search_name", "pk")[:limit])
        if by_number is not None
        else []
    )
    if not found and isinstance(scan, CitizenScan | CardScan) and scan.full_name:
        found = _same_name(_born(active, scan.birth), _card_name(scan))[:limit]
    return found


def _scan_condition(scan: Scan) -> Q | None:
    """Return what a scan asks for by number, None when it carries no number we keep."""
    match scan:
        case CitizenScan(personal_id=personal_id) | TypedCitizenId(personal_id=personal_id):
            return Q(personal_id=personal_id)
        case TypedCard(number=number) | CardScan(number=number) if number:
            return Q(cards__number=number)
        case OwnCodeScan(kind=OwnKind.PATIENT, number=number):
            return Q(number=number)
    return None


def _number_condition(query: str) -> Q | None:
    """Return what a query that is one number asks for, None for everything else."""
    phone = PHONE.match(PHONE_SIGNS.sub("", query))
    if phone:
        return Q(phone__in=[f"0{phone[1]}", f"+84{phone[1]}", f"84{phone[1]}"])
    number = clean_text(query).upper()
    is_one_word = " " not in number and "|" not in number
    if is_one_word and any(sign.isdigit() for sign in number) and not YEAR.match(number):
        return Q(number=number)
    return None


def _card_name(scan: CitizenScan | CardScan) -> NameQuery:
    return NameQuery(scan.full_name, search_key(scan.full_name), scan.birth)


def _name_query(query: str) -> NameQuery:
    words, birth = [], ""
    for word in clean_text(query).split(" "):
        day = DAY.match(word)
        if day:
            birth = f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
        elif YEAR.match(word):
            birth = word
        else:
            words.append(word)
    typed = " ".join(words)
    return NameQuery(typed, search_key(typed), birth)


def _by_name(facility: Facility, name: NameQuery, limit: int) -> list[Patient]:
    if not name.key:
        return []
    active = Patient.objects.filter(facility=facility, is_active=True)
    active = _born(active, name.birth)
    found = _same_name(active, name)[:limit]
    if len(found) < limit:
        found += _beginning(active, name, limit - len(found))
    if len(found) < limit:
        found += _with_words(facility, name, limit - len(found))
    return found


def _born(active: QuerySet[Patient], birth: str) -> QuerySet[Patient]:
    """Return the patients born then; `birth` is ISO text of the known parts or empty."""
    if not birth:
        return active
    return active.filter(birth_year=int(birth[:4]), birth__startswith=birth)


def _same_name(active: QuerySet[Patient], name: NameQuery) -> list[Patient]:
    same = active.filter(search_name=name.key).order_by("birth_year", "pk")[:EXACT_NAMES_READ]
    typed = name.typed.casefold()
    return sorted(same, key=lambda patient: patient.full_name.casefold() != typed)


def _beginning(active: QuerySet[Patient], name: NameQuery, limit: int) -> list[Patient]:
    longer = active.filter(search_name__startswith=name.key, search_name__gt=name.key)
    return list(longer.order_by("search_name", "birth_year", "pk")[:limit])


def _with_words(facility: Facility, name: NameQuery, limit: int) -> list[Patient]:
    """Return names with all the words that do not begin so."""
    values: dict[str, str | int | None] = {
        "words": _prefix_query(name.key),
        "facility": facility.pk,
        "name": f"{name.key}%",
        "year": int(name.birth[:4]) if name.birth else None,
        "birth": f"{name.birth}%",
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(NAMES_WITH_WORDS, values)
        keys = [row[0] for row in cursor.fetchall()]
    found = Patient.objects.in_bulk(keys)
    return [found[key] for key in keys]


def _prefix_query(key: str) -> str:
    return " & ".join([*key.split(" ")[:-1], f"{key.split(' ')[-1]}:*"])
