"""One patient over FHIR: what is said, in which words, and when it is not sent again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from fhir.mapping import RESOURCES
from fhir.mapping.base import Scope
from fhir.rendering import stamped
from hospital.models import Facility, NationalCode, Patient, PatientAddress
from hospital.services.patient import AddressInput
from tests.factories import NOW, make_card, make_patient
from tests.fhir.fhir_judge import body_of, judge

VN = "http://fhir.hl7.org.vn/core/sid"
KINDS = "http://fhir.hl7.org.vn/core/CodeSystem/vn-identifier-type-cs"


def read(api: Client, patient: Patient) -> dict[str, Any]:
    response = api.get(f"/fhir/Patient/{patient.pk}")
    assert response.status_code == 200
    return body_of(response)


def make_place(list_name: str, code: str, name: str, *, until: date | None = None) -> None:
    NationalCode.objects.create(
        list_name=list_name,
        code=code,
        item_id=NationalCode.objects.count() + 1,
        name_vi=name,
        source="mẫu",
        valid_from=date(2000, 1, 1) if until else date(2025, 7, 1),
        valid_to=until,
    )


def test_patient_with_everything_known(api: Client, facility: Facility) -> None:
    make_place("tinh", "01", "Tỉnh Mẫu")
    patient = make_patient(
        facility,
        name="Nguyễn Thị Thu Mẫu",
        sex="2",
        personal_id="001180000001",
        former_id="012345678",
        passport="C1234567",
        phone="0900000001",
    )
    patient.guardians.create(relation="mother", full_name="Trần Thị Mẫu", phone="0900000002")
    card = make_card(patient)
    code = facility.codes.get().code

    body = read(api, patient)

    assert body["id"] == str(patient.pk)
    assert body["active"] is True
    assert body["name"] == [
        {
            "use": "official",
            "text": "Nguyễn Thị Thu Mẫu",
            "family": "Nguyễn",
            "given": ["Thị", "Thu", "Mẫu"],
        }
    ]
    assert body["gender"] == "female"
    assert body["birthDate"] == "1980-05-15"
    assert body["telecom"] == [{"system": "phone", "value": "0900000001"}]
    assert body["address"] == [{"use": "home", "text": "Phường Mẫu", "city": "Tỉnh Mẫu"}]
    assert body["contact"] == [
        {
            "relationship": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
                            "code": "MTH",
                        }
                    ],
                    "text": "Mẹ",
                }
            ],
            "name": {
                "use": "official",
                "text": "Trần Thị Mẫu",
                "family": "Trần",
                "given": ["Thị", "Mẫu"],
            },
            "telecom": [{"system": "phone", "value": "0900000002"}],
        }
    ]
    assert body["managingOrganization"]["display"] == facility.name
    assert body["managingOrganization"]["identifier"]["value"] == code
    assert {(row["system"], row["value"]) for row in body["identifier"]} == {
        (f"http://localhost:8000/fhir/sid/mrn/{code}", patient.number),
        (f"{VN}/cccd", "001180000001"),
        ("http://localhost:8000/fhir/sid/cmnd", "012345678"),
        (f"{VN}/passport", "C1234567"),
        (f"{VN}/bhyt", card.number),
    }


def test_identifiers_carry_kind_and_card_period(api: Client, facility: Facility) -> None:
    patient = make_patient(facility, personal_id="001180000002")
    make_card(patient, valid_from=date(2026, 1, 1), valid_to=None)

    identifiers = {row["system"]: row for row in read(api, patient)["identifier"]}

    assert identifiers[f"{VN}/cccd"]["type"]["coding"] == [{"system": KINDS, "code": "CCCD"}]
    assert identifiers[f"{VN}/bhyt"]["type"] == {"text": "Mã thẻ BHYT"}
    assert identifiers[f"{VN}/bhyt"]["period"] == {"start": "2026-01-01"}


def test_what_is_not_known_is_absent(api: Client, facility: Facility) -> None:
    patient = make_patient(facility)

    body = read(api, patient)

    assert not {"telecom", "contact", "_birthDate", "extension"} & body.keys()
    assert len(body["identifier"]) == 1


@pytest.mark.parametrize("birth", ["1980", "1980-05", "1980-05-15"])
def test_birth_date_keeps_only_the_known_parts(api: Client, facility: Facility, birth: str) -> None:
    body = read(api, make_patient(facility, birth=birth))

    assert body["birthDate"] == birth
    assert "_birthDate" not in body


def test_birth_time_of_a_newborn_is_an_extension(api: Client, facility: Facility) -> None:
    body = read(api, make_patient(facility, birth="2026-05-15T07:30"))

    assert body["birthDate"] == "2026-05-15"
    assert body["_birthDate"]["extension"] == [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
            "valueDateTime": "2026-05-15T07:30:00+07:00",
        }
    ]


@pytest.mark.parametrize(("sex", "gender"), [("1", "male"), ("2", "female"), ("3", "unknown")])
def test_sex_is_administrative_gender(
    api: Client, facility: Facility, sex: str, gender: str
) -> None:
    assert read(api, make_patient(facility, sex=sex))["gender"] == gender


def test_name_of_one_word_has_no_given_name(api: Client, facility: Facility) -> None:
    name = read(api, make_patient(facility, name="Mẫu"))["name"]

    assert name == [{"use": "official", "text": "Mẫu", "family": "Mẫu"}]


def test_address_before_the_reform_has_its_district(api: Client, facility: Facility) -> None:
    last_day = date(2025, 6, 30)
    make_place("tinh", "99", "Tỉnh Mẫu Cũ", until=last_day)
    make_place("tinh", "99", "Tỉnh Mẫu Mới")
    make_place("huyen", "999", "Huyện Mẫu", until=last_day)
    address = AddressInput(text="Xã Mẫu", province_code="99", district_code="999")
    old = make_patient(facility)
    PatientAddress.objects.filter(patient=old).update(
        text=address.text, province_code="99", district_code="999", is_before_reform=True
    )
    new = make_patient(facility)
    PatientAddress.objects.filter(patient=new).update(province_code="99")

    assert read(api, old)["address"] == [
        {"use": "home", "text": "Xã Mẫu", "district": "Huyện Mẫu", "city": "Tỉnh Mẫu Cũ"}
    ]
    assert read(api, new)["address"][0]["city"] == "Tỉnh Mẫu Mới"


def test_inactive_patient_is_said_to_be_inactive(api: Client, facility: Facility) -> None:
    patient = make_patient(facility)
    Patient.objects.filter(pk=patient.pk).update(is_active=False)

    assert read(api, patient)["active"] is False


def test_settings_replace_a_system(api: Client, facility: Facility, settings: Any) -> None:
    settings.FHIR_SYSTEMS = {"cccd": "https://quocgia.example/cccd"}
    settings.FHIR_BASE_URI = "https://benhvien.example/fhir/"
    patient = make_patient(facility, personal_id="001180000003")

    systems = {row["system"] for row in read(api, patient)["identifier"]}

    assert systems == {
        "https://quocgia.example/cccd",
        f"https://benhvien.example/fhir/sid/mrn/{facility.codes.get().code}",
    }


def test_version_changes_with_the_content_and_only_then(api: Client, facility: Facility) -> None:
    patient = make_patient(facility)
    first, again = read(api, patient), read(api, patient)
    make_card(patient)
    after_card = read(api, patient)

    assert again == first
    assert after_card["meta"]["versionId"] != first["meta"]["versionId"]


def test_etag_and_last_modified_repeat_the_meta(api: Client, facility: Facility) -> None:
    response = api.get(f"/fhir/Patient/{make_patient(facility).pk}")

    meta = body_of(response)["meta"]
    assert response.headers["ETag"] == f'W/"{meta["versionId"]}"'
    assert response.headers["Last-Modified"] == "Mon, 23 Nov 2026 01:00:00 GMT"
    assert meta["lastUpdated"] == "2026-11-23T08:00:00.000+07:00"


def test_a_known_version_is_not_sent_again(api: Client, facility: Facility) -> None:
    address = f"/fhir/Patient/{make_patient(facility).pk}"
    etag = api.get(address).headers["ETag"]

    known = api.get(address, headers={"If-None-Match": etag})
    unknown = api.get(address, headers={"If-None-Match": 'W/"0"'})

    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["ETag"] == etag
    assert unknown.status_code == 200


def test_head_has_the_headers_without_the_body(api: Client, facility: Facility) -> None:
    address = f"/fhir/Patient/{make_patient(facility).pk}"

    response = api.head(address)

    assert response.content == b""
    assert response.headers["ETag"] == api.get(address).headers["ETag"]


@pytest.mark.parametrize("resource_id", ["999999999", "0", "abc", "001180000001", "9" * 30])
def test_an_id_that_is_none_of_ours_is_404(api: Client, resource_id: str) -> None:
    response = api.get(f"/fhir/Patient/{resource_id}")

    assert response.status_code == 404
    body_of(response)


def test_facility_without_a_code_today_has_no_number_system(
    api: Client, facility: Facility
) -> None:
    facility.codes.update(valid_to=date(2020, 12, 31))

    body = read(api, make_patient(facility, personal_id="001180000004"))

    assert [row["system"] for row in body["identifier"]] == [f"{VN}/cccd"]
    assert "identifier" not in body["managingOrganization"]


def test_rendering_needs_no_request(facility: Facility) -> None:
    patient = make_patient(facility)
    scope = Scope(facility=facility, facility_code="", base_url="http://x/fhir", now=NOW)
    resource = RESOURCES["Patient"]

    answer = stamped(resource, resource.rows(scope).get(pk=patient.pk), scope)

    judge({**answer.body, "identifier": [{"value": "x"}]})
    assert answer.body["resourceType"] == "Patient"
