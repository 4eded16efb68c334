"""`manage.py catalog_import KIND [FILE]`: bring a catalogue in, closing and opening dated rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hospital.catalogues.files import Table, sheet_exists, table_open
from hospital.catalogues.importing import ImportOrder, ImportReport, catalogue_import
from hospital.catalogues.indicators import indicators_read
from hospital.catalogues.layouts import LAYOUTS
from hospital.catalogues.layouts.services import INDICATOR_SHEET
from hospital.catalogues.refusals import Refusal
from hospital.catalogues.shipped import icd10_table, national_table, shipped_list_files
from hospital.errors import InputRefused
from hospital.models import Facility

SENTENCES = {
    "catalogue_columns_missing": "Tệp thiếu cột {columns}.",
    "catalogue_facility_missing": "Danh mục {kind} thuộc về một cơ sở: thêm --facility MÃ_CSKCB.",
    "catalogue_file_unreadable": "Không đọc được tệp bảng tính; hãy lưu lại dạng XLSX.",
    "catalogue_file_not_utf8": "Tệp CSV không phải UTF-8; hãy lưu lại dạng CSV UTF-8.",
}


class Command(BaseCommand):
    help = "Nhập danh mục: đóng dòng cũ, mở dòng mới, không sửa dòng đã có."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(LAYOUTS))
        parser.add_argument("file", nargs="?", type=Path, help="CSV hoặc XLSX")
        parser.add_argument("--facility", metavar="MÃ", help="mã cơ sở khám bệnh, chữa bệnh")
        parser.add_argument("--valid-from", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--indicators", type=Path, help="tệp chỉ số xét nghiệm của dịch vụ")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không ghi")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, path = options["kind"], options["file"]
        if path is not None and not path.is_file():
            raise CommandError(f"Không có tệp {path}.")
        try:
            order = ImportOrder(
                kind=kind,
                facility=_facility(options["facility"]),
                valid_from=options["valid_from"],
                indicators=_indicators(kind, options["indicators"], path),
                is_dry_run=options["dry_run"],
                refused=self._refused,
                digest=_digest(path) if path else "shipped",
            )
            with _table(kind, path) as table:
                report = catalogue_import(table, order, now=timezone.now())
        except InputRefused as refused:
            raise CommandError(SENTENCES[refused.code].format(**refused.facts)) from refused
        if options["verbosity"]:
            self._summary(report, is_dry_run=order.is_dry_run)
        if report.refused:
            raise CommandError(f"{report.refused} dòng bị từ chối.")

    def _refused(self, refusal: Refusal) -> None:
        self.stdout.write(f"  Dòng {refusal.row}, {refusal.column}: {refusal.reason}")

    def _summary(self, report: ImportReport, *, is_dry_run: bool) -> None:
        self.stdout.write(
            f"{report.rows} dòng: thêm {report.added}, đóng {report.closed}, "
            f"giữ nguyên {report.unchanged}, từ chối {report.refused}."
        )
        if report.ignored:
            self.stdout.write(f"Cột không dùng: {', '.join(report.ignored)}.")
        if is_dry_run:
            self.stdout.write("Chạy thử: không có gì được ghi.")


@contextmanager
def _table(kind: str, path: Path | None) -> Iterator[Table]:
    if kind == "national_codes":
        yield national_table([path] if path else shipped_list_files(), with_units=path is None)
    elif path is not None:
        with table_open(path, marker=LAYOUTS[kind].marker) as table:
            yield table
    elif kind == "icd10":
        yield icd10_table()
    else:
        raise CommandError("Cần tệp danh mục.")


def _facility(code: str | None) -> Facility | None:
    if code is None:
        return None
    today = timezone.localdate()
    found = list(Facility.objects.filter(codes__code=code).distinct())
    in_force = [row for row in found if row.codes.on(today).filter(code=code).exists()]
    if not found:
        raise CommandError(f"Chưa có cơ sở mã {code}.")
    return (in_force or found)[0]


def _indicators(
    kind: str, given: Path | None, path: Path | None
) -> dict[str, list[dict[str, str]]] | None:
    if kind != "services" or path is None:
        return None
    if given is not None:
        return indicators_read(given)
    if sheet_exists(path, INDICATOR_SHEET):
        return indicators_read(path, sheet=INDICATOR_SHEET)
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
