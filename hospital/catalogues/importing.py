"""Importing one catalogue: read, check, stage, take the difference, write the audit line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from hospital.catalogues.difference import difference_apply, refusals_staged
from hospital.catalogues.files import Table
from hospital.catalogues.layout import Layout, RowContext, Values
from hospital.catalogues.layouts import LAYOUTS
from hospital.catalogues.layouts.staff import STAFF
from hospital.catalogues.refusals import Refusal
from hospital.catalogues.rows import RowReader
from hospital.catalogues.staging import stage_create, stage_fill
from hospital.catalogues.working_hours import working_hours_apply
from hospital.errors import InputRefused
from hospital.models import Department, Facility, FacilityCode, NationalCode, User
from hospital.services.audit import audit_write

JOB = "catalog_import"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows of the file = added + unchanged + refused + rows that only closed.

    `closed` also counts rows closed because another followed. `ignored` are columns nobody reads.
    """

    rows: int
    added: int
    closed: int
    unchanged: int
    refused: int
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What to import and how. `facility` is None only for the lists that all facilities share.

    `valid_from` stands for rows without TU_NGAY. `refused` is told of each refused row at once, so
    that no file is too long to be reported on. `digest` names the file in the audit line.
    """

    kind: str
    facility: Facility | None = None
    valid_from: date | None = None
    indicators: dict[str, list[dict[str, str]]] | None = None
    is_dry_run: bool = False
    refused: Callable[[Refusal], None] = lambda refusal: None
    actor: User | None = None
    digest: str = ""


@transaction.atomic
def catalogue_import(table: Table, order: ImportOrder, *, now: datetime) -> ImportReport:
    """Take over the good rows of a table, closing and opening dated rows; refused rows are told.

    A dry run does the same and changes nothing. Raises InputRefused when the table lacks a column
    or the kind lacks its facility.
    """
    layout = LAYOUTS[order.kind]
    if layout.owner is not None and order.facility is None:
        raise InputRefused("catalogue_facility_missing", kind=order.kind)
    _columns_check(layout, table)
    told = _Told(order.refused)
    _lock(order)
    stage_create(layout)
    staged = stage_fill(layout, _staged(layout, table, _context(order), told))
    counts = difference_apply(layout, order.facility)
    if layout is STAFF:
        working_hours_apply()
    for refusal in refusals_staged():
        told.row(refusal)
    report = ImportReport(
        rows=staged + told.before_staging,
        added=counts.added,
        closed=counts.closed,
        unchanged=counts.unchanged,
        refused=told.rows,
        ignored=tuple(name for name in table.headers if name not in layout.known),
    )
    # Overlaps are looked for here, not at the end of whatever transaction this is part of.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    if order.is_dry_run:
        transaction.set_rollback(True)
    else:
        _audit(order, report, now)
    return report


class _Told:
    """Counts refused rows while passing on each refusal."""

    def __init__(self, tell: Callable[[Refusal], None]) -> None:
        self._tell = tell
        self.rows = 0
        self.before_staging = 0

    def row(self, *refusals: Refusal) -> None:
        self.rows += 1
        for refusal in refusals:
            self._tell(refusal)


def _columns_check(layout: Layout, table: Table) -> None:
    missing = [names[0] for names in layout.needed if not set(names) & set(table.headers)]
    if missing:
        raise InputRefused("catalogue_columns_missing", columns=", ".join(missing))


def _lock(order: ImportOrder) -> None:
    """Let a second import of the same catalogue wait until this one has ended."""
    name = f"catalogue {order.kind} {order.facility.pk if order.facility else 'all'}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _context(order: ImportOrder) -> RowContext:
    codes: dict[str, dict[str, date | None]] = {}
    rows = NationalCode.objects.order_by("valid_from").values_list("list_name", "code", "valid_to")
    wanted = {column.national for column in LAYOUTS[order.kind].columns if column.national}
    for list_name, code, valid_to in rows.filter(list_name__in=wanted).iterator():
        codes.setdefault(list_name, {})[code] = valid_to
    facility = order.facility
    return RowContext(
        valid_from=order.valid_from,
        facility_codes=frozenset(
            FacilityCode.objects.filter(facility=facility).values_list("code", flat=True)
        ),
        departments=dict(Department.objects.filter(facility=facility).values_list("code", "pk")),
        codes=codes,
        indicators=order.indicators or {},
    )


def _staged(layout: Layout, table: Table, context: RowContext, told: _Told) -> Iterator[Values]:
    reader = RowReader(layout, table.headers, context)
    for number, cells in table.rows:
        values, refusals = reader.read(number, cells)
        if refusals:
            told.before_staging += 1
            told.row(*refusals)
            continue
        values.setdefault("source", layout.form)
        yield {
            **values,
            "row_no": number,
            "key": layout.key(values),
            "link_id": None if layout.owner else values["item_id"],
            "has_entry": layout.has_entry(values),
        }


def _audit(order: ImportOrder, report: ImportReport, now: datetime) -> None:
    """Shared lists belong to no facility: their line stands in the log of the first one, if any."""
    facility = order.facility or Facility.objects.filter(is_active=True).order_by("pk").first()
    if facility is None:
        return
    audit_write(
        facility=facility,
        actor=order.actor,
        job="" if order.actor else JOB,
        action="catalogue.import",
        subject=facility,
        facts={
            "kind": order.kind,
            "added": report.added,
            "closed": report.closed,
            "unchanged": report.unchanged,
            "refused": report.refused,
            "file": order.digest,
        },
        now=now,
    )
