"""What form 01/KBCB says on a day: numbers, titles and places, read from `billing/data/statement`.

A new decree is new rows. Source: QĐ 6556/QĐ-BYT 30/10/2018, QĐ 697/QĐ-BYT 19/03/2026.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "statement"
CERTAINTIES = frozenset({"sure", "secondary", "unverified"})
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """A cost item under its fixed number. With `is_package` each GOI_VTYT is a sub-item."""

    number: str
    title: str
    cost_groups: frozenset[str]
    is_package: bool

    @property
    def parent_number(self) -> str:
        """Number of the item which this one is a part of, empty when it is none's."""
        return self.number.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the cost tables, width in mm; `is_insured_only`: empty without a card."""

    number: str
    title: str
    group: str
    width: int
    value: str
    is_insured_only: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of part I; `value` names what stands in it, `shape` how, width in mm."""

    line: int
    number: str
    label: str
    value: str
    shape: str
    width: int
    is_per_card: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The form in force on a day. `titles` gives box and title by MA_LOAI_KCB, `ticks` the name of
    the tick that a route code sets.
    """

    edition: str
    sample: str
    source: str
    items: tuple[Item, ...]
    columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    titles: dict[str, tuple[str, str]]
    ticks: dict[str, str]

    @property
    def fields_in_order(self) -> tuple[Field, ...]:
        """The fields of part I line by line."""
        return tuple(sorted(self.fields, key=lambda field: field.line))

    def item_of(self, cost_group: str, package: str = "") -> Item:
        """Return the item of a cost line; raises LookupError for an unknown MA_NHOM."""
        for item in self.items:
            if cost_group in item.cost_groups and item.is_package == bool(package):
                return item
        if package:
            return self.item_of(cost_group)
        raise LookupError(f"no item of statement 01/KBCB holds cost group {cost_group!r}")

    def item(self, number: str) -> Item:
        """Return the item with a number; raises LookupError."""
        found = next((item for item in self.items if item.number == number), None)
        if found is None:
            raise LookupError(f"statement 01/KBCB has no item {number!r}")
        return found


def form_on(day: date) -> Form:
    """Return the form for a visit that ended on `day`; raises LookupError before the first one."""
    for row in rows("forms"):
        if _holds_on(row, day):
            return _form(row["edition"], day)
    raise LookupError(f"no statement form is in force on {day.isoformat()}")


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return the rows of one file; lines that start with # tell its source."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(line for line in lines if not line.startswith("#")))


def _form(edition: str, day: date) -> Form:
    dated = {
        name: tuple(row for row in rows(name) if _holds_on(row, day))
        for name in ("forms", "items", "columns", "fields", "kinds", "route_ticks")
    }
    [head] = dated["forms"]
    return Form(
        edition=edition,
        sample=head["sample"],
        source=head["source"],
        items=tuple(map(_item, dated["items"])),
        columns=tuple(map(_column, dated["columns"])),
        fields=tuple(map(_field, dated["fields"])),
        titles={row["visit_type"]: (row["box"], row["title"]) for row in dated["kinds"]},
        ticks={row["code"]: row["tick"] for row in dated["route_ticks"]},
    )


def _holds_on(row: Row, day: date) -> bool:
    since, until = row["valid_from"], row["valid_to"]
    return date.fromisoformat(since) <= day and (not until or day <= date.fromisoformat(until))


def _item(row: Row) -> Item:
    groups = frozenset(filter(None, row["cost_groups"].split(";")))
    return Item(row["number"], row["title"], groups, row["package"] == "any")


def _column(row: Row) -> Column:
    return Column(
        number=row["number"],
        title=row["title"],
        group=row["group"],
        width=int(row["width"]),
        value=row["value"],
        is_insured_only=row["insured"] == "yes",
    )


def _field(row: Row) -> Field:
    return Field(
        line=int(row["line"]),
        number=row["number"],
        label=row["label"],
        value=row["value"],
        shape=row["shape"],
        width=int(row["width"]),
        is_per_card=row["per_card"] == "yes",
    )
