"""What the checks found in a frozen claim."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import ClaimVersion


class ClaimFinding(models.Model):
    """One finding by its stable code; the sentence is made from the code when it is shown."""

    class Severity(models.TextChoices):
        ERROR = "error", _("Lỗi")
        WARNING = "warning", _("Cảnh báo")
        NOTE = "note", _("Ghi chú")

    version = models.ForeignKey(ClaimVersion, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=32)
    severity = models.CharField(max_length=8, choices=Severity)
    table = models.CharField(max_length=8, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=64, blank=True)
    value = models.TextField(blank=True)
    args = models.JSONField(default=dict)
    found_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Phát hiện")
        indexes = [models.Index(fields=["version", "severity"], name="finding_of_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.table}.{self.field}"
