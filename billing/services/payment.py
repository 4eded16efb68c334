"""The till: payments, deposits, refunds, cancelled receipts. A repeated request is the same row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from billing.errors import PaymentRefused
from billing.models import Deposit, Payment, Refund
from billing.selectors.bill import bill_of, money_in
from billing.services.charge import charges_refresh
from hospital.models import Encounter, User
from hospital.services.audit import audit_write
from hospital.services.numbering import next_number

R = TypeVar("R", Payment, Deposit, Refund)
PREFIX = {Payment: "BL", Deposit: "TU", Refund: "HT"}


@transaction.atomic
def payment_take(
    encounter: Encounter,
    *,
    actor: User,
    now: datetime,
    idempotency_key: str,
    method: str = Payment.Method.CASH,
    amount: Decimal | None = None,
) -> Payment | None:
    """Record what the patient pays now and return the receipt; None when nothing is due.

    `amount` None pays all that is due. A key that was used before returns the payment it made.
    Raises PaymentRefused when the amount is above what is due or the key belongs to another visit.
    """
    encounter = _locked(encounter)
    if earlier := _earlier(Payment, encounter, idempotency_key, amount, method):
        return earlier
    charges_refresh(encounter, now=now, actor=actor)
    due = bill_of(encounter).due
    wanted = due if amount is None else amount
    if wanted > due:
        raise PaymentRefused("payment_above_due", due=str(due), amount=str(wanted))
    if wanted <= 0:
        return None
    row = Payment(amount=wanted, method=method, idempotency_key=idempotency_key)
    return _store(row, encounter, actor=actor, now=now)


@transaction.atomic
def deposit_take(
    encounter: Encounter,
    amount: Decimal,
    *,
    actor: User,
    now: datetime,
    idempotency_key: str,
    method: str = Deposit.Method.CASH,
) -> Deposit:
    """Record money left before the bill is known, VND; it counts as paid from then on."""
    encounter = _locked(encounter)
    if earlier := _earlier(Deposit, encounter, idempotency_key, amount, method):
        return earlier
    if amount <= 0:
        raise PaymentRefused("amount_not_positive", amount=str(amount))
    row = Deposit(amount=amount, method=method, idempotency_key=idempotency_key)
    return _store(row, encounter, actor=actor, now=now)


@transaction.atomic
def refund_pay(
    encounter: Encounter,
    amount: Decimal,
    *,
    reason: str,
    actor: User,
    now: datetime,
    idempotency_key: str,
    method: str = Refund.Method.CASH,
) -> Refund:
    """Give money back, never more than what was paid above the patient's share.

    Raises PaymentRefused: refund_reason_missing, amount_not_positive, refund_above_balance.
    """
    encounter = _locked(encounter)
    if earlier := _earlier(Refund, encounter, idempotency_key, amount, method):
        return earlier
    if not reason.strip():
        raise PaymentRefused("refund_reason_missing", encounter=encounter.pk)
    if amount <= 0:
        raise PaymentRefused("amount_not_positive", amount=str(amount))
    charges_refresh(encounter, now=now, actor=actor)
    balance = -bill_of(encounter).due
    if amount > balance:
        raise PaymentRefused("refund_above_balance", balance=str(balance), amount=str(amount))
    row = Refund(
        amount=amount, method=method, idempotency_key=idempotency_key, reason=reason.strip()
    )
    return _store(row, encounter, actor=actor, now=now)


@transaction.atomic
def receipt_cancel(
    receipt: Payment | Deposit | Refund, *, reason: str, actor: User, now: datetime
) -> Payment | Deposit | Refund:
    """Cancel a receipt; the row and its number stay, the money no longer counts.

    Cancelling again changes nothing. Raises PaymentRefused without a reason, and when part of the
    money was given back already: the refund is cancelled first.
    """
    if not reason.strip():
        raise PaymentRefused("cancel_reason_missing", receipt=receipt.pk)
    _locked(receipt.encounter)
    row = type(receipt).objects.select_for_update().get(pk=receipt.pk)
    if row.cancelled_at is not None:
        return row
    left, _ = money_in(row.encounter)
    if not isinstance(row, Refund) and row.amount > left:
        raise PaymentRefused("cancel_after_refund", receipt=row.pk)
    row.cancelled_at, row.cancelled_by, row.cancelled_reason = now, actor, reason.strip()
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    _log(row, "cancel", {"amount": str(row.amount)}, actor=actor, now=now)
    return row


@transaction.atomic
def deposit_move(deposit: Deposit, *, to: Encounter, actor: User, now: datetime) -> Deposit:
    """Let a deposit of an outpatient visit stand for another visit of the same patient.

    Raises PaymentRefused: deposit_of_other_patient, deposit_cancelled, deposit_needed when the
    visit it comes from would then be owing.
    """
    row = Deposit.objects.select_for_update().select_related("encounter").get(pk=deposit.pk)
    source = _locked(row.encounter)
    charges_refresh(source, now=now, actor=actor)
    if source.patient_id != to.patient_id or source.facility_id != to.facility_id:
        raise PaymentRefused("deposit_of_other_patient", deposit=row.pk)
    if row.cancelled_at is not None:
        raise PaymentRefused("deposit_cancelled", deposit=row.pk)
    if bill_of(source).due + row.amount > 0:
        raise PaymentRefused("deposit_needed", deposit=row.pk)
    row.encounter = to
    row.save(update_fields=["encounter"])
    _log(row, "move", {"from": source.pk, "to": to.pk}, actor=actor, now=now)
    return row


def _locked(encounter: Encounter) -> Encounter:
    """Return the visit as it is now; two requests for its money follow each other."""
    return Encounter.objects.select_for_update().get(pk=encounter.pk)


def _earlier(
    model: type[R], encounter: Encounter, key: str, amount: Decimal | None, method: str
) -> R | None:
    """Return what the key has made: the same request again.

    Raises PaymentRefused when the key has made something else, or what it made was cancelled.
    """
    row = model.objects.filter(idempotency_key=key).first()
    if row is None:
        return None
    if row.encounter_id != encounter.pk:
        raise PaymentRefused("payment_key_of_other_visit", payment=row.pk)
    asked = (row.amount if amount is None else amount, method)
    if row.cancelled_at is not None or asked != (row.amount, row.method):
        raise PaymentRefused("payment_key_reused", payment=row.pk)
    return row


def _store(row: R, encounter: Encounter, *, actor: User, now: datetime) -> R:
    kind = type(row)
    year = timezone.localdate(now).year
    number = next_number(encounter.facility, f"receipt {PREFIX[kind]}", year)
    row.facility, row.encounter = encounter.facility, encounter
    row.number = f"{PREFIX[kind]}{year % 100:02d}{number:07d}"
    row.received_by, row.received_at = actor, now
    row.save(force_insert=True)
    _log(row, "take", {"amount": str(row.amount), "method": row.method}, actor=actor, now=now)
    return row


def _log(
    row: Payment | Deposit | Refund,
    what: str,
    facts: Mapping[str, str | int],
    *,
    actor: User,
    now: datetime,
) -> None:
    audit_write(
        facility=row.facility,
        actor=actor,
        action=f"{row._meta.model_name}.{what}",
        subject=row,
        patient_id=row.encounter.patient_id,
        facts=facts,
        now=now,
    )
