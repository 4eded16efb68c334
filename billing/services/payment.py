"""Money from the patient. A double click or a repeated request pays once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.errors import PaymentRefused
from billing.models import Payment
from billing.selectors.bill import bill_of
from billing.services.charge import charges_refresh
from hospital.models import Encounter, User
from hospital.services.audit import audit_write
from hospital.services.numbering import next_number


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
    Encounter.objects.select_for_update().get(pk=encounter.pk)
    if earlier := Payment.objects.filter(idempotency_key=idempotency_key).first():
        if earlier.encounter_id != encounter.pk:
            raise PaymentRefused("payment_key_of_other_visit", payment=earlier.pk)
        return earlier
    charges_refresh(encounter, now=now, actor=actor)
    due = bill_of(encounter).due
    wanted = due if amount is None else amount
    if wanted > due:
        raise PaymentRefused("payment_above_due", due=str(due), amount=str(wanted))
    if wanted <= 0:
        return None
    return _payment_record(encounter, wanted, method, idempotency_key, actor, now)


def _payment_record(
    encounter: Encounter, amount: Decimal, method: str, key: str, actor: User, now: datetime
) -> Payment:
    year = timezone.localdate(now).year
    number = next_number(encounter.facility, "receipt", year)
    payment = Payment.objects.create(
        facility=encounter.facility,
        encounter=encounter,
        number=f"BL{year % 100:02d}{number:07d}",
        amount=amount,
        method=method,
        idempotency_key=key,
        received_by=actor,
        received_at=now,
    )
    audit_write(
        facility=encounter.facility,
        actor=actor,
        action="payment.take",
        subject=payment,
        patient_id=encounter.patient_id,
        facts={"amount": str(amount), "method": method},
        now=now,
    )
    return payment
