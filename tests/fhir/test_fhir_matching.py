"""Values of search parameters, and days of which only a part is known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest

from fhir.errors import FhirRefused
from fhir.matching import Token, partial_day_condition, split_unescaped, token_of, unescaped
from fhir.telecoms import same_phones
from hospital.models import Facility, Patient
from tests.factories import NOW

BIRTHS = [
    *("1979", "1980", "1981", "1980-04", "1980-05", "1980-06", "1979-12", "1981-01"),
    *("1980-02", "1980-02-29", "1980-03-01", "1980-05-14", "1980-05-15", "1980-05-16"),
    *("1979-12-31", "1980-01-01", "1980-12-31", "1981-01-01", "1980-05-15T07:30", "1980-05-31"),
]
VALUES = ["1980", "1980-02", "1980-05", "1980-05-15", "1980-02-29", "1980-12-31", "1980-01-01"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a,b", ["a", "b"]),
        (r"a\,b,c", [r"a\,b", "c"]),
        (r"a\\,b", [r"a\\", "b"]),
        (",", ["", ""]),
        ("", [""]),
    ],
)
def test_values_are_split_at_bare_commas(text: str, parts: list[str]) -> None:
    assert split_unescaped(text, ",") == parts


def test_escapes_are_taken_away_once() -> None:
    assert unescaped(r"a\,b\|c\$d\\e\f") == r"a,b|c$d\e\f"


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("x", Token(None, "x")),
        ("http://a|x", Token("http://a", "x")),
        ("|x", Token("", "x")),
        ("http://a|", Token("http://a", "")),
        (r"a\|b", Token(None, "a|b")),
    ],
)
def test_tokens(text: str, token: Token) -> None:
    assert token_of(text) == token


def test_one_number_is_written_in_several_ways() -> None:
    assert same_phones("+84 900.000.011") == same_phones("0900000011")
    assert "0900000011" in same_phones("84900000011")
    assert same_phones("113") == {"113"}
    assert same_phones("gọi") == frozenset()


def days_of(text: str) -> tuple[date, date]:
    """First and last day that a partial day can mean."""
    year, month, day = (*map(int, text[:10].split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    return first, date(year, month or 12, day or monthrange(year, month or 12)[1])


def means(prefix: str, birth: str, value: str) -> bool:
    """The definition of R4: periods that contain, or overlap the range beyond."""
    (low, high), (first, last) = days_of(birth), days_of(value)
    within = first <= low and high <= last
    return {
        "": within,
        "eq": within,
        "ne": not within,
        "gt": high > last,
        "lt": low < first,
        "ge": high > last or within,
        "le": low < first or within,
    }[prefix]


def test_partial_days_compare_as_fhir_says(facility: Facility) -> None:
    rows = {
        birth: Patient.objects.create(
            facility=facility,
            number=birth,
            full_name="Người Mẫu",
            search_name="nguoi mau",
            birth=birth,
            birth_year=int(birth[:4]),
            sex="1",
            created_at=NOW,
            updated_at=NOW,
        )
        for birth in BIRTHS
    }

    for prefix in ("", "eq", "ne", "gt", "lt", "ge", "le"):
        for value in VALUES:
            condition = partial_day_condition("birth", prefix + value)
            found = set(Patient.objects.filter(condition).values_list("number", flat=True))
            assert found == {birth for birth in rows if means(prefix, birth, value)}, prefix + value


@pytest.mark.parametrize("value", ["", "80", "1980-5", "1980-02-30", "ap1980", "1980-05-15T07:30"])
def test_what_is_no_day_is_refused(value: str) -> None:
    with pytest.raises(FhirRefused):
        partial_day_condition("birth", value)
