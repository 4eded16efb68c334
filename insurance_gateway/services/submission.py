"""From the last desk to the outbox: a visit is closed and its claim queued, or nothing happens."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.models import ClaimVersion
from billing.services.visit import visit_close
from hospital.models import Encounter, User
from hospital.services.audit import audit_write
from insurance_gateway.document.editions import edition_for
from insurance_gateway.models import Submission
from insurance_gateway.tasks import submission_ring


@transaction.atomic
def visit_submit(encounter: Encounter, *, actor: User, now: datetime) -> Submission | None:
    """Close a visit, freeze its claim and queue it, or change nothing (G18, G19).

    None when nothing goes to social insurance: an uninsured visit, or one that is a state secret.
    A second call returns the same submission. The task is only a doorbell: when the broker is down
    the closing stands, and the sweep finds the row.
    """
    version = visit_close(encounter, actor=actor, now=now, edition_for=edition_for)
    claim = version.claim
    if not claim.is_insured or claim.encounter.is_state_secret:
        return None
    submission, created = Submission.objects.get_or_create(
        version=version,
        defaults={
            "facility": claim.facility,
            "encounter": claim.encounter,
            "kind": Submission.Kind.CLAIM,
            "not_before": now,
            "queued_at": now,
        },
    )
    if created:
        _queued(submission, version, actor=actor, now=now)
    return submission


def _queued(submission: Submission, version: ClaimVersion, *, actor: User, now: datetime) -> None:
    audit_write(
        facility=submission.facility,
        actor=actor,
        action="claim.queue",
        subject=submission,
        patient_id=submission.encounter.patient_id,
        facts={"version": version.number, "digest": version.digest},
        now=now,
    )

    def ring() -> None:  # a robust hook needs a name, which a partial has not
        submission_ring(submission.pk)

    transaction.on_commit(ring, robust=True)
