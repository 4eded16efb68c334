"""When a field always asked for may be empty, and when a conditional one must be filled.

Only conditions that a row shows by itself; the finer ones are checks of their own. An excuse counts
in the editions whose row states a condition for the field.
Source: QĐ 130/2023, 4750/2023, 3176/2024, the conditions of each table; gateway check sheet for
4750.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from insurance_gateway.document.editions import Field

Row = Mapping[str, str]
Holds = Callable[[Row], bool]

NOT_INSURED = "9"
GASES = ("40.17", "40.573")
BLOOD = ("7", "17")
PERFORMED = ("1", "2", "3", "8", "18")
BEDS = ("14", "15", "16")
TRANSPORT = "12"
SUPPLY_IN_LIST = "10"


def may_be_empty(table: str, field: Field, row: Row) -> bool:
    """Tell whether an empty value of this field is right in this row."""
    if field.need == "always":
        excuse = EXCUSED.get((table, field.name)) if field.condition else None
        return excuse is not None and excuse(row)
    duty = REQUIRED.get((table, field.name))
    return duty is None or not duty(row)


def value(row: Row, name: str) -> str:
    return row.get(name, "")


def one_of(name: str, *wanted: str) -> Holds:
    return lambda row: value(row, name) in wanted


def filled(name: str) -> Holds:
    return lambda row: bool(value(row, name))


def is_insured(row: Row) -> bool:
    return value(row, "MA_DOITUONG_KCB") != NOT_INSURED


def is_sent_out(row: Row) -> bool:
    """A test done elsewhere carries .K. and the code of the other facility."""
    return ".K." in value(row, "MA_DICH_VU")


def is_done_here(row: Row) -> bool:
    return value(row, "MA_NHOM") in PERFORMED and not is_sent_out(row)


def has_no_strength(row: Row) -> bool:
    """Gas, blood, or anything that is not swallowed, infusions among it."""
    is_gas_or_blood = value(row, "MA_THUOC") in GASES or value(row, "MA_NHOM") in BLOOD
    return is_gas_or_blood or not value(row, "DUONG_DUNG").startswith("1.")


def is_first_cost(*others: str) -> Holds:
    return lambda row: not any(value(row, name) for name in others)


EXCUSED: Mapping[tuple[str, str], Holds] = MappingProxyType(
    {
        ("XML1", "MAXA_CU_TRU"): lambda _row: True,
        ("XML2", "MA_THUOC"): one_of("PHAM_VI", "2"),
        ("XML2", "HAM_LUONG"): has_no_strength,
        ("XML3", "MA_BAC_SI"): is_sent_out,
        ("XML3", "NGAY_YL"): is_sent_out,
        ("XML4", "TEN_CHI_SO"): lambda row: not value(row, "DON_VI_DO"),
        ("XML12", "SO_CCCD"): lambda _row: True,
    }
)

REQUIRED: Mapping[tuple[str, str], Holds] = MappingProxyType(
    {
        ("XML0", "MA_THE_BHYT"): is_insured,
        ("XML0", "MA_DKBD"): is_insured,
        ("XML0", "GT_THE_TU"): is_insured,
        ("XML0", "LY_DO_VNT"): filled("NGAY_VAO_NOI_TRU"),
        ("XML0", "MA_DICH_VU"): is_first_cost("MA_THUOC", "MA_VAT_TU"),
        ("XML0", "TEN_DICH_VU"): filled("MA_DICH_VU"),
        ("XML0", "TEN_THUOC"): filled("MA_THUOC"),
        ("XML0", "TEN_VAT_TU"): filled("MA_VAT_TU"),
        ("XML1", "MA_THE_BHYT"): is_insured,
        ("XML1", "MA_DKBD"): is_insured,
        ("XML1", "GT_THE_TU"): is_insured,
        ("XML1", "LY_DO_VNT"): one_of("MA_LOAI_KCB", "03", "04", "09"),
        ("XML1", "NGAY_VAO_NOI_TRU"): one_of("MA_LOAI_KCB", "03", "04", "09"),
        ("XML1", "MA_NOI_DEN"): one_of("MA_LOAI_RV", "2", "5"),
        ("XML2", "TT_THAU"): lambda row: value(row, "MA_NHOM") not in BLOOD,
        ("XML3", "MA_DICH_VU"): lambda row: not value(row, "MA_VAT_TU"),
        ("XML3", "TEN_DICH_VU"): lambda row: not value(row, "MA_VAT_TU"),
        ("XML3", "TEN_VAT_TU"): filled("MA_VAT_TU"),
        ("XML3", "MA_XANG_DAU"): one_of("MA_NHOM", TRANSPORT),
        ("XML3", "TT_THAU"): one_of("MA_NHOM", SUPPLY_IN_LIST),
        ("XML3", "MA_GIUONG"): one_of("MA_NHOM", *BEDS),
        ("XML3", "NGUOI_THUC_HIEN"): is_done_here,
        ("XML3", "NGAY_TH_YL"): is_done_here,
        ("XML4", "NGAY_KQ"): filled("GIA_TRI"),
        ("XML7", "NGUYENNHAN_DINHCHI"): one_of("MA_DINH_CHI_THAI", "1"),
        ("XML7", "THOIGIAN_DINHCHI"): one_of("MA_DINH_CHI_THAI", "1"),
        ("XML7", "TUOI_THAI"): one_of("MA_DINH_CHI_THAI", "1"),
        ("XML7", "NGOAITRU_TUNGAY"): filled("SO_NGAY_NGHI"),
        ("XML7", "NGOAITRU_DENNGAY"): filled("SO_NGAY_NGHI"),
        ("XML11", "NGUYENNHAN_DINHCHI"): one_of("MA_DINH_CHI_THAI", "1"),
        ("XML11", "TUOI_THAI"): one_of("MA_DINH_CHI_THAI", "1"),
    }
)
