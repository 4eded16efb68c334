"""What a catalogue file looks like and where its rows go. The layouts themselves are data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from hospital.catalogues.cells import Reader, code, day
from hospital.models.validity import Dated

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills and its official names, of which the first filled one counts.

    `national` names the shared list in which the code must stand, once that list is loaded. An
    empty cell gives `default`.
    """

    field: str
    names: tuple[str, ...]
    read: Reader
    required: bool = False
    default: Any = ""
    national: str = ""


@dataclass(frozen=True, slots=True)
class OwnerTable:
    """The thing that all dated rows share: found by facility, `fixed` and the key, or made.

    `described` are its own columns that follow the newest row of the file.
    """

    model: type[Model]
    key: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    described: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowContext:
    """What rows are checked against besides themselves.

    `valid_from` stands for an empty TU_NGAY. `codes` maps a national list to its codes with the
    days on which they end (None is open); a list that is not loaded is missing, checking nothing.
    """

    valid_from: date | None
    facility_codes: frozenset[str] = frozenset()
    departments: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, date | None]] = field(default_factory=dict)
    indicators: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of catalogue.

    `values` are the fields of the dated row that make it another row when they differ; `noted` are
    written with it but change nothing. `key` names the thing through all its rows. `complete` adds
    derived values. Rows for which `has_entry` is false describe only the owner. `extra` are further
    staged columns with their database types, for a step of the kind itself.
    """

    kind: str
    form: str
    marker: str
    entry: type[Dated]
    link: str
    columns: tuple[Column, ...]
    key: Callable[[Values], str]
    values: tuple[str, ...]
    noted: tuple[str, ...] = ()
    owner: OwnerTable | None = None
    complete: Callable[[Values, RowContext], None] | None = None
    has_entry: Callable[[Values], bool] = lambda values: True
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The columns that the file must name, each as its possible names."""
        return tuple(column.names for column in self.columns if column.required)

    @property
    def known(self) -> frozenset[str]:
        return frozenset(name for column in self.columns for name in column.names)


FROM = Column("valid_from", ("TU_NGAY", "TUNGAY", "VALID_FROM"), day, default=None)
TO = Column("valid_to", ("DEN_NGAY", "DENNGAY", "VALID_TO"), day, default=None)
FACILITY = Column("facility_code", ("MA_CSKCB",), code)
