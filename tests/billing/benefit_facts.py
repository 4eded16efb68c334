"""One valid visit with the least; each test changes the one thing it is about."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from billing import params
from billing.benefit import (
    CardInput,
    LineInput,
    LineQuote,
    LineTable,
    TraceStep,
    VisitInput,
    law,
    quote_visit,
)
from billing.claim_facts import FACILITY_ZONE

EMPLOYEE = "DN4790000000001"
PENSIONER = "HT3790000000002"
CHILD = "TE1790000000003"
POOR = "HN2790000000004"
SOLDIER = "QN5970000000005"
Told = tuple[str, bool, str, str]
NEAR_POOR = "CN3790000000006"


def moment(text: str) -> datetime:
    """Return 2026-09-01 or 2026-09-01 08:00 at the facility."""
    return datetime.fromisoformat(text).replace(tzinfo=FACILITY_ZONE)


def a_card(
    number: str = EMPLOYEE, since: str = "2026-01-01", until: str = "2026-12-31"
) -> CardInput:
    return CardInput(
        number=number,
        valid_from=date.fromisoformat(since),
        valid_to=date.fromisoformat(until) if until else None,
    )


def a_line(position: int = 1, price: str = "1000000", **changes: Any) -> LineInput:
    facts: dict[str, Any] = {
        "position": position,
        "table": LineTable.SERVICE,
        "cost_group": "2",
        "quantity": Decimal(1),
        "price_hospital": Decimal(price),
        "price_insured": Decimal(price),
    }
    if "on" in changes:
        changes["ordered_at"] = moment(changes.pop("on"))
    return LineInput(**facts | changes)


def a_visit(*lines: LineInput, **changes: Any) -> VisitInput:
    facts: dict[str, Any] = {
        "arrived_at": moment("2026-09-01 08:00"),
        "ended_at": moment("2026-09-10 09:00"),
        "visit_type": "03",
        "route_code": "1.1",
        "cards": (a_card(),),
        "lines": lines or (a_line(),),
    }
    return VisitInput(**facts | changes)


def quoted(*lines: LineInput, **changes: Any) -> tuple[LineQuote, ...]:
    """Return the quotes of the lines of `a_visit`."""
    return quote_visit(a_visit(*lines, **changes)).lines


def rates(*lines: LineInput, **changes: Any) -> list[Decimal]:
    """Return the benefit rate of each line of `a_visit`."""
    return [line.benefit_rate for line in quoted(*lines, **changes)]


def told(steps: tuple[TraceStep, ...]) -> list[Told]:
    """Return rule, whether it applied, the sentence and the source of each step."""
    return [(step.rule, step.applied, step.why, step.source) for step in steps]


def law_changed(patch: pytest.MonkeyPatch, name: str, old: str, new: str) -> None:
    """Replace a text in one parameter of the law until the test ends."""
    text = (params.FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    other = params.table_from_text(name, text.replace(old, new))
    tables = params.param_table
    patch.setattr(params, "param_table", lambda asked: other if asked == name else tables(asked))
    for looked_up in ("number_on", "choice_on", "codes_on"):
        fresh = lru_cache(getattr(law, looked_up).__wrapped__)
        patch.setattr(law, looked_up, fresh)
