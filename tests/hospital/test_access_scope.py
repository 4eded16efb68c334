"""Whom an account may see by its departments, what the audit log keeps, what a browser keeps."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from hospital.forms import DayForm
from hospital.models import AuditEntry, Patient, RoleAssignment, Room, Staff, User
from hospital.models.people import Role
from hospital.permissions import RoleBackend, roles_of
from hospital.services.patient import PatientIdentity, patient_register
from tests.factories import (
    NOW,
    at,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_staff,
)

pytestmark = pytest.mark.django_db
LIST = {"day": "2026-11-23"}


class Hospital:
    """Two departments with a visit each, and a nurse of the second."""

    def __init__(self) -> None:
        self.facility = make_facility()
        self.first = make_room(self.facility, department="K01")
        self.second = make_room(self.facility, department="K02")
        self.theirs = make_patient(self.facility, name="Lê Thị Mẫu Một")
        self.mine = make_patient(self.facility, name="Lê Thị Mẫu Hai")
        self.their_visit = make_encounter(self.theirs, self.first, now=at(8))
        self.my_visit = make_encounter(self.mine, self.second, now=at(8, 10))
        self.nurse = make_staff(self.facility)
        self.give(Role.NURSE, self.second)
        self.client = Client()
        self.client.force_login(self.nurse.user, backend="hospital.permissions.RoleBackend")

    def give(self, role: str, room: Room | None = None) -> None:
        assert self.nurse.user is not None
        RoleAssignment.objects.create(
            user=self.nurse.user,
            facility=self.facility,
            role=role,
            department=room.department if room else None,
        )

    def search(self, query: str) -> str:
        return self.client.post(reverse("hospital:patients"), {"query": query}).content.decode()


def test_a_role_that_opens_no_visits_does_not_widen_the_departments_of_one_that_does():
    house = Hospital()
    house.give(Role.CATALOGUE)

    answer = house.client.get(reverse("hospital:encounters"), LIST).content.decode()
    page = house.client.get(reverse("hospital:encounter", args=[house.their_visit.pk]))

    assert "Mẫu Hai" in answer
    assert "Mẫu Một" not in answer
    assert page.status_code == 404


def test_a_second_reading_role_widens_the_departments():
    house = Hospital()
    house.give(Role.DOCTOR, house.first)

    answer = house.client.get(reverse("hospital:encounters"), LIST).content.decode()

    assert "Mẫu Hai" in answer
    assert "Mẫu Một" in answer


@pytest.mark.parametrize("query", ["le thi mau", "mau thi"])
def test_search_finds_the_patients_of_ones_own_departments(query):
    found = Hospital().search(query)

    assert "Mẫu Hai" in found
    assert "Mẫu Một" not in found


def test_search_passes_many_of_other_departments_to_find_ones_own():
    house = Hospital()
    for number in range(25):
        make_patient(house.facility, name=f"Lê Thị Mẫu A{number}")

    assert "Mẫu Hai" in house.search("le thi mau")


def test_list_of_the_day_keeps_the_ids_of_those_shown():
    house = Hospital()
    house.give(Role.DOCTOR)

    house.client.get(reverse("hospital:encounters"), LIST)

    line = AuditEntry.objects.get(action="encounter.list")
    assert line.actor == house.nurse.user
    assert line.facts == {
        "day": "2026-11-23",
        "count": 2,
        "ids": f"{house.theirs.pk},{house.mine.pk}",
    }


def test_search_keeps_the_ids_of_those_shown():
    house = Hospital()

    house.search("le thi mau")

    assert AuditEntry.objects.get(action="patient.search").facts["ids"] == str(house.mine.pk)


def test_who_no_longer_works_at_a_facility_has_no_role_there():
    house = Hospital()
    user = house.nurse.user

    Staff.objects.filter(pk=house.nurse.pk).update(is_active=False)

    user = User.objects.get(pk=user.pk)
    assert roles_of(user, house.facility) == frozenset()
    assert not RoleBackend().has_perm(user, "hospital.view_patient", house.facility)
    assert house.client.get(reverse("hospital:encounters"), LIST).status_code == 403


def test_who_no_longer_works_at_one_facility_keeps_the_role_at_another():
    house, other = Hospital(), Hospital()
    RoleAssignment.objects.create(
        user=house.nurse.user, facility=other.facility, role=Role.RECEPTION
    )
    Staff.objects.filter(pk=house.nurse.pk).update(is_active=False)

    page = house.client.get(reverse("hospital:encounter", args=[other.my_visit.pk]))

    assert page.status_code == 200


def test_no_browser_keeps_the_pages_of_somebody_signed_in():
    house = Hospital()

    page = house.client.get(reverse("hospital:encounters"), LIST)
    missing = house.client.get(reverse("hospital:encounter", args=[house.their_visit.pk]))

    assert page.headers["Cache-Control"] == missing.headers["Cache-Control"] == "no-store"


def test_static_files_stay_in_the_cache_of_a_browser(settings):
    settings.WHITENOISE_USE_FINDERS = True

    answer = Hospital().client.get("/static/css/base.css")

    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("day", ["9999-12-31", "2101-01-01", "1999-12-31"])
def test_a_day_out_of_all_bounds_shows_today(day):
    answer = Hospital().client.get(reverse("hospital:encounters"), {"day": day})

    assert answer.status_code == 200
    assert answer.context["day"] == answer.context["today"]


@pytest.mark.parametrize("day", ["01/01/2000", "31/12/2100"])
def test_the_first_and_the_last_day_can_be_asked_for(day):
    assert DayForm({"day": day}, today=NOW.date()).is_valid()


@pytest.mark.django_db(transaction=True)
def test_one_person_registered_at_four_desks_at_once_is_one_patient():
    facility = make_facility()
    actor = User.objects.create(username="tiepdon")
    identity = PatientIdentity(
        full_name="Nguyễn Văn Mẫu", birth="1980-05-15", sex="1", personal_id="001080000001"
    )
    start = threading.Barrier(4)
    given: list[int] = []

    def register() -> None:
        try:
            start.wait(timeout=10)
            given.append(patient_register(identity, facility=facility, actor=actor, now=NOW).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert given == [Patient.objects.get().pk] * 4
