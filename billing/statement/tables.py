"""Part II of the statement as values: one table for each card and benefit rate, items inside.

Pure functions over the frozen facts; nothing is rounded or computed anew but sums of rounded lines.
Source: QĐ 697/QĐ-BYT 2026, QĐ 6556/QĐ-BYT 2018 (part II), NĐ 188/2025 Đ21 (several cards).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from billing.benefit.card import Cards
from billing.benefit.facts import CardInput, VisitInput, local_day
from billing.benefit.law import Law
from billing.claim_facts import (
    CardFacts,
    ClaimFacts,
    DrugLineFacts,
    MoneyFacts,
    ServiceLineFacts,
    TotalsFacts,
)
from billing.rounding import statement_total
from billing.statement.forms import Form, Item

ZERO = Decimal(0)
FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the lines of an item or a table, VND, in the order of columns 7 and 9 to 13."""

    hospital: Decimal = ZERO
    insured: Decimal = ZERO
    fund: Decimal = ZERO
    co_payment: Decimal = ZERO
    other_sources: Decimal = ZERO
    self_payment: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One row of the claim as the statement prints it; rates in percent."""

    name: str
    unit: str
    quantity: Decimal
    price_hospital: Decimal
    price_insured: Decimal
    service_rate: Decimal
    cost_group: str
    package: str
    ceiling: Decimal | None
    ordered_at: datetime | None
    money: MoneyFacts


@dataclass(frozen=True, slots=True)
class ItemRows:
    """A heading with its sums and the lines directly under it; a parent item has none."""

    number: str
    title: str
    sums: Sums
    lines: tuple[CostLine, ...]


@dataclass(frozen=True, slots=True)
class CostTable:
    """The costs under one card at one rate (percent); `card` None: no card covers these days."""

    card: CardFacts | None
    rate: Decimal
    first_on: date
    last_on: date
    items: tuple[ItemRows, ...]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Totals:
    """Grand totals in whole đồng, each rounded for itself; `patient` is what the cashier asks."""

    hospital: Decimal
    fund: Decimal
    patient: Decimal
    co_payment: Decimal
    self_payment: Decimal
    other_sources: Decimal

    @property
    def adds_up(self) -> bool:
        """Whether the rounded parts give the rounded total."""
        parts = self.fund + self.patient + self.other_sources
        return parts == self.hospital and self.co_payment + self.self_payment == self.patient


def grand_totals(totals: TotalsFacts) -> Totals:
    """Return the totals under the tables, rounded to whole đồng."""
    return Totals(
        hospital=statement_total(totals.hospital),
        fund=statement_total(totals.fund),
        patient=statement_total(totals.co_payment + totals.self_payment),
        co_payment=statement_total(totals.co_payment),
        self_payment=statement_total(totals.self_payment),
        other_sources=statement_total(totals.other_sources),
    )


def cost_tables(facts: ClaimFacts, form: Form) -> tuple[CostTable, ...]:
    """Return the tables in the order of the cards, then of the rates' first appearance.

    A line without a rate (the fund pays nothing of it) stands in the first table of its card.
    """
    lines = cost_lines(facts)
    places = _card_places(facts, lines)
    groups: dict[tuple[int, Decimal], list[CostLine]] = {}
    for line, place in sorted(zip(lines, places, strict=True), key=lambda pair: pair[1]):
        groups.setdefault((place, line.money.benefit_rate), []).append(line)
    merged = _rateless_joined(groups)
    return tuple(
        _table(facts, form, place, rate, merged[place, rate], is_only=len(merged) == 1)
        for place, rate in merged
    )


def cost_lines(facts: ClaimFacts) -> tuple[CostLine, ...]:
    """Return every row of the claim: services and supplies, then drugs."""
    return (*map(_service_line, facts.services), *map(_drug_line, facts.drugs))


def sums_of(lines: Iterable[CostLine]) -> Sums:
    """Return the sums over lines."""
    totals = dict.fromkeys((field.name for field in fields(Sums)), ZERO)
    for line in lines:
        money = line.money
        totals["hospital"] += money.total_hospital
        totals["insured"] += money.total_insured
        totals["fund"] += money.fund
        totals["co_payment"] += money.co_payment
        totals["other_sources"] += money.other_sources
        totals["self_payment"] += money.self_payment
    return Sums(**totals)


def _service_line(row: ServiceLineFacts) -> CostLine:
    return CostLine(
        name=row.supply_name or row.service_name,
        unit=row.unit,
        quantity=row.quantity,
        price_hospital=row.unit_price_hospital,
        price_insured=row.unit_price_insured,
        service_rate=row.service_rate,
        cost_group=row.cost_group,
        package=row.supply_package,
        ceiling=row.ceiling,
        ordered_at=row.ordered_at,
        money=row.money,
    )


def _drug_line(row: DrugLineFacts) -> CostLine:
    return CostLine(
        name=row.name,
        unit=row.unit,
        quantity=row.quantity,
        price_hospital=row.unit_price,
        price_insured=row.unit_price if row.money.total_insured else ZERO,
        service_rate=FULL,
        cost_group=row.cost_group,
        package="",
        ceiling=None,
        ordered_at=row.ordered_at,
        money=row.money,
    )


def _card_places(facts: ClaimFacts, lines: Sequence[CostLine]) -> list[int]:
    """Return for each line the place of its card among those of the visit, their number for none.

    The cards are asked by the same rule that decided the benefit.
    """
    if len(facts.cards) < 2:
        return [0] * len(lines)
    visit = facts.visit
    cards = Cards(
        VisitInput(
            arrived_at=visit.arrived_at,
            ended_at=visit.ended_at,
            visit_type=visit.visit_type,
            route_code=visit.route_code,
            cards=tuple(
                CardInput(number=card.number, valid_from=card.valid_from, valid_to=card.valid_to)
                for card in facts.cards
            ),
        ),
        Law(),
    )
    answers = (cards.on(local_day(line.ordered_at or visit.arrived_at)).card for line in lines)
    return [len(facts.cards) if answer is None else answer.place for answer in answers]


def _rateless_joined(
    groups: Mapping[tuple[int, Decimal], list[CostLine]],
) -> dict[tuple[int, Decimal], list[CostLine]]:
    joined = {key: list(lines) for key, lines in groups.items()}
    for place, rate in groups:
        first = next((key for key in joined if key[0] == place and key[1]), None)
        if not rate and first is not None:
            joined[first] += joined.pop((place, rate))
    return joined


def _table(
    facts: ClaimFacts,
    form: Form,
    place: int,
    rate: Decimal,
    lines: list[CostLine],
    *,
    is_only: bool,
) -> CostTable:
    visit = facts.visit
    days = [local_day(line.ordered_at or visit.arrived_at) for line in lines]
    whole = (local_day(visit.arrived_at), local_day(visit.ended_at))
    return CostTable(
        card=facts.cards[place] if place < len(facts.cards) else None,
        rate=rate,
        first_on=whole[0] if is_only else min(days),
        last_on=whole[1] if is_only else max(days),
        items=tuple(_item_rows(form, lines)),
        sums=sums_of(lines),
    )


def _item_rows(form: Form, lines: Iterable[CostLine]) -> Iterable[ItemRows]:
    """Yield the items that cost something, in the order of their numbers, parents above."""
    by_item: dict[tuple[Item, str], list[CostLine]] = {}
    for line in lines:
        item = form.item_of(line.cost_group, line.package)
        by_item.setdefault((item, line.package if item.is_package else ""), []).append(line)
    order = {item.number: position for position, item in enumerate(form.items)}
    told: set[str] = set()
    for (item, package), mine in sorted(
        by_item.items(), key=lambda pair: (order[pair[0][0].number], _package_number(pair[0][1]))
    ):
        if not sums_of(mine).hospital:
            continue
        parent = item.number if package else item.parent_number
        if parent and parent not in told:
            told.add(parent)
            family = _family(by_item, parent)
            yield ItemRows(parent, form.item(parent).title, sums_of(family), ())
        number = f"{item.number}.{_package_number(package)}" if package else item.number
        title = _package_title(item, package, mine) if package else item.title
        yield ItemRows(number, title, sums_of(mine), tuple(mine))


def _family(by_item: Mapping[tuple[Item, str], list[CostLine]], parent: str) -> list[CostLine]:
    """Return the lines of all parts of an item."""
    return [
        line
        for (item, _package), lines in by_item.items()
        for line in lines
        if parent in (item.number, item.parent_number)
    ]


def _package_number(package: str) -> int:
    """Return 1 for GOI_VTYT `G1`."""
    figures = package.removeprefix("G")
    return int(figures) if figures.isdecimal() else 0


def _package_title(item: Item, package: str, lines: Iterable[CostLine]) -> str:
    """Return the heading of one package, with the part the fund pays at most (T_TRANTT)."""
    title = f"{item.title} {_package_number(package)}"
    ceiling = next((line.ceiling for line in lines if line.ceiling is not None), None)
    if ceiling is None:
        return title
    return f"{title} (trần thanh toán {statement_total(ceiling):,} đồng)".replace(",", ".")
