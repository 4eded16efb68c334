"""One row of a file: reading its cells by the layout, or saying why not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hospital.catalogues.cells import Cell
from hospital.catalogues.layout import Column, Layout, RowContext, Values
from hospital.catalogues.refusals import Refusal, ValueRefused

FACILITY_CODE_LENGTH = 5


@dataclass(frozen=True, slots=True)
class _Place:
    """A column in one file: which of its names the file has, and how long a text may be."""

    column: Column
    names: tuple[str, ...]
    most: int | None


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, layout: Layout, headers: Collection[str], context: RowContext) -> None:
        self._layout = layout
        self._context = context
        lengths = _lengths(layout)
        self._places = [
            _Place(
                column,
                tuple(name for name in column.names if name in headers) or column.names[:1],
                lengths.get(column.field),
            )
            for column in layout.columns
        ]

    def read(self, number: int, cells: Mapping[str, Cell]) -> tuple[Values, list[Refusal]]:
        """Return the values of a row and what speaks against it; refused values are unusable."""
        values: Values = {}
        refusals: list[Refusal] = []
        for place in self._places:
            name = _filled_name(place, cells)
            try:
                values[place.column.field] = _value(place, cells.get(name))
            except ValueRefused as refused:
                refusals.append(Refusal(number, name, refused.code, refused.facts))
        if refusals:
            return values, refusals
        try:
            self._complete(values)
        except ValueRefused as refused:
            refusals.append(Refusal(number, refused.column, refused.code, refused.facts))
        return values, refusals

    def _complete(self, values: Values) -> None:
        """Check and complete what needs more than one cell, up to the first fault."""
        values["valid_from"] = values["valid_from"] or self._context.valid_from
        if values["valid_from"] is None:
            raise ValueRefused("empty", column="TU_NGAY")
        if values["valid_to"] is not None and values["valid_to"] < values["valid_from"]:
            raise ValueRefused("ends_before_it_begins", column="DEN_NGAY")
        _facility_check(values, self._context)
        if self._layout.complete is not None:
            self._layout.complete(values, self._context)
        for place in self._places:
            if place.column.national:
                _national_check(place.column, values, self._context)


def _lengths(layout: Layout) -> dict[str, int]:
    """Return the longest text of each field; the dated row counts before its owner."""
    models = [layout.owner.model, layout.entry] if layout.owner else [layout.entry]
    return {
        field.name: field.max_length
        for model in models
        for field in model._meta.fields
        if field.max_length
    }


def _filled_name(place: _Place, cells: Mapping[str, Cell]) -> str:
    for name in place.names:
        if not _is_empty(cells.get(name)):
            return name
    return place.names[0]


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def _value(place: _Place, cell: Cell) -> Any:
    if _is_empty(cell):
        if place.column.required:
            raise ValueRefused("empty")
        return place.column.default
    value = place.column.read(cell)
    if place.most is not None and isinstance(value, str) and len(value) > place.most:
        raise ValueRefused("too_long", length=len(value), most=place.most)
    return value


def _facility_check(values: Values, context: RowContext) -> None:
    # A spreadsheet that read 01999 as a number has lost the zero in front.
    written = values.get("facility_code", "")
    if written and written.zfill(FACILITY_CODE_LENGTH) not in context.facility_codes:
        raise ValueRefused("other_facility", column="MA_CSKCB", facility=written)


def _national_check(column: Column, values: Values, context: RowContext) -> None:
    listed = context.codes.get(column.national)
    value = values[column.field]
    if listed is None or not value:
        return
    ends = listed.get(value)
    if value not in listed or (ends is not None and ends < values["valid_from"]):
        raise ValueRefused("no_such_code", column=column.names[0], list=column.national)
