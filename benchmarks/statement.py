"""Printing cost statements, against the floor of drawing the same texts without any layout.

Run: python -m benchmarks.statement [rounds]. Progress goes to stderr, one JSON object to stdout;
`value` and `floor` are milliseconds for a statement of 2,000 lines, medians of rounds that measure
both in turn; `short_ms` is an outpatient statement of 18 lines.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter

import django

django.setup()

# The billing rules belong to an app, so they are imported once Django is ready.
from billing.benefit.facts import local_day  # noqa: E402
from billing.claim_facts import ClaimFacts, decode  # noqa: E402
from billing.statement.costs import SIZE  # noqa: E402
from billing.statement.document import PAGE, canvas_open, statement_pdf  # noqa: E402
from billing.statement.fields import StatementExtras  # noqa: E402
from billing.statement.forms import form_on  # noqa: E402
from billing.statement.tables import cost_lines  # noqa: E402
from billing.statement.typeface import REGULAR, typefaces_register  # noqa: E402
from hospital.formatting import quantity  # noqa: E402

FACTS = Path(__file__).resolve().parents[1] / "tests" / "golden" / "1931" / "facts.json"
EXTRAS = StatementExtras(
    parent_name="Sở Y tế tỉnh Mẫu",
    facility_name="Bệnh viện Đa khoa tỉnh Mẫu",
    prepared_by="Bùi Thị Thu Ngân",
    prepared_on=date(2026, 11, 23),
)
LINES_PER_PAGE = 36


def facts_made(services: int, drugs: int) -> ClaimFacts:
    """Return a visit with as many lines, each with a name of its own."""
    base = decode(FACTS.read_bytes())
    return replace(
        base,
        services=tuple(
            replace(
                base.services[n % 5], service_name=f"{base.services[n % 5].service_name} số {n}"
            )
            for n in range(services)
        ),
        drugs=tuple(
            replace(base.drugs[n % 2], name=f"{base.drugs[n % 2].name} số {n}")
            for n in range(drugs)
        ),
    )


def cells_of(facts: ClaimFacts) -> list[tuple[str, ...]]:
    """Return the 13 texts of each line, ready."""
    return [
        (
            line.name,
            line.unit,
            *(
                quantity(value)
                for value in (
                    line.quantity,
                    line.price_hospital,
                    line.price_insured,
                    line.service_rate,
                    line.money.total_hospital,
                    line.money.item_rate,
                    line.money.total_insured,
                    line.money.fund,
                    line.money.co_payment,
                    line.money.other_sources,
                    line.money.self_payment,
                )
            ),
        )
        for line in cost_lines(facts)
    ]


def floor_draw(rows: list[tuple[str, ...]]) -> bytes:
    """Return the texts on pages at fixed places: no wrapping, no frames, no sums."""
    typefaces_register()
    sink = BytesIO()
    canvas = canvas_open(sink, "floor", size=PAGE)
    for start in range(0, len(rows), LINES_PER_PAGE):
        canvas.setFont(REGULAR, SIZE)
        for place, row in enumerate(rows[start : start + LINES_PER_PAGE]):
            for column, text in enumerate(row):
                canvas.drawString(30 + column * 60, 560 - place * 14, text)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def milliseconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    long, short = facts_made(1000, 1000), facts_made(10, 8)
    rows = cells_of(long)
    steps: dict[str, Callable[[], object]] = {
        "floor": lambda: floor_draw(rows),
        "value": lambda: statement_pdf(long, EXTRAS),
        "short_ms": lambda: statement_pdf(short, EXTRAS),
    }
    for work in steps.values():
        work()
    gc.disable()
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds):
        sys.stderr.write(f"round {number + 1} of {rounds}\n")
        for name, work in steps.items():
            taken[name].append(milliseconds(work))
    told = {name: round(median(values), 1) for name, values in taken.items()}
    report = {
        "name": "statement",
        "unit": "ms/statement of 2,000 lines",
        **told,
        "ratio": round(told["value"] / told["floor"], 2),
        "lines": len(rows),
        "bytes": len(statement_pdf(long, EXTRAS)),
        "edition": form_on(local_day(long.visit.ended_at)).edition,
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
