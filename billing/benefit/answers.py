"""What the benefit rules answer about one visit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from billing.benefit.facts import LineTable
from billing.benefit.trace import TraceStep
from billing.claim_facts import ParameterUsed, TotalsFacts


class LineQuote(NamedTuple):
    """How one line is paid, VND with two decimals, ratios and rates in percent.

    `item_ratio` is TYLE_TT_BH, `benefit_rate` MUC_HUONG. `other_sources` is the sum of the four.
    `ceiling` is T_TRANTT, None without a cap. `card` is the place, from 0, of the deciding card
    among the cards of the visit, None for a line that no card covers. total_hospital = fund +
    co_payment + self_payment + other_sources, always.
    """

    position: int
    table: LineTable
    total_hospital: Decimal
    item_ratio: Decimal
    total_insured: Decimal
    benefit_rate: Decimal
    fund: Decimal
    co_payment: Decimal
    self_payment: Decimal
    other_state: Decimal
    other_foreign: Decimal
    other_domestic: Decimal
    other_rest: Decimal
    other_sources: Decimal
    ceiling: Decimal | None
    card: int | None
    trace: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitQuote:
    """How one visit is paid. `lines` are in the order given.

    `benefit_rates` holds each rate above 0 once, in the order of (ordered_at, position). `trace`
    tells the decisions about the whole visit, `warnings` what a person should look at before
    sending.
    """

    lines: tuple[LineQuote, ...]
    totals: TotalsFacts
    benefit_rates: tuple[Decimal, ...]
    parameters: tuple[ParameterUsed, ...]
    trace: tuple[TraceStep, ...]
    warnings: tuple[TraceStep, ...]
