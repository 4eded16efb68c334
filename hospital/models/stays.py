"""Beds a patient occupied and the bed-days that follow from them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.models.catalogue import ServiceEntry
from hospital.models.encounter import DepartmentStay, Encounter
from hospital.models.facility import Bed
from hospital.models.people import Staff


class BedStay(models.Model):
    """One bed occupied for a time, alone or shared."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="bed_stays")
    department_stay = models.ForeignKey(
        DepartmentStay, on_delete=models.PROTECT, related_name="bed_stays"
    )
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="stays")
    entry = models.ForeignKey(ServiceEntry, on_delete=models.PROTECT, related_name="bed_stays")
    persons_sharing = models.PositiveSmallIntegerField(_("Số người nằm ghép"), default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    assigned_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("Nằm giường")
        constraints = [
            models.CheckConstraint(
                name="bed_stay_ordered",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(name="bed_stay_persons", condition=Q(persons_sharing__gte=1)),
            models.UniqueConstraint(
                fields=["encounter"], condition=Q(ends_at__isnull=True), name="bed_stay_one_open"
            ),
        ]
        indexes = [models.Index(fields=["bed", "starts_at"], name="bed_time_line")]

    def __str__(self) -> str:
        return f"bed stay {self.pk}"


class BedDay(models.Model):
    """The counted part of one day in one bed stay: 1, 0.5 or 0 (TT 39/2024 Đ4c)."""

    bed_stay = models.ForeignKey(BedStay, on_delete=models.PROTECT, related_name="bed_days")
    day = models.DateField()
    quantity = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = _("Ngày giường")
        constraints = [
            models.UniqueConstraint(fields=["bed_stay", "day"], name="bed_day_unique"),
            models.CheckConstraint(
                name="bed_day_at_most_one", condition=Q(quantity__gte=0, quantity__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.quantity}"
