"""A person has mended what stopped the queue of a facility: it goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hospital.models import User
from hospital.services.audit import audit_write
from insurance_gateway.client.port import FailureGround
from insurance_gateway.models import GatewayAccount, Submission
from insurance_gateway.services.moves import move_to

State = Submission.State
GROUNDS = tuple(f"{ground}:" for ground in FailureGround)


@transaction.atomic
def account_release(account: GatewayAccount, *, actor: User, now: datetime) -> int:
    """Open a blocked account and queue what its ground had parked; return how many.

    A document refused for its signature is signed anew; its bytes stay, named in the audit line.
    """
    locked = GatewayAccount.objects.select_for_update().get(pk=account.pk)
    reason = locked.blocked_reason
    locked.blocked_at = None
    locked.blocked_reason = ""
    locked.save(update_fields=["blocked_at", "blocked_reason"])
    audit_write(
        facility=locked.facility,
        actor=actor,
        action="gateway_account.release",
        subject=locked,
        facts={"reason": reason},
        now=now,
    )
    parked = Submission.objects.select_for_update(of=("self",)).filter(
        facility=locked.facility, state=State.PARKED
    )
    stopped = [row for row in parked if row.parked_reason.startswith(GROUNDS)]
    for submission in stopped:
        submission_release(submission, actor=actor, now=now)
    return len(stopped)


@transaction.atomic
def submission_release(submission: Submission, *, actor: User, now: datetime) -> None:
    """Queue a parked submission again; raises IllegalMove for any other."""
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    reason, document_id = locked.parked_reason, locked.document_id
    move_to(locked, State.QUEUED, now=now, not_before=now)
    locked.tries = 0
    if reason.startswith(f"{FailureGround.SIGNATURE}:"):
        locked.document = None
    locked.save(update_fields=["tries", "document"])
    audit_write(
        facility=locked.facility,
        actor=actor,
        action="submission.release",
        subject=locked,
        patient_id=locked.encounter.patient_id,
        facts={"reason": reason, "document": document_id},
        now=now,
    )
