"""Importing a catalogue of drugs, against the floor of writing the same rows from table to table.

Run: python -m benchmarks.catalog_import [rows]. Progress goes to stderr, one JSON object to stdout;
`value` is the seconds to import a CSV file of `rows` (50,000) into an empty catalogue; `floor` is
the same rows written by two bare statements, with all indexes and constraints at work.
Each kind of import runs in a process of its own, so that `peak_mb` is its own memory;
`peak_mb_tenth` is that of a file a tenth as long. Everything is rolled back.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django
from django.db import connection, transaction
from django.utils import timezone

django.setup()

from benchmarks.catalogue_files import drugs_csv, drugs_xlsx  # noqa: E402  settings come first
from hospital.catalogues.files import table_open  # noqa: E402
from hospital.catalogues.importing import ImportOrder, catalogue_import  # noqa: E402
from hospital.models import CatalogItem, DrugEntry, Facility, FacilityCode  # noqa: E402

CODE = "99997"
ROWS = 50_000
Measured = dict[str, Any]


def imported(path: Path, facility: Facility) -> float:
    """Return the seconds of one import; raises AssertionError when a row was refused."""
    order = ImportOrder(kind="drugs", facility=facility)
    start = perf_counter()
    with table_open(path, marker="MA_THUOC") as table:
        report = catalogue_import(table, order, now=timezone.now())
    assert not report.refused, report
    return perf_counter() - start


def written(facility: Facility) -> float:
    """Return the seconds to write the rows that stand open once more, for another facility."""
    other = Facility.objects.create(name="Bệnh viện Mẫu (sàn)", short_name="S", address="Mẫu")
    fields = DrugEntry._meta.fields
    columns = [str(field.column) for field in fields if field.column not in {"id", "item_id"}]
    items, entries = CatalogItem._meta.db_table, DrugEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {items}, {entries}")
        start = perf_counter()
        cursor.execute(
            f"INSERT INTO {items} (facility_id, kind, key) SELECT %s, kind, key FROM {items}"
            " WHERE facility_id = %s",
            [other.pk, facility.pk],
        )
        cursor.execute(
            f"INSERT INTO {entries} (item_id, {', '.join(columns)})"
            f" SELECT new.id, {', '.join(f'e.{column}' for column in columns)} FROM {entries} e"
            f" JOIN {items} old ON old.id = e.item_id AND old.facility_id = %s"
            f" JOIN {items} new ON new.facility_id = %s AND new.kind = old.kind"
            " AND new.key = old.key WHERE e.valid_to IS NULL",
            [facility.pk, other.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return perf_counter() - start


def measured(rows: int, kind: str, folder: Path) -> Measured:
    """Return what one kind of file costs: seconds of each import, peak memory of this process."""
    with transaction.atomic():
        facility = Facility.objects.create(name="Bệnh viện Mẫu (đo)", short_name="M", address="Mẫu")
        FacilityCode.objects.create(facility=facility, code=CODE, valid_from=date(2020, 1, 1))
        make = drugs_csv if kind == "csv" else drugs_xlsx
        first = make(folder / f"first.{kind}", rows, facility=CODE, day="20260101")
        result: Measured = {"first": imported(first, facility), "again": imported(first, facility)}
        dearer = make(folder / f"next.{kind}", rows, facility=CODE, day="20260701", price=1100)
        result["followed"] = imported(dearer, facility)
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if kind == "csv":
            result["floor"] = written(facility)
        transaction.set_rollback(True)
    return result


def in_own_process(rows: int, kind: str) -> Measured:
    """Measure in a fresh process, whose memory holds nothing else."""
    command = [sys.executable, "-m", "benchmarks.catalog_import", "--measure", str(rows), kind]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: Measured = json.loads(done.stdout)
    print(f"{rows} rows of {kind}: {result}", file=sys.stderr)
    return result


def main(rows: int) -> None:
    whole, tenth = in_own_process(rows, "csv"), in_own_process(rows // 10, "csv")
    sheet = in_own_process(rows, "xlsx")
    line = {
        "name": "catalog-import",
        "unit": "s",
        "rows": rows,
        "value": round(whole["first"], 2),
        "floor": round(whole["floor"], 2),
        "ratio": round(whole["first"] / whole["floor"], 1),
        "again": round(whole["again"], 2),
        "followed": round(whole["followed"], 2),
        "xlsx": round(sheet["first"], 2),
        "peak_mb": whole["peak_mb"],
        "peak_mb_tenth": tenth["peak_mb"],
        "peak_mb_xlsx": sheet["peak_mb"],
    }
    print(json.dumps(line))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        with TemporaryDirectory() as made:
            print(json.dumps(measured(int(sys.argv[2]), sys.argv[3], Path(made))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
