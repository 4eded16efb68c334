"""The sum of one visit: coverage, amounts, base rates, cap and split of each line, then totals.

Order of work: what each line costs (b of T_NGUONKHAC included), the small-cost test over the
covered lines, then line by line in the order of (ordered_at, position), because exemption and
supply cap look at the lines before.
Source: QĐ 4750/2023 and 3176/2024 (formulas), Law 51/2024 Đ22, NĐ 188/2025.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from billing.benefit.amount import LineAmount, line_amount, price_warnings
from billing.benefit.answers import LineQuote, VisitQuote
from billing.benefit.base_rate import BaseRates, benefit_rate, route_steps
from billing.benefit.card import Cards
from billing.benefit.coverage import CoveredLine, line_coverage
from billing.benefit.facts import FEE_FOR_SERVICE, SUPPLY_GROUPS, LineTable, VisitInput
from billing.benefit.law import Law
from billing.benefit.route import RouteRatio, route_ratio
from billing.benefit.split import line_split
from billing.benefit.supply_cap import SupplyCaps
from billing.benefit.trace import TraceStep, gettext_noop
from billing.benefit.validation import card_warnings, visit_check
from billing.claim_facts import TotalsFacts
from billing.rounding import ZERO

NO_RATE = Decimal(0)

FUND_FORMULA = gettext_noop(
    "Nguồn khác đã trả thay phần cùng chi trả hoặc phần quỹ: tổng T_BHTT các dòng là {lines} đồng, "
    "còn công thức T_TONGCHI_BH - T_BNCCT cho {formula} đồng. "
    "Người phụ trách cần xem trước khi gửi."
)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one visit, each with what it remembers of the lines before."""

    route: RouteRatio
    rates: BaseRates
    caps: SupplyCaps


def quote_visit(visit: VisitInput, *, law: Law | None = None) -> VisitQuote:
    """Return what each line and the whole visit cost whom, with the ground of each decision.

    `law` takes the place of the published law, a fresh one for each visit. Raises BenefitRefused
    when the facts cannot be computed, ParamNotInForce when the law has no value for a day; nothing
    is computed then.
    """
    visit_check(visit)
    law = Law() if law is None else law
    route = route_ratio(visit, law)
    cards = Cards(visit, law)
    covered = (line_coverage(line, visit, route, cards) for line in visit.lines)
    found = [(line, line_amount(line)) for line in covered]
    found.sort(key=lambda pair: (pair[0].moment, pair[0].line.position))
    rates = BaseRates(visit, route, lines=found, law=law)
    rules = _Rules(route, rates, SupplyCaps((line for line, _ in found), law))
    in_time = [_line_quote(line, amount, rules) for line, amount in found]
    by_position = {quote.position: quote for quote in in_time}
    lines = tuple(by_position[line.position] for line in visit.lines)
    totals = _totals(visit, lines)
    return VisitQuote(
        lines=lines,
        totals=totals,
        benefit_rates=_rates_in_order(in_time),
        parameters=law.used,
        trace=(route.step, *_visit_steps(found, rates)),
        warnings=(*card_warnings(visit), *_line_warnings(visit), *_fund_warnings(totals)),
    )


def _line_quote(covered: CoveredLine, amount: LineAmount, rules: _Rules) -> LineQuote:
    """Return the quote of a line, and tell the rules what later lines must know."""
    share = _share(covered, amount, rules)
    split = line_split(
        amount.hospital,
        share.insured,
        benefit_rate=share.rate,
        other=covered.line.other_sources,
    )
    rules.rates.exemption.add(split.co_payment, covered.day)
    return LineQuote(
        position=covered.line.position,
        table=covered.line.table,
        total_hospital=amount.hospital,
        item_ratio=amount.item_ratio,
        total_insured=share.insured,
        benefit_rate=share.rate,
        fund=split.fund,
        co_payment=split.co_payment,
        self_payment=split.self_payment,
        other_state=split.state,
        other_foreign=split.foreign,
        other_domestic=split.domestic,
        other_rest=split.rest,
        other_sources=split.other_sources,
        ceiling=share.ceiling,
        card=covered.card.place if covered.card else None,
        trace=(*covered.steps, *amount.steps, *share.steps, *split.steps),
    )


class _Share(NamedTuple):
    """What of a line is inside the scope after the cap, and at which rate."""

    insured: Decimal
    rate: Decimal
    ceiling: Decimal | None = None
    steps: tuple[TraceStep, ...] = ()


def _share(covered: CoveredLine, amount: LineAmount, rules: _Rules) -> _Share:
    if covered.card is None or not amount.insured:
        return _Share(ZERO, NO_RATE)
    base = rules.rates.of(covered, covered.card)
    rate = benefit_rate(base.rate, rules.route)
    capped = rules.caps.limit(covered, amount.insured, rate)
    return _Share(
        capped.insured,
        rate if capped.insured else NO_RATE,
        capped.ceiling,
        (*base.steps, *route_steps(base.rate, rules.route), *capped.steps),
    )


def _totals(visit: VisitInput, lines: tuple[LineQuote, ...]) -> TotalsFacts:
    """Return the sums over the rounded lines (XML1)."""
    drugs = supplies = by_fee = ZERO
    hospital = insured = self_payment = co_payment = fund = other_sources = ZERO
    for line, quote in zip(visit.lines, lines, strict=True):
        hospital += quote.total_hospital
        insured += quote.total_insured
        self_payment += quote.self_payment
        co_payment += quote.co_payment
        fund += quote.fund
        other_sources += quote.other_sources
        if line.table == LineTable.DRUG:
            drugs += quote.total_hospital
        elif line.cost_group in SUPPLY_GROUPS:
            supplies += quote.total_hospital
        if line.payment_method == FEE_FOR_SERVICE:
            by_fee += quote.fund
    return TotalsFacts(
        drugs=drugs,
        supplies=supplies,
        hospital=hospital,
        insured=insured,
        self_payment=self_payment,
        co_payment=co_payment,
        fund=fund,
        other_sources=other_sources,
        fund_fee_for_service=by_fee,
    )


def _visit_steps(
    found: Iterable[tuple[CoveredLine, LineAmount]], rates: BaseRates
) -> tuple[TraceStep, ...]:
    """Return the small-cost test, nothing when no money is inside the scope."""
    return (rates.small.step,) if any(amount.insured for _, amount in found) else ()


def _rates_in_order(in_time: Iterable[LineQuote]) -> tuple[Decimal, ...]:
    """Return each rate above 0 once, in order of first appearance."""
    return tuple(dict.fromkeys(quote.benefit_rate for quote in in_time if quote.benefit_rate))


def _line_warnings(visit: VisitInput) -> tuple[TraceStep, ...]:
    return tuple(step for line in visit.lines for step in price_warnings(line))


def _fund_warnings(totals: TotalsFacts) -> tuple[TraceStep, ...]:
    """Return a warning when the annex's formula of T_BHTT differs from the sum of the lines."""
    formula = totals.insured - totals.co_payment
    if formula == totals.fund:
        return ()
    facts = {"formula": formula, "lines": totals.fund}
    return (TraceStep("fund_formula_differs", True, FUND_FORMULA, facts, "QĐ 4750/2023, bảng 1"),)
