"""Which rule made a line cost differently: the first difference in the order of the computation.

Order: whether the line is covered, the base rate, the ratio of the route, the cap on supplies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from billing.benefit.answers import LineQuote, VisitQuote
from billing.benefit.coverage import SHOWN_RULE
from billing.benefit.supply_cap import RULE as SUPPLY_CAP

ROUTE = "route_ratio"
CARD = "card"
OTHER = "other"
# The tests of the base rate, in their official order; the first that applies decides.
BASE_RULES = ("fixed_base", "commune_station", "small_cost", "exemption", "card_level")


class Turn(StrEnum):
    """What became of a rule: it now applies, no longer applies, or applies with another figure."""

    STARTS = "starts"
    ENDS = "ends"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True, order=True)
class RuleChange:
    """A rule by its stable name, and what became of it."""

    rule: str
    turn: Turn


def rule_changed(
    before: LineQuote, after: LineQuote, *, visits: tuple[VisitQuote, VisitQuote]
) -> RuleChange:
    """Return why the two quotes of one line differ; `visits` are the quotes they are part of."""
    if (before.card is None) != (after.card is None):
        lost = after.card is None
        rule = _coverage_rule(after if lost else before)
        return RuleChange(rule, Turn.ENDS if lost else Turn.STARTS)
    bases = (_base_rule(before), _base_rule(after))
    if bases[0] != bases[1]:
        rule = next(rule for rule in BASE_RULES if rule in bases)
        return RuleChange(rule, Turn.ENDS if rule == bases[0] else Turn.STARTS)
    if _route_ratio(visits[0]) != _route_ratio(visits[1]):
        return RuleChange(ROUTE, Turn.CHANGES)
    if before.benefit_rate != after.benefit_rate and before.total_insured == after.total_insured:
        return RuleChange(bases[0] or OTHER, Turn.CHANGES)
    if _is_cut(before) or _is_cut(after):
        return RuleChange(SUPPLY_CAP, Turn.CHANGES)
    return RuleChange(OTHER, Turn.CHANGES)


def _coverage_rule(uncovered: LineQuote) -> str:
    """Return the rule that left a line uncovered."""
    rules = [step.rule for step in uncovered.trace if step.rule in (ROUTE, CARD, SHOWN_RULE)]
    return rules[-1] if rules else OTHER


def _base_rule(line: LineQuote) -> str | None:
    """Return the test that gave the base rate; None for a line with nothing inside the scope."""
    return next((s.rule for s in line.trace if s.applied and s.rule in BASE_RULES), None)


def _route_ratio(quote: VisitQuote) -> object:
    return quote.trace[0].facts["ratio"]


def _is_cut(line: LineQuote) -> bool:
    return any(step.rule == SUPPLY_CAP and step.applied for step in line.trace)
