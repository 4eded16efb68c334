"""The shapes that `components/table.html` shows: words only, no rows of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` "number" aligns right; an optional column gives way on a tablet."""

    label: str
    kind: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, or with `kind` a status tag; `under` is a second, softer line."""

    text: str
    kind: str = ""
    under: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `url` makes its first cell the link."""

    cells: Sequence[Cell | str]
    url: str = ""
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table; the caption names it for everybody, also for those who hear it."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    footer: Sequence[Cell | str] = field(default=())
