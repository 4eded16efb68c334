"""Finding patients over FHIR: each parameter, how they combine, what is refused."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from django.test import Client

from hospital.models import Facility, FacilityCode, NationalCode, Patient, PatientAddress
from tests.factories import make_card, make_facility, make_patient
from tests.fhir.fhir_judge import body_of

VN = "http://fhir.hl7.org.vn/core/sid"
STRICT = {"Prefer": "handling=strict"}


def found(api: Client, query: str | dict[str, Any] = "", **headers: str) -> list[str]:
    """Return the ids that a search answers, in order."""
    address = f"/fhir/Patient?{query}" if isinstance(query, str) else "/fhir/Patient"
    response = api.get(address, None if isinstance(query, str) else query, headers=headers)
    assert response.status_code == 200, response.content
    body = body_of(response)
    assert body["type"] == "searchset"
    assert all(entry["search"] == {"mode": "match"} for entry in body.get("entry", []))
    return [entry["resource"]["id"] for entry in body.get("entry", [])]


def ids(*patients: Patient) -> list[str]:
    return [str(patient.pk) for patient in patients]


@pytest.fixture
def people(facility: Facility) -> dict[str, Patient]:
    """Three people who differ in everything that can be asked."""
    return {
        "anh": make_patient(
            facility,
            name="Đặng Thị Ánh Mẫu",
            birth="1980-05-15",
            sex="2",
            personal_id="001180000011",
            phone="0900000011",
        ),
        "binh": make_patient(
            facility, name="Nguyễn Văn Bình Mẫu", birth="1980-05", passport="C7654321"
        ),
        "dung": make_patient(facility, name="Trần Dũng Thử", birth="1975", sex="3"),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=anh", ["anh"]),
        ("name=ÁNH", ["anh"]),
        ("name=dang", ["anh"]),
        ("name=đặng thị", ["anh"]),
        ("name=mau anh", ["anh"]),
        ("name=mau", ["anh", "binh"]),
        ("name=ma", ["anh", "binh"]),
        ("name=inh", []),
        ("name=%21%21", []),
        ("name:contains=inh", ["binh"]),
        ("name:exact=Đặng Thị Ánh Mẫu", ["anh"]),
        ("name:exact=Đặng", ["anh"]),
        ("name:exact=Dang Thi Anh Mau", []),
        ("name=mau&name=binh", ["binh"]),
        ("name=anh,dung", ["anh", "dung"]),
        ("name=anh\\,dung", []),
        ("family=tr", ["dung"]),
        ("family=mau", []),
        ("family=tran dung", []),
        ("family:exact=Trần", ["dung"]),
        ("family:exact=tran", []),
        ("family:contains=uye", ["binh"]),
        ("given=dung", ["dung"]),
        ("given=tran", []),
        ("given=binh mau", ["binh"]),
        ("given:exact=Dũng", ["dung"]),
        ("given:exact=Thử", ["dung"]),
        ("given:exact=thu", []),
        ("given:contains=un", ["dung"]),
        ("given:contains=ran", []),
        ("gender=female", ["anh"]),
        ("gender=male,female", ["anh", "binh"]),
        ("gender=unknown", ["dung"]),
        ("gender=nam", []),
        ("gender:not=male", ["anh", "dung"]),
        ("gender:not=male,female", ["dung"]),
        ("gender=http://hl7.org/fhir/administrative-gender|male", ["binh"]),
        ("gender=http://other|male", []),
        ("phone=0900000011", ["anh"]),
        ("phone=%2B84900000011", ["anh"]),
        ("phone=0900 000 011", ["anh"]),
        ("phone=abc", []),
        ("phone:missing=true", ["binh", "dung"]),
        ("phone:missing=false", ["anh"]),
        ("birthdate=1980", ["anh", "binh"]),
        ("birthdate=1980-05", ["anh", "binh"]),
        ("birthdate=1980-05-15", ["anh"]),
        ("birthdate=ge1975&birthdate=lt1980", ["dung"]),
        ("birthdate=gt1980-05-15", ["binh"]),
        ("birthdate=ne1980", ["dung"]),
        ("gender=female&birthdate=1980&name=anh", ["anh"]),
        ("gender=male&name=anh", []),
        ("name=", ["anh", "binh", "dung"]),
    ],
)
def test_a_search_finds(
    api: Client, people: dict[str, Patient], query: str, names: list[str]
) -> None:
    assert found(api, query) == ids(*(people[name] for name in names))


def test_decomposed_text_finds_the_same(api: Client, people: dict[str, Patient]) -> None:
    decomposed = unicodedata.normalize("NFD", "Đặng Thị Ánh Mẫu")

    assert found(api, {"name": decomposed}) == ids(people["anh"])
    assert found(api, {"name:exact": decomposed}) == ids(people["anh"])


def test_id_takes_several_values(api: Client, people: dict[str, Patient]) -> None:
    anh, dung = people["anh"], people["dung"]

    assert found(api, {"_id": f"{dung.pk},{anh.pk}"}) == ids(anh, dung)
    assert found(api, {"_id": "abc,0,9999999999999999999999"}) == []


def test_identifier_with_and_without_its_system(
    api: Client, facility: Facility, people: dict[str, Patient]
) -> None:
    anh, binh = people["anh"], people["binh"]
    card = make_card(binh)
    number = f"http://localhost:8000/fhir/sid/mrn/{facility.codes.get().code}"

    assert found(api, {"identifier": f"{VN}/cccd|001180000011"}) == ids(anh)
    assert found(api, {"identifier": "001180000011"}) == ids(anh)
    assert found(api, {"identifier": f"{VN}/passport|001180000011"}) == []
    assert found(api, {"identifier": f"{VN}/bhyt|{card.number}"}) == ids(binh)
    assert found(api, {"identifier": card.number.lower()}) == ids(binh)
    assert found(api, {"identifier": f"{number}|{anh.number}"}) == ids(anh)
    assert found(api, {"identifier": f"{VN}/cccd|"}) == ids(anh)
    assert found(api, {"identifier": "|001180000011"}) == []
    assert found(api, {"identifier": "|"}) == []
    assert found(api, {"identifier": f"C7654321,{VN}/cccd|001180000011"}) == ids(anh, binh)


def test_patient_number_goes_by_an_earlier_code_of_the_facility(
    api: Client, facility: Facility, people: dict[str, Patient]
) -> None:
    FacilityCode.objects.create(
        facility=facility, code="98765", valid_from=date(2010, 1, 1), valid_to=date(2019, 12, 31)
    )
    system = "http://localhost:8000/fhir/sid/mrn"

    assert found(api, {"identifier": f"{system}/98765|{people['anh'].number}"}) == ids(
        people["anh"]
    )
    assert found(api, {"identifier": f"{system}/12345|{people['anh'].number}"}) == []


def test_city_is_found_by_its_name_of_the_time(
    api: Client, facility: Facility, people: dict[str, Patient]
) -> None:
    for item, (name, since, until) in enumerate(
        [
            ("Tỉnh Thử Cũ", date(2000, 1, 1), date(2025, 6, 30)),
            ("Thành phố Mẫu", date(2025, 7, 1), None),
        ]
    ):
        NationalCode.objects.create(
            list_name="tinh",
            code="01",
            item_id=item,
            name_vi=name,
            source="mẫu",
            valid_from=since,
            valid_to=until,
        )
    PatientAddress.objects.filter(patient=people["dung"]).update(is_before_reform=True)
    PatientAddress.objects.filter(patient=people["binh"]).update(is_current=False)

    assert found(api, "address-city=mau") == ids(people["anh"])
    assert found(api, "address-city=Thành phố") == ids(people["anh"])
    assert found(api, "address-city=thu") == ids(people["dung"])
    assert found(api, "address-city=khac") == []
    assert found(api, "address-city=%21") == []


def test_other_facilities_are_not_found(api: Client, people: dict[str, Patient]) -> None:
    stranger = make_patient(make_facility(), personal_id="001180000099")
    card = make_card(stranger)

    assert found(api) == ids(*people.values())
    for query in (
        {"_id": str(stranger.pk)},
        {"identifier": "001180000099"},
        {"identifier": card.number},
        {"identifier": f"{VN}/bhyt|{card.number}"},
    ):
        assert found(api, query) == []


def test_post_finds_the_same_as_get(api: Client, people: dict[str, Patient]) -> None:
    form = "application/x-www-form-urlencoded"

    response = api.post("/fhir/Patient/_search", "name=anh&gender=female", content_type=form)

    assert [entry["resource"]["id"] for entry in body_of(response)["entry"]] == ids(people["anh"])


def test_post_of_another_kind_of_body_is_415(api: Client) -> None:
    response = api.post("/fhir/Patient/_search", "{}", content_type="application/json")

    assert response.status_code == 415
    body_of(response)


def test_unknown_parameter_is_left_out_of_the_self_link(
    api: Client, people: dict[str, Patient]
) -> None:
    body = body_of(api.get("/fhir/Patient?name=anh&deceased=false&_sort=birthdate&_count=5"))

    assert [entry["resource"]["id"] for entry in body["entry"]] == ids(people["anh"])
    assert body["link"] == [
        {"relation": "self", "url": "http://testserver/fhir/Patient?name=anh&_count=5"}
    ]


@pytest.mark.parametrize(
    "query", ["deceased=false", "_sort=birthdate", "_summary=text", "organization.name=x", "a=1"]
)
def test_unknown_parameter_is_refused_when_handling_is_strict(api: Client, query: str) -> None:
    response = api.get(f"/fhir/Patient?{query}", headers=STRICT)

    assert response.status_code == 400
    assert "/fhir/metadata" in body_of(response)["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    "query",
    [
        "birthdate=15/05/1980",
        "birthdate=1980-13",
        "birthdate=1980-02-30",
        "birthdate=sa1980",
        "birthdate=0001",
        "birthdate=9999",
        "birthdate=gt",
        "name:text=anh",
        "identifier:of-type=x",
        "birthdate:missing=true",
        "phone:missing=maybe",
        "_count=many",
        "_count=-1",
        "name=%00",
        "name=" + "a" * 2001,
    ],
)
def test_what_cannot_be_understood_is_400(api: Client, query: str) -> None:
    response = api.get(f"/fhir/Patient?{query}")

    assert response.status_code == 400
    assert body_of(response)["issue"][0]["code"] == "invalid"


@pytest.mark.parametrize("query", ["_summary=count", "_count=0"])
def test_count_only_has_the_number_and_no_entries(
    api: Client, people: dict[str, Patient], query: str
) -> None:
    body = body_of(api.get(f"/fhir/Patient?name=mau&{query}"))

    assert body["total"] == 2
    assert "entry" not in body


def test_nothing_found_is_an_empty_bundle(api: Client) -> None:
    body = body_of(api.get("/fhir/Patient?name=khongco"))

    assert body["total"] == 0
    assert "entry" not in body


def test_entries_have_their_own_addresses(api: Client, people: dict[str, Patient]) -> None:
    entries = body_of(api.get("/fhir/Patient"))["entry"]

    addresses = [entry["fullUrl"] for entry in entries]
    assert addresses == [f"http://testserver/fhir/Patient/{p.pk}" for p in people.values()]
    assert body_of(api.get(addresses[0])) == entries[0]["resource"]
