"""The temporary table where the rows of a file wait for the difference to be taken.

Rows go there by COPY in batches, so that a file of any length needs the memory of one batch.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model

from hospital.catalogues.layout import Layout, Values

STAGE = "catalogue_stage"
BATCH_ROWS = 2000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# What a row of every kind has: its number, its key, what it belongs to, its days.
ARRIVING = {
    "row_no": "integer",
    "key": "text",
    "link_id": "bigint",
    "valid_from": "date",
    "valid_to": "date",
    "has_entry": "boolean",
}
# What becomes of it: its place among the rows of its key, the verdict, the rows it refers to.
DECIDED = {"rank": "integer", "verdict": "text", "old_id": "bigint", "other_row": "integer"}


def entry_columns(layout: Layout, *, noted: bool = True) -> dict[str, str]:
    """Return field → database column of the dated row, in the order of the layout."""
    names = [*layout.values, *(layout.noted if noted else ())]
    return {name: column_of(layout.entry, name) for name in names}


def described_columns(layout: Layout) -> dict[str, str]:
    """Return field → database column of what describes the owner."""
    if layout.owner is None:
        return {}
    return {name: column_of(layout.owner.model, name) for name in layout.owner.described}


def column_of(model: type[Model], name: str) -> str:
    """Return the database column of a field."""
    return str(_field(model, name).column)


def stage_create(layout: Layout) -> None:
    """Make the empty table for one import; it goes with the transaction."""
    columns = {**ARRIVING, **_value_types(layout), **DECIDED}
    body = ", ".join(f"{connection.ops.quote_name(name)} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGE}")
        cursor.execute(f"CREATE TEMPORARY TABLE {STAGE} ({body}) ON COMMIT DROP")


def stage_fill(layout: Layout, rows: Iterator[Values]) -> int:
    """Copy the rows into the table and return their number; they are taken one batch at a time."""
    names = [*ARRIVING, *_value_types(layout)]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    fields = [*ARRIVING, *_value_fields(layout)]
    count = 0
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH_ROWS)):
            lines = "".join(
                "\t".join(_copied(values[field]) for field in fields) + "\n" for values in batch
            )
            cursor.copy_expert(f"COPY {STAGE} ({columns}) FROM STDIN", io.StringIO(lines))
            count += len(batch)
        cursor.execute(f"CREATE INDEX ON {STAGE} (key, valid_from)")
        cursor.execute(f"ANALYZE {STAGE}")
    return count


def _value_fields(layout: Layout) -> list[str]:
    return list({**entry_columns(layout), **described_columns(layout), **layout.extra})


def _value_types(layout: Layout) -> dict[str, str]:
    """Return column → database type of all that a row brings with it."""
    models: list[tuple[type[Model], dict[str, str]]] = [(layout.entry, entry_columns(layout))]
    if layout.owner is not None:
        models.append((layout.owner.model, described_columns(layout)))
    types = {
        column: str(_field(model, name).db_parameters(connection)["type"])
        for model, columns in models
        for name, column in columns.items()
    }
    return {**types, **layout.extra}


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict | tuple):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(ESCAPES)
