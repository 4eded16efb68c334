"""How a facility enters the gateway: its account and its certificate. No secret is a row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models import Facility
from hospital.models.validity import Dated, DatedQuerySet, no_overlap, period_ordered


class GatewayAccount(Dated):
    """One account of a facility. `secret_name` names the setting that holds the password (G16).

    `blocked_at` is set when the gateway answers that the account is locked: its queue rests until a
    person has mended it, the queues of other facilities go on.
    """

    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="gateway_accounts"
    )
    username = models.CharField(_("Tài khoản Cổng"), max_length=64)
    secret_name = models.CharField(max_length=64)
    base_url = models.URLField(_("Địa chỉ Cổng"))
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_reason = models.CharField(max_length=255, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Tài khoản Cổng")
        constraints = [
            period_ordered("gateway_account_period_ordered"),
            no_overlap("gateway_account_no_overlap", "facility"),
        ]

    def __str__(self) -> str:
        return self.username


class SigningCertificate(models.Model):
    """The facility's certificate as registered at the gateway; the key stays where it is."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(_("Số sê-ri"), max_length=64)
    subject = models.CharField(_("Chủ thể"), max_length=512)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    file_name = models.CharField(max_length=255)
    secret_name = models.CharField(max_length=64)
    registered_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Chứng thư số")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "serial"], name="certificate_serial_unique"
            ),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(is_active=True), name="certificate_one_active"
            ),
        ]

    def __str__(self) -> str:
        return self.serial
