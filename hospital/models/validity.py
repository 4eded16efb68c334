"""Rows that hold for a time: `valid_from`..`valid_to`, both days included, open when `valid_to` is
empty.

The database refuses two rows of one key that overlap, at every isolation level and only at commit,
so that closing one row and opening the next is one transaction in any order (D13, D19, D24).
"""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model, covariant=True)


class DatedQuerySet(models.QuerySet[Row]):
    """Rows with validity."""

    def on(self, day: date) -> Self:
        """Return the rows in force on `day`."""
        still_open = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.filter(still_open, valid_from__lte=day)


class Dated(models.Model):
    """Abstract: a row in force from one day to another."""

    valid_from = models.DateField(_("Có hiệu lực từ"))
    valid_to = models.DateField(_("Có hiệu lực đến"), null=True, blank=True)

    class Meta:
        abstract = True

    def in_force_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def period_ordered(name: str) -> models.CheckConstraint:
    """Return the constraint that a period does not end before it begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("Ngày hết hiệu lực phải sau ngày có hiệu lực."),
    )


def no_overlap(name: str, *keys: str) -> ExclusionConstraint:
    """Return the constraint that rows equal in the numeric `keys` never share a day."""
    same_key = [
        (
            Func(
                F(key),
                F(key),
                Value("[]"),
                function="int8range",
                output_field=BigIntegerRangeField(),
            ),
            RangeOperators.OVERLAPS,
        )
        for key in keys
    ]
    days = Func(
        F("valid_from"),
        F("valid_to"),
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )
    return ExclusionConstraint(
        name=name,
        expressions=[*same_key, (days, RangeOperators.OVERLAPS)],
        deferrable=Deferrable.DEFERRED,
        violation_error_message=_("Khoảng hiệu lực chồng lên một dòng đã có."),
    )
