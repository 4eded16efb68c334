"""Programs that may read over FHIR: each has a token and acts for one facility."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models import Facility, User


class ApiClient(models.Model):
    """One program of one facility. Only the SHA-256 of its token is stored; the token is random.

    With `user` it acts as that account, with the account's roles; without, as the system job
    `fhir:<name>`.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="api_clients")
    name = models.CharField(_("Tên chương trình"), max_length=48)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="api_clients",
        verbose_name=_("Tài khoản"),
    )
    is_active = models.BooleanField(_("Đang hoạt động"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Chương trình truy cập FHIR")
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="api_client_name_unique"),
            models.CheckConstraint(
                name="api_client_name_shape", condition=Q(name__regex=r"^[a-z0-9][a-z0-9-]*$")
            ),
            models.CheckConstraint(
                name="api_client_digest_shape", condition=Q(token_digest__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def job(self) -> str:
        """The name of the system job that the audit log knows this program by."""
        return f"fhir:{self.name}"
