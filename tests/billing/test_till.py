"""Deposits, refunds and cancelled receipts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import PaymentRefused
from billing.models import Deposit, Payment, Refund
from billing.selectors.bill import bill_of
from billing.services.payment import deposit_move, deposit_take, receipt_cancel, refund_pay
from hospital.models import AuditEntry
from tests.billing.test_visit_money import Visit
from tests.factories import at, make_encounter

pytestmark = pytest.mark.django_db
WHO_WHEN = {"now": at(9, 35)}


def deposit(visit: Visit, amount: str, key: str = "deposit") -> Deposit:
    return deposit_take(
        visit.encounter,
        Decimal(amount),
        actor=visit.cashier,
        idempotency_key=key,
        **WHO_WHEN,
    )


def refund(visit: Visit, amount: str, key: str = "refund", reason: str = "Thừa tạm ứng") -> Refund:
    return refund_pay(
        visit.encounter,
        Decimal(amount),
        reason=reason,
        actor=visit.cashier,
        idempotency_key=key,
        **WHO_WHEN,
    )


def test_deposit_counts_as_paid():
    visit = Visit()
    visit.order("600000")
    visit.refresh()
    share = bill_of(visit.encounter).share

    deposit(visit, "100000")

    assert bill_of(visit.encounter).due == share - 100000


def test_the_same_deposit_asked_for_twice_is_taken_once():
    visit = Visit()

    assert deposit(visit, "100000") == deposit(visit, "100000")
    assert Deposit.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_deposit_of_nothing_is_refused(amount):
    with pytest.raises(PaymentRefused, match="amount_not_positive"):
        deposit(Visit(), amount)


def test_what_was_left_too_much_is_given_back_and_no_more():
    visit = Visit()
    visit.order("600000")
    visit.refresh()
    share = bill_of(visit.encounter).share
    deposit(visit, str(share + 50000))

    refund(visit, "50000")

    assert bill_of(visit.encounter).due == 0
    with pytest.raises(PaymentRefused, match="refund_above_balance"):
        refund(visit, "1", key="again")


def test_refund_wants_a_reason():
    visit = Visit()
    deposit(visit, "100000")

    with pytest.raises(PaymentRefused, match="refund_reason_missing"):
        refund(visit, "1000", reason=" ")


def test_cancelled_receipt_stays_and_no_longer_counts():
    visit = Visit()
    visit.order("600000")
    paid = visit.pay()

    receipt_cancel(paid, reason="Thu nhầm", actor=visit.cashier, now=at(10))
    receipt_cancel(paid, reason="Lần hai", actor=visit.cashier, now=at(11))

    stored = Payment.objects.get()
    assert (stored.cancelled_at, stored.cancelled_reason) == (at(10), "Thu nhầm")
    assert bill_of(visit.encounter).due == paid.amount
    assert AuditEntry.objects.filter(action="payment.cancel").count() == 1


def test_cancelling_wants_a_reason():
    visit = Visit()
    visit.order("600000")

    with pytest.raises(PaymentRefused, match="cancel_reason_missing"):
        receipt_cancel(visit.pay(), reason="", actor=visit.cashier, now=at(10))


def test_deposit_follows_the_patient_into_another_visit():
    visit = Visit()
    visit.refresh()
    taken = deposit(visit, "300000")
    stay = make_encounter(visit.encounter.patient, visit.room, card=visit.card, now=at(11))

    deposit_move(taken, to=stay, actor=visit.cashier, now=at(11, 5))

    assert bill_of(stay).paid == 300000
    assert bill_of(visit.encounter).paid == 0


def test_deposit_that_the_first_visit_needs_stays_there():
    visit = Visit()
    visit.order("600000")
    visit.refresh()
    taken = deposit(visit, "100000")
    stay = make_encounter(visit.encounter.patient, visit.room, card=visit.card, now=at(11))

    with pytest.raises(PaymentRefused, match="deposit_needed"):
        deposit_move(taken, to=stay, actor=visit.cashier, now=at(11, 5))


def test_deposit_does_not_move_to_another_person():
    visit, other = Visit(), Visit()
    taken = deposit(visit, "100000")

    with pytest.raises(PaymentRefused, match="deposit_of_other_patient"):
        deposit_move(taken, to=other.encounter, actor=visit.cashier, now=at(11))


def test_each_kind_of_receipt_has_its_own_numbers():
    visit = Visit()
    visit.order("600000")

    paid, left = visit.pay(), deposit(visit, "1000")

    assert (paid.number, left.number) == ("BL260000001", "TU260000001")


def test_refund_counts_what_was_done_since_the_deposit():
    visit = Visit()
    visit.refresh()
    deposit(visit, "500000")
    visit.order("600000")

    with pytest.raises(PaymentRefused, match="refund_above_balance"):
        refund(visit, "500000")


def test_key_used_for_another_amount_is_refused():
    visit = Visit()
    visit.order("600000")
    visit.pay("one", amount=Decimal(100000))

    with pytest.raises(PaymentRefused, match="payment_key_reused"):
        visit.pay("one", amount=Decimal(30000))


def test_key_of_a_cancelled_receipt_does_not_pay_again():
    visit = Visit()
    visit.order("600000")
    paid = visit.pay("one")
    receipt_cancel(paid, reason="Thu nhầm", actor=visit.cashier, now=at(10))

    with pytest.raises(PaymentRefused, match="payment_key_reused"):
        visit.pay("one")


def test_deposit_that_was_given_back_cannot_be_cancelled():
    visit = Visit()
    visit.refresh()
    taken = deposit(visit, "500000")
    refund(visit, "400000")

    with pytest.raises(PaymentRefused, match="cancel_after_refund"):
        receipt_cancel(taken, reason="Nhầm", actor=visit.cashier, now=at(10))
