"""Dated code tables of the benefit rules: levels, overrides, routes, object codes.

Read once from `billing/data/codes/*.csv`; lines that start with # tell the source of a file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from billing.benefit.errors import BenefitRefused

FOLDER = Path(__file__).parent.parent / "data" / "codes"
DAYS_KEPT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days on which a row holds, both included; `valid_to` None is open."""

    valid_from: date
    valid_to: date | None
    source: str
    certainty: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Period):
    """What one benefit level grants; `rate` in percent."""

    code: str
    rate: Decimal
    ratio_limit_applies: bool
    supply_cap_applies: bool
    transport_covered: bool
    scope_three_covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Period):
    """A printed level which the law replaces by another."""

    object_code: str
    printed_level: str
    effective_level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Period):
    """One MA_DOITUONG_KCB; ratios in percent, None where the list decides nothing.

    `order` is the place in the official list, None for a code that is no longer chosen.
    """

    code: str
    order: int | None
    name: str
    legal_basis: str
    inpatient: Decimal | None
    outpatient: Decimal | None
    fixed_base: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectCode(Period):
    """A pair of letters and level under which cards are issued."""

    code: str
    level: str
    name: str


@lru_cache(DAYS_KEPT)
def level_on(code: str, day: date) -> Level:
    """Return the level in force on `day`; raises BenefitRefused when there is none."""
    for level in levels():
        if level.code == code and level.holds_on(day):
            return level
    raise BenefitRefused("level_not_in_force", level=code, day=day.isoformat())


@lru_cache(DAYS_KEPT)
def override_on(object_code: str, printed_level: str, day: date) -> Override | None:
    """Return the override of a printed level on `day`, None when the print holds."""
    for row in overrides():
        if (row.object_code, row.printed_level) == (object_code, printed_level) and row.holds_on(
            day
        ):
            return row
    return None


def route_on(code: str, day: date) -> Route:
    """Return the row of a route code on `day`; raises BenefitRefused when there is none."""
    row = route_found(code, day)
    if row is None:
        raise BenefitRefused("route_code_not_in_force", route=code, day=day.isoformat())
    return row


@lru_cache(DAYS_KEPT)
def route_found(code: str, day: date) -> Route | None:
    """Return the row of a route code on `day`, None when there is none."""
    return next((row for row in routes().get(code, ()) if row.holds_on(day)), None)


def routes_in_order(day: date) -> tuple[Route, ...]:
    """Return the rows that may be chosen on `day`, in the official order."""
    rows = [row for dated in routes().values() for row in dated if row.holds_on(day)]
    placed = {row.order: row for row in rows if row.order is not None}
    return tuple(placed[order] for order in sorted(placed))


@lru_cache(DAYS_KEPT)
def object_code_known(code: str, level: str, day: date) -> bool:
    """Return whether cards with these letters are issued with this level on `day`."""
    return any(
        row.code == code and row.level == level and row.holds_on(day) for row in object_codes()
    )


@cache
def levels() -> tuple[Level, ...]:
    """Return all benefit levels."""
    return tuple(
        Level(
            code=row["code"],
            rate=Decimal(row["rate"]),
            ratio_limit_applies=_yes(row["ratio_limit_applies"]),
            supply_cap_applies=_yes(row["supply_cap_applies"]),
            transport_covered=_yes(row["transport_covered"]),
            scope_three_covered=_yes(row["scope_three_covered"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
            certainty=row["certainty"],
        )
        for row in _rows("benefit_level")
    )


@cache
def overrides() -> tuple[Override, ...]:
    """Return all overrides of printed levels."""
    return tuple(
        Override(
            object_code=row["object_code"],
            printed_level=row["printed_level"],
            effective_level=row["effective_level"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
            certainty=row["certainty"],
        )
        for row in _rows("benefit_level_override")
    )


@cache
def routes() -> dict[str, tuple[Route, ...]]:
    """Return all rows of the route list by code."""
    found: dict[str, tuple[Route, ...]] = {}
    for row in _rows("beneficiary_route"):
        found[row["code"]] = (*found.get(row["code"], ()), _route(row))
    return found


@cache
def object_codes() -> tuple[ObjectCode, ...]:
    """Return all pairs of letters and level."""
    return tuple(
        ObjectCode(
            code=row["code"],
            level=row["benefit_level"],
            name=row["name_vi"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source=row["source"],
            certainty=row["certainty"],
        )
        for row in _rows("object_code")
    )


def _route(row: dict[str, str]) -> Route:
    return Route(
        code=row["code"],
        order=int(row["order"]) if row["order"] else None,
        name=row["name_vi"],
        legal_basis=row["legal_basis"],
        inpatient=_number(row["rate_inpatient"]),
        outpatient=_number(row["rate_outpatient"]),
        fixed_base=_number(row["fixed_base_rate"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
        certainty=row["certainty"],
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def _yes(text: str) -> bool:
    return text == "y"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
