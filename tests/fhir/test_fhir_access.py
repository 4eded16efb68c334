"""Who may read, what of, and what the audit log and the other logs keep of it."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from fhir import views
from fhir.clients import api_client_create
from fhir.models import ApiClient
from hospital.models import AuditEntry, Facility, RoleAssignment, Staff, User
from hospital.models.people import Role
from tests.factories import (
    NOW,
    make_card,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_staff,
)
from tests.fhir.fhir_judge import body_of

FORM = "application/x-www-form-urlencoded"


def bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def signed_in(user: User | None, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    assert user is not None
    client.force_login(user, backend="hospital.permissions.RoleBackend")
    return client


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk"))


@pytest.mark.parametrize(
    "address", ["/fhir/Patient", "/fhir/Patient/1", "/fhir/", "/fhir/Encounter"]
)
def test_nobody_gets_401(db: None, address: str) -> None:
    response = Client().get(address)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="fhir"'
    assert body_of(response)["issue"][0]["code"] == "login"


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eDp5", "Bearer " + "a" * 5000])
def test_wrong_token_gets_401(db: None, header: str) -> None:
    response = Client().get("/fhir/Patient", headers={"Authorization": header})

    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_wrong_token_is_not_rescued_by_a_session(facility: Facility) -> None:
    person = make_staff(facility, Role.DOCTOR).user

    response = signed_in(person).get("/fhir/Patient", headers={"Authorization": "Bearer x"})

    assert response.status_code == 401


def test_withdrawn_program_gets_401(api: Client, program: tuple[ApiClient, str]) -> None:
    ApiClient.objects.filter(pk=program[0].pk).update(is_active=False)

    assert api.get("/fhir/Patient").status_code == 401


def test_program_of_a_closed_facility_gets_403(api: Client, facility: Facility) -> None:
    Facility.objects.filter(pk=facility.pk).update(is_active=False)

    assert api.get("/fhir/Patient").status_code == 403


def test_program_in_the_name_of_a_person_has_the_persons_rights(facility: Facility) -> None:
    user = make_staff(facility, Role.DOCTOR).user
    _client, token = api_client_create(facility, name="so-tay", user=user, job="test", now=NOW)

    allowed = bearer(token).get("/fhir/Patient").status_code
    RoleAssignment.objects.filter(user=user).update(role=Role.CATALOGUE)
    without_right = bearer(token).get("/fhir/Patient").status_code
    RoleAssignment.objects.filter(user=user).delete()
    without_role = bearer(token).get("/fhir/Patient").status_code
    User.objects.filter(role_assignments=None, staff__facility=facility).update(is_active=False)
    without_account = bearer(token).get("/fhir/Patient").status_code

    assert (allowed, without_right, without_role, without_account) == (200, 403, 403, 401)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.RECEPTION, 200),
        (Role.DOCTOR, 200),
        (Role.INSURANCE, 200),
        (Role.CATALOGUE, 403),
        (Role.ADMIN, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_person_reads_patients_by_role(facility: Facility, role: Role, status: int) -> None:
    response = signed_in(make_staff(facility, role).user).get("/fhir/Patient")

    assert response.status_code == status
    body_of(response)


def test_person_without_a_facility_gets_403(facility: Facility) -> None:
    assert signed_in(make_staff(facility).user).get("/fhir/Patient").status_code == 403


def test_patient_of_another_facility_is_404_like_none_at_all(api: Client) -> None:
    stranger = make_patient(make_facility())

    other = api.get(f"/fhir/Patient/{stranger.pk}")
    none = api.get("/fhir/Patient/999999999")

    assert (other.status_code, none.status_code) == (404, 404)
    assert body_of(other) == body_of(none)
    assert not entries("fhir.patient.read")


def test_person_sees_own_facility_only(facility: Facility) -> None:
    mine, stranger = make_patient(facility), make_patient(make_facility())
    client = signed_in(make_staff(facility, Role.NURSE).user)

    assert client.get(f"/fhir/Patient/{mine.pk}").status_code == 200
    assert client.get(f"/fhir/Patient/{stranger.pk}").status_code == 404


def test_search_by_post_with_a_session_needs_the_csrf_token(facility: Facility) -> None:
    client = signed_in(make_staff(facility, Role.NURSE).user, enforce_csrf_checks=True)
    client.get("/dang-nhap/")
    client.cookies["csrftoken"] = "a" * 32

    forged = client.post("/fhir/Patient/_search", "name=mau", content_type=FORM)
    own = client.post(
        "/fhir/Patient/_search", "name=mau", content_type=FORM, headers={"X-CSRFToken": "a" * 32}
    )

    assert forged.status_code == 403
    assert own.status_code == 200


def test_search_by_post_with_a_token_needs_no_csrf_token(program: tuple[ApiClient, str]) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {program[1]}"})

    response = client.post("/fhir/Patient/_search", "name=mau", content_type=FORM)

    assert response.status_code == 200


def test_read_by_a_program_is_one_audit_line(
    api: Client, facility: Facility, program: tuple[ApiClient, str]
) -> None:
    patient = make_patient(facility)

    api.get(f"/fhir/Patient/{patient.pk}")

    (entry,) = entries("fhir.patient.read")
    assert (entry.facility, entry.actor, entry.job) == (facility, None, "fhir:lis-mau")
    assert (entry.subject_type, entry.subject_id, entry.patient_id) == (
        "patient",
        patient.pk,
        patient.pk,
    )
    assert entry.facts == {"client": program[0].pk}


def test_read_by_a_person_names_the_person(facility: Facility) -> None:
    user = make_staff(facility, Role.DOCTOR).user
    patient = make_patient(facility)

    signed_in(user).head(f"/fhir/Patient/{patient.pk}")

    (entry,) = entries("fhir.patient.read")
    assert (entry.actor, entry.job) == (user, "")


def test_an_answer_that_the_client_had_already_is_an_access_too(
    api: Client, facility: Facility
) -> None:
    address = f"/fhir/Patient/{make_patient(facility).pk}"
    etag = api.get(address).headers["ETag"]

    api.get(address, headers={"If-None-Match": etag})

    assert len(entries("fhir.patient.read")) == 2


def test_search_is_one_audit_line_with_ids_and_without_values(
    api: Client, facility: Facility, program: tuple[ApiClient, str]
) -> None:
    patients = [make_patient(facility, personal_id=f"0011800003{n:02d}") for n in range(3)]

    api.get("/fhir/Patient", {"name": "mau", "identifier": "001180000301,001180000302"})

    (entry,) = entries("fhir.patient.search")
    assert (entry.subject_type, entry.subject_id) == ("facility", facility.pk)
    assert entry.patient_id is None
    assert entry.facts == {
        "parameters": "identifier,name",
        "count": 2,
        "ids": f"{patients[1].pk},{patients[2].pk}",
        "client": program[0].pk,
    }


def test_search_that_shows_one_patient_is_on_that_patients_record(
    api: Client, facility: Facility
) -> None:
    patient = make_patient(facility, personal_id="001180000400")

    api.get("/fhir/Patient?identifier=001180000400")

    assert entries("fhir.patient.search")[0].patient_id == patient.pk


def test_refused_access_reads_nothing_and_writes_nothing(facility: Facility) -> None:
    patient = make_patient(facility)
    before = AuditEntry.objects.count()

    signed_in(make_staff(facility, Role.ADMIN).user).get(f"/fhir/Patient/{patient.pk}")

    assert AuditEntry.objects.count() == before


def test_logs_keep_no_personal_data(
    api: Client, facility: Facility, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    patient = make_patient(facility, name="Lý Thử Riêng", personal_id="001180000500")
    card = make_card(patient)

    api.get("/fhir/Patient", {"identifier": "001180000500", "name": "Lý Thử Riêng"})
    api.get("/fhir/Patient", {"identifier": card.number, "birthdate": "001180000500"})
    api.post("/fhir/Patient/_search", "identifier=001180000500", content_type=FORM)
    api.get("/fhir/Patient/001180000500")
    api.get(f"/fhir/{card.number}")
    api.get(f"/fhir/Patient/{patient.pk}")

    text = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert caplog.records
    assert not [
        secret for secret in ("001180000500", "Riêng", "rieng", card.number) if secret in text
    ]


def test_fault_is_an_outcome_without_its_message(
    api: Client,
    facility: Facility,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("001180000600")

    monkeypatch.setattr(views, "access_record", fail)
    patient = make_patient(facility)

    response = api.get(f"/fhir/Patient/{patient.pk}")

    assert response.status_code == 500
    assert body_of(response)["issue"][0]["code"] == "exception"
    assert "001180000600" not in response.content.decode() + caplog.text
    assert "RuntimeError" in caplog.text


def test_diagnostics_are_vietnamese_in_every_language(db: None) -> None:
    for language in ("vi", "en"):
        issue = body_of(Client().get("/fhir/Patient", headers={"Accept-Language": language}))

        assert issue["issue"][0]["diagnostics"].startswith("Chưa đăng nhập")


def test_too_many_fields_are_400(api: Client) -> None:
    body = "&".join(f"a{n}=1" for n in range(1001))

    response = api.post("/fhir/Patient/_search", body, content_type=FORM)

    assert response.status_code == 400
    body_of(response)


def test_answers_are_not_kept_by_shared_caches(api: Client, facility: Facility) -> None:
    response = api.get(f"/fhir/Patient/{make_patient(facility).pk}")

    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response.headers["Vary"]


def test_person_of_one_department_reads_its_patients_alone(facility: Facility) -> None:
    own_room, other_room = make_room(facility, department="K02"), make_room(facility)
    mine, theirs = make_patient(facility), make_patient(facility)
    make_encounter(mine, own_room)
    make_encounter(theirs, other_room)
    user = make_staff(facility, Role.NURSE, Role.CATALOGUE).user
    RoleAssignment.objects.filter(user=user, role=Role.NURSE).update(department=own_room.department)
    _client, token = api_client_create(facility, name="so-tay", user=user, job="test", now=NOW)

    for client in (signed_in(user), bearer(token)):
        found = body_of(client.get("/fhir/Patient"))
        assert [row["resource"]["id"] for row in found["entry"]] == [str(mine.pk)]
        assert client.get(f"/fhir/Patient/{mine.pk}").status_code == 200
        assert client.get(f"/fhir/Patient/{theirs.pk}").status_code == 404


def test_program_without_an_account_reads_all_departments(facility: Facility, api: Client) -> None:
    for department in ("K01", "K02"):
        make_encounter(make_patient(facility), make_room(facility, department=department))
    make_patient(facility)

    assert body_of(api.get("/fhir/Patient"))["total"] == 3


def test_person_who_no_longer_works_there_gets_403(facility: Facility) -> None:
    staff = make_staff(facility, Role.DOCTOR)
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    _client, token = api_client_create(
        facility, name="so-tay", user=staff.user, job="test", now=NOW
    )

    assert bearer(token).get("/fhir/Patient").status_code == 403
    assert signed_in(staff.user).get("/fhir/Patient").status_code == 403
