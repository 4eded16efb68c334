"""Base rate of a covered line: the first test of the official order that applies.

Source: Law 51/2024 Đ22 k1, QĐ 3276/2025 (code 1.2), NĐ 188/2025 Đ18.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from billing.benefit.amount import LineAmount
from billing.benefit.card import LineCard
from billing.benefit.coverage import CoveredLine
from billing.benefit.exemption import Exemption
from billing.benefit.facts import VisitInput
from billing.benefit.law import Law
from billing.benefit.route import RouteRatio, day_of
from billing.benefit.trace import TraceStep, gettext_noop
from billing.rounding import PERCENT, ZERO

FIXED = gettext_noop("Mã đối tượng {code}: mức hưởng {rate}% không phụ thuộc mức trên thẻ.")
COMMUNE = gettext_noop("Khám chữa bệnh tại tuyến xã trước khi có mã 1.2: {rate}%.")
SMALL = gettext_noop(
    "Chi phí thấp: tổng trong phạm vi {total} đồng, dưới {limit} đồng "
    "({share}% × mức tham chiếu {level} đồng), nên mức hưởng là {rate}%."
)
NOT_SMALL = gettext_noop(
    "Không phải chi phí thấp: tổng trong phạm vi {total} đồng, từ {limit} đồng trở lên "
    "({share}% × mức tham chiếu {level} đồng)."
)
EXEMPT_ROUTE = gettext_noop("Tỷ lệ tuyến {ratio}% dưới {least}%: không được miễn cùng chi trả.")
CARD = gettext_noop("Mức hưởng của thẻ {object}, mức {level}: {rate}%.")
CARD_RAISED = gettext_noop(
    "Thẻ {object} được hưởng theo mức {level} thay cho mức in trên thẻ: {rate}%."
)
REDUCED = gettext_noop("Mức hưởng {base}% × tỷ lệ tuyến {ratio}% = {rate}%.")


class BaseRate(NamedTuple):
    """`rate` in percent before the route; the last step is the one that applied."""

    rate: Decimal
    steps: tuple[TraceStep, ...]


class BaseRates:
    """The tests for one visit; those about the whole visit are worked out once."""

    def __init__(
        self,
        visit: VisitInput,
        route: RouteRatio,
        *,
        lines: Sequence[tuple[CoveredLine, LineAmount]],
        law: Law,
    ) -> None:
        self._route = route
        self._law = law
        self._commune = _commune(visit, law)
        self._fixed = _fixed(route)
        self._card_steps: dict[date, TraceStep] = {}
        self.exemption = Exemption(visit, law)
        self.small = small_cost(visit, sum((amount.insured for _, amount in lines), ZERO), law=law)

    def of(self, covered: CoveredLine, card: LineCard) -> BaseRate:
        """Return the base of one covered line; lines are asked in the order of time."""
        if self._fixed:
            return self._fixed
        if self._commune:
            return self._commune
        if self.small.step.applied:
            return BaseRate(self.small.rate, (self.small.step,))
        exempt = self._exempt(covered)
        if exempt.applied:
            rate = self._law.number("exemption_rate", covered.day).value
            return BaseRate(rate, (self.small.step, exempt))
        if covered.day not in self._card_steps:
            self._card_steps[covered.day] = _card_step(card)
        step = self._card_steps[covered.day]
        return BaseRate(card.level.rate, (self.small.step, exempt, step))

    def _exempt(self, covered: CoveredLine) -> TraceStep:
        step = self.exemption.at(covered.moment, covered.day)
        if not step.applied:
            return step
        least = self._law.number("exempt_min_route_ratio", covered.day)
        if self._route.ratio >= least.value:
            return step
        facts = {"ratio": self._route.ratio, "least": least.value}
        return TraceStep(step.rule, False, EXEMPT_ROUTE, facts, least.source)


@dataclass(frozen=True, slots=True)
class SmallCost:
    """Whether the whole visit is below 15% of the reference level; `rate` when it is."""

    rate: Decimal
    step: TraceStep


def small_cost(visit: VisitInput, total: Decimal, *, law: Law) -> SmallCost:
    """Return the test of the small cost for `total`, the sum inside the scope, VND."""
    day = day_of(law.choice("small_cost_date", visit.arrived_on).value, visit)
    share = law.number("low_cost_share", day)
    level = law.number("reference_level", day)
    rate = law.number("small_cost_rate", day)
    limit = share.value * level.value
    is_small = total < limit
    facts = {
        "total": total,
        "limit": limit,
        "share": share.value * PERCENT,
        "level": level.value,
        "rate": rate.value,
    }
    text = SMALL if is_small else NOT_SMALL
    return SmallCost(rate.value, TraceStep("small_cost", is_small, text, facts, share.source))


def route_steps(base: Decimal, route: RouteRatio) -> tuple[TraceStep, ...]:
    """Return the reduction by the route, nothing on a full route."""
    if route.ratio == PERCENT:
        return ()
    facts = {"base": base, "ratio": route.ratio, "rate": benefit_rate(base, route)}
    return (TraceStep("route_ratio", True, REDUCED, facts, route.source),)


def benefit_rate(base: Decimal, route: RouteRatio) -> Decimal:
    """Return MUC_HUONG in percent, without trailing zeros."""
    return _product(base, route.ratio)


@cache
def _product(base: Decimal, ratio: Decimal) -> Decimal:
    rate = base * ratio / PERCENT
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate.normalize()


def _fixed(route: RouteRatio) -> BaseRate | None:
    if route.fixed_base is None:
        return None
    facts = {"code": route.code, "rate": route.fixed_base}
    step = TraceStep("fixed_base", True, FIXED, facts, route.source)
    return BaseRate(route.fixed_base, (step,))


def _commune(visit: VisitInput, law: Law) -> BaseRate | None:
    if not visit.commune_station:
        return None
    rate = law.number_if_any("commune_station_rate", visit.arrived_on)
    if rate is None:
        return None
    step = TraceStep("commune_station", True, COMMUNE, {"rate": rate.value}, rate.source)
    return BaseRate(rate.value, (step,))


def _card_step(card: LineCard) -> TraceStep:
    facts = {
        "object": f"{card.object_code}{card.printed_level}",
        "level": card.level.code,
        "rate": card.level.rate,
    }
    text = CARD if card.level.code == card.printed_level else CARD_RAISED
    return TraceStep("card_level", True, text, facts, card.level.source)
