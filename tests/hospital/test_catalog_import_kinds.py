"""Each kind of catalogue: departments, staff, supplies, services, machines, shared lists."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from io import StringIO

import openpyxl
import pytest
from django.core.management import call_command

from benchmarks.catalogue_files import drugs_csv
from hospital.catalogues import staging
from hospital.catalogues.files import Table, table_open
from hospital.catalogues.importing import ImportOrder, ImportReport, catalogue_import
from hospital.catalogues.refusals import Refusal
from hospital.models import (
    CatalogItem,
    Department,
    DepartmentPeriod,
    DiseaseCode,
    EquipmentEntry,
    Facility,
    NationalCode,
    PracticeCertificate,
    ServiceEntry,
    Staff,
    SupplyEntry,
    WorkingHours,
)
from hospital.selectors.catalogue import (
    disease_on,
    diseases_found,
    entries_found,
    national_code_on,
    national_codes_on,
)
from tests.factories import NOW, make_facility

pytestmark = pytest.mark.django_db
CODE = "90001"
DAY = date(2026, 11, 23)
DEPARTMENT = {
    "MA_KHOA": "K03",
    "TEN_KHOA": "Khoa Nội",
    "BAN_KHAM": "2",
    "GIUONG_PD": "30",
    "TU_NGAY": "20260101",
}
PERSON = {
    "MA_KHOA": "",
    "HO_TEN": "Bác Sĩ Mẫu",
    "SO_DINH_DANH": "001090000017",
    "CHUCDANH_NN": "1",
    "MACCHN": "000017/ZZ-GPHN",
    "NGAYCAP_CCHN": "20200115",
    "PHAMVI_CM": "Nội khoa",
    "THOIGIAN_NGAY": "0700-1100;1300-1700",
    "THOIGIAN_TUAN": "T2T3",
    "TU_NGAY": "20260101",
    "DEN_NGAY": "",
}
SERVICE = {
    "MA_DICH_VU": "22.0120.1370",
    "TEN_DICH_VU": "Tổng phân tích tế bào máu",
    "MA_NHOM": "1",
    "DON_GIA": "49700",
    "TU_NGAY": "20260101",
}
SUPPLY = {
    "MA_VAT_TU": "N03.01.010",
    "NHOM_VAT_TU": "Bơm tiêm",
    "TEN_VAT_TU": "Bơm tiêm Mẫu 5ml",
    "DON_VI_TINH": "Cái",
    "DON_GIA": "700",
    "TYLE_TT_BH": "100",
    "TU_NGAY": "20260101",
}
MACHINE = {"MA_MAY": "XN.1.90001.001", "TEN_TB": "Máy Mẫu", "NAM_SX": "2024", "TU_NGAY": "20260101"}


@pytest.fixture
def facility() -> Facility:
    return make_facility(CODE)


def imported(
    facility: Facility | None, kind: str, *rows: Mapping[str, object]
) -> tuple[ImportReport, list[Refusal]]:
    refusals: list[Refusal] = []
    headers = tuple(dict.fromkeys(name for row in rows for name in row))
    report = catalogue_import(
        Table(headers, enumerate(iter(rows), start=2)),
        ImportOrder(kind=kind, facility=facility, refused=refusals.append),
        now=NOW,
    )
    return report, refusals


def test_a_department_is_made_with_what_it_declares(facility):
    imported(facility, "departments", DEPARTMENT)

    period = DepartmentPeriod.objects.get()
    assert (period.department.code, period.department.name) == ("K03", "Khoa Nội")
    assert (period.exam_tables, period.approved_beds, period.intensive_beds) == (2, 30, 0)


def test_a_department_known_before_keeps_its_row_and_takes_the_newest_name(facility):
    known = Department.objects.create(facility=facility, code="K03", name="Nội")
    imported(facility, "departments", DEPARTMENT)

    renamed = {**DEPARTMENT, "TEN_KHOA": "Khoa Nội tổng hợp", "TU_NGAY": "20260701"}
    imported(facility, "departments", renamed)
    imported(facility, "departments", DEPARTMENT)

    known.refresh_from_db()
    assert known.name == "Khoa Nội tổng hợp"
    assert [str(row.valid_to) for row in known.periods.order_by("valid_from")] == [
        "2026-06-30",
        "None",
    ]


@pytest.mark.parametrize("code", ["KNOI", "K1", "03"])
def test_a_department_code_of_another_shape_is_refused(facility, code):
    report, refusals = imported(facility, "departments", {**DEPARTMENT, "MA_KHOA": code})

    assert report.refused == 1
    assert (refusals[0].column, refusals[0].code) == ("MA_KHOA", "wrong_shape")


def hours(staff: Staff, day: date) -> list[tuple[int, time, time]]:
    rows = WorkingHours.objects.on(day).filter(staff=staff).order_by("weekday", "starts")
    return list(rows.values_list("weekday", "starts", "ends"))


def test_a_person_comes_with_licence_department_and_hours(facility):
    imported(facility, "departments", DEPARTMENT)

    imported(facility, "staff", {**PERSON, "MA_KHOA": "K03"})

    staff = Staff.objects.get()
    licence = staff.certificates.get()
    assert (staff.full_name, staff.title, staff.is_active) == ("Bác Sĩ Mẫu", "Bác sỹ", True)
    assert staff.department is not None
    assert staff.department.code == "K03"
    assert (licence.number, licence.scope) == ("000017/ZZ-GPHN", "Nội khoa")
    assert licence.issued_on == date(2020, 1, 15)
    assert hours(staff, DAY) == [
        (weekday, time(start), time(end))
        for weekday in (0, 1)
        for start, end in ((7, 11), (13, 17))
    ]


def test_a_new_scope_closes_the_licence_and_opens_the_next(facility):
    imported(facility, "staff", PERSON)

    report, _ = imported(
        facility, "staff", {**PERSON, "PHAMVI_CM": "Nội khoa; Nhi", "TU_NGAY": "20260701"}
    )

    assert (report.added, report.closed) == (1, 1)
    scopes = PracticeCertificate.objects.order_by("valid_from").values_list("scope", "valid_to")
    assert list(scopes) == [("Nội khoa", date(2026, 6, 30)), ("Nội khoa; Nhi", None)]


def test_new_hours_close_those_that_ended_and_keep_the_rest(facility):
    imported(facility, "staff", PERSON)
    later = {**PERSON, "THOIGIAN_NGAY": "T20700-1100;T30800-1200", "TU_NGAY": "20260701"}

    for _ in range(2):
        imported(facility, "staff", later)

    staff = Staff.objects.get()
    assert hours(staff, date(2026, 6, 30))[0] == (0, time(7), time(11))
    assert len(hours(staff, date(2026, 6, 30))) == 4
    assert hours(staff, date(2026, 7, 1)) == [
        (0, time(7), time(11)),
        (1, time(8), time(12)),
    ]


def test_an_older_file_does_not_bring_old_hours_back(facility):
    imported(facility, "staff", {**PERSON, "THOIGIAN_TUAN": "T6", "TU_NGAY": "20260701"})

    imported(facility, "staff", {**PERSON, "DEN_NGAY": "20260630"})

    assert {weekday for weekday, *_ in hours(Staff.objects.get(), DAY)} == {4}


def test_somebody_who_leaves_loses_licence_and_hours(facility):
    imported(facility, "staff", PERSON)

    report, _ = imported(facility, "staff", {**PERSON, "DEN_NGAY": "20261031"})

    assert report.closed == 1
    assert PracticeCertificate.objects.get().valid_to == date(2026, 10, 31)
    assert hours(Staff.objects.get(), date(2026, 11, 2)) == []
    assert hours(Staff.objects.get(), date(2026, 10, 26)) != []


def test_one_person_in_two_departments_is_one_person(facility):
    imported(facility, "departments", DEPARTMENT, {**DEPARTMENT, "MA_KHOA": "K01"})

    report, refusals = imported(
        facility, "staff", {**PERSON, "MA_KHOA": "K03"}, {**PERSON, "MA_KHOA": "K01"}
    )

    assert (report.added, report.unchanged, refusals) == (1, 1, [])
    department = Staff.objects.get().department
    assert department is not None
    assert department.code == "K03"


def test_somebody_without_a_licence_is_on_record_all_the_same(facility):
    person = {**PERSON, "MACCHN": "", "PHAMVI_CM": "", "CHUCDANH_NN": "9"}

    first, _ = imported(facility, "staff", person)
    again, _ = imported(facility, "staff", person)

    assert (first.added, again.added, again.unchanged) == (1, 0, 1)
    assert Staff.objects.get().title == "Không cần giấy phép hành nghề"
    assert not PracticeCertificate.objects.exists()


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"MA_KHOA": "K99"}, "MA_KHOA", "no_such_department"),
        ({"SO_DINH_DANH": 1090000017}, "SO_DINH_DANH", "wrong_shape"),
        ({"PHAMVI_CM": ""}, "PHAMVI_CM", "empty"),
        ({"THOIGIAN_NGAY": "7h-11h"}, "THOIGIAN_NGAY", "wrong_shape"),
        ({"THOIGIAN_NGAY": "1100-0700"}, "THOIGIAN_NGAY", "wrong_shape"),
        ({"THOIGIAN_TUAN": "2345"}, "THOIGIAN_TUAN", "wrong_shape"),
    ],
)
def test_a_faulty_person_is_refused(facility, changes, column, code):
    report, refusals = imported(facility, "staff", {**PERSON, **changes})

    assert report.refused == 1
    assert [(refusal.column, refusal.code) for refusal in refusals] == [(column, code)]
    assert not Staff.objects.exists()


def test_a_supply_is_named_by_its_group_and_searched_by_its_trade_name(facility):
    imported(facility, "supplies", SUPPLY)

    row = SupplyEntry.objects.get()
    assert (row.name, row.trade_name, row.cost_group) == ("Bơm tiêm", "Bơm tiêm Mẫu 5ml", "10")
    assert entries_found(SupplyEntry, facility, "mau 5ml", day=DAY) == [row]


def test_a_group_given_as_a_code_leaves_the_trade_name(facility):
    imported(facility, "supplies", {**SUPPLY, "NHOM_VAT_TU": "N03", "TYLE_TT_BH": "80"})

    row = SupplyEntry.objects.get()
    assert (row.name, row.cost_group) == ("Bơm tiêm Mẫu 5ml", "11")


def test_products_of_one_group_are_different_things(facility):
    imported(facility, "supplies", SUPPLY, {**SUPPLY, "TEN_VAT_TU": "Bơm tiêm Mẫu 10ml"})

    assert CatalogItem.objects.filter(kind="supply").count() == 2


def test_a_service_needs_its_cost_group(facility):
    report, refusals = imported(facility, "services", {**SERVICE, "MA_NHOM": ""})

    assert report.refused == 1
    assert (refusals[0].column, refusals[0].code) == ("MA_NHOM", "empty")


def test_a_service_takes_the_price_paid_and_a_usual_unit(facility):
    bed = {**SERVICE, "MA_DICH_VU": "K03.1923", "MA_NHOM": "15", "GIA_THANH_TOAN": "245700"}
    imported(facility, "services", SERVICE, bed)

    test, day_of_bed = ServiceEntry.objects.order_by("code")
    assert (test.unit, test.listed_price, test.item.key) == ("Lần", 49700, "22.0120.1370")
    assert (day_of_bed.unit, day_of_bed.listed_price) == ("Ngày", 245700)


def test_indicators_come_in_a_column(facility):
    written = "WBC|Số lượng bạch cầu|G/L|4.0|10.0; NIT | Nitrit"

    imported(facility, "services", {**SERVICE, "CHI_SO": written})

    assert ServiceEntry.objects.get().indicators == [
        {"code": "WBC", "name": "Số lượng bạch cầu", "unit": "G/L", "low": "4.0", "high": "10.0"},
        {"code": "NIT", "name": "Nitrit", "unit": "", "low": "", "high": ""},
    ]


def test_an_indicator_without_a_name_is_refused(facility):
    report, refusals = imported(facility, "services", {**SERVICE, "CHI_SO": "WBC"})

    assert report.refused == 1
    assert refusals[0].column == "CHI_SO"


def test_indicators_come_in_a_sheet(facility, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(list(SERVICE))
    book.active.append(list(SERVICE.values()))
    sheet = book.create_sheet("CHI_SO")
    sheet.append(["MA_DICH_VU", "MA_CHI_SO", "TEN_CHI_SO", "DON_VI_DO", "CSBT_TU", "CSBT_DEN"])
    sheet.append(["22.0120.1370", "HGB", "Huyết sắc tố", "g/L", 120, 160])
    book.save(tmp_path / "dv.xlsx")

    call_command(
        "catalog_import", "services", str(tmp_path / "dv.xlsx"), facility=CODE, stdout=StringIO()
    )

    assert ServiceEntry.objects.get().indicators == [
        {"code": "HGB", "name": "Huyết sắc tố", "unit": "g/L", "low": "120", "high": "160"}
    ]


def test_a_changed_reference_range_is_a_new_row(facility):
    imported(facility, "services", {**SERVICE, "CHI_SO": "GLU|Glucose|mmol/L|3.9|6.4"})

    report, _ = imported(
        facility,
        "services",
        {**SERVICE, "CHI_SO": "GLU|Glucose|mmol/L|3.9|6.1", "TU_NGAY": "20260701"},
    )

    assert (report.added, report.closed) == (1, 1)


def test_a_machine_is_known_by_its_national_code(facility):
    report, refusals = imported(facility, "equipment", MACHINE, {**MACHINE, "NAM_SX": "24"})

    assert (report.added, report.refused) == (1, 1)
    assert refusals[0].column == "NAM_SX"
    row = EquipmentEntry.objects.get()
    assert (row.item.key, row.made_in, row.used_since) == ("XN.1.90001.001", "2024", "")


def test_the_lists_that_come_with_the_system_load_whole_and_once():
    out = StringIO()
    for _ in range(2):
        call_command("catalog_import", "national_codes", stdout=out)

    assert "từ chối 0" in out.getvalue()
    assert "thêm 0, đóng 0" in out.getvalue()
    outcome = national_code_on("ket_qua_dtri", "8", DAY)
    assert outcome is not None
    assert (outcome.name_vi, outcome.certainty) == ("Tử vong ngoại viện", "sure")
    assert national_code_on("ket_qua_dtri", "8", date(2024, 6, 30)) is None
    assert national_codes_on("tinh", DAY).count() == 34
    commune = national_code_on("xa", "00070", DAY)
    assert commune is not None
    assert commune.attributes == {"province": "01"}
    assert national_codes_on("dan_toc", DAY).count() == 55
    route = national_codes_on("ma_doituong_kcb", DAY).first()
    assert route is not None
    assert "rate_inpatient" in route.attributes


def test_a_list_of_ones_own_is_named_by_its_file(tmp_path):
    path = tmp_path / "nghe_nghiep.csv"
    path.write_text(
        "code,name_vi,valid_from,source\n00,Không nghề nghiệp,20200101,QĐ 34/2020\n",
        encoding="utf-8",
    )

    call_command("catalog_import", "national_codes", str(path), stdout=StringIO())

    assert NationalCode.objects.get().list_name == "nghe_nghiep"


def test_icd_10_loads_with_titles_to_search_by():
    out = StringIO()
    for _ in range(2):
        call_command("catalog_import", "icd10", stdout=out)

    assert "12246 dòng: thêm 0, đóng 0, giữ nguyên 12246" in out.getvalue()
    assert DiseaseCode.objects.count() == 12246
    assert [row.code for row in diseases_found("tang huyet ap vo can", day=DAY)] == ["I10"]
    assert [row.code for row in diseases_found("j189", day=DAY)] == ["J18.9"]
    assert "J18.9" in {row.code for row in diseases_found("Viêm phổi", day=DAY)}
    assert diseases_found("pneumonia", day=DAY, limit=3) != []
    prostate, pneumonia = disease_on("N40", DAY), disease_on("J18", DAY)
    assert prostate is not None
    assert pneumonia is not None
    assert (prostate.only_sex, prostate.has_more_specific) == ("1", False)
    assert (pneumonia.only_sex, pneumonia.has_more_specific) == ("", True)


@pytest.mark.parametrize("query", ["khám", "KHAM NOI", "02.0", "noi kh", ""])
def test_services_are_searched_by_code_and_words(facility, query):
    exam = {**SERVICE, "MA_DICH_VU": "02.03", "TEN_DICH_VU": "Khám Nội", "MA_NHOM": "13"}
    imported(facility, "services", SERVICE, exam)

    found = entries_found(ServiceEntry, facility, query, day=DAY)

    assert [row.code for row in found] == (["02.03"] if query else [])
    assert entries_found(ServiceEntry, facility, query, day=date(2025, 1, 1)) == []


def test_a_name_that_begins_with_the_query_comes_before_one_that_holds_it(facility):
    names = {"A1": "Chụp phổi", "A2": "Đo chức năng phổi", "A3": "Phổi: sinh thiết"}
    imported(
        facility,
        "services",
        *({**SERVICE, "MA_DICH_VU": code, "TEN_DICH_VU": name} for code, name in names.items()),
    )

    found = entries_found(ServiceEntry, facility, "phoi", day=DAY)

    assert [row.code for row in found] == ["A3", "A1", "A2"]


def test_memory_does_not_grow_with_the_file(facility, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "BATCH_ROWS", 200)

    def peak(rows: int, day: str) -> int:
        path = drugs_csv(tmp_path / f"{rows}.csv", rows, facility=CODE, day=day)
        tracemalloc.start()
        with table_open(path, marker="MA_THUOC") as table:
            report = catalogue_import(table, ImportOrder(kind="drugs", facility=facility), now=NOW)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert report.added + report.unchanged == rows
        return used

    peak(400, "20260101")
    small, large = peak(600, "20260102"), peak(6000, "20260103")

    assert large < small * Decimal("1.5")
