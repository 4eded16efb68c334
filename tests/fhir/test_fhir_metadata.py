"""The CapabilityStatement says what works, all of it and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from fhir.mapping import RESOURCES
from hospital.models import Facility
from tests.factories import make_patient
from tests.fhir.fhir_judge import body_of

# Every search parameter that R4 defines for Patient, with those of all resources.
PATIENT_PARAMS_OF_R4 = {
    *("_id", "_lastUpdated", "_tag", "_profile", "_security", "_source", "_text", "_content"),
    *("_list", "_has", "_type", "active", "address", "address-city", "address-country"),
    *("address-postalcode", "address-state", "address-use", "birthdate", "death-date", "deceased"),
    *("email", "family", "gender", "general-practitioner", "given", "identifier", "language"),
    *("link", "name", "organization", "phone", "phonetic", "telecom"),
}
VALUES = {"birthdate": "1980", "death-date": "2020", "deceased": "true", "active": "true"}


def statement() -> dict[str, object]:
    return body_of(Client().get("/fhir/metadata"))


def declared() -> list[dict[str, object]]:
    return statement()["rest"][0]["resource"]  # type: ignore[no-any-return]


def test_metadata_is_public_and_names_r4() -> None:
    body = statement()

    assert body["resourceType"] == "CapabilityStatement"
    assert body["fhirVersion"] == "4.0.1"
    assert body["kind"] == "instance"
    assert body["implementation"]["url"] == "http://testserver/fhir"


def test_metadata_lists_exactly_the_table_of_resources() -> None:
    said = {
        row["type"]: {(param["name"], param["type"]) for param in row["searchParam"]}  # type: ignore[attr-defined]
        for row in declared()
    }

    assert said == {
        resource.type: {(param.name, param.kind) for param in resource.params}
        for resource in RESOURCES.values()
    }


def test_every_declared_interaction_answers(api: Client, facility: Facility) -> None:
    patient = make_patient(facility)

    assert [row["type"] for row in declared()] == ["Patient"]
    assert {i["code"] for i in declared()[0]["interaction"]} == {"read", "search-type"}  # type: ignore[attr-defined]
    assert api.get(f"/fhir/Patient/{patient.pk}").status_code == 200
    assert api.get("/fhir/Patient").status_code == 200


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/fhir/Patient"),
        ("delete", "/fhir/Patient"),
        ("put", "/fhir/Patient/1"),
        ("patch", "/fhir/Patient/1"),
        ("delete", "/fhir/Patient/1"),
        ("get", "/fhir/Patient/_search"),
        ("post", "/fhir/metadata"),
    ],
)
def test_an_interaction_that_is_not_declared_is_405(api: Client, method: str, address: str) -> None:
    response = getattr(api, method)(address)

    assert response.status_code == 405
    assert response.headers["Allow"] in ("GET, HEAD", "POST")
    assert body_of(response)["issue"][0]["code"] == "not-supported"


@pytest.mark.parametrize("name", sorted(PATIENT_PARAMS_OF_R4))
def test_a_search_parameter_works_if_and_only_if_it_is_declared(api: Client, name: str) -> None:
    names = {param["name"] for param in declared()[0]["searchParam"]}  # type: ignore[attr-defined]

    response = api.get(
        "/fhir/Patient", {name: VALUES.get(name, "1")}, headers={"Prefer": "handling=strict"}
    )

    assert response.status_code == (200 if name in names else 400)


@pytest.mark.parametrize(
    "address", ["/fhir/Encounter", "/fhir/Patient/1/_history", "/fhir/", "/fhir/x"]
)
def test_what_is_not_served_is_404(api: Client, address: str) -> None:
    response = api.get(address)

    assert response.status_code == 404
    assert body_of(response)["issue"][0]["code"] == "not-supported"


@pytest.mark.parametrize(
    "accept", ["application/fhir+xml", "text/turtle", "application/fhir+json; fhirVersion=5.0"]
)
def test_only_json_of_r4_is_written(accept: str) -> None:
    response = Client().get("/fhir/metadata", headers={"Accept": accept})

    assert response.status_code == 406
    assert "application/fhir+json" in body_of(response)["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+json",
        "application/fhir+json; fhirVersion=4.0",
        "application/json;q=0.9, text/html",
        "text/html, */*;q=0.8",
    ],
)
def test_every_way_to_ask_for_json_is_understood(accept: str) -> None:
    assert Client().get("/fhir/metadata", headers={"Accept": accept}).status_code == 200


def test_format_parameter_goes_before_the_header() -> None:
    json_wanted = Client().get("/fhir/metadata?_format=json", headers={"Accept": "text/html"})
    xml_wanted = Client().get("/fhir/metadata?_format=xml")

    assert json_wanted.status_code == 200
    assert xml_wanted.status_code == 406


def test_pretty_json_is_indented_and_equal() -> None:
    plain, pretty = Client().get("/fhir/metadata"), Client().get("/fhir/metadata?_pretty=true")

    assert b"\n  " in pretty.content
    assert body_of(pretty) == body_of(plain)


def test_head_has_no_body() -> None:
    response = Client().head("/fhir/metadata")

    assert response.status_code == 200
    assert response.content == b""
