"""Catalogue rows in force on a day, by code or by words of their name with or without marks."""

from __future__ import annotations

import re
from datetime import date
from typing import TypeVar, cast

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, Model, QuerySet, When

from hospital.models import (
    DiseaseCode,
    DrugEntry,
    EquipmentEntry,
    Facility,
    NationalCode,
    ServiceEntry,
    SupplyEntry,
)
from hospital.text import clean_text, search_key

Entry = TypeVar("Entry", DrugEntry, SupplyEntry, ServiceEntry)
AnyEntry = TypeVar("AnyEntry", DrugEntry, SupplyEntry, ServiceEntry, EquipmentEntry)
Searched = TypeVar("Searched", bound=Model)

UNDOTTED = re.compile(r"^([A-Za-z]\d\d)(\d\w{0,2})$")


def entries_on(model: type[AnyEntry], facility: Facility, day: date) -> QuerySet[AnyEntry]:
    """Return the rows of one kind in force at a facility on `day`, with their items, by name."""
    rows: QuerySet[AnyEntry] = model.objects.on(day)
    return rows.filter(item__facility=facility).select_related("item").order_by("name", "pk")


def entries_found(
    model: type[Entry], facility: Facility, query: str, *, day: date, limit: int = 20
) -> list[Entry]:
    """Return at most `limit` rows in force whose code begins so or whose name has all the words.

    The last word may be cut short. Codes come first, then names that begin so.
    """
    return _found(entries_on(model, facility, day), "search_name", clean_text(query), limit)


def diseases_found(query: str, *, day: date, limit: int = 20) -> list[DiseaseCode]:
    """Return at most `limit` ICD-10 rows in force by code (J18.9, J189) or words of the title."""
    rows: QuerySet[DiseaseCode] = DiseaseCode.objects.on(day)
    without_dot = UNDOTTED.match(query.strip())
    if without_dot:
        query = f"{without_dot[1]}.{without_dot[2]}"
    return _found(rows, "search_title", clean_text(query), limit)


def disease_on(code: str, day: date) -> DiseaseCode | None:
    """Return the row of an ICD-10 code in force on `day`, None when there is none (D20)."""
    row: DiseaseCode | None = DiseaseCode.objects.on(day).filter(code=code).first()
    return row


def national_codes_on(list_name: str, day: date) -> QuerySet[NationalCode]:
    """Return a national list in force on `day` (D13), by code."""
    rows: QuerySet[NationalCode] = NationalCode.objects.on(day)
    return rows.filter(list_name=list_name).order_by("code")


def national_code_on(list_name: str, code: str, day: date) -> NationalCode | None:
    """Return one code of a national list in force on `day`, None when it is not."""
    return national_codes_on(list_name, day).filter(code=code).first()


def _found(rows: QuerySet[Searched], searched: str, query: str, limit: int) -> list[Searched]:
    key = search_key(query)
    if not key:
        return []
    coded = rows.filter(code__startswith=query.upper()).order_by("code", "pk")
    by_code: list[Searched] = list(coded[:limit])
    if len(by_code) >= limit:
        return by_code
    begun = When(**{f"{searched}__startswith": key}, then=0)
    named = (
        rows.annotate(words=SearchVector(searched, config="simple"), place=Case(begun, default=1))
        .filter(words=SearchQuery(_all_words(key), search_type="raw", config="simple"))
        .exclude(pk__in=[row.pk for row in by_code])
        .order_by("place", searched, "pk")
    )
    return [*by_code, *cast("QuerySet[Searched]", named)[: limit - len(by_code)]]


def _all_words(key: str) -> str:
    *words, last = key.split(" ")
    return " & ".join([*words, f"{last}:*"])
