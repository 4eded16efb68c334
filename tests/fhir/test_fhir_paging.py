"""Pages: stable while rows come and go, opaque, and of the same cost whatever their size."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fhir.clients import api_client_create
from hospital.models import Facility, Patient
from tests.factories import NOW, make_card, make_facility, make_patient
from tests.fhir.fhir_judge import body_of


def link(body: dict[str, Any], relation: str) -> str | None:
    urls = [row["url"] for row in body["link"] if row["relation"] == relation]
    return urls[0] if urls else None


def ids(body: dict[str, Any]) -> list[int]:
    return [int(entry["resource"]["id"]) for entry in body.get("entry", [])]


def walk(api: Client, address: str) -> list[int]:
    """Return the ids of all pages from an address on."""
    seen: list[int] = []
    following: str | None = address
    while following:
        body = body_of(api.get(following))
        seen += ids(body)
        following = link(body, "next")
    return seen


@pytest.fixture
def patients(facility: Facility) -> list[Patient]:
    return [make_patient(facility, personal_id=f"0011800001{n:02d}") for n in range(7)]


def test_pages_together_are_the_whole(api: Client, patients: list[Patient]) -> None:
    assert walk(api, "/fhir/Patient?_count=3") == [patient.pk for patient in patients]
    assert walk(api, "/fhir/Patient?_count=7") == [patient.pk for patient in patients]


def test_pages_downwards(api: Client, patients: list[Patient]) -> None:
    expected = [patient.pk for patient in reversed(patients)]

    assert walk(api, "/fhir/Patient?_count=3&_sort=-_id") == expected


def test_rows_that_come_and_go_neither_repeat_nor_hide_others(
    api: Client, facility: Facility, patients: list[Patient]
) -> None:
    first = body_of(api.get("/fhir/Patient?_count=3"))
    Patient.objects.filter(pk=patients[1].pk).update(facility=make_facility())
    newcomer = make_patient(facility)

    rest = walk(api, link(first, "next") or "")

    assert rest == [patient.pk for patient in patients[3:]] + [newcomer.pk]


def test_total_is_counted_once_and_kept(api: Client, patients: list[Patient]) -> None:
    first = body_of(api.get("/fhir/Patient?_count=3&_total=accurate"))
    second = body_of(api.get(link(first, "next") or ""))

    assert (first["total"], second["total"]) == (7, 7)


def test_total_is_not_counted_unasked(api: Client, patients: list[Patient]) -> None:
    assert "total" not in body_of(api.get("/fhir/Patient?_count=3"))
    assert body_of(api.get("/fhir/Patient?_count=7"))["total"] == 7


def test_no_page_is_larger_than_a_hundred(api: Client, facility: Facility) -> None:
    Patient.objects.bulk_create(
        Patient(
            facility=facility,
            number=f"M{n}",
            full_name="Người Mẫu",
            search_name="nguoi mau",
            birth="1990",
            birth_year=1990,
            sex="1",
            created_at=NOW,
            updated_at=NOW,
        )
        for n in range(101)
    )

    assert len(ids(body_of(api.get("/fhir/Patient?_count=5000")))) == 100


def test_next_link_says_nothing_of_the_search(api: Client, patients: list[Patient]) -> None:
    body = body_of(
        api.get("/fhir/Patient", {"_count": "1", "identifier": "001180000100,001180000101"})
    )

    query = parse_qs(urlsplit(link(body, "next") or "").query)
    assert list(query) == ["_page"]
    assert "00118000010" not in (link(body, "next") or "")


def test_next_link_after_post_keeps_the_search(api: Client, patients: list[Patient]) -> None:
    form = "application/x-www-form-urlencoded"
    numbers = "001180000101,001180000103"

    body = body_of(
        api.post("/fhir/Patient/_search", f"identifier={numbers}&_count=1", content_type=form)
    )

    assert ids(body) + walk(api, link(body, "next") or "") == [patients[1].pk, patients[3].pk]


def test_next_link_of_another_facility_is_refused(api: Client, patients: list[Patient]) -> None:
    following = link(body_of(api.get("/fhir/Patient?_count=3")), "next") or ""
    _client, token = api_client_create(make_facility(), name="lis-mau", job="test", now=NOW)

    response = Client(headers={"Authorization": f"Bearer {token}"}).get(following)

    assert response.status_code == 400
    body_of(response)


@pytest.mark.parametrize("word", ["", "x", "gAAAAABmX", "é"])
def test_next_link_that_is_not_ours_is_refused(api: Client, word: str) -> None:
    response = api.get("/fhir/Patient", {"_page": word})

    assert response.status_code == 400
    body_of(response)


def test_next_link_survives_a_new_secret_key(
    api: Client, patients: list[Patient], settings: Any
) -> None:
    following = link(body_of(api.get("/fhir/Patient?_count=3")), "next") or ""

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-this-test"

    assert ids(body_of(api.get(following))) == [patient.pk for patient in patients[3:6]]


def queries_of(api: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert api.get(address).status_code == 200
    return len(queries)


def test_a_page_costs_six_queries_whatever_its_size(api: Client, facility: Facility) -> None:
    for n in range(20):
        patient = make_patient(facility, personal_id=f"0011800002{n:02d}")
        make_card(patient)
        patient.guardians.create(relation="mother", full_name="Trần Thị Mẫu")

    assert queries_of(api, "/fhir/Patient?_count=2") == 6
    assert queries_of(api, "/fhir/Patient?_count=20&name=mau&birthdate=1980") == 6
