"""Reading single cells of a catalogue file into values.

A cell of a spreadsheet is text, a number or a moment; a cell of a CSV file is text. Numbers that
could be read in two ways are refused: 15.000 is fifteen in one office, 15,000 in the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from hospital.catalogues.refusals import ValueRefused
from hospital.text import clean_text

# Text, a number, a day, a moment, a truth value or None, as the spreadsheet library gives them.
Cell = object
Reader = Callable[[Cell], object]

DAY_SHAPES = (
    (re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{4})?$"), (1, 2, 3)),
    (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]*)?$"), (1, 2, 3)),
    (re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$"), (3, 2, 1)),
)
AMBIGUOUS = re.compile(r"^[1-9]\d{0,2}(?:[.,]\d{3})+$")
PLAIN_NUMBER = re.compile(r"^\d+(?:[.,]\d+)?$")
YES = {"1", "x", "co", "có", "y", "yes", "true"}
NO = {"", "0", "khong", "không", "n", "no", "false"}


def text(cell: Cell) -> str:
    """Return cleaned text; a whole number of a spreadsheet loses its decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.strftime("%Y%m%d")
    return clean_text(str(cell))


def code(cell: Cell) -> str:
    """Return text without any space."""
    return text(cell).replace(" ", "")


def shaped(pattern: str, example: str) -> Reader:
    """Return a reader of codes of one shape; `example` is shown to the clerk."""
    compiled = re.compile(pattern)

    def read(cell: Cell) -> str:
        value = code(cell).upper()
        if not compiled.fullmatch(value):
            raise ValueRefused("wrong_shape", example=example)
        return value

    return read


def choice(*allowed: str) -> Reader:
    """Return a reader of one of a few codes."""

    def read(cell: Cell) -> str:
        value = code(cell)
        if value not in allowed:
            raise ValueRefused("not_a_choice", choices=", ".join(allowed))
        return value

    return read


def day(cell: Cell) -> date:
    """Return a day from yyyymmdd, dd/mm/yyyy, yyyy-mm-dd or a date cell."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    value = text(cell)
    for shape, (year, month, day_of_month) in DAY_SHAPES:
        found = shape.match(value)
        if found:
            try:
                return date(int(found[year]), int(found[month]), int(found[day_of_month]))
            except ValueError as error:
                raise ValueRefused("not_a_day") from error
    raise ValueRefused("not_a_day")


def number(*, places: int, most: int) -> Reader:
    """Return a reader of non-negative numbers with at most `places` decimals, up to `most`."""

    def read(cell: Cell) -> Decimal:
        value = _decimal(cell)
        if value > most:
            raise ValueRefused("too_large", most=most)
        if value != round(value, places):
            raise ValueRefused("too_many_places", most=places)
        return value

    return read


def whole(*, most: int) -> Reader:
    """Return a reader of whole non-negative numbers up to `most`."""
    read_number = number(places=0, most=most)

    def read(cell: Cell) -> int:
        return int(str(read_number(cell)).split(".")[0])

    return read


def flag(cell: Cell) -> bool:
    """Return whether a cell says yes (1, x, có) or no (0, empty, không)."""
    value = text(cell).lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise ValueRefused("not_a_choice", choices="1, 0")


def _decimal(cell: Cell) -> Decimal:
    written = str(cell) if isinstance(cell, int | float | Decimal) else text(cell)
    if isinstance(cell, str):
        written = written.replace(" ", "")
        if AMBIGUOUS.match(written):
            raise ValueRefused("ambiguous_number")
        if not PLAIN_NUMBER.match(written):
            raise ValueRefused("not_a_number")
    try:
        value = Decimal(written.replace(",", "."))
    except InvalidOperation as error:
        raise ValueRefused("not_a_number") from error
    if not value.is_finite() or value < 0:
        raise ValueRefused("not_a_number")
    return value
