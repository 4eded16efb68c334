"""The cashier's pages: who may, what is asked twice, what is refused and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from billing.models import Deposit, Payment, Refund
from billing.selectors.bill import bill_of
from billing.selectors.till import visits_owing, visits_to_settle
from billing.services.payment import receipt_cancel
from hospital.models import Encounter
from hospital.models.people import Role
from hospital.selectors.encounters import Scope
from hospital.services.prescription import DrugInput, prescription_create
from insurance_gateway.models import Submission
from tests.billing.test_visit_money import Visit
from tests.factories import at, make_drug, make_staff
from tests.hospital.test_pages import signed_in

pytestmark = pytest.mark.django_db


class Desk(Visit):
    """A concluded visit of 650.600 đồng, 80 percent, at a cashier's desk."""

    def __init__(self, role: str = Role.CASHIER) -> None:
        super().__init__()
        self.order("600000")
        self.conclude()
        self.staff = make_staff(self.facility, role)
        self.client = signed_in(self.staff)

    def till(self):
        return self.client.get(reverse("billing:till", args=[self.encounter.pk]))

    def post(self, kind: str, **given: str):
        url = reverse("billing:money-move", args=[self.encounter.pk, kind])
        data = {"amount": "130120", "method": "cash", "key": "one", **given}
        return self.client.post(url, {f"{kind}-{name}": value for name, value in data.items()})


def test_cashier_sees_who_waits_with_what_is_due():
    desk = Desk()

    answer = desk.client.get(reverse("billing:cashier"))

    assert desk.encounter.patient.full_name in answer.content.decode()
    assert list(visits_to_settle(Scope(desk.facility))) == [desk.encounter]


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.RECEPTION, Role.PHARMACY, Role.ADMIN])
def test_other_roles_do_not_reach_the_till(role):
    desk = Desk(role)

    assert desk.till().status_code == 403
    assert desk.post("payment").status_code == 403


def test_till_of_another_facility_does_not_exist():
    desk, other = Desk(), Desk()

    url = reverse("billing:till", args=[other.encounter.pk])

    assert desk.client.get(url).status_code == 404


def test_till_offers_exactly_what_is_due():
    desk = Desk()

    form = desk.till().context["payment"]

    assert form["amount"].value() == "130120"


def test_the_same_form_sent_twice_pays_once():
    desk = Desk()

    first, again = desk.post("payment"), desk.post("payment")

    assert (first.status_code, again.status_code) == (302, 302)
    assert Payment.objects.count() == 1
    assert bill_of(desk.encounter).due == 0


def test_amount_above_what_is_due_is_refused_at_its_field():
    desk = Desk()

    answer = desk.post("payment", amount="999999")

    assert answer.status_code == 422
    assert "lớn hơn số còn phải thu" in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("amount", ["", "0", "-5", "abc", "1.5"])
def test_wrong_amount_is_refused(amount):
    desk = Desk()

    assert desk.post("payment", amount=amount).status_code == 422
    assert not Payment.objects.exists()


def test_refund_wants_its_reason():
    desk = Desk()
    desk.post("payment")

    answer = desk.post("refund", amount="1000")

    assert answer.status_code == 422
    assert not Refund.objects.exists()


def test_deposit_is_taken():
    desk = Desk()

    desk.post("deposit", amount="500000", key="deposit")

    assert Deposit.objects.get().amount == 500000


def test_receipt_is_cancelled_with_a_reason_only():
    desk = Desk()
    desk.post("payment")
    url = reverse("billing:receipt-cancel", args=["payment", Payment.objects.get().pk])

    without = desk.client.post(url, {"reason": ""})
    with_reason = desk.client.post(url, {"reason": "Thu nhầm người"})

    assert (without.status_code, with_reason.status_code) == (422, 302)
    assert Payment.objects.get().cancelled_reason == "Thu nhầm người"


def test_money_is_moved_by_post_only():
    desk = Desk()

    url = reverse("billing:money-move", args=[desk.encounter.pk, "payment"])

    assert desk.client.get(url).status_code == 405


def test_button_ends_the_visit_and_queues_its_claim():
    desk = Desk()
    desk.post("payment")

    answer = desk.client.post(reverse("insurance_gateway:visit-close", args=[desk.encounter.pk]))

    assert answer.status_code == 302
    assert Encounter.objects.get(pk=desk.encounter.pk).state == Encounter.State.ENDED
    assert Submission.objects.get(kind="claim").state == Submission.State.QUEUED


def test_till_says_that_drugs_still_wait_at_the_pharmacy():
    visit = Visit()
    drug = DrugInput(entry=make_drug(visit.facility), dose=Decimal(1), times_per_day=2, days=5)
    prescription_create(
        visit.encounter, [drug], department=visit.room.department, doctor=visit.doctor, now=at(9)
    )
    visit.conclude()
    client = signed_in(make_staff(visit.facility, Role.CASHIER))

    answer = client.get(reverse("billing:till", args=[visit.encounter.pk]))

    assert "Còn 1 đơn thuốc chưa phát" in answer.content.decode()
    assert not answer.context["may_close"]


def test_visit_that_is_not_concluded_says_why_it_cannot_end():
    visit = Visit()
    client = signed_in(make_staff(visit.facility, Role.CASHIER))

    url = reverse("insurance_gateway:visit-close", args=[visit.encounter.pk])
    answer = client.post(url, follow=True)

    assert "chưa có kết luận" in answer.content.decode()


def test_closed_visit_whose_receipt_was_cancelled_is_owing():
    desk = Desk()
    desk.post("payment")
    desk.close()
    scope = Scope(desk.facility)
    before = list(visits_owing(scope))

    receipt_cancel(Payment.objects.get(), reason="Séc trả lại", actor=desk.cashier, now=at(12))

    [owing] = visits_owing(scope)
    assert before == []
    assert owing.owed == 130120
