"""Editions of the claim document as data: which is in force, which fields each table has.

An edition is a folder of rows laid over its base; a row overrides the filled columns of the row of
the same name, adds a field, or removes one (`need` = removed). Everything is read once per process.
Source: QĐ 130/2023, 4750/2023, 3176/2024, 1931/2026; element names: CV 1245/BHXH-CNTT 2024.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from insurance_gateway.errors import EditionUnknown

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Edition:
    """One decision: in force for visits that end on or after `valid_from`."""

    code: str
    valid_from: date
    source: str
    base: str


@dataclass(frozen=True, slots=True)
class Table:
    """Element names around the fields; `list_name` and `item` are empty when the root is the row.

    `items` is the dotted path of the rows in the frozen facts, empty when a visit cannot fill the
    table. `not_with` are the visit types that do not carry the table, whatever the facts hold.
    """

    name: str
    root: str
    list_name: str
    item: str
    items: str
    is_packed: bool
    is_signed: bool
    not_with: frozenset[str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one table in one edition; `max_length` None is unlimited, else characters."""

    name: str
    type: str
    max_length: int | None
    need: str
    condition: str
    meaning: str
    codes: str
    formula: str
    source: str
    legal: str
    note: str


def edition_for(day: date) -> str:
    """Return the code of the edition for a visit that ends on `day`.

    Raises EditionUnknown for a day before the first edition carried.
    """
    for edition in reversed(list(EDITIONS.values())):
        if edition.valid_from <= day:
            return edition.code
    raise EditionUnknown("no_edition_on", day=day.isoformat())


@cache
def fields_of(edition: str, table: str) -> tuple[Field, ...]:
    """Return the fields in official order; empty when the edition does not have the table.

    Raises EditionUnknown for a code that is not carried.
    """
    merged: dict[str, dict[str, str]] = {}
    for layer in layers_of(edition):
        for row in layer_rows(layer, table):
            if row["need"] == REMOVED:
                del merged[row["name"]]
                continue
            filled = {column: value for column, value in row.items() if value}
            merged[row["name"]] = {**merged.get(row["name"], row), **filled}
    return tuple(field_of(row) for row in sorted(merged.values(), key=lambda row: int(row["seq"])))


def layers_of(edition: str) -> tuple[str, ...]:
    """Return the chain of editions from the first base to `edition` itself."""
    if edition not in EDITIONS:
        raise EditionUnknown("unknown_edition", edition=edition)
    base = EDITIONS[edition].base
    return (*layers_of(base), edition) if base else (edition,)


def layer_rows(edition: str, table: str) -> list[dict[str, str]]:
    """Return the rows one edition itself brings for a table, without its bases."""
    path = SCHEMAS / edition / f"{table}.csv"
    return list(csv_rows(path)) if path.exists() else []


def field_of(row: Mapping[str, str]) -> Field:
    return Field(
        name=row["name"],
        type=row["type"],
        max_length=None if row["max_len"] == "n" else int(row["max_len"]),
        need=row["need"],
        condition=row["condition"],
        meaning=row["meaning"],
        codes=row["codes"],
        formula=row["formula"],
        source=row["source"],
        legal=row["legal"],
        note=row["note"],
    )


def csv_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a data file after its comment lines."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def editions_read() -> Mapping[str, Edition]:
    """Return the editions by code, oldest first."""
    editions = [
        Edition(row["edition"], date.fromisoformat(row["valid_from"]), row["source"], row["base"])
        for row in csv_rows(SCHEMAS / "index.csv")
    ]
    editions.sort(key=lambda edition: edition.valid_from)
    return MappingProxyType({edition.code: edition for edition in editions})


def tables_read() -> Mapping[str, Table]:
    """Return the tables by name, in the order of the official annex."""
    tables = (
        Table(
            name=row["table"],
            root=row["root"],
            list_name=row["list"],
            item=row["item"],
            items=row["items"],
            is_packed=row["packed"] == "yes",
            is_signed=row["signed"] == "yes",
            not_with=frozenset(filter(None, row["not_with"].split(";"))),
        )
        for row in csv_rows(SCHEMAS / "tables.csv")
    )
    return MappingProxyType({table.name: table for table in tables})


EDITIONS = editions_read()
TABLES = tables_read()
