"""Reading catalogue files row by row: CSV with any usual separator, or a spreadsheet (XLSX)."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from hospital.catalogues.cells import Cell, text
from hospital.errors import InputRefused
from hospital.text import search_key

HEADER_SEARCHED_ROWS = 30
SEPARATORS = ",;\t|"
csv.field_size_limit(1_000_000)


@dataclass(frozen=True, slots=True)
class Table:
    """The headers in their searched form (MA_THUOC) and the rows with their number in the file."""

    headers: tuple[str, ...]
    rows: Iterator[tuple[int, Mapping[str, Cell]]]


@contextmanager
def table_open(path: Path, *, marker: str, sheet: str = "") -> Iterator[Table]:
    """Open a file at the row that holds the column `marker`.

    `sheet` names a sheet of a spreadsheet; without it the first counts. Raises InputRefused when
    the file is neither kind, or nowhere in its first rows names the column.
    """
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        book = _workbook(path)
        try:
            found = book[sheet] if sheet else book.worksheets[0]
            numbered = enumerate(found.iter_rows(values_only=True), start=1)
            yield _table(numbered, marker)
        finally:
            book.close()
    else:
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                yield _table(_csv_rows(stream), marker)
        except UnicodeDecodeError as error:
            raise InputRefused("catalogue_file_not_utf8") from error


def sheet_exists(path: Path, sheet: str) -> bool:
    """Say whether a spreadsheet has a sheet of this name; a CSV file has none."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return False
    book = _workbook(path)
    try:
        return sheet in book.sheetnames
    finally:
        book.close()


def header_name(cell: Cell) -> str:
    """Return the official form of a header: "Mã thuốc", "ma_thuoc" and "MA THUOC" are MA_THUOC."""
    return search_key(text(cell)).upper().replace(" ", "_")


def _workbook(path: Path) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise InputRefused("catalogue_file_unreadable") from error


def _csv_rows(stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each record begins, without comment lines before the header."""
    offset = 0
    first = stream.readline()
    while first.startswith("#"):
        offset += 1
        first = stream.readline()
    separator = max(SEPARATORS, key=first.count)

    def lines() -> Iterator[str]:
        yield first
        yield from stream

    reader = csv.reader(lines(), delimiter=separator)
    begins = offset + 1
    for record in reader:
        yield begins, record
        begins = offset + reader.line_num + 1


def _table(numbered: Iterable[tuple[int, Iterable[Cell]]], marker: str) -> Table:
    rows = iter(numbered)
    for _number, cells in itertools.islice(rows, HEADER_SEARCHED_ROWS):
        headers = tuple(header_name(cell) for cell in cells)
        if marker in headers:
            return Table(tuple(filter(None, headers)), _filled(headers, rows))
    raise InputRefused("catalogue_columns_missing", columns=marker)


def _filled(
    headers: tuple[str, ...], rows: Iterator[tuple[int, Iterable[Cell]]]
) -> Iterator[tuple[int, dict[str, Cell]]]:
    for number, cells in rows:
        row = dict(zip(headers, cells, strict=False))
        if any(cell not in (None, "") for cell in row.values()):
            yield number, row
