"""The audit log: who did what to whose record, when and why.

Rows are appended without any lock. A periodic task seals them in batches; the seals of one
facility form one hash chain, so that a changed, missing or inserted row shows (DESIGN decision 10).
A database trigger refuses every change of a row but the one that sets its seal.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models.facility import Facility
from hospital.models.people import User


class AuditSeal(models.Model):
    """One sealed batch of a facility. `digest` covers the previous seal's digest and every row's
    text.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="audit_seals")
    number = models.BigIntegerField()
    row_count = models.PositiveIntegerField()
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Niêm phong nhật ký")
        constraints = [
            models.UniqueConstraint(fields=["facility", "number"], name="audit_seal_unique")
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"


class AuditEntry(models.Model):
    """One line. It has an actor or the name of a system job, never neither.

    `subject_type` and `subject_id` are our own identifiers; `facts` holds codes and counts, never
    names or card numbers.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="audit_entries")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    patient_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, null=True, related_name="entries")

    class Meta:
        verbose_name = _("Nhật ký truy cập")
        constraints = [
            models.CheckConstraint(
                name="audit_has_actor_or_job", condition=Q(actor__isnull=False) | Q(job__gt="")
            )
        ]
        indexes = [
            models.Index(
                fields=["facility", "id"], name="audit_unsealed", condition=Q(seal__isnull=True)
            ),
            models.Index(fields=["patient_id", "-happened_at"], name="audit_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type}:{self.subject_id}"
