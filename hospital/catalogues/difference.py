"""The difference between a staged file and the rows in force.

Rows of one thing are taken in the order of their first day, all things at once, so that a row can
close the one before it in the same file. The only change to a row that stands is its last day.

Verdicts: `opens` (nothing in force that day), `follows` (closes the row in force, opens this one),
`closes` (the row in force gets a last day), `introduced` (a new owner that has no dated row),
`unchanged`; refused are `duplicate`, `same_day_change`, `reopens`, `overlaps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hospital.catalogues.layout import Layout, OwnerTable
from hospital.catalogues.refusals import Refusal
from hospital.catalogues.staging import STAGE, column_of, described_columns, entry_columns
from hospital.models import Facility

TAKEN = "other_row IS NULL AND verdict IN ('opens', 'follows', 'closes', 'introduced', 'unchanged')"
OVERLAPS_LATER = "later.begins IS NOT NULL AND (s.valid_to IS NULL OR s.valid_to >= later.begins)"
REFUSED = ("duplicate", "same_day_change", "reopens", "overlaps")


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows opened, rows that got a last day, rows that said nothing new."""

    added: int
    closed: int
    unchanged: int


def difference_apply(layout: Layout, facility: Facility | None) -> Counts:
    """Close and open rows as the stage says and return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_duplicates(layout))
        if layout.owner is not None and facility is not None:
            cursor.execute(*_owners_link(layout.owner, facility))
            cursor.execute(WITHOUT_ENTRY)
            cursor.execute(*_owners_make(layout.owner, facility))
            cursor.execute(*_owners_link(layout.owner, facility))
        cursor.execute(RANKS)
        # What is known of the table was counted while nothing was linked yet.
        cursor.execute(f"ANALYZE {STAGE}")
        cursor.execute(f"SELECT coalesce(max(rank), 0) FROM {STAGE}")
        for rank in range(1, cursor.fetchone()[0] + 1):
            cursor.execute(_verdicts(layout), [rank])
            cursor.execute(_closings(layout), [rank])
            cursor.execute(_openings(layout), [rank])
        if layout.owner is not None and layout.owner.described:
            cursor.execute(_owners_describe(layout, layout.owner))
        cursor.execute(f"SELECT verdict, count(*) FROM {STAGE} GROUP BY verdict")
        found: dict[str, int] = dict(cursor.fetchall())
    return Counts(
        added=sum(found.get(verdict, 0) for verdict in ("opens", "follows", "introduced")),
        closed=found.get("closes", 0) + found.get("follows", 0),
        unchanged=found.get("unchanged", 0),
    )


def refusals_staged() -> Iterator[Refusal]:
    """Yield the rows that the difference refused, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_no, verdict, other_row FROM {STAGE}"
            " WHERE verdict = ANY(%s) ORDER BY row_no",
            [list(REFUSED)],
        )
        while rows := cursor.fetchmany(1000):
            for row, verdict, other in rows:
                yield Refusal(row, "TU_NGAY", verdict, {"other": other} if other else {})


def _columns(layout: Layout, alias: str, *, noted: bool) -> str:
    names = entry_columns(layout, noted=noted).values()
    return ", ".join(f"{alias}.{connection.ops.quote_name(name)}" for name in names)


def _link(layout: Layout) -> str:
    return connection.ops.quote_name(column_of(layout.entry, layout.link))


def _duplicates(layout: Layout) -> str:
    """A second row of the same key and first day is a repetition or a contradiction."""
    mine, first = _columns(layout, "s", noted=False), _columns(layout, "f", noted=False)
    return f"""
UPDATE {STAGE} s SET other_row = f.row_no, verdict = CASE
    WHEN ({mine}, s.valid_to) IS NOT DISTINCT FROM ({first}, f.valid_to) THEN 'unchanged'
    ELSE 'duplicate' END
FROM (SELECT DISTINCT ON (key, valid_from) * FROM {STAGE} ORDER BY key, valid_from, row_no) f
WHERE f.key = s.key AND f.valid_from = s.valid_from AND f.row_no < s.row_no
"""


def _owners_make(owner: OwnerTable, facility: Facility) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    given = {"facility_id": facility.pk, **owner.fixed, **owner.new}
    described = [quote(column_of(owner.model, name)) for name in owner.described]
    columns = ", ".join([*map(quote, given), quote(owner.key), *described])
    picked = ", ".join([*["%s"] * len(given), "key", *described])
    unique = ", ".join(["facility_id", *map(quote, owner.fixed), quote(owner.key)])
    statement = f"""
INSERT INTO {quote(owner.model._meta.db_table)} ({columns})
SELECT DISTINCT ON (key) {picked} FROM {STAGE}
WHERE link_id IS NULL AND (verdict IS NULL OR verdict = 'introduced') ORDER BY key, valid_from DESC
ON CONFLICT ({unique}) DO NOTHING
"""
    return statement, list(given.values())


def _owners_link(owner: OwnerTable, facility: Facility) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    fixed = "".join(f" AND o.{quote(name)} = %s" for name in owner.fixed)
    statement = f"""
UPDATE {STAGE} s SET link_id = o.id FROM {quote(owner.model._meta.db_table)} o
WHERE s.link_id IS NULL AND o.facility_id = %s AND o.{quote(owner.key)} = s.key{fixed}
"""
    return statement, [facility.pk, *owner.fixed.values()]


WITHOUT_ENTRY = f"""
UPDATE {STAGE} SET verdict = CASE WHEN link_id IS NULL THEN 'introduced' ELSE 'unchanged' END
WHERE NOT has_entry AND verdict IS NULL
"""

RANKS = f"""
UPDATE {STAGE} s SET rank = r.rank FROM (
    SELECT row_no, row_number() OVER (PARTITION BY key ORDER BY valid_from) AS rank
    FROM {STAGE} WHERE verdict IS NULL
) r WHERE r.row_no = s.row_no
"""


def _verdicts(layout: Layout) -> str:
    mine, theirs = _columns(layout, "s", noted=False), _columns(layout, "e", noted=False)
    table = connection.ops.quote_name(layout.entry._meta.db_table)
    link = _link(layout)
    return f"""
UPDATE {STAGE} t SET verdict = v.verdict, old_id = v.old_id FROM (
    SELECT s.row_no, e.id AS old_id, CASE
        WHEN e.id IS NULL THEN CASE WHEN {OVERLAPS_LATER} THEN 'overlaps' ELSE 'opens' END
        WHEN ({mine}) IS NOT DISTINCT FROM ({theirs}) AND s.valid_from = e.valid_from THEN CASE
            WHEN s.valid_to IS NULL OR s.valid_to = e.valid_to THEN 'unchanged'
            WHEN e.valid_to IS NULL OR s.valid_to < e.valid_to THEN 'closes'
            ELSE 'reopens' END
        WHEN s.valid_from = e.valid_from THEN 'same_day_change'
        WHEN ({mine}) IS NOT DISTINCT FROM ({theirs}) AND (
            e.valid_to IS NULL OR s.valid_to <= e.valid_to
        ) THEN CASE WHEN s.valid_to IS NOT DISTINCT FROM e.valid_to THEN 'unchanged'
                    ELSE 'closes' END
        WHEN {OVERLAPS_LATER} THEN 'overlaps'
        ELSE 'follows' END AS verdict
    FROM {STAGE} s
    LEFT JOIN {table} e ON e.{link} = s.link_id AND e.valid_from <= s.valid_from
        AND (e.valid_to IS NULL OR e.valid_to >= s.valid_from)
    LEFT JOIN (
        SELECT n.row_no, min(r.valid_from) AS begins FROM {STAGE} n
        JOIN {table} r ON r.{link} = n.link_id AND r.valid_from > n.valid_from GROUP BY n.row_no
    ) later ON later.row_no = s.row_no
    WHERE s.rank = %s
) v WHERE v.row_no = t.row_no
"""


def _closings(layout: Layout) -> str:
    table = connection.ops.quote_name(layout.entry._meta.db_table)
    return f"""
UPDATE {table} e
SET valid_to = CASE WHEN s.verdict = 'closes' THEN s.valid_to ELSE s.valid_from - 1 END
FROM {STAGE} s WHERE s.rank = %s AND s.verdict IN ('closes', 'follows') AND e.id = s.old_id
"""


def _openings(layout: Layout) -> str:
    table = connection.ops.quote_name(layout.entry._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in entry_columns(layout).values())
    return f"""
INSERT INTO {table} ({_link(layout)}, valid_from, valid_to, {names})
SELECT s.link_id, s.valid_from, s.valid_to, {_columns(layout, "s", noted=True)}
FROM {STAGE} s WHERE s.rank = %s AND s.verdict IN ('opens', 'follows') ORDER BY s.row_no
"""


def _owners_describe(layout: Layout, owner: OwnerTable) -> str:
    """What describes the owner follows its newest row, not an old row that is read again."""
    quote = connection.ops.quote_name
    names = [quote(name) for name in described_columns(layout).values()]
    changes = ", ".join(f"{name} = s.{name}" for name in names)
    new, old = ", ".join(f"s.{name}" for name in names), ", ".join(f"o.{name}" for name in names)
    return f"""
UPDATE {quote(owner.model._meta.db_table)} o SET {changes} FROM (
    SELECT DISTINCT ON (link_id) * FROM {STAGE}
    WHERE {TAKEN} ORDER BY link_id, valid_from DESC
) s
WHERE o.id = s.link_id AND ({new}) IS DISTINCT FROM ({old}) AND NOT EXISTS (
    SELECT 1 FROM {quote(layout.entry._meta.db_table)} e
    WHERE e.{_link(layout)} = o.id AND e.valid_from > s.valid_from)
"""
