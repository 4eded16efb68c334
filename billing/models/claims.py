"""The claim of a closed visit and its frozen versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models import Encounter, Facility, User


class Claim(models.Model):
    """One per closed visit, insured or not; the statement is printed from it, the insured one is
    sent.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="claims")
    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="claim")
    is_insured = models.BooleanField()
    closed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Hồ sơ thanh toán")
        indexes = [models.Index(fields=["facility", "-closed_at"], name="claim_by_day")]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class ClaimVersion(models.Model):
    """The facts of a visit as they were frozen; a database trigger refuses every change.

    `facts` is the canonical JSON of `billing.claim_facts`, `digest` its SHA-256. The totals repeat
    figures of the facts so that lists and sums need not open them.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    edition = models.CharField(_("Chuẩn dữ liệu"), max_length=16)
    facts = models.TextField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(_("Lý do"), max_length=255, blank=True)
    total_hospital = models.DecimalField(max_digits=15, decimal_places=2)
    total_insured = models.DecimalField(max_digits=15, decimal_places=2)
    fund = models.DecimalField(max_digits=15, decimal_places=2)
    co_payment = models.DecimalField(max_digits=15, decimal_places=2)
    self_payment = models.DecimalField(max_digits=15, decimal_places=2)
    other_sources = models.DecimalField(max_digits=15, decimal_places=2)
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Phiên bản hồ sơ")
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="claim_version_unique"),
            models.CheckConstraint(
                name="claim_version_resend_has_reason", condition=Q(number=1) | Q(reason__gt="")
            ),
            models.CheckConstraint(
                name="claim_version_adds_up",
                condition=Q(
                    total_hospital=models.F("fund")
                    + models.F("co_payment")
                    + models.F("self_payment")
                    + models.F("other_sources")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id} v{self.number}"
