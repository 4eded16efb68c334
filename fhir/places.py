"""Names of provinces and districts for addresses, from the national code lists.

`city` is the province or the city of province rank. Until 2025-06-30 there were districts; an
address with the boundaries of that time is read with the lists of that day.
Where a list has no row for a code, the address has its text only.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When

from hospital.models import NationalCode, PatientAddress
from hospital.text import search_key

PROVINCES, DISTRICTS = "tinh", "huyen"
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
UNIT_WORDS = ("", "tinh ", "thanh pho ")


def with_place_names(
    addresses: QuerySet[PatientAddress], *, today: date
) -> QuerySet[PatientAddress]:
    """Return the addresses with `province_name` and `district_name`, None where not known."""
    before = LAST_DAY_OF_DISTRICTS
    return addresses.annotate(
        province_name=Case(
            When(is_before_reform=True, then=_name(PROVINCES, "province_code", before)),
            default=_name(PROVINCES, "province_code", today),
            output_field=CharField(),
        ),
        district_name=Case(
            When(is_before_reform=True, then=_name(DISTRICTS, "district_code", before)),
            default=Value(None),
            output_field=CharField(),
        ),
    )


def address_of(address: PatientAddress) -> dict[str, Any]:
    """Return the FHIR Address of a row of `with_place_names`."""
    elements = {
        "use": "home",
        "text": address.text,
        "district": getattr(address, "district_name", None),
        "city": getattr(address, "province_name", None),
    }
    return {element: value for element, value in elements.items() if value}


def match_city(text: str, *, today: date) -> Q:
    """Addresses in a province whose name begins with `text`, marks and the word “tỉnh” left out."""
    key = search_key(text)
    old = _codes(key, LAST_DAY_OF_DISTRICTS) if key else []
    new = _codes(key, today) if key else []
    return Q(is_before_reform=True, province_code__in=old) | Q(
        is_before_reform=False, province_code__in=new
    )


def _name(list_name: str, field: str, day: date) -> Subquery:
    names = NationalCode.objects.on(day).filter(list_name=list_name, code=OuterRef(field))
    return Subquery(names.values("name_vi")[:1])


def _codes(key: str, day: date) -> list[str]:
    provinces = NationalCode.objects.on(day).filter(list_name=PROVINCES)
    return [
        code
        for code, name in provinces.values_list("code", "name_vi")
        if any(search_key(name).removeprefix(word).startswith(key) for word in UNIT_WORDS)
    ]
