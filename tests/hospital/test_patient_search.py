"""Finding a patient at the desk, and that the database finds them by its indexes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.invented_patients import patients_fill
from hospital.models import Patient
from hospital.selectors.patients import patients_found
from tests.factories import make_card, make_facility, make_patient

pytestmark = pytest.mark.django_db
MANY = 200_000
LARGE_ANSWERS = (
    "thu mau van nguyen",
    "nguyen van",
    "van nguyen",
    "van 1935",
    "tran thi hoa 1985",
)
SINGLE_ANSWERS = ("0900000123", "000000001123", "BN990000007")


def names(found: list[Patient]) -> list[str]:
    return [patient.full_name for patient in found]


@pytest.mark.parametrize(
    "query",
    [
        "nguyen van mau",
        "Nguyễn Văn Mẫu",
        "NGUYỄN VĂN MẪU",
        "  nguyen   van  ma",
        "mau nguyen",
        "van mau",
        "nguyen van 1980",
        "nguyen 15/05/1980",
        "nguyen 15-5-1980 mau",
    ],
)
def test_a_name_is_found_with_and_without_marks_in_any_order_and_with_the_birth(query):
    facility = make_facility()
    wanted = make_patient(facility, name="Nguyễn Văn Mẫu", birth="1980-05-15")
    make_patient(facility, name="Trần Thị Thử", birth="1980-05-15")

    assert patients_found(facility, query) == [wanted]


@pytest.mark.parametrize(
    "query", ["nguyen van 1981", "nguyen 16/05/1980", "van nguyenx", "1980", ""]
)
def test_what_does_not_fit_is_not_found(query):
    facility = make_facility()
    make_patient(facility, name="Nguyễn Văn Mẫu", birth="1980-05-15")

    assert patients_found(facility, query) == []


def test_the_exact_name_comes_first_then_beginnings_then_words():
    facility = make_facility()
    make_patient(facility, name="Trần Lê Mẫu")
    make_patient(facility, name="Lê Mẫu Thử")
    make_patient(facility, name="Lê Mẫu")

    assert names(patients_found(facility, "le mau")) == ["Lê Mẫu", "Lê Mẫu Thử", "Trần Lê Mẫu"]


def test_the_name_with_the_marks_typed_comes_before_the_others():
    facility = make_facility()
    for name in ("Lê Thị Hoa", "Lê Thị Hòa", "Lê Thị Hóa"):
        make_patient(facility, name=name)

    assert names(patients_found(facility, "lê thị hóa"))[0] == "Lê Thị Hóa"


@pytest.mark.parametrize("query", ["0912345678", "0912 345 678", "+84 912.345.678", "84912345678"])
def test_a_phone_is_found_however_it_is_written(query):
    facility = make_facility()
    wanted = make_patient(facility, phone="0912345678")

    assert patients_found(facility, query) == [wanted]


def test_numbers_of_the_person_the_card_and_ours_are_found():
    facility = make_facility()
    wanted = make_patient(facility, personal_id="001080000017")
    card = make_card(wanted)
    make_card(wanted, head="TE1")
    make_patient(facility, personal_id="001080000018")

    for query in (
        "001080000017",
        card.number,
        card.number.lower(),
        wanted.number,
        wanted.number.lower(),
    ):
        assert patients_found(facility, query) == [wanted]
    assert patients_found(facility, f"HIS-P-{wanted.number}") == [wanted]


def test_a_scanned_card_finds_its_person_by_number():
    facility = make_facility()
    wanted = make_patient(facility, name="Lê Mẫu", personal_id="001080000017", birth="1980-05-15")
    make_patient(facility, name="Trần Mẫu", birth="1980-05-15")

    scanned = "001080000017||Trần Mẫu|15051980|Nam|Phường Mẫu|15062021"

    assert patients_found(facility, scanned) == [wanted]


@pytest.mark.parametrize(
    "scanned",
    [
        "001080000017||Lê Mẫu|15051980|Nam|Phường Mẫu|15062021",
        "0100000017|4cc3aa204de1baab75|15/05/1980|1|-|01 - 999|01/01/2026|-|05/01/2026|$",
        "GD4010100000017|4cc3aa204de1baab75|15/05/1980|1|-|01 - 999|01/01/2026|-|05/01/2026|$",
    ],
)
def test_a_card_not_on_record_finds_people_of_the_same_name_and_birth(scanned):
    facility = make_facility()
    wanted = make_patient(facility, name="Lê Mẫu", birth="1980-05-15")
    make_patient(facility, name="Lê Mẫu", birth="1980-05-16")
    make_patient(facility, name="Lê Mẫu Thử", birth="1980-05-15")

    assert patients_found(facility, scanned) == [wanted]


def test_other_facilities_and_inactive_records_stay_out():
    facility, other = make_facility(), make_facility()
    make_patient(other, name="Nguyễn Văn Mẫu", personal_id="001080000017", phone="0912345678")
    closed = make_patient(facility, name="Nguyễn Văn Mẫu")
    Patient.objects.filter(pk=closed.pk).update(is_active=False)

    for query in ("nguyen van mau", "van mau", "001080000017", "0912345678", closed.number):
        assert patients_found(facility, query) == []


def test_the_page_is_never_longer_than_asked_and_holds_nobody_twice():
    facility = make_facility()
    for name in ("Lê Mẫu", "Lê Mẫu Thử", "Trần Lê Mẫu") * 3:
        make_patient(facility, name=name)

    found = patients_found(facility, "le mau", limit=7)

    assert len(found) == len({patient.pk for patient in found}) == 7


@pytest.mark.parametrize("query", ["a & b", "a:*", "!", "'", "le | mau", "%", "_", "\\", "le%"])
def test_signs_of_the_query_languages_are_harmless(query):
    assert patients_found(make_facility(), query) == []


def test_among_200_000_patients_every_query_uses_an_index_and_the_exact_name_is_first():
    facility = make_facility()
    patients_fill(facility, MANY)
    wanted = make_patient(facility, name="Mẫu Nguyễn Văn Thử", birth="1990-05-15")
    card = make_card(wanted)

    for query in ("mau nguyen van thu", "Mẫu Nguyễn Văn Thử 1990"):
        assert patients_found(facility, query)[0] == wanted
    for query in (*LARGE_ANSWERS, *SINGLE_ANSWERS, card.number):
        with CaptureQueriesContext(connection) as asked:
            assert patients_found(facility, query)
        for statement in asked.captured_queries:
            plan = explained(statement["sql"])
            assert "Seq Scan on hospital_patient" not in plan, f"{query}\n{plan}"


def explained(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())
