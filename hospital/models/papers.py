"""Papers of an episode: discharge, referral, re-examination, sick leave, birth, …"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.models.encounter import Encounter
from hospital.models.facility import Facility
from hospital.models.people import Staff


class Paper(models.Model):
    """One issued paper. `content` keeps what the form says beyond the episode; a reissue names the
    old.
    """

    class Kind(models.TextChoices):
        DISCHARGE = "discharge", _("Giấy ra viện")
        SUMMARY = "summary", _("Tóm tắt hồ sơ bệnh án")
        BIRTH = "birth", _("Giấy chứng sinh")
        PREGNANCY_LEAVE = "pregnancy_leave", _("Giấy nghỉ dưỡng thai")
        SICK_LEAVE = "sick_leave", _("Giấy nghỉ việc hưởng BHXH")
        REFERRAL = "referral", _("Phiếu chuyển cơ sở KCB")
        REEXAMINATION = "reexamination", _("Phiếu hẹn khám lại")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="papers")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=16, choices=Kind)
    number = models.CharField(_("Số"), max_length=64)
    content = models.JSONField(default=dict)
    issued_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(_("Đã sử dụng lúc"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name = _("Giấy tờ")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "kind", "number"], name="paper_number_unique"
            )
        ]

    def __str__(self) -> str:
        return self.number
