"""What a recomputation found, added up visit by visit; its size does not grow with the visits.

All amounts are VND with two decimals; a change is the recomputed amount minus the one before.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.benefit.answers import LineQuote
from billing.claim_facts import TotalsFacts
from billing.recompute.proof import Difference
from billing.recompute.proposal import Change
from billing.recompute.rules import RuleChange

ZERO = Decimal("0.00")
BIGGEST = 10
ERRORS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Sums:
    """Who pays: the fund, the patient beside it, the patient alone, others."""

    fund: Decimal = ZERO
    co_payment: Decimal = ZERO
    self_payment: Decimal = ZERO
    other_sources: Decimal = ZERO

    def __add__(self, more: Sums) -> Sums:
        return Sums(
            self.fund + more.fund,
            self.co_payment + more.co_payment,
            self.self_payment + more.self_payment,
            self.other_sources + more.other_sources,
        )

    def __sub__(self, less: Sums) -> Sums:
        return Sums(
            self.fund - less.fund,
            self.co_payment - less.co_payment,
            self.self_payment - less.self_payment,
            self.other_sources - less.other_sources,
        )

    @property
    def moved(self) -> Decimal:
        """Of a change: how much went from one payer to another."""
        parts = (self.fund, self.co_payment, self.self_payment, self.other_sources)
        return sum((part for part in parts if part > 0), ZERO)


def sums_of(paid: LineQuote | TotalsFacts) -> Sums:
    """Return who pays a line or a visit."""
    return Sums(paid.fund, paid.co_payment, paid.self_payment, paid.other_sources)


@dataclass(frozen=True, slots=True)
class Department:
    """A department by the code of its facility and its own; `name` may be empty."""

    facility_code: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that would be paid differently."""

    department: Department
    rule: RuleChange
    change: Sums


@dataclass(frozen=True, slots=True)
class VisitChange:
    """A visit that would be paid differently, by our MA_LK."""

    link_code: str
    facility_code: str
    ended_on: date
    before: Sums
    after: Sums
    lines: tuple[LineChange, ...]

    @property
    def change(self) -> Sums:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Fault:
    """A version that gives other sums than frozen, or (`code` given) cannot be computed."""

    claim_id: int
    number: int
    link_code: str
    code: str = ""
    message: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(slots=True)
class Tally:
    """Visits and lines that changed, and by how much."""

    visits: int = 0
    lines: int = 0
    change: Sums = field(default_factory=Sums)


@dataclass(slots=True)
class Report:
    """The sums of a run. `faults` holds the first of them, `fault_count` counts all.

    `history_changed` counts visits whose earlier stays of the year had another co-payment under
    the proposal, `threshold_unsure` those whose exemption threshold a proposed change inside the
    year should have moved. `unused` are the proposed changes that no visit asked for.
    """

    versions: int = 0
    visits_changed: int = 0
    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    by_rule: dict[RuleChange, Tally] = field(default_factory=dict)
    by_department: dict[Department, Tally] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    history_changed: int = 0
    threshold_unsure: int = 0
    unused: tuple[Change, ...] = ()
    _heap: list[tuple[Decimal, str, VisitChange]] = field(default_factory=list)

    def add_sums(self, before: Sums, after: Sums) -> None:
        """Count a version with its sums before and after."""
        self.before += before
        self.after += after

    def add_change(self, visit: VisitChange) -> None:
        """Count a visit that changed, its lines by rule and by department."""
        self.visits_changed += 1
        rules = dict.fromkeys(line.rule for line in visit.lines)
        departments = dict.fromkeys(line.department for line in visit.lines)
        for rule in rules:
            self.by_rule.setdefault(rule, Tally()).visits += 1
        for department in departments:
            self.by_department.setdefault(department, Tally()).visits += 1
        for line in visit.lines:
            for tally in (self.by_rule[line.rule], self.by_department[line.department]):
                tally.lines += 1
                tally.change += line.change
        entry = (visit.change.moved, visit.link_code, visit)
        if len(self._heap) < BIGGEST:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def add_fault(self, fault: Fault) -> None:
        """Count a fault and keep it while there is room."""
        self.fault_count += 1
        if len(self.faults) < ERRORS_KEPT:
            self.faults.append(fault)

    @property
    def biggest(self) -> list[VisitChange]:
        """The visits with the most money moved, the biggest first."""
        ordered = sorted(self._heap, key=lambda entry: (-entry[0], entry[1]))
        return [visit for _, _, visit in ordered]
