"""Pages of encounters and patients: who may open what, and how many queries it takes."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hospital.models import AuditEntry, Encounter, RoleAssignment, Staff
from hospital.models.people import Role
from tests.factories import (
    at,
    make_card,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_staff,
)

pytestmark = pytest.mark.django_db
DAY = {"day": "2026-11-23"}


def signed_in(staff: Staff) -> Client:
    client = Client()
    assert staff.user is not None
    client.force_login(staff.user, backend="hospital.permissions.RoleBackend")
    return client


class House:
    """A facility with a clinic, one visit on 23/11/2026 and somebody with the role asked for."""

    def __init__(self, *roles: str) -> None:
        self.facility = make_facility()
        self.room = make_room(self.facility)
        self.patient = make_patient(self.facility, name="Trần Thị Thử", birth="1985-03-02")
        self.card = make_card(self.patient)
        self.encounter = make_encounter(self.patient, self.room, card=self.card, now=at(8))
        self.staff = make_staff(self.facility, *roles)
        self.client = signed_in(self.staff)


@pytest.mark.parametrize(
    "role", [Role.RECEPTION, Role.DOCTOR, Role.LAB, Role.PHARMACY, Role.CASHIER]
)
def test_desks_see_the_list_of_the_day(role):
    house = House(role)

    answer = house.client.get(reverse("hospital:encounters"), DAY)

    assert answer.status_code == 200
    assert "Trần Thị Thử" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.CATALOGUE, Role.ADMIN, Role.AUDITOR])
@pytest.mark.parametrize("page", ["hospital:encounters", "hospital:patients"])
def test_other_roles_are_refused(role, page):
    house = House(role)

    assert house.client.get(reverse(page)).status_code == 403


@pytest.mark.parametrize("page", ["hospital:encounters", "hospital:patients"])
def test_nobody_is_let_in_without_signing_in(page):
    answer = Client().get(reverse(page))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_visit_of_another_facility_does_not_exist():
    house, other = House(Role.DOCTOR), House(Role.DOCTOR)

    url = reverse("hospital:encounter", args=[other.encounter.pk])

    assert house.client.get(url).status_code == 404


def test_person_of_another_facility_does_not_exist():
    house, other = House(Role.DOCTOR), House(Role.DOCTOR)

    assert house.client.get(reverse("hospital:patient", args=[other.patient.pk])).status_code == 404


def test_role_of_one_department_does_not_see_the_visits_of_another():
    house = House(Role.DOCTOR)
    elsewhere = make_room(house.facility, department="K18")
    RoleAssignment.objects.filter(user=house.staff.user).update(department=elsewhere.department)

    answer = house.client.get(reverse("hospital:encounters"), DAY)
    page = house.client.get(reverse("hospital:encounter", args=[house.encounter.pk]))

    assert "Trần Thị Thử" not in answer.content.decode()
    assert page.status_code == 404


def test_opening_a_visit_is_logged():
    house = House(Role.DOCTOR)

    answer = house.client.get(reverse("hospital:encounter", args=[house.encounter.pk]))

    line = AuditEntry.objects.get(action="encounter.view")
    assert answer.status_code == 200
    assert (line.actor, line.patient_id) == (house.staff.user, house.patient.pk)


def test_opening_a_record_is_logged():
    house = House(Role.RECEPTION)

    answer = house.client.get(reverse("hospital:patient", args=[house.patient.pk]))

    assert answer.status_code == 200
    assert AuditEntry.objects.filter(action="patient.view", patient_id=house.patient.pk).exists()


def test_list_takes_the_same_queries_for_one_visit_and_for_twenty(django_assert_max_num_queries):
    house = House(Role.RECEPTION)
    for minute in range(20):
        make_encounter(make_patient(house.facility), house.room, now=at(9, minute))

    with django_assert_max_num_queries(14):
        answer = house.client.get(reverse("hospital:encounters"), DAY)

    assert answer.content.decode().count('class="row-link"') == 21


def test_list_shows_one_state():
    house = House(Role.RECEPTION)
    Encounter.objects.filter(pk=house.encounter.pk).update(state=Encounter.State.IN_EXAM)

    waiting = house.client.get(reverse("hospital:encounters"), {**DAY, "state": "waiting"})
    seen = house.client.get(reverse("hospital:encounters"), {**DAY, "state": "in_exam"})

    assert "Trần Thị Thử" not in waiting.content.decode()
    assert "Trần Thị Thử" in seen.content.decode()


def test_wrong_day_says_so_and_shows_today():
    house = House(Role.RECEPTION)

    answer = house.client.get(reverse("hospital:encounters"), {"day": "31/02/2026"})

    assert answer.status_code == 200
    assert answer.context["day"] == answer.context["today"]


def test_empty_day_leads_to_the_last_day_with_visits():
    house = House(Role.RECEPTION)

    answer = house.client.get(reverse("hospital:encounters"), {"day": "2026-11-30"})

    assert "day=2026-11-23" in answer.content.decode()


def test_search_finds_by_name_without_marks_and_leaves_the_name_out_of_the_log():
    house = House(Role.RECEPTION)

    answer = house.client.post(reverse("hospital:patients"), {"query": "tran thi thu"})

    line = AuditEntry.objects.get(action="patient.search")
    assert "Trần Thị Thử" in answer.content.decode()
    assert line.facts == {"found": 1, "ids": str(house.patient.pk)}


def test_search_does_not_cross_facilities():
    house, other = House(Role.RECEPTION), House(Role.RECEPTION)

    answer = house.client.post(reverse("hospital:patients"), {"query": other.card.number})

    assert reverse("hospital:patient", args=[other.patient.pk]) not in answer.content.decode()


def test_search_of_one_letter_is_refused_with_the_reason_at_the_field():
    house = House(Role.RECEPTION)

    answer = house.client.post(reverse("hospital:patients"), {"query": "a"})

    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_switching_to_a_facility_without_a_role_is_refused():
    house, other = House(Role.RECEPTION), House(Role.RECEPTION)

    answer = house.client.post(reverse("hospital:facility-switch"), {"facility": other.facility.pk})

    assert answer.status_code == 403


def test_switching_changes_whose_visits_are_seen():
    house, other = House(Role.RECEPTION), House(Role.RECEPTION)
    RoleAssignment.objects.create(
        user=house.staff.user, facility=other.facility, role=Role.RECEPTION
    )

    house.client.post(reverse("hospital:facility-switch"), {"facility": other.facility.pk})

    url = reverse("hospital:encounter", args=[other.encounter.pk])
    assert house.client.get(url).status_code == 200


def test_bill_is_for_those_who_handle_money():
    doctor, cashier = House(Role.DOCTOR), House(Role.CASHIER)

    def open_bill(house: House) -> int:
        return house.client.get(
            reverse("billing:encounter-bill", args=[house.encounter.pk])
        ).status_code

    assert (open_bill(doctor), open_bill(cashier)) == (403, 200)
