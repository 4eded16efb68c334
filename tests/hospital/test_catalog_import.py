"""Importing catalogues: rows close and follow, nothing is updated in place (D19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.catalogue_files import drugs_csv
from hospital.catalogues.files import Table
from hospital.catalogues.importing import ImportOrder, ImportReport, catalogue_import
from hospital.catalogues.refusals import Refusal
from hospital.models import AuditEntry, CatalogItem, DrugEntry, Facility, NationalCode
from hospital.selectors.catalogue import entries_on
from tests.factories import NOW, make_facility

pytestmark = pytest.mark.django_db
CODE = "90001"
DRUG = {
    "MA_THUOC": "40.48",
    "TEN_HOAT_CHAT": "Paracetamol",
    "TEN_THUOC": "Paracetamol Mẫu",
    "DON_VI_TINH": "Viên",
    "HAM_LUONG": "500mg",
    "MA_DUONG_DUNG": "1.01",
    "SO_DANG_KY": "893100000125",
    "DON_GIA": "1500",
    "TT_THAU": "101/QĐ-SYT;G1;N4;2026",
    "TU_NGAY": "20260101",
    "DEN_NGAY": "",
    "MA_CSKCB": CODE,
}


@pytest.fixture
def facility() -> Facility:
    return make_facility(CODE)


def table(*rows: Mapping[str, object]) -> Table:
    headers = tuple(dict.fromkeys(name for row in rows for name in row))
    return Table(headers, enumerate(iter(rows), start=2))


def imported(
    facility: Facility, *rows: Mapping[str, object], kind: str = "drugs", **order: Any
) -> tuple[ImportReport, list[Refusal]]:
    refusals: list[Refusal] = []
    report = catalogue_import(
        table(*rows),
        ImportOrder(kind=kind, facility=facility, refused=refusals.append, **order),
        now=NOW,
    )
    return report, refusals


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.closed, report.unchanged, report.refused


def periods(rows: Iterable[DrugEntry] | None = None) -> list[tuple[str, str, Decimal | None]]:
    found = DrugEntry.objects.order_by("item_id", "valid_from") if rows is None else rows
    return [(str(row.valid_from), str(row.valid_to), row.listed_price) for row in found]


def test_a_new_row_opens_with_every_value_of_the_form(facility):
    report, refusals = imported(facility, DRUG)

    row = DrugEntry.objects.get()
    assert counts(report) == (1, 0, 0, 0)
    assert refusals == []
    assert (row.code, row.name, row.unit, row.route) == ("40.48", "Paracetamol Mẫu", "Viên", "1.01")
    assert (row.cost_group, row.scope, row.insured_ratio) == ("4", "1", Decimal(100))
    assert (row.search_name, row.listed_price) == ("paracetamol mau paracetamol", Decimal(1500))
    assert row.source == "Mẫu 03/DM (TT 12/2026/TT-BTC)"
    assert row.item.facility == facility


def test_the_same_file_again_changes_nothing(facility):
    imported(facility, DRUG)
    before = list(DrugEntry.objects.values())

    report, _ = imported(facility, DRUG)

    assert counts(report) == (0, 0, 1, 0)
    assert list(DrugEntry.objects.values()) == before


def test_a_changed_price_closes_the_row_and_opens_the_next(facility):
    imported(facility, DRUG)

    report, _ = imported(facility, {**DRUG, "DON_GIA": "1600", "TU_NGAY": "20260701"})

    assert counts(report) == (1, 1, 0, 0)
    assert periods() == [("2026-01-01", "2026-06-30", 1500), ("2026-07-01", "None", 1600)]
    assert CatalogItem.objects.count() == 1


def test_the_two_rows_of_the_form_close_and_open_in_one_file(facility):
    imported(facility, DRUG)
    old = {**DRUG, "DEN_NGAY": "20260630"}
    new = {**DRUG, "DON_GIA": "1600", "TU_NGAY": "20260701"}

    for rows in ([old, new], [new, old]):
        report, refusals = imported(facility, *rows)
        assert refusals == []

    assert counts(report) == (0, 0, 2, 0)
    assert periods() == [("2026-01-01", "2026-06-30", 1500), ("2026-07-01", "None", 1600)]


def test_a_last_day_closes_the_row(facility):
    imported(facility, DRUG)

    report, _ = imported(facility, {**DRUG, "DEN_NGAY": "20260630"})

    assert counts(report) == (0, 1, 0, 0)
    assert periods() == [("2026-01-01", "2026-06-30", 1500)]


def test_a_closed_row_stays_closed_when_an_old_file_comes_again(facility):
    imported(facility, {**DRUG, "DEN_NGAY": "20260630"})

    report, _ = imported(facility, DRUG)

    assert counts(report) == (0, 0, 1, 0)
    assert periods() == [("2026-01-01", "2026-06-30", 1500)]


def test_the_same_values_from_a_later_day_are_the_row_in_force(facility):
    imported(facility, DRUG)

    report, _ = imported(facility, {**DRUG, "TU_NGAY": "20260701"})

    assert counts(report) == (0, 0, 1, 0)
    assert periods() == [("2026-01-01", "None", 1500)]


def test_a_drug_that_was_closed_may_open_again_later(facility):
    imported(facility, {**DRUG, "DEN_NGAY": "20260630"})

    report, _ = imported(facility, {**DRUG, "TU_NGAY": "20260901"})

    assert counts(report) == (1, 0, 0, 0)
    assert periods() == [("2026-01-01", "2026-06-30", 1500), ("2026-09-01", "None", 1500)]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({}, {"DON_GIA": "1600"}, "same_day_change"),
        ({"DEN_NGAY": "20260630"}, {"DEN_NGAY": "20260731"}, "reopens"),
        ({}, {"DON_GIA": "1400", "TU_NGAY": "20250101"}, "overlaps"),
    ],
)
def test_what_would_rewrite_history_is_refused(facility, first, second, code):
    imported(facility, {**DRUG, **first})
    before = list(DrugEntry.objects.values())

    report, refusals = imported(facility, {**DRUG, **second})

    assert counts(report) == (0, 0, 0, 1)
    assert [(refusal.row, refusal.code) for refusal in refusals] == [(2, code)]
    assert list(DrugEntry.objects.values()) == before


def test_a_past_period_before_the_first_row_may_be_added(facility):
    imported(facility, DRUG)

    imported(facility, {**DRUG, "DON_GIA": "1400", "TU_NGAY": "20250101", "DEN_NGAY": "20251231"})

    assert periods() == [("2025-01-01", "2025-12-31", 1400), ("2026-01-01", "None", 1500)]


def test_a_repeated_row_is_unchanged_and_a_contradiction_is_refused(facility):
    report, refusals = imported(facility, DRUG, DRUG, {**DRUG, "DON_GIA": "1600"})

    assert counts(report) == (1, 0, 1, 1)
    assert [(refusal.row, refusal.code, refusal.facts) for refusal in refusals] == [
        (4, "duplicate", {"other": 2})
    ]


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"TEN_THUOC": " "}, "TEN_THUOC", "empty"),
        ({"DON_GIA": "15.000"}, "DON_GIA", "ambiguous_number"),
        ({"DON_GIA": ""}, "DON_GIA", "empty"),
        ({"MA_DUONG_DUNG": "1"}, "MA_DUONG_DUNG", "wrong_shape"),
        ({"TU_NGAY": "32/01/2026"}, "TU_NGAY", "not_a_day"),
        ({"TU_NGAY": ""}, "TU_NGAY", "empty"),
        ({"DEN_NGAY": "20251231"}, "DEN_NGAY", "ends_before_it_begins"),
        ({"MA_CSKCB": "90002"}, "MA_CSKCB", "other_facility"),
        ({"DON_VI_TINH": "x" * 51}, "DON_VI_TINH", "too_long"),
        ({"TT_THAU": "x" * 51}, "TT_THAU", "too_long"),
        ({"PHAM_VI": "4"}, "PHAM_VI", "not_a_choice"),
        ({"TYLE_TT_BH": "101"}, "TYLE_TT_BH", "too_large"),
        ({"LOAI_KIEM_SOAT": "z"}, "LOAI_KIEM_SOAT", "not_a_choice"),
    ],
)
def test_a_faulty_row_is_named_and_the_good_rows_are_taken(facility, changes, column, code):
    good = {**DRUG, "SO_DANG_KY": "893100000999"}

    report, refusals = imported(facility, {**DRUG, **changes}, good)

    assert counts(report) == (1, 0, 0, 1)
    assert [(refusal.row, refusal.column, refusal.code) for refusal in refusals] == [
        (2, column, code)
    ]


def test_every_faulty_cell_of_a_row_is_named(facility):
    report, refusals = imported(facility, {**DRUG, "TEN_THUOC": "", "DON_GIA": "x"})

    assert report.refused == 1
    assert {refusal.column for refusal in refusals} == {"TEN_THUOC", "DON_GIA"}


def test_a_code_must_stand_in_its_shared_list_once_that_is_loaded(facility):
    bad_group = {**DRUG, "MA_NHOM": "99"}
    assert counts(imported(facility, bad_group)[0]) == (1, 0, 0, 0)
    for code, until in (("4", None), ("5", date(2025, 12, 31))):
        NationalCode.objects.create(
            list_name="ma_nhom",
            code=code,
            item_id=int(code),
            name_vi="Mẫu",
            source="mẫu",
            valid_from=date(2020, 1, 1),
            valid_to=until,
        )

    ended = {**DRUG, "MA_NHOM": "5", "SO_DANG_KY": "1"}
    report, refusals = imported(facility, bad_group, ended, {**DRUG, "SO_DANG_KY": "2"})

    assert counts(report) == (1, 0, 0, 2)
    assert {(refusal.column, refusal.code) for refusal in refusals} == {("MA_NHOM", "no_such_code")}


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, "4"),
        ({"TYLE_TT_BH": "50"}, "6"),
        ({"LOAI_THUOC": "9"}, "7"),
        ({"MA_NHOM": "5"}, "5"),
    ],
)
def test_the_cost_group_of_a_drug_follows_from_the_form(facility, changes, group):
    imported(facility, {**DRUG, **changes})

    assert DrugEntry.objects.get().cost_group == group


def test_the_price_of_insurance_goes_before_the_purchase_price(facility):
    imported(facility, {**DRUG, "DON_GIA_BH": "1450"})

    assert DrugEntry.objects.get().listed_price == 1450


def test_a_row_without_a_day_takes_the_day_of_the_order(facility):
    imported(facility, {**DRUG, "TU_NGAY": ""}, valid_from=date(2026, 4, 1))

    assert periods() == [("2026-04-01", "None", 1500)]


def test_facilities_keep_their_rows_apart(facility):
    other = make_facility("90002")
    imported(facility, DRUG)

    imported(other, {**DRUG, "DON_GIA": "1600", "MA_CSKCB": "90002"})

    assert periods(entries_on(DrugEntry, facility, date(2026, 6, 1))) == [
        ("2026-01-01", "None", 1500)
    ]
    assert periods(entries_on(DrugEntry, other, date(2026, 6, 1))) == [("2026-01-01", "None", 1600)]


def test_a_dry_run_reports_the_same_and_writes_nothing(facility):
    imported(facility, DRUG)
    changed = {**DRUG, "DON_GIA": "1600", "TU_NGAY": "20260701"}
    audited = AuditEntry.objects.count()

    report, _ = imported(facility, changed, is_dry_run=True)

    assert counts(report) == (1, 1, 0, 0)
    assert periods() == [("2026-01-01", "None", 1500)]
    assert AuditEntry.objects.count() == audited


def test_an_import_leaves_one_audit_line_with_its_counts(facility):
    imported(facility, DRUG, {**DRUG, "DON_GIA": "1600"}, digest="abc")

    line = AuditEntry.objects.get(action="catalogue.import")
    assert line.job == "catalog_import"
    assert line.facts == {
        "kind": "drugs",
        "added": 1,
        "closed": 0,
        "unchanged": 0,
        "refused": 1,
        "file": "abc",
    }


def test_the_number_of_statements_does_not_grow_with_the_rows(facility):
    def asked(rows: int, day: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            imported(
                facility,
                *({**DRUG, "SO_DANG_KY": str(number), "TU_NGAY": day} for number in range(rows)),
            )
        return len(captured)

    assert asked(3, "20260101") == asked(300, "20260102")


def command(*arguments: str, **options: object) -> str:
    out = StringIO()
    call_command("catalog_import", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_what_happened(facility, tmp_path):
    path = str(drugs_csv(tmp_path / "thuoc.csv", 25, facility=CODE, day="20260101"))

    first = command("drugs", path, facility=CODE)
    again = command("drugs", path, facility=CODE, dry_run=True)

    assert "25 dòng: thêm 25, đóng 0, giữ nguyên 0, từ chối 0." in first
    assert "Cột không dùng: STT, DUONG_DUNG, SO_LUONG" in first
    assert "thêm 0, đóng 0, giữ nguyên 25" in again
    assert "không có gì được ghi" in again


def test_the_command_names_each_refused_row_and_fails(facility, tmp_path):
    path = tmp_path / "thuoc.csv"
    path.write_text(
        "MA_THUOC;TEN_THUOC;DON_VI_TINH;MA_DUONG_DUNG;DON_GIA;TU_NGAY\n"
        "40.1;Thuốc Mẫu;Viên;1.01;15.000;20260101\n40.2;Thuốc Mẫu;Viên;1.01;1500;20260101\n",
        encoding="utf-8",
    )
    out = StringIO()

    with pytest.raises(CommandError, match="1 dòng bị từ chối"):
        call_command("catalog_import", "drugs", str(path), facility=CODE, stdout=out)

    assert "Dòng 2, DON_GIA: không rõ dấu chấm" in out.getvalue()
    assert DrugEntry.objects.get().code == "40.2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("drugs",), "Cần tệp danh mục"),
        (("drugs", "/khong/co.csv"), "Không có tệp"),
        (("drugs", "FILE"), "thêm --facility"),
        (("services", "FILE", "--facility", CODE), "Tệp thiếu cột MA_DICH_VU"),
        (("drugs", "FILE", "--facility", "99999"), "Chưa có cơ sở mã 99999"),
    ],
)
def test_the_command_says_what_it_lacks(facility, tmp_path, arguments, message):
    path = drugs_csv(tmp_path / "thuoc.csv", 1, facility=CODE, day="20260101")

    with pytest.raises(CommandError, match=message):
        command(*(str(path) if word == "FILE" else word for word in arguments))


def test_a_spreadsheet_gives_the_same_rows_as_a_csv_file(facility, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Mẫu 03/DM"])
    sheet.append(list(DRUG))
    numbers = {"DON_GIA": 1500, "TU_NGAY": 20260101, "MA_CSKCB": 90001, "SO_DANG_KY": 893100000125}
    sheet.append([numbers.get(name, value) for name, value in DRUG.items()])
    book.save(tmp_path / "thuoc.xlsx")
    imported(facility, DRUG)

    out = command("drugs", str(tmp_path / "thuoc.xlsx"), facility=CODE)

    assert "thêm 0, đóng 0, giữ nguyên 1" in out
