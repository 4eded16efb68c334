"""Does a document hold to its edition: fields, order, lengths, types, required values, sums.

One checker for every table and edition, driven by the same rows as the writer, for documents of any
vendor. It never stops at the first deviation and tells no patient data but amounts.
Source: QĐ 130/2023, 4750/2023, 3176/2024, 1931/2026, annexes; D01, D08, D09, D10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from insurance_gateway.document.conditions import may_be_empty
from insurance_gateway.document.editions import TABLES, Field, edition_for, fields_of
from insurance_gateway.document.formulas import (
    LINE_TABLES,
    Expected,
    amount,
    line_expected,
    totals_expected,
    treatment_days_allowed,
)
from insurance_gateway.document.value_types import fits, is_moment
from insurance_gateway.errors import DocumentUnreadable

Row = Mapping[str, str]


class Code(StrEnum):
    """What kind of deviation; stable, texts for people come from elsewhere."""

    MISSING_TABLE = "missing_table"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    ORDER = "order"
    TOO_LONG = "too_long"
    BAD_TYPE = "bad_type"
    REQUIRED_EMPTY = "required_empty"
    FORMULA = "formula"
    ROW_COUNT = "row_count"
    LINK = "link"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Deviation:
    """`row` counts from 1 within its table; `expected` is the figure or limit missed, if any."""

    table: str
    row: int
    field: str
    code: Code
    expected: str = ""


def deviations(table: str, edition: str, rows: Sequence[Row]) -> list[Deviation]:
    """Return what is wrong within the rows of one table; each row is a dict in file order.

    Raises EditionUnknown for an edition that is not carried.
    """
    fields = fields_of(edition, table)
    found: list[Deviation] = []
    if not TABLES[table].list_name and len(rows) != 1:
        found.append(Deviation(table, 0, "", Code.ROW_COUNT, "1"))
    for position, row in enumerate(rows, start=1):
        found.extend(row_deviations(table, edition, fields, position, row))
    return found


def claim_deviations(
    tables: Mapping[str, Sequence[Row]], *, edition: str | None = None
) -> list[Deviation]:
    """Return what is wrong in a whole dossier: each table, their links, the sums of XML1.

    Without `edition`, that of the end of the visit is taken; raises DocumentUnreadable when it
    cannot be told.
    """
    edition = edition or claim_edition(tables)
    found: list[Deviation] = []
    for table, rows in tables.items():
        found.extend(deviations(table, edition, rows))
    if not tables.get("XML1"):
        return [Deviation("XML1", 0, "", Code.MISSING_TABLE), *found]
    found.extend(link_deviations(tables))
    found.extend(formula_deviations("XML1", 1, tables["XML1"][0], totals_expected(tables)))
    return found


def check_in_deviations(rows: Sequence[Row], *, edition: str | None = None) -> list[Deviation]:
    """Return what is wrong in the rows of XML0.

    Without `edition`, that of the day of the first order is taken; raises DocumentUnreadable
    bad_date when that day cannot be told.
    """
    return deviations("XML0", edition or edition_at(rows, "NGAY_YL"), rows)


def claim_edition(tables: Mapping[str, Sequence[Row]]) -> str:
    """Return the edition that the end of the visit in XML1 asks for.

    Raises DocumentUnreadable bad_date without a readable end, EditionUnknown before the first
    edition.
    """
    return edition_at(tables.get("XML1", ()), "NGAY_RA")


def edition_at(rows: Sequence[Row], field: str) -> str:
    moment = rows[0].get(field, "") if rows else ""
    if not is_moment(moment):
        raise DocumentUnreadable("bad_date", element=field)
    return edition_for(date(int(moment[:4]), int(moment[4:6]), int(moment[6:8])))


def row_deviations(
    table: str, edition: str, fields: Sequence[Field], position: int, row: Row
) -> Iterator[Deviation]:
    names = [field.name for field in fields]
    for name in names:
        if name not in row:
            yield Deviation(table, position, name, Code.MISSING_FIELD)
    for name in row:
        if name not in names:
            yield Deviation(table, position, name[:64], Code.UNKNOWN_FIELD)
    yield from order_deviations(table, position, names, row)
    for field in fields:
        if field.name in row:
            yield from value_deviations(table, field, position, row)
    if table in LINE_TABLES:
        yield from formula_deviations(table, position, row, line_expected(table, edition, row))
    if table == "XML1":
        yield from treatment_day_deviations(position, row)


def order_deviations(
    table: str, position: int, names: Sequence[str], row: Row
) -> Iterator[Deviation]:
    """Yield the first known field that stands before one that should precede it."""
    places = {name: place for place, name in enumerate(names)}
    reached = -1
    for name in row:
        if places.get(name, reached) < reached:
            yield Deviation(table, position, name, Code.ORDER)
            return
        reached = places.get(name, reached)


def value_deviations(table: str, field: Field, position: int, row: Row) -> Iterator[Deviation]:
    value = row[field.name]
    if value == "":
        if not may_be_empty(table, field, row):
            yield Deviation(table, position, field.name, Code.REQUIRED_EMPTY)
        return
    if field.max_length is not None and len(value) > field.max_length:
        yield Deviation(table, position, field.name, Code.TOO_LONG, str(field.max_length))
    if not fits(field, value):
        yield Deviation(table, position, field.name, Code.BAD_TYPE, field.type)


def formula_deviations(
    table: str, position: int, row: Row, expected: Expected
) -> Iterator[Deviation]:
    try:
        for name, figure in expected:
            if name in row and amount(row, name) != figure:
                yield Deviation(table, position, name, Code.FORMULA, plain(figure))
    except ValueError:
        return  # a figure of the row is not one: told as bad_type


def treatment_day_deviations(position: int, row: Row) -> Iterator[Deviation]:
    try:
        allowed = treatment_days_allowed(row)
        days = int(row.get("SO_NGAY_DTRI") or 0)
    except (KeyError, ValueError):
        return  # told as missing_field or bad_type
    if allowed is not None and days not in allowed:
        yield Deviation("XML1", position, "SO_NGAY_DTRI", Code.FORMULA, str(max(allowed)))


def link_deviations(tables: Mapping[str, Sequence[Row]]) -> Iterator[Deviation]:
    """Yield rows of another episode and lines that do not count from 1 (D09)."""
    link = tables["XML1"][0].get("MA_LK")
    for table, rows in tables.items():
        for position, row in enumerate(rows, start=1):
            if row.get("MA_LK", link) != link:
                yield Deviation(table, position, "MA_LK", Code.LINK)
            if TABLES[table].list_name and row.get("STT", str(position)) != str(position):
                yield Deviation(table, position, "STT", Code.SEQUENCE, str(position))


def plain(figure: Decimal) -> str:
    return f"{figure:f}"
