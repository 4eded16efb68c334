"""Prescriptions, stock lots and dispenses. Stock is never negative: the database says so."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models.catalogue import CatalogItem, DrugEntry
from hospital.models.encounter import Encounter
from hospital.models.facility import Department, Facility
from hospital.models.people import Staff, User


class Prescription(models.Model):
    """Drugs prescribed together. `code` is the national 14-character one, unique for good."""

    class State(models.TextChoices):
        SIGNED = "signed", _("Đã kê")
        DISPENSED = "dispensed", _("Đã phát")
        CANCELLED = "cancelled", _("Đã hủy")

    class Kind(models.TextChoices):
        ORDINARY = "c", _("Đơn thuốc thường")
        NARCOTIC = "n", _("Đơn thuốc gây nghiện")
        PSYCHOTROPIC = "h", _("Đơn thuốc hướng thần")
        TRADITIONAL = "y", _("Đơn thuốc cổ truyền")

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="prescriptions")
    code = models.CharField(_("Mã đơn thuốc"), max_length=14, unique=True)
    kind = models.CharField(max_length=1, choices=Kind, default=Kind.ORDINARY)
    state = models.CharField(max_length=12, choices=State, default=State.SIGNED)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="prescriptions")
    prescribed_at = models.DateTimeField()
    advice = models.TextField(_("Lời dặn"), blank=True)
    cancelled_reason = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("Đơn thuốc")
        constraints = [
            models.CheckConstraint(
                name="prescription_code_shape",
                condition=Q(code__regex=r"^[0-9A-Za-z]{12}-[cnhyt]$"),
            )
        ]
        indexes = [models.Index(fields=["encounter"], name="prescription_of_encounter")]

    def __str__(self) -> str:
        return self.code


class PrescriptionLine(models.Model):
    """One drug of a prescription: amounts per time of day, days, and the quantity they make."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    entry = models.ForeignKey(
        DrugEntry, on_delete=models.PROTECT, related_name="prescription_lines"
    )
    dose = models.DecimalField(_("Liều mỗi lần"), max_digits=10, decimal_places=3)
    times_per_day = models.PositiveSmallIntegerField(_("Số lần mỗi ngày"))
    days = models.PositiveSmallIntegerField(_("Số ngày"))
    quantity = models.DecimalField(_("Số lượng"), max_digits=10, decimal_places=3)
    usage = models.CharField(_("Cách dùng"), max_length=1024, blank=True)

    class Meta:
        verbose_name = _("Thuốc trong đơn")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "position"], name="prescription_line_position_unique"
            ),
            models.CheckConstraint(
                name="prescription_line_positive",
                condition=Q(dose__gt=0, times_per_day__gt=0, days__gt=0, quantity__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position}"


class StockLot(models.Model):
    """One lot of a drug in a store, with the purchase price and tender of its receipt."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="stock_lots")
    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="stock_lots")
    lot_number = models.CharField(_("Số lô"), max_length=64)
    expires_on = models.DateField(_("Hạn dùng"))
    quantity = models.DecimalField(_("Tồn"), max_digits=14, decimal_places=3, default=0)
    purchase_price = models.DecimalField(_("Giá nhập"), max_digits=15, decimal_places=3)
    received_on = models.DateField(_("Ngày nhập"))

    class Meta:
        verbose_name = _("Lô thuốc")
        constraints = [
            models.CheckConstraint(name="stock_never_negative", condition=Q(quantity__gte=0)),
            models.UniqueConstraint(
                fields=["facility", "item", "lot_number", "purchase_price"], name="stock_lot_unique"
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "expires_on"],
                name="stock_first_expiry",
                condition=Q(quantity__gt=0),
            )
        ]

    def __str__(self) -> str:
        return self.lot_number


class Dispense(models.Model):
    """A prescription line handed over; the parts say from which lots."""

    line = models.OneToOneField(PrescriptionLine, on_delete=models.PROTECT, related_name="dispense")
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    dispensed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    dispensed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Phát thuốc")
        constraints = [
            models.CheckConstraint(name="dispense_positive", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return f"dispense {self.pk}"


class DispensePart(models.Model):
    """The share of a dispense that one lot gave."""

    dispense = models.ForeignKey(Dispense, on_delete=models.PROTECT, related_name="parts")
    lot = models.ForeignKey(StockLot, on_delete=models.PROTECT, related_name="dispense_parts")
    quantity = models.DecimalField(max_digits=10, decimal_places=3)

    class Meta:
        constraints = [
            models.CheckConstraint(name="dispense_part_positive", condition=Q(quantity__gt=0))
        ]

    def __str__(self) -> str:
        return f"part {self.pk}"


class StockMovement(models.Model):
    """Every change of a lot: receipt, dispense, return, count. The lot's quantity is their sum."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Nhập")
        DISPENSE = "dispense", _("Xuất cho người bệnh")
        RETURN = "return", _("Trả lại")
        COUNT = "count", _("Kiểm kê")

    lot = models.ForeignKey(StockLot, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    dispense = models.ForeignKey(Dispense, on_delete=models.PROTECT, null=True, blank=True)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("Biến động kho")
        constraints = [models.CheckConstraint(name="movement_not_zero", condition=~Q(quantity=0))]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"
