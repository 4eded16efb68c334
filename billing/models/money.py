"""Prices by payer and date, charges derived from what happened, and the money that came in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models import (
    BedStay,
    CatalogItem,
    DispensePart,
    Encounter,
    Execution,
    Facility,
    SupplyUse,
    User,
)
from hospital.models.validity import Dated, DatedQuerySet, no_overlap, period_ordered


class PriceEntry(Dated):
    """The price of one item for one payer from one day to another, VND with three decimals."""

    class Payer(models.IntegerChoices):
        INSURANCE = 1, _("Giá BHYT")
        HOSPITAL = 2, _("Giá bệnh viện")
        ON_REQUEST = 3, _("Giá theo yêu cầu")

    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="prices")
    payer = models.PositiveSmallIntegerField(choices=Payer)
    amount = models.DecimalField(_("Đơn giá"), max_digits=15, decimal_places=3)
    decision = models.CharField(_("Quyết định giá"), max_length=255)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Giá")
        constraints = [
            period_ordered("price_period_ordered"),
            no_overlap("price_no_overlap", "item", "payer"),
            models.CheckConstraint(name="price_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_payer_display()} {self.amount}"


SOURCES = ("execution", "dispense_part", "bed_stay", "supply_use")


def one_source() -> Q:
    """Return the condition that exactly one of the sources of a charge is given."""
    given = Q()
    for source in SOURCES:
        given |= Q(**{f"{other}__isnull": other != source for other in SOURCES})
    return given


class Charge(models.Model):
    """One cost item of a visit, made from exactly one execution, dispensed lot or bed-day; never
    typed.

    Prices are those in force on the day of `ordered_at`; a drug costs what its lot was bought for.
    `item_ratio` is the list ratio in percent. The rate of a service beside others (TYLE_TT_DV)
    depends on the whole visit and is therefore worked out with the bill. A charge is never edited:
    when its source is undone it is voided.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="charges")
    execution = models.ForeignKey(
        Execution, on_delete=models.PROTECT, null=True, blank=True, related_name="charges"
    )
    dispense_part = models.ForeignKey(
        DispensePart, on_delete=models.PROTECT, null=True, blank=True, related_name="charges"
    )
    bed_stay = models.ForeignKey(
        BedStay, on_delete=models.PROTECT, null=True, blank=True, related_name="charges"
    )
    supply_use = models.ForeignKey(
        SupplyUse, on_delete=models.PROTECT, null=True, blank=True, related_name="charges"
    )
    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="charges")
    name = models.CharField(max_length=1024)
    cost_group = models.CharField(max_length=2)
    scope = models.CharField(max_length=1)
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    unit_price_hospital = models.DecimalField(max_digits=15, decimal_places=3)
    unit_price_insured = models.DecimalField(max_digits=15, decimal_places=3)
    item_ratio = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    ordered_at = models.DateTimeField()
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_reason = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("Chi phí")
        constraints = [
            models.CheckConstraint(name="charge_has_one_source", condition=one_source()),
            models.UniqueConstraint(
                fields=["execution"],
                condition=Q(voided_at__isnull=True),
                name="charge_once_per_execution",
            ),
            models.UniqueConstraint(
                fields=["dispense_part"],
                condition=Q(voided_at__isnull=True),
                name="charge_once_per_dispense",
            ),
            models.UniqueConstraint(
                fields=["bed_stay"],
                condition=Q(voided_at__isnull=True),
                name="charge_once_per_bed_stay",
            ),
            models.UniqueConstraint(
                fields=["supply_use"],
                condition=Q(voided_at__isnull=True),
                name="charge_once_per_supply",
            ),
            models.CheckConstraint(
                name="charge_not_negative",
                condition=Q(quantity__gte=0, unit_price_hospital__gte=0, unit_price_insured__gte=0),
            ),
            models.CheckConstraint(
                name="charge_ratio_percent", condition=Q(item_ratio__gte=0, item_ratio__lte=100)
            ),
        ]
        indexes = [models.Index(fields=["encounter", "ordered_at"], name="charge_of_encounter")]

    def __str__(self) -> str:
        return f"charge {self.pk}"


class Receipt(models.Model):
    """Abstract: money that changed hands. The key makes a repeated request the same row."""

    class Method(models.TextChoices):
        CASH = "cash", _("Tiền mặt")
        TRANSFER = "transfer", _("Chuyển khoản")
        CARD = "card", _("Thẻ ngân hàng")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="%(class)ss")
    number = models.CharField(_("Số biên lai"), max_length=32)
    amount = models.DecimalField(_("Số tiền"), max_digits=15, decimal_places=2)
    method = models.CharField(_("Hình thức"), max_length=8, choices=Method, default=Method.CASH)
    idempotency_key = models.CharField(max_length=64, unique=True)
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_reason = models.CharField(max_length=255, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["facility", "number"], name="%(class)s_number_unique"),
            models.CheckConstraint(name="%(class)s_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="%(class)s_cancel_has_reason",
                condition=Q(cancelled_at__isnull=True) | Q(cancelled_reason__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(Receipt):
    """What the patient paid towards the bill of a visit."""

    class Meta(Receipt.Meta):
        verbose_name = _("Thanh toán")


class Deposit(Receipt):
    """Money left before the bill is known."""

    class Meta(Receipt.Meta):
        verbose_name = _("Tạm ứng")


class Refund(Receipt):
    """Money given back."""

    reason = models.CharField(max_length=255)

    class Meta(Receipt.Meta):
        verbose_name = _("Hoàn tiền")
