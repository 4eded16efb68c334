"""From the frozen facts of a claim back to what the benefit rules were told.

Pure: what the facts do not hold comes in `Beside`, read from the rows of the visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from billing.benefit.facts import CardInput, CoPaymentPaid, LineInput, LineTable, VisitInput
from billing.claim_facts import ClaimFacts, DrugLineFacts, MoneyFacts, ServiceLineFacts
from billing.errors import BillingError
from billing.recompute.other_sources import other_sources_of


class RebuildRefused(BillingError):
    """The frozen facts and the rows beside them do not make up a visit."""


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """What a charge fixed when it was made: the list ratio in percent, the insured price in VND."""

    item_ratio: Decimal
    price_insured: Decimal


@dataclass(frozen=True, slots=True)
class PastStay:
    """An earlier stay of the patient as it was known when the visit closed."""

    claim_id: int
    ended_on: date
    co_payment: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the frozen facts lack. `charges` is by the id of the charge."""

    card_shown_at: datetime | None
    commune_station: bool
    charges: Mapping[int, ChargeTerms]
    history: tuple[PastStay, ...]


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A cost line as frozen; `ceiling` is T_TRANTT."""

    charge_id: int
    department_code: str
    money: MoneyFacts
    ceiling: Decimal | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The visit as the rules want it and its frozen lines, in the same order."""

    visit: VisitInput
    lines: tuple[FrozenLine, ...]


def visit_rebuild(facts: ClaimFacts, beside: Beside) -> Rebuilt:
    """Return the visit that was priced; raises RebuildRefused when a charge is missing.

    Lines stand in the order of the bill: by the moment of the order, then by the charge.
    """
    visit = facts.visit
    rows: list[DrugLineFacts | ServiceLineFacts] = [*facts.drugs, *facts.services]
    rows.sort(key=lambda row: (row.ordered_at or visit.arrived_at, row.charge_id))
    lines = tuple(
        _line(position, row, _terms(row.charge_id, beside))
        for position, row in enumerate(rows, start=1)
    )
    return Rebuilt(
        VisitInput(
            arrived_at=visit.arrived_at,
            ended_at=visit.ended_at,
            visit_type=visit.visit_type,
            route_code=visit.route_code,
            cards=tuple(
                CardInput(number=card.number, valid_from=card.valid_from, valid_to=card.valid_to)
                for card in facts.cards
            ),
            card_shown_at=beside.card_shown_at,
            exempt_from=visit.copay_exempt_from if visit.copay_exempt_by_paper else None,
            five_years_on=five_years_on(facts),
            copay_history=tuple(
                CoPaymentPaid(stay.ended_on, stay.co_payment) for stay in beside.history
            ),
            commune_station=beside.commune_station,
            lines=lines,
        ),
        tuple(
            FrozenLine(row.charge_id, row.department_code, row.money, _ceiling(row)) for row in rows
        ),
    )


def five_years_on(facts: ClaimFacts) -> date | None:
    """Return the five-year day of the card shown, None when it was not reached at the end."""
    return facts.cards[0].five_years_on if facts.cards else None


def _terms(charge_id: int, beside: Beside) -> ChargeTerms:
    terms = beside.charges.get(charge_id)
    if terms is None:
        raise RebuildRefused("charge_missing", charge=charge_id)
    return terms


def _line(position: int, row: DrugLineFacts | ServiceLineFacts, terms: ChargeTerms) -> LineInput:
    line = LineInput(
        position=position,
        table=LineTable.DRUG,
        cost_group=row.cost_group,
        quantity=row.quantity,
        price_hospital=Decimal(0),
        price_insured=terms.price_insured,
        item_ratio=terms.item_ratio,
        scope=row.money.scope,
        ordered_at=row.ordered_at,
        payment_method=row.money.payment_method,
        recurrent_wound=row.recurrent_wound,
    )
    if isinstance(row, DrugLineFacts):
        line = replace(line, price_hospital=row.unit_price)
    else:
        line = replace(
            line,
            table=LineTable.SERVICE,
            price_hospital=row.unit_price_hospital,
            price_insured=row.unit_price_insured,
            service_rate=row.service_rate,
            package=row.supply_package,
        )
    other = other_sources_of(row.money, line, is_capped=_ceiling(row) is not None)
    return replace(line, other_sources=other) if other else line


def _ceiling(row: DrugLineFacts | ServiceLineFacts) -> Decimal | None:
    return row.ceiling if isinstance(row, ServiceLineFacts) else None
