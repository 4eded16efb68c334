"""Quoting visits on one core, against the floor of the same arithmetic with every rate known.

Run: python -m benchmarks.benefit [rounds]. Progress goes to stderr, one JSON object to stdout;
`value` and `floor` are microseconds per visit, medians of rounds that measure both in turn. The
floor calls the same rounding steps line by line and sums the same totals; which rate, which ratio
and whether the line is covered it is told. It needs no database.
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

from billing import rounding
from billing.benefit import (
    CardInput,
    CoPaymentPaid,
    LineInput,
    LineTable,
    Scope,
    VisitInput,
    VisitQuote,
    quote_visit,
)
from billing.claim_facts import FACILITY_ZONE

SIZES = (5, 25, 500)
LINES_PER_ROUND = 3000
ARRIVED = datetime(2026, 9, 1, 8, 0, tzinfo=FACILITY_ZONE)
HALF, FULL = Decimal(50), Decimal(100)
# Quantity, hospital price, insured price, service rate, item ratio, benefit rate, one per payment
# method: whether it is paid by fee for service, whether it is a drug, whether it is a supply.
KnownLine = tuple[Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, bool, bool, bool]


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
    """Return what the floor is told: the numbers of the lines with ratio and rate decided."""
    return [
        (
            line.quantity,
            line.price_hospital,
            min(line.price_insured, line.price_hospital),
            line.service_rate,
            quote.item_ratio,
            quote.benefit_rate,
            line.payment_method == "1",
            line.table == LineTable.DRUG,
            line.cost_group in ("10", "11"),
        )
        for line, quote in zip(visit.lines, quote_visit(visit).lines, strict=True)
    ]


def floor_quote(lines: list[KnownLine]) -> tuple[list[tuple[Decimal, ...]], tuple[Decimal, ...]]:
    """Return per line hospital, insured, fund, co-payment, self payment; then the totals."""
    rows = []
    by_fee = drugs = supplies = rounding.ZERO
    for quantity, price, insured_price, service, ratio, rate, is_fee, is_drug, is_supply in lines:
        hospital = rounding.total_hospital(quantity, price, service)
        insured = rounding.total_insured(quantity, insured_price, service, ratio)
        fund = rounding.fund_share(insured, rate)
        rows.append((hospital, insured, fund, insured - fund, hospital - insured))
        if is_fee:
            by_fee += fund
        if is_drug:
            drugs += hospital
        elif is_supply:
            supplies += hospital
    sums = [sum(column, rounding.ZERO) for column in zip(*rows, strict=True)]
    return rows, (*sums, by_fee, drugs, supplies)


def require_same(visit: VisitInput, quote: VisitQuote) -> None:
    """Raise when the floor does not find the very amounts of the rules."""
    rows, totals = floor_quote(known(visit))
    found = [
        (line.total_hospital, line.total_insured, line.fund, line.co_payment, line.self_payment)
        for line in quote.lines
    ]
    sums = quote.totals
    if rows != found or totals != (
        *(sums.hospital, sums.insured, sums.fund, sums.co_payment, sums.self_payment),
        *(sums.fund_fee_for_service, sums.drugs, sums.supplies),
    ):
        raise SystemExit("the floor and the rules do not find the same amounts")


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def measure(size: int, rounds: int) -> dict[str, float]:
    """Return medians in microseconds per visit of `size` lines."""
    visits = [visit_made(size, number) for number in range(max(1, LINES_PER_ROUND // size))]
    floors = [known(visit) for visit in visits]
    require_same(visits[0], quote_visit(visits[0]))
    steps: dict[str, Callable[[], object]] = {
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
