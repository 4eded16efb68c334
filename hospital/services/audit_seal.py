"""Sealing the audit log in batches, one hash chain per facility."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hospital.audit_chain import seal_digest
from hospital.models import AuditEntry, AuditSeal, Facility

BATCH = 10_000


@transaction.atomic
def audit_seal(facility: Facility, *, now: datetime) -> AuditSeal | None:
    """Seal the lines that have no seal yet, at most BATCH of them; None when there are none.

    Two sealers of one facility wait for each other; desks that append lines wait for nobody.
    """
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    lines = list(AuditEntry.objects.filter(facility=facility, seal=None).order_by("id")[:BATCH])
    if not lines:
        return None
    last = AuditSeal.objects.filter(facility=facility).order_by("-number").first()
    previous = last.digest if last else ""
    seal = AuditSeal.objects.create(
        facility=facility,
        number=last.number + 1 if last else 1,
        row_count=len(lines),
        previous_digest=previous,
        digest=seal_digest(previous, lines),
        sealed_at=now,
    )
    AuditEntry.objects.filter(pk__in=[line.pk for line in lines]).update(seal=seal)
    return seal
