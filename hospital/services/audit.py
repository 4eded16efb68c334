"""Appending to the audit log: one line per access or change, without any lock (DESIGN decision
10).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from hospital.models import AuditEntry, Facility, User

Fact = str | int | bool | None


def audit_write(
    *,
    facility: Facility,
    action: str,
    subject: Model,
    now: datetime,
    actor: User | None = None,
    job: str = "",
    patient_id: int | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> AuditEntry:
    """Append one line and return it.

    `facts` holds codes, counts and amounts, never names or card numbers. Raises ValueError when
    there is neither an actor nor the name of a system job, or when the subject has no row yet.
    """
    if actor is None and not job:
        raise ValueError("an audit line needs an actor or the name of a system job")
    if subject.pk is None:
        raise ValueError("an audit line needs a stored subject")
    return AuditEntry.objects.create(
        facility=facility,
        actor=actor,
        job=job,
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        patient_id=patient_id,
        facts=dict(facts or {}),
        happened_at=now,
    )
