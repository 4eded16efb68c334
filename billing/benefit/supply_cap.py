"""The cap on supplies of one use of a technique: 45 months of the reference level per package.

The excess leaves the insured amount of the last lines of the package, so the lines fill the cap in
the order of time. Levels without the cap, and supplies with a list ratio of their own, stay
outside.
Source: TT 04/2017/TT-BYT Đ3 k2 b and its examples; TT 24/2025 was not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from billing import rounding
from billing.benefit.coverage import CoveredLine
from billing.benefit.facts import FULL
from billing.benefit.law import Law
from billing.benefit.trace import TraceStep, gettext_noop

RULE = "supply_cap"
FUND_SHARE = "fund_share"

WITHIN = gettext_noop(
    "Gói vật tư {package} chưa vượt trần {months} tháng mức tham chiếu ({ceiling} đồng)."
)
CUT = gettext_noop(
    "Gói vật tư {package} vượt trần {months} tháng mức tham chiếu ({ceiling} đồng): "
    "phần vượt {cut} đồng của dòng này người bệnh tự trả."
)


@dataclass(slots=True)
class _Package:
    ceiling: Decimal
    left: Decimal
    months: Decimal
    base: str
    source: str


class CapAnswer(NamedTuple):
    """`insured` after the cap; `ceiling` is T_TRANTT, None for a line outside any cap."""

    insured: Decimal
    ceiling: Decimal | None
    steps: tuple[TraceStep, ...]


class SupplyCaps:
    """The caps of one visit; `lines` are in the order of time and are asked in it."""

    def __init__(self, lines: Iterable[CoveredLine], law: Law) -> None:
        self._law = law
        self._packages: dict[str, _Package] = {}
        self._first_days: dict[str, date] = {}
        for covered in lines:
            self._first_days.setdefault(covered.line.package, covered.day)

    def limit(self, covered: CoveredLine, insured: Decimal, benefit_rate: Decimal) -> CapAnswer:
        """Return how much of `insured` the package of a line still has room for."""
        line = covered.line
        if not _is_capped(covered):
            return CapAnswer(insured, None, ())
        package = self._package(line.package)
        kept = _take(package, insured, benefit_rate)
        facts = {
            "package": line.package,
            "months": package.months,
            "ceiling": package.ceiling,
            "cut": insured - kept,
        }
        text = CUT if kept < insured else WITHIN
        step = TraceStep(RULE, kept < insured, text, facts, package.source)
        return CapAnswer(kept, package.ceiling, (step,))

    def _package(self, name: str) -> _Package:
        if name not in self._packages:
            first_day = self._first_days[name]
            months = self._law.number("supply_cap_months", first_day)
            ceiling = months.value * self._law.number("reference_level", first_day).value
            self._packages[name] = _Package(
                ceiling=ceiling,
                left=ceiling,
                months=months.value,
                base=self._law.choice("supply_cap_base", first_day).value,
                source=months.source,
            )
        return self._packages[name]


def _is_capped(covered: CoveredLine) -> bool:
    line, card = covered.line, covered.card
    if not line.package or card is None:
        return False
    return card.level.supply_cap_applies and line.item_ratio == FULL


def _take(package: _Package, insured: Decimal, benefit_rate: Decimal) -> Decimal:
    """Return what of `insured` still fits, and lower the room of the package by it."""
    if package.base != FUND_SHARE:
        kept = min(insured, package.left)
        package.left -= kept
        return kept
    kept = min(insured, rounding.insured_for_fund_share(package.left, benefit_rate))
    package.left -= rounding.fund_share(kept, benefit_rate)
    return kept
