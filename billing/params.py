"""Dated numbers of the law, read from `billing/data/params/<name>.yaml`.

Each file holds the whole history of one parameter: from which day, which value, by which text, how
certain. A value of null is a repeal. Numbers are quoted strings, so they arrive as exact Decimals.
`kind` says what a value is: `number`, `numbers` (a list), `choice` (one of `choices`, which tells
each in Vietnamese) or `codes`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar, cast

import yaml

from billing.errors import ParamNotInForce

FOLDER = Path(__file__).parent / "data" / "params"
CERTAINTIES = frozenset({"sure", "secondary", "unverified"})

Value = Decimal | str | tuple[Decimal, ...] | tuple[str, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Param(Generic[T]):
    """A value of the law: in force since that day, by that source, read with that certainty."""

    value: T
    since: date
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class ParamTable:
    """The history of one parameter, oldest first; a repealed stretch holds None.

    `choices` holds the Vietnamese words of each value of a choice, empty for other kinds.
    """

    name: str
    label: str
    unit: str
    kind: str
    choices: Mapping[str, str]
    days: tuple[date, ...]
    rows: tuple[Param[Value] | None, ...]


def param_at(name: str, day: date) -> Param[Decimal]:
    """Return the number in force on `day`; raises ParamNotInForce when there is none."""
    return cast("Param[Decimal]", _row(name, day, "number"))


def numbers_at(name: str, day: date) -> Param[tuple[Decimal, ...]]:
    """Return the list of numbers in force on `day`; raises ParamNotInForce when there is none."""
    return cast("Param[tuple[Decimal, ...]]", _row(name, day, "numbers"))


def choice_at(name: str, day: date) -> Param[str]:
    """Return the method in force on `day`; raises ParamNotInForce when there is none."""
    return cast("Param[str]", _row(name, day, "choice"))


def codes_at(name: str, day: date) -> Param[tuple[str, ...]]:
    """Return the official codes in force on `day`; raises ParamNotInForce when there is none."""
    return cast("Param[tuple[str, ...]]", _row(name, day, "codes"))


def param_in_force(name: str, day: date) -> bool:
    """Return whether the parameter has a value on `day`."""
    return _find(param_table(name), day) is not None


def param_changes(name: str, *, after: date, until: date) -> tuple[Param[Decimal], ...]:
    """Return the numbers that came into force after one day and until another, oldest first."""
    table = param_table(name)
    _check_kind(table, "number")
    return tuple(
        cast("Param[Decimal]", row) for row in table.rows if row and after < row.since <= until
    )


def param_names() -> tuple[str, ...]:
    """Return the names of all parameters, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def param_table(name: str) -> ParamTable:
    """Return the history of a parameter, read once; raises LookupError for an unknown name."""
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise LookupError(f"no parameter {name!r} in {FOLDER}")
    return table_from_text(name, path.read_text(encoding="utf-8"))


def table_from_text(name: str, text: str) -> ParamTable:
    """Return the history written in a YAML text; raises ValueError naming what is wrong in it."""
    raw = yaml.safe_load(text)
    days = tuple(sorted(raw["values"]))
    if not all(type(day) is date for day in days):
        raise ValueError(f"{name}: the keys of `values` must be days")
    choices = raw.get("choices", {})
    rows = tuple(_param(name, raw["kind"], choices, day, raw["values"][day]) for day in days)
    return ParamTable(name, raw["label"], raw["unit"], raw["kind"], choices, days, rows)


def _param(
    name: str, kind: str, choices: Mapping[str, str], day: date, row: dict[str, object]
) -> Param[Value] | None:
    source, certainty = row["source"], row["certainty"]
    if not isinstance(source, str) or certainty not in CERTAINTIES:
        raise ValueError(f"{name} {day}: source or certainty missing")
    if row["value"] is None:
        return None
    return Param(_value(name, kind, choices, row["value"]), day, source, str(certainty))


def _value(name: str, kind: str, choices: Mapping[str, str], raw: object) -> Value:
    many = kind in {"numbers", "codes"}
    cells = raw if isinstance(raw, list) else [raw]
    texts = tuple(cell for cell in cells if isinstance(cell, str))
    if many != isinstance(raw, list) or len(texts) != len(cells):
        raise ValueError(f"{name}: {kind} needs quoted strings, got {raw!r}")
    if kind == "numbers":
        return tuple(Decimal(text) for text in texts)
    if kind == "codes":
        return texts
    if kind == "choice":
        if texts[0] not in choices:
            raise ValueError(f"{name}: {texts[0]!r} is not one of {list(choices)}")
        return texts[0]
    return Decimal(texts[0])


def _row(name: str, day: date, kind: str) -> Param[Value]:
    table = param_table(name)
    _check_kind(table, kind)
    row = _find(table, day)
    if row is None:
        raise ParamNotInForce("param_not_in_force", name=name, day=day.isoformat())
    return row


def _find(table: ParamTable, day: date) -> Param[Value] | None:
    place = bisect_right(table.days, day)
    return table.rows[place - 1] if place else None


def _check_kind(table: ParamTable, kind: str) -> None:
    if table.kind != kind:
        raise TypeError(f"parameter {table.name!r} is {table.kind}, not {kind}")
