"""The outbox (DESIGN decision 8): what is sent is first stored, and every try is its own row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import ClaimVersion
from hospital.models import Encounter, Facility


class OutboundDocument(models.Model):
    """The exact bytes to send, signed, with their hash; a database trigger refuses every change
    (G18).
    """

    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    edition = models.CharField(max_length=16)
    certificate_serial = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Tài liệu đã ký")

    def __str__(self) -> str:
        return self.digest[:12]


class Submission(models.Model):
    """One document on its way to the gateway.

    A check-in hangs on its encounter, a claim on its frozen version. `lease_until` is the moment
    after which a sending worker is taken for dead and the outcome for unknown.
    """

    class Kind(models.TextChoices):
        CHECK_IN = "check_in", _("Check-in")
        CLAIM = "claim", _("Hồ sơ")

    class State(models.TextChoices):
        QUEUED = "queued", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        ACCEPTED = "accepted", _("Cổng đã nhận")
        REJECTED = "rejected", _("Cổng từ chối")
        UNKNOWN = "unknown", _("Chưa rõ kết quả")
        PARKED = "parked", _("Cần người xử lý")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="submissions")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="submissions")
    kind = models.CharField(max_length=8, choices=Kind)
    version = models.OneToOneField(
        ClaimVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="submission"
    )
    document = models.OneToOneField(
        OutboundDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="submission"
    )
    facts = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    priority = models.PositiveSmallIntegerField(default=5)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    parked_reason = models.CharField(max_length=255, blank=True)
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Lượt gửi Cổng")
        constraints = [
            models.CheckConstraint(
                name="submission_claim_has_version",
                condition=Q(kind="claim", version__isnull=False)
                | Q(kind="check_in", version__isnull=True),
            ),
            models.CheckConstraint(
                name="submission_lease_when_sending",
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="submission_parked_has_reason",
                condition=~Q(state="parked") | Q(parked_reason__gt=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "not_before"],
                name="submission_due",
                condition=Q(state__in=["queued", "unknown"]),
            ),
            models.Index(
                fields=["lease_until"], name="submission_leases", condition=Q(state="sending")
            ),
            models.Index(fields=["facility", "state"], name="submission_board"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"


class Attempt(models.Model):
    """One try: when, what the gateway said, as received."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Đang gửi")
        ACCEPTED = "accepted", _("Đã nhận")
        REJECTED = "rejected", _("Bị từ chối")
        TEMPORARY = "temporary", _("Lỗi tạm thời")
        UNKNOWN = "unknown", _("Chưa rõ")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    code = models.CharField(max_length=32, blank=True)
    message = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = _("Lần gửi")
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="attempt_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.number}"


class Receipt(models.Model):
    """The gateway's receipt, kept for good (D22). Append-only."""

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="receipt")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="receipts")
    transaction_code = models.TextField(_("Mã giao dịch"))
    received_at_text = models.TextField(_("Thời gian tiếp nhận"))
    message = models.TextField(blank=True)
    answer = models.TextField()
    stored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Biên nhận của Cổng")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "transaction_code"], name="receipt_transaction_unique"
            )
        ]

    def __str__(self) -> str:
        return self.transaction_code
