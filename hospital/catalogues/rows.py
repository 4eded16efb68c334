"""One row of a file: reading its cells by the layout, or saying why not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hospital.catalogues.cells import Cell
from hospital.catalogues.layout import Column, Layout, RowContext, Values
from hospital.catalogues.refusals import Refusal, ValueRefused
from hospital.text import clean_text

FACILITY_CODE_LENGTH = 5


def row_read(
    layout: Layout, number: int, cells: Mapping[str, Cell], context: RowContext
) -> tuple[Values, list[Refusal]]:
    """Return the values of a row and all that speaks against it; values count only without refusals."""
    values: Values = {}
    refusals: list[Refusal] = []
    for column in layout.columns:
        name = _filled_name(column, cells)
        try:
            values[column.field] = _value(layout, column, cells.get(name))
        except ValueRefused as refused:
            refusals.append(Refusal(number, refused.column or name, refused.code, refused.facts))
            values[column.field] = column.default
    if not refusals:
        refusals = [
            Refusal(number, refused.column, refused.code, refused.facts)
            for refused in _whole_row(layout, values, context)
        ]
    return values, refusals


def _filled_name(column: Column, cells: Mapping[str, Cell]) -> str:
    for name in column.names:
        if not _is_empty(cells.get(name)):
            return name
    return next((name for name in column.names if name in cells), column.names[0])


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not clean_text(cell))


def _value(layout: Layout, column: Column, cell: Cell) -> Any:
    if _is_empty(cell):
        if column.required:
            raise ValueRefused("empty")
        return column.default
    value = column.read(cell)
    most = _longest(layout, column.field)
    if most is not None and isinstance(value, str) and len(value) > most:
        raise ValueRefused("too_long", length=len(value), most=most)
    return value


@cache
def _lengths(layout_kind: str, models: tuple[Any, ...]) -> dict[str, int]:
    return {
        field.name: field.max_length
        for model in reversed(models)
        for field in model._meta.get_fields()
        if getattr(field, "max_length", None)
    }


def _longest(layout: Layout, field: str) -> int | None:
    models = (layout.entry, layout.owner.model) if layout.owner else (layout.entry,)
    return _lengths(layout.kind, models).get(field)


def _whole_row(layout: Layout, values: Values, context: RowContext) -> list[ValueRefused]:
    """Check and complete what needs more than one cell; the first of each kind of fault is enough."""
    try:
        values["valid_from"] = values["valid_from"] or context.valid_from
        if values["valid_from"] is None:
            raise ValueRefused("empty", column="TU_NGAY")
        if values["valid_to"] is not None and values["valid_to"] < values["valid_from"]:
            raise ValueRefused("ends_before_it_begins", column="DEN_NGAY")
        _facility_check(values, context)
        if layout.complete is not None:
            layout.complete(values, context)
        for column in layout.columns:
            if column.national:
                _national_check(column, values, context)
    except ValueRefused as refused:
        return [refused]
    return []


def _facility_check(values: Values, context: RowContext) -> None:
    # A spreadsheet that read 01999 as a number has lost the zero in front.
    written = values.get("facility_code", "")
    if written and written.zfill(FACILITY_CODE_LENGTH) not in context.facility_codes:
        raise ValueRefused("other_facility", column="MA_CSKCB", code=written)


def _national_check(column: Column, values: Values, context: RowContext) -> None:
    listed = context.codes.get(column.national)
    value = values[column.field]
    if listed is None or not value:
        return
    if value not in listed:
        raise ValueRefused("no_such_code", column=column.names[0], list=column.national)
    ends = listed[value]
    if ends is not None and ends < values["valid_from"]:
        raise ValueRefused("no_such_code", column=column.names[0], list=column.national)
