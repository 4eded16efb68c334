"""Lists that all facilities share: ICD-10 (TT 06/2026) and the national code lists.

Their rows belong to no facility and have no owner row: `item_id` is the number of the code.
"""

from __future__ import annotations

import json

from hospital.catalogues.cells import Cell, choice, code, flag, shaped, text
from hospital.catalogues.keys import numeric_key
from hospital.catalogues.layout import FROM, TO, Column, Layout, RowContext, Values
from hospital.catalogues.refusals import ValueRefused
from hospital.models import DiseaseCode, NationalCode
from hospital.text import search_key

# The name of the list is put into every row by whoever opens the file: it is the name of the file.
LIST_NAME = "DANH_MUC"
ATTRIBUTES = "ATTRIBUTES"


def _attributes(cell: Cell) -> dict[str, str]:
    """Return the further columns of a list, which arrive as JSON text."""
    return {str(name): str(value) for name, value in json.loads(str(cell)).items()}


def _disease_complete(values: Values, context: RowContext) -> None:
    if not (values["title_vi"] or values["title_en"]):
        raise ValueRefused("empty", column="TEN_BENH")
    values["title_vi"] = values["title_vi"] or values["title_en"]
    values["search_title"] = search_key(f"{values['title_vi']} {values['title_en']}")[:1024]
    values["item_id"] = numeric_key("icd10", values["code"])


def _code_complete(values: Values, context: RowContext) -> None:
    values["attributes"] = dict(values["attributes"])
    values["item_id"] = numeric_key(values["list_name"], values["code"])


ICD10 = Layout(
    kind="icd10",
    form="TT 06/2026/TT-BYT",
    marker="MA_BENH",
    entry=DiseaseCode,
    link="item_id",
    columns=(
        Column(
            "code",
            ("MA_BENH",),
            shaped(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,3})?", "J18, J18.9"),
            required=True,
        ),
        Column("title_vi", ("TEN_BENH",), text),
        Column("title_en", ("TEN_TIENG_ANH",), text),
        Column("not_main", ("KHONG_BENH_CHINH",), flag, default=False),
        Column("discouraged", ("HAN_CHE",), flag, default=False),
        Column("has_more_specific", ("CO_MA_CHI_TIET",), flag, default=False),
        Column("death_cause_only", ("CHI_TU_VONG",), flag, default=False),
        Column("only_sex", ("GIOI_TINH",), choice("1", "2"), default=""),
        Column("source", ("NGUON",), text),
        FROM,
        TO,
    ),
    key=lambda values: str(values["code"]),
    complete=_disease_complete,
    values=(
        "code",
        "title_vi",
        "title_en",
        "search_title",
        "not_main",
        "discouraged",
        "has_more_specific",
        "death_cause_only",
        "only_sex",
    ),
    noted=("source",),
)

NATIONAL_CODES = Layout(
    kind="national_codes",
    form="Danh mục dùng chung (NĐ 188/2025 Điều 68)",
    marker="CODE",
    entry=NationalCode,
    link="item_id",
    columns=(
        Column("list_name", (LIST_NAME,), code, required=True),
        Column("code", ("CODE",), code, required=True),
        Column("name_vi", ("NAME_VI",), text),
        Column("name_en", ("NAME_EN",), text),
        Column("attributes", (ATTRIBUTES,), _attributes, default=()),
        Column("source", ("SOURCE",), text, required=True),
        Column("certainty", ("CERTAINTY",), text),
        FROM,
        TO,
    ),
    key=lambda values: f"{values['list_name']}|{values['code']}",
    complete=_code_complete,
    values=("list_name", "code", "name_vi", "name_en", "attributes"),
    noted=("source", "certainty"),
)
