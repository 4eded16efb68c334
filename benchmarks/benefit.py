"""Quoting visits on one core, against the floor of the same arithmetic with every rate known.

Run: python -m benchmarks.benefit [rounds]. Progress goes to stderr, one JSON object to stdout;
`value`, `floor` and `bare` are microseconds per visit, medians of rounds that measure all in turn.
The floor calls the same rounding steps, sums the same totals and answers in the same records;
which rate, which ratio and whether a line is covered it is told, and it gives no grounds. `bare` is
the arithmetic alone, its numbers in plain tuples. No database is asked.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter
from typing import NamedTuple

from billing import rounding
from billing.benefit import (
    CardInput,
    CoPaymentPaid,
    LineInput,
    LineQuote,
    LineTable,
    Scope,
    VisitInput,
    VisitQuote,
    quote_visit,
)
from billing.benefit.facts import FEE_FOR_SERVICE, SUPPLY_GROUPS
from billing.claim_facts import FACILITY_ZONE, TotalsFacts

SIZES = (5, 25, 500)
LINES_PER_ROUND = 3000
ARRIVED = datetime(2026, 9, 1, 8, 0, tzinfo=FACILITY_ZONE)
HALF = Decimal(50)


class KnownLine(NamedTuple):
    """A line with the price that counts for the insurance; `told` holds ratio, rate and ceiling."""

    line: LineInput
    price_insured: Decimal
    told: LineQuote


def visit_made(size: int, number: int) -> VisitInput:
    """Return an invented inpatient visit of `size` lines: drugs, services, supplies, own wishes."""
    return VisitInput(
        arrived_at=ARRIVED + timedelta(minutes=number),
        ended_at=ARRIVED + timedelta(days=9),
        visit_type="03",
        route_code="1.1",
        cards=(CardInput(number="DN4790000000001", valid_from=date(2026, 1, 1)),),
        five_years_on=date(2024, 1, 1),
        copay_history=(CoPaymentPaid(date(2026, 5, 2), Decimal(1_250_000)),),
        lines=tuple(line_made(place, number) for place in range(1, size + 1)),
    )


def line_made(place: int, number: int) -> LineInput:
    price = Decimal(40_000 + 731 * place + number) + Decimal("0.125")
    line = LineInput(
        position=place,
        table=LineTable.SERVICE,
        cost_group="1",
        quantity=Decimal(1 + place % 3),
        price_hospital=price,
        price_insured=price,
        ordered_at=ARRIVED + timedelta(minutes=25 * place),
    )
    match place % 10:
        case 0:
            return replace(line, cost_group="10", package="G1")
        case 1:
            return replace(line, price_hospital=price + 20_000)
        case 2:
            return replace(line, scope=Scope.OUTSIDE)
        case 3 | 4 | 5 | 6:
            return replace(line, table=LineTable.DRUG, cost_group="4")
        case 7:
            return replace(line, table=LineTable.DRUG, cost_group="4", item_ratio=HALF)
        case 8:
            return replace(line, service_rate=HALF)
    return line


def known(visit: VisitInput) -> list[KnownLine]:
    """Return what the floor is told: the lines with their ratio and rate decided."""
    return [
        KnownLine(line, min(line.price_insured, line.price_hospital), quote)
        for line, quote in zip(visit.lines, quote_visit(visit).lines, strict=True)
    ]


def bare_quote(lines: list[KnownLine]) -> tuple[list[tuple[Decimal, ...]], list[Decimal]]:
    """Return per line hospital, insured, fund, co-payment, self payment; then their totals."""
    rows: list[tuple[Decimal, ...]] = []
    for line, price, told in lines:
        hospital = rounding.total_hospital(line.quantity, line.price_hospital, line.service_rate)
        insured = rounding.total_insured(line.quantity, price, line.service_rate, told.item_ratio)
        fund = rounding.fund_share(insured, told.benefit_rate)
        rows.append((hospital, insured, fund, insured - fund, hospital - insured))
    return rows, [sum(column, rounding.ZERO) for column in zip(*rows, strict=True)]


def floor_quote(lines: list[KnownLine]) -> VisitQuote:
    """Return the answer of the rules without any ground."""
    rows, (hospital, insured, fund, co_payment, self_payment) = bare_quote(lines)
    quotes = tuple(
        LineQuote(
            position=line.position,
            table=line.table,
            total_hospital=row[0],
            item_ratio=told.item_ratio,
            total_insured=row[1],
            benefit_rate=told.benefit_rate,
            fund=row[2],
            co_payment=row[3],
            self_payment=row[4],
            other_state=rounding.ZERO,
            other_foreign=rounding.ZERO,
            other_domestic=rounding.ZERO,
            other_rest=rounding.ZERO,
            other_sources=rounding.ZERO,
            ceiling=told.ceiling,
            card=told.card,
            trace=(),
        )
        for (line, _, told), row in zip(lines, rows, strict=True)
    )
    drugs = supplies = by_fee = rounding.ZERO
    for (line, _, _), quote in zip(lines, quotes, strict=True):
        if line.table == LineTable.DRUG:
            drugs += quote.total_hospital
        elif line.cost_group in SUPPLY_GROUPS:
            supplies += quote.total_hospital
        if line.payment_method == FEE_FOR_SERVICE:
            by_fee += quote.fund
    totals = TotalsFacts(
        drugs=drugs,
        supplies=supplies,
        hospital=hospital,
        insured=insured,
        self_payment=self_payment,
        co_payment=co_payment,
        fund=fund,
        other_sources=rounding.ZERO,
        fund_fee_for_service=by_fee,
    )
    rates = tuple(dict.fromkeys(quote.benefit_rate for quote in quotes if quote.benefit_rate))
    return VisitQuote(
        lines=quotes,
        totals=totals,
        benefit_rates=rates,
        parameters=(),
        trace=(),
        warnings=(),
    )


def require_same(visit: VisitInput) -> None:
    """Raise when the floor does not find the very amounts of the rules."""
    floor, quote = floor_quote(known(visit)), quote_visit(visit)
    lines = tuple(line._replace(trace=()) for line in quote.lines)
    if (floor.lines, floor.totals) != (lines, quote.totals):
        raise SystemExit("the floor and the rules do not find the same amounts")


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def measure(size: int, rounds: int) -> dict[str, float]:
    """Return medians in microseconds per visit of `size` lines."""
    visits = [visit_made(size, number) for number in range(max(1, LINES_PER_ROUND // size))]
    floors = [known(visit) for visit in visits]
    require_same(visits[0])
    steps: dict[str, Callable[[], object]] = {
        "bare": lambda: [bare_quote(lines) for lines in floors],
        "floor": lambda: [floor_quote(lines) for lines in floors],
        "value": lambda: [quote_visit(visit) for visit in visits],
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, work in steps.items():
            taken[name].append(seconds(work) / len(visits) * 1e6)
    return {name: median(times) for name, times in taken.items()}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    gc.disable()
    found = {}
    for size in SIZES:
        sys.stderr.write(f"{size} lines, {rounds} rounds\n")
        told = measure(size, rounds)
        found[size] = {
            **{name: round(time, 1) for name, time in told.items()},
            "ratio": round(told["value"] / told["floor"], 2),
            "bare_ratio": round(told["value"] / told["bare"], 2),
            "visits_per_second": round(1e6 / told["value"]),
            "us_per_line": round(told["value"] / size, 2),
        }
    report = {
        "name": "benefit",
        "unit": "us/visit",
        "value": found[25]["value"],
        "floor": found[25]["floor"],
        "ratio": found[25]["ratio"],
        "linear": round(found[500]["us_per_line"] / found[25]["us_per_line"], 2),
        "by_lines": found,
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
