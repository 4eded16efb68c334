"""Recording who else pays: exemption papers and other sources (QĐ 4750 notes, NĐ 188/2025 Đ18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing.errors import BillingError
from billing.models import Charge, Claim, CopaymentExemption, OtherFunding
from hospital.models import Patient, User
from hospital.services.audit import audit_write


class FundingRefused(BillingError):
    """Another source cannot be recorded as asked."""


@transaction.atomic
def exemption_record(
    patient: Patient, *, starts_on: date, paper_number: str, actor: User, now: datetime
) -> CopaymentExemption:
    """Store an exemption paper; the same paper again returns the row it made."""
    if not paper_number.strip():
        raise FundingRefused("paper_number_missing", patient=patient.pk)
    row, is_new = CopaymentExemption.objects.get_or_create(
        patient=patient,
        starts_on=starts_on,
        defaults={"paper_number": paper_number.strip(), "noted_by": actor, "noted_at": now},
    )
    if is_new:
        audit_write(
            facility=patient.facility,
            actor=actor,
            action="exemption.record",
            subject=row,
            patient_id=patient.pk,
            facts={"starts_on": starts_on.isoformat()},
            now=now,
        )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingInput:
    """Values of OtherFunding.Kind and Mode; no amount where the co-payment itself is taken over."""

    kind: str
    mode: str
    reason: str
    amount: Decimal = Decimal(0)


@transaction.atomic
def funding_record(
    charge: Charge, funding: FundingInput, *, actor: User, now: datetime
) -> OtherFunding:
    """Let another source pay for a charge, replacing what was recorded before.

    Raises FundingRefused: visit_closed, charge_voided, reason_missing, amount_above_charge.
    """
    row = Charge.objects.select_for_update().select_related("encounter").get(pk=charge.pk)
    if Claim.objects.filter(encounter=row.encounter).exists():
        raise FundingRefused("visit_closed", charge=row.pk)
    if row.voided_at is not None:
        raise FundingRefused("charge_voided", charge=row.pk)
    if not funding.reason.strip():
        raise FundingRefused("reason_missing", charge=row.pk)
    if funding.amount > row.quantity * row.unit_price_hospital:
        raise FundingRefused("amount_above_charge", charge=row.pk)
    stored, _ = OtherFunding.objects.update_or_create(
        charge=row,
        defaults={
            "kind": funding.kind,
            "mode": funding.mode,
            "amount": funding.amount,
            "reason": funding.reason.strip(),
            "noted_by": actor,
            "noted_at": now,
        },
    )
    audit_write(
        facility=row.encounter.facility,
        actor=actor,
        action="funding.record",
        subject=stored,
        patient_id=row.encounter.patient_id,
        facts={"charge": row.pk, "mode": funding.mode, "amount": str(funding.amount)},
        now=now,
    )
    return stored
