"""What makes somebody else pay: exemption papers, and other sources for single charges."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.money import Charge
from hospital.models import Patient, User


class CopaymentExemption(models.Model):
    """A paper of social insurance: no co-payment from a day to the end of its year (NĐ 188 Đ18)."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="copayment_exemptions"
    )
    starts_on = models.DateField(_("Miễn cùng chi trả từ ngày"))
    paper_number = models.CharField(_("Số giấy"), max_length=64)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Miễn cùng chi trả")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "starts_on"], name="copayment_exemption_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}"


class OtherFunding(models.Model):
    """Money of another source for one charge (T_NGUONKHAC).

    `mode` says for whom it pays: the patient, the facility, or exactly the co-payment (ARV), which
    has no amount of its own.
    """

    class Kind(models.TextChoices):
        STATE = "state", _("Ngân sách nhà nước")
        FOREIGN = "foreign", _("Viện trợ nước ngoài")
        DOMESTIC = "domestic", _("Viện trợ trong nước")
        REST = "rest", _("Nguồn còn lại")

    class Mode(models.TextChoices):
        PATIENT = "patient", _("Hỗ trợ người bệnh")
        FACILITY = "facility", _("Hỗ trợ cơ sở")
        CO_PAYMENT = "co_payment", _("Trả thay cùng chi trả")

    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, related_name="other_funding")
    kind = models.CharField(_("Nguồn"), max_length=8, choices=Kind)
    mode = models.CharField(_("Cách trả"), max_length=10, choices=Mode)
    amount = models.DecimalField(_("Số tiền"), max_digits=15, decimal_places=2, default=0)
    reason = models.CharField(_("Căn cứ"), max_length=255)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Nguồn khác")
        constraints = [
            models.CheckConstraint(
                name="other_funding_amount_by_mode",
                condition=Q(mode="co_payment", amount=0)
                | (~Q(mode="co_payment") & Q(amount__gt=0)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
