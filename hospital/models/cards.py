"""Insurance cards as shown, and what the gateway answered about them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.models.facility import Facility
from hospital.models.patient import Patient
from hospital.models.people import User


class InsuranceCard(models.Model):
    """One card of a patient. The number is the 15-character one that the claim carries."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(_("Mã thẻ BHYT"), max_length=15)
    registered_facility = models.CharField(_("Nơi ĐKBĐ"), max_length=5)
    valid_from = models.DateField(_("Giá trị từ"))
    valid_to = models.DateField(_("Giá trị đến"), null=True, blank=True)
    area_code = models.CharField(_("Mã khu vực"), max_length=2, blank=True)
    five_years_on = models.DateField(_("Đủ 5 năm liên tục"), null=True, blank=True)
    is_temporary = models.BooleanField(_("Thẻ tạm"), default=False)
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Thẻ BHYT")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "number", "valid_from"], name="card_number_period_unique"
            ),
            models.CheckConstraint(
                name="card_period_ordered",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="card_number_shape", condition=Q(number__regex=r"^[A-Z]{2}[1-5][0-9]{12}$")
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="card_number"),
        ]

    def __str__(self) -> str:
        return f"card {self.pk}"


class CardCheck(models.Model):
    """One question to the gateway and its answer, kept as evidence (D04, G02, G03). Append-only.

    `outcome` says what the desk may conclude; an unanswered question is `unanswered`, never
    `refused`.
    """

    class Outcome(models.TextChoices):
        VALID = "valid", _("Thẻ hợp lệ")
        REFUSED = "refused", _("Thẻ không hợp lệ")
        UNANSWERED = "unanswered", _("Chưa kiểm tra được")

    class Moment(models.TextChoices):
        ARRIVAL = "arrival", _("Khi đến khám")
        DURING = "during", _("Trong điều trị")
        CLOSING = "closing", _("Trước khi kết thúc")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="card_checks")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="card_checks")
    card = models.ForeignKey(
        InsuranceCard, on_delete=models.PROTECT, null=True, blank=True, related_name="checks"
    )
    asked_with = models.CharField(_("Tra cứu bằng"), max_length=17)
    moment = models.CharField(max_length=8, choices=Moment)
    outcome = models.CharField(max_length=16, choices=Outcome)
    code = models.CharField(_("Mã kết quả"), max_length=16, blank=True)
    message = models.TextField(_("Trả lời của Cổng"), blank=True)
    answer = models.TextField(_("Nội dung trả lời"), blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Tra cứu thẻ")
        indexes = [models.Index(fields=["patient", "-asked_at"], name="card_check_latest")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.code}"
