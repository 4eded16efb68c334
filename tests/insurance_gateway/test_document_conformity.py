"""The checker: official samples pass, and each kind of fault is told where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from insurance_gateway.document.conformity import (
    Code,
    Deviation,
    check_in_deviations,
    claim_deviations,
    claim_edition,
    deviations,
)
from insurance_gateway.document.formulas import rounded_product
from insurance_gateway.document.reading import Tables, check_in_open, claim_open
from insurance_gateway.errors import DocumentUnreadable

SAMPLES = Path(__file__).resolve().parents[1] / "golden" / "samples"


def opened(kind: str) -> Tables:
    return claim_open((SAMPLES / kind / "envelope.xml").read_bytes()).tables


@pytest.fixture
def tables() -> Tables:
    return opened("outpatient")


@pytest.mark.parametrize("kind", ["outpatient", "inpatient"])
def test_official_samples_pass(kind):
    assert claim_deviations(opened(kind)) == []


def test_the_official_check_in_passes():
    rows = check_in_open((SAMPLES / "outpatient" / "XML0.xml").read_bytes()).rows

    assert check_in_deviations(rows) == []


def found(tables: Tables) -> set[tuple[str, int, str, str]]:
    return {(one.table, one.row, one.field, one.code) for one in claim_deviations(tables)}


@pytest.mark.parametrize(
    ("table", "field", "value", "code"),
    [
        ("XML1", "GIOI_TINH", "11", Code.TOO_LONG),
        ("XML1", "MA_DOITUONG_KCB", "1.111", Code.TOO_LONG),
        ("XML1", "GIOI_TINH", "M", Code.BAD_TYPE),
        ("XML1", "NGAY_SINH", "198013000000", Code.BAD_TYPE),
        ("XML1", "NGAY_SINH", "198000150000", Code.BAD_TYPE),
        ("XML1", "NGAY_SINH", "1980", Code.BAD_TYPE),
        ("XML1", "NGAY_VAO", "202611102460", Code.BAD_TYPE),
        ("XML1", "NGAY_TTOAN", "20261110", Code.BAD_TYPE),
        ("XML1", "GT_THE_TU", "01/01/2026", Code.BAD_TYPE),
        ("XML1", "MA_BENH_KT", "I10; K29", Code.BAD_TYPE),
        ("XML1", "CAN_NANG", "61,5", Code.BAD_TYPE),
        ("XML1", "CAN_NANG", "6E1", Code.BAD_TYPE),
        ("XML1", "HO_TEN", "", Code.REQUIRED_EMPTY),
        ("XML1", "MA_THE_BHYT", "", Code.REQUIRED_EMPTY),
        ("XML2", "MUC_HUONG", "47.55", Code.TOO_LONG),
        ("XML2", "TT_THAU", "", Code.REQUIRED_EMPTY),
        ("XML3", "DON_GIA_BV", "1.0001", Code.BAD_TYPE),
        ("XML3", "MA_BAC_SI", "", Code.REQUIRED_EMPTY),
        ("XML4", "NGAY_KQ", "", Code.REQUIRED_EMPTY),
        ("XML1", "T_THUOC", "1", Code.FORMULA),
        ("XML1", "T_BHTT_GDV", "1", Code.FORMULA),
        ("XML1", "SO_NGAY_DTRI", "1", Code.FORMULA),
        ("XML2", "THANH_TIEN_BV", "1", Code.FORMULA),
        ("XML2", "T_BHTT", "1", Code.FORMULA),
        ("XML3", "T_NGUONKHAC", "1", Code.FORMULA),
        ("XML2", "MA_LK", "ANOTHER", Code.LINK),
        ("XML3", "STT", "9", Code.SEQUENCE),
    ],
)
def test_a_wrong_value_is_told_at_its_place(tables, table, field, value, code):
    tables[table][0][field] = value

    assert (table, 1, field, code) in found(tables)


def test_the_figure_that_was_expected_is_told(tables):
    right = tables["XML2"][0]["T_BHTT"]
    tables["XML2"][0]["T_BHTT"] = "1"

    wanted = [one.expected for one in claim_deviations(tables) if one.field == "T_BHTT"]

    assert wanted[0] == f"{right}.00"


def test_a_missing_and_an_unknown_field_are_told(tables):
    tables["XML5"] = [{"MA_LK": tables["XML1"][0]["MA_LK"], "STT": "1", "GHI_CHU_RIENG": "x"}]

    assert {
        ("XML5", 1, "DIEN_BIEN_LS", Code.MISSING_FIELD),
        ("XML5", 1, "GHI_CHU_RIENG", Code.UNKNOWN_FIELD),
    } <= found(tables)


def test_a_wrong_order_is_told_once_per_row(tables):
    row = tables["XML4"][0]
    row["MA_CHI_SO"] = row.pop("MA_CHI_SO")

    assert [one for one in claim_deviations(tables) if one.code == Code.ORDER] == [
        Deviation("XML4", 1, "MA_CHI_SO", Code.ORDER)
    ]


def test_a_field_of_a_later_edition_is_unknown_before(tables):
    tables["XML1"][0]["NGAY_RA"] = "202406301010"

    assert ("XML1", 1, "NHOM_MAU", Code.UNKNOWN_FIELD) in found(tables)


def test_130_multiplies_without_the_service_rate(tables):
    (line,) = (row for row in tables["XML3"] if row["TYLE_TT_DV"] == "30")
    position = line["STT"]

    told = deviations("XML3", "130", tables["XML3"])

    assert [(one.row, one.expected) for one in told if one.field == "THANH_TIEN_BV"] == [
        (int(position), "45000.00")
    ]


@pytest.mark.parametrize("field", ["NGAY_YL", "MA_BAC_SI", "NGUOI_THUC_HIEN", "NGAY_TH_YL"])
def test_a_test_sent_out_needs_neither_doctor_nor_time(tables, field):
    row = tables["XML3"][2]
    row["MA_DICH_VU"] = "23.0075.1494.K.01888"
    row[field] = ""

    assert not {one for one in found(tables) if one[0] == "XML3"}


def test_waiting_for_a_booked_admission_need_not_count():
    tables = opened("inpatient")
    tables["XML1"][0]["NGAY_VAO"] = "202611050800"

    assert not {one for one in found(tables) if one[2] == "SO_NGAY_DTRI"}


def test_figures_that_are_none_give_type_faults_and_no_crash(tables):
    tables["XML2"][0]["SO_LUONG"] = "1" * 400
    tables["XML2"][1]["DON_GIA"] = "NaN"
    tables["XML3"][0]["THANH_TIEN_BV"] = "-5"

    told = found(tables)

    assert ("XML2", 1, "SO_LUONG", Code.TOO_LONG) in told
    assert ("XML2", 2, "DON_GIA", Code.BAD_TYPE) in told
    assert ("XML3", 1, "THANH_TIEN_BV", Code.BAD_TYPE) in told


@pytest.mark.parametrize(
    ("change", "is_excused"),
    [
        ({"DUONG_DUNG": "2.14"}, True),
        ({"MA_THUOC": "40.17"}, True),
        ({"MA_NHOM": "7"}, True),
        ({"DUONG_DUNG": "1.01"}, False),
    ],
)
def test_only_what_is_not_swallowed_may_lack_a_strength(tables, change, is_excused):
    tables["XML2"][0] |= {"HAM_LUONG": "", "DUONG_DUNG": "1.01", **change}

    told = ("XML2", 1, "HAM_LUONG", Code.REQUIRED_EMPTY) in found(tables)

    assert told is not is_excused


def test_a_strength_was_always_asked_for_before_3176(tables):
    tables["XML2"][0] |= {"HAM_LUONG": "", "DUONG_DUNG": "2.14"}

    told = deviations("XML2", "4750", tables["XML2"])

    assert ("HAM_LUONG", Code.REQUIRED_EMPTY) in {(one.field, one.code) for one in told}


@pytest.mark.parametrize(
    ("value", "is_right"),
    [("20261110", True), ("202611100930", True), ("2026111009", False), ("20261131", False)],
)
def test_an_exemption_starts_on_a_day_or_at_a_moment(tables, value, is_right):
    tables["XML1"][0]["NGAY_MIEN_CCT"] = value

    assert (("XML1", 1, "NGAY_MIEN_CCT", Code.BAD_TYPE) not in found(tables)) is is_right


def test_the_times_of_a_referral_may_be_a_list_since_3176():
    row = {"NGAY_VAO": "202611100930;202611120800"}

    def told(edition: str) -> set[Code]:
        return {one.code for one in deviations("XML13", edition, [row]) if one.field == "NGAY_VAO"}

    assert told("3176") == set()
    assert told("4750") == {Code.TOO_LONG, Code.BAD_TYPE}


def test_days_of_medicine_are_not_counted_by_the_calendar(tables):
    tables["XML1"][0] |= {"MA_LOAI_KCB": "05", "SO_NGAY_DTRI": "30"}

    assert not {one for one in found(tables) if one[2] == "SO_NGAY_DTRI"}


def test_a_formula_that_is_no_product_is_a_fault_of_the_schema():
    with pytest.raises(LookupError, match="not a product"):
        rounded_product("THANH_TIEN_BV - THANH_TIEN_BH", {})


def test_more_digits_than_can_be_kept_are_told_as_too_long_only(tables):
    tables["XML3"][0] |= {"SO_LUONG": "9" * 18, "DON_GIA_BV": "9" * 18}

    told = {one for one in found(tables) if one[:2] == ("XML3", 1)}

    assert told == {
        ("XML3", 1, "SO_LUONG", Code.TOO_LONG),
        ("XML3", 1, "DON_GIA_BV", Code.TOO_LONG),
    }


def test_a_claim_without_its_main_table_is_told(tables):
    del tables["XML1"]

    assert claim_deviations(tables, edition="1931")[0].code == Code.MISSING_TABLE
    with pytest.raises(DocumentUnreadable, match="bad_date"):
        claim_edition(tables)


def test_an_empty_row_is_told_field_by_field():
    told = deviations("XML4", "1931", [{}])

    assert {one.code for one in told} == {Code.MISSING_FIELD}
    assert len(told) == 12
    assert deviations("XML1", "1931", [])[0].code == Code.ROW_COUNT
