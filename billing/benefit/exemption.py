"""Exemption from co-payment: five continuous years and more than six months paid in the year.

Inside a visit the line after the one that passes the threshold is the first exempt one; no line is
split. Once reached, the exemption lasts until 31 December.
Source: Law 51/2024 Đ22 k1, NĐ 188/2025 Đ18 k2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from billing import rounding
from billing.benefit.facts import CoPaymentPaid, VisitInput, local_day
from billing.benefit.law import Law
from billing.benefit.trace import TraceStep, gettext_noop
from billing.params import param_changes

RULE = "exemption"
exact = cache(Fraction)  # for the few numbers of the law, which come again in every visit

GRANTED = gettext_noop("Đã được miễn cùng chi trả từ {since} đến hết năm {year}.")
REACHED = gettext_noop(
    "Đủ 5 năm liên tục từ {five_years}; đã cùng chi trả {paid} đồng trong năm {year}, đủ ngưỡng "
    "{threshold} đồng: miễn cùng chi trả đến hết năm."
)
NO_FIVE_YEARS = gettext_noop("Không xét miễn cùng chi trả: chưa có ngày đủ 5 năm liên tục.")
BEFORE_FIVE_YEARS = gettext_noop(
    "Chưa được miễn cùng chi trả: đến {five_years} mới đủ 5 năm liên tục."
)
NOT_REACHED = gettext_noop(
    "Chưa được miễn cùng chi trả: đã cùng chi trả {paid} đồng trong năm {year}, "
    "chưa vượt ngưỡng {threshold} đồng."
)


class CoPaymentYear(NamedTuple):
    """The co-payment account of a calendar year on one day, VND with two decimals.

    `settled` tells that the threshold was already met when the reference level changed.
    """

    paid: Decimal
    threshold: Decimal
    settled: bool

    @property
    def is_passed(self) -> bool:
        return self.settled or self.paid > self.threshold

    @property
    def missing(self) -> Decimal:
        return rounding.ZERO if self.is_passed else max(self.threshold - self.paid, rounding.ZERO)


@dataclass(frozen=True, slots=True)
class YearThreshold:
    """What co-payment must pass in a year; the same from one change of the level to the next."""

    amount: Decimal
    settled: bool


def co_payment_year(history: Iterable[CoPaymentPaid], day: date, law: Law) -> CoPaymentYear:
    """Return the account of the year of `day`, from the stays discharged on or before it."""
    stays = tuple(history)
    threshold = year_threshold(stays, day, law)
    return CoPaymentYear(paid_until(stays, day), threshold.amount, threshold.settled)


def paid_until(stays: Iterable[CoPaymentPaid], day: date) -> Decimal:
    """Return the co-payment of the stays of the year of `day` discharged on or before it."""
    paid = (
        stay.co_payment for stay in stays if stay.ended_on.year == day.year and stay.ended_on <= day
    )
    return sum(paid, rounding.ZERO)


def year_threshold(stays: Iterable[CoPaymentPaid], day: date, law: Law) -> YearThreshold:
    """Return the threshold of the year of `day`, as it stands on it.

    A change of the reference level keeps what is left in months: R = (6 - A / old) x new, with A
    the co-payment of stays discharged before the change (NĐ 188/2025 Đ18 k2 c). Equality with the
    old threshold is enough at a change, and then the threshold stays.
    """
    start = date(day.year, 1, 1)
    level = law.number("reference_level", start).value
    months = exact(law.number("exemption_months", day).value)
    before = rounding.ZERO
    for change in param_changes("reference_level", after=start, until=day):
        spent = _between(stays, start, change.since)
        left = months - Fraction(spent) / exact(level)
        if left <= 0:
            return YearThreshold(_threshold(before, months, level), settled=True)
        months, before, start = left, before + spent, change.since
        level = law.number("reference_level", start).value
    return YearThreshold(_threshold(before, months, level), settled=False)


class Exemption:
    """The exemption of one visit, asked line by line in the order of time."""

    def __init__(self, visit: VisitInput, law: Law) -> None:
        self._visit = visit
        self._law = law
        self._paid_here: dict[int, Decimal] = {}
        self._reached: set[int] = set()
        self._thresholds: dict[tuple[int, date], YearThreshold] = {}
        self._before: dict[date, CoPaymentYear] = {}

    def at(self, moment: datetime, day: date) -> TraceStep:
        """Return whether a line of that moment is exempt, with the reason."""
        source = self._law.number("exemption_months", day).source
        granted = self._visit.exempt_from
        if granted and moment >= granted and day.year == local_day(granted).year:
            return TraceStep(RULE, True, GRANTED, {"since": granted, "year": day.year}, source)
        five_years = self._visit.five_years_on
        if five_years is None:
            return TraceStep(RULE, False, NO_FIVE_YEARS, {}, source)
        year = self._look(day)
        facts = {
            "five_years": five_years,
            "year": day.year,
            "paid": year.paid,
            "threshold": year.threshold,
        }
        if day.year in self._reached:
            return TraceStep(RULE, True, REACHED, facts, source)
        text = NOT_REACHED if five_years <= day else BEFORE_FIVE_YEARS
        return TraceStep(RULE, False, text, facts, source)

    def add(self, co_payment: Decimal, day: date) -> None:
        """Count the co-payment of a line, after other sources, towards the following lines."""
        if self._visit.five_years_on is None:
            return
        before = self._paid_here.get(day.year, rounding.ZERO)
        self._paid_here[day.year] = before + co_payment
        self._look(day)

    def _look(self, day: date) -> CoPaymentYear:
        """Return the account of the year on `day`, the lines of this visit so far included.

        Notes the year as exempt when both conditions hold on `day`; it stays so to its end.
        """
        before = self._before.get(day) or self._without_visit(day)
        here = self._paid_here.get(day.year, rounding.ZERO)
        account = CoPaymentYear(before.paid + here, before.threshold, before.settled)
        five_years = self._visit.five_years_on
        if five_years is not None and five_years <= day and account.is_passed:
            self._reached.add(day.year)
        return account

    def _without_visit(self, day: date) -> CoPaymentYear:
        """Return the account of the year on `day` before this visit, worked out once a day."""
        stays = self._visit.copay_history
        key = (day.year, self._law.number("reference_level", day).since)
        if key not in self._thresholds:
            self._thresholds[key] = year_threshold(stays, day, self._law)
        threshold = self._thresholds[key]
        account = CoPaymentYear(paid_until(stays, day), threshold.amount, threshold.settled)
        self._before[day] = account
        return account


def _between(stays: Iterable[CoPaymentPaid], start: date, end: date) -> Decimal:
    """Return the co-payment of stays discharged from `start` on and before `end`."""
    paid = (stay.co_payment for stay in stays if start <= stay.ended_on < end)
    return sum(paid, rounding.ZERO)


def _threshold(before: Decimal, months: Fraction, level: Decimal) -> Decimal:
    return before + rounding.remaining_threshold(months * exact(level))
