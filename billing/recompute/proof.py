"""Whether a frozen version and its recomputation have the same sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from billing.benefit.answers import VisitQuote
from billing.claim_facts import ClaimFacts, TotalsFacts
from billing.models import ClaimVersion
from billing.recompute.rebuild import FrozenLine

LINE_FIELDS = (
    "total_hospital",
    "total_insured",
    "benefit_rate",
    "fund",
    "co_payment",
    "self_payment",
    "other_sources",
)
ROW_FIELDS = {
    "total_hospital": "hospital",
    "total_insured": "insured",
    "fund": "fund",
    "co_payment": "co_payment",
    "self_payment": "self_payment",
    "other_sources": "other_sources",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that does not agree; `place` is `totals`, `row` or the id of a charge."""

    place: str
    name: str
    frozen: Decimal | None
    recomputed: Decimal | None


def differences(
    version: ClaimVersion, facts: ClaimFacts, lines: tuple[FrozenLine, ...], quote: VisitQuote
) -> tuple[Difference, ...]:
    """Return every figure that differs: totals, columns of the row, lines."""
    return tuple(_differences(version, facts, lines, quote))


def _differences(
    version: ClaimVersion, facts: ClaimFacts, lines: tuple[FrozenLine, ...], quote: VisitQuote
) -> Iterator[Difference]:
    for field in fields(TotalsFacts):
        frozen, found = getattr(facts.totals, field.name), getattr(quote.totals, field.name)
        if frozen != found:
            yield Difference("totals", field.name, frozen, found)
    for column, name in ROW_FIELDS.items():
        frozen, found = getattr(version, column), getattr(quote.totals, name)
        if frozen != found:
            yield Difference("row", column, frozen, found)
    for line, answer in zip(lines, quote.lines, strict=True):
        place = str(line.charge_id)
        for name in LINE_FIELDS:
            frozen, found = getattr(line.money, name), getattr(answer, name)
            if frozen != found:
                yield Difference(place, name, frozen, found)
        if line.ceiling != answer.ceiling:
            yield Difference(place, "ceiling", line.ceiling, answer.ceiling)
