"""Form 03/DM: drugs, oxygen, infusions, blood.

The key joins what makes two rows the same stock of the same drug: active ingredient code,
registration number (the name where there is none), strength, route, unit, bid and sending facility.
The price is not in it: a new price closes the row and opens the next.
"""

from __future__ import annotations

from hospital.catalogues.cells import choice, code, flag, shaped, text
from hospital.catalogues.keys import joined_key
from hospital.catalogues.layout import (
    FACILITY,
    FROM,
    TO,
    Column,
    Layout,
    OwnerTable,
    RowContext,
    Values,
)
from hospital.catalogues.layouts.money import ALL, COST_GROUP, RATIO, SCOPE, listed_price
from hospital.models import CatalogItem, DrugEntry
from hospital.text import search_key

LISTED, BY_RATIO = "4", "6"
# LOAI_THUOC 9 is blood, 10 a blood product (QĐ 5937/2021 PL3).
GROUP_OF_TYPE = {"9": "7", "10": "7"}


def _key(values: Values) -> str:
    return joined_key(
        values["code"],
        values["registration_number"] or search_key(values["name"]),
        search_key(values["strength"]),
        values["route"],
        search_key(values["unit"]),
        values["tender"],
        values["source_facility"],
    )


def _complete(values: Values, context: RowContext) -> None:
    if not values["cost_group"]:
        listed = LISTED if values["insured_ratio"] == ALL else BY_RATIO
        values["cost_group"] = GROUP_OF_TYPE.get(values["drug_type"], listed)
    found = search_key(f"{values['name']} {values['ingredient']}")
    values["search_name"] = found[:1024]


DRUGS = Layout(
    kind="drugs",
    form="Mẫu 03/DM (TT 12/2026/TT-BTC)",
    marker="MA_THUOC",
    entry=DrugEntry,
    link="item",
    columns=(
        Column("code", ("MA_THUOC",), code, required=True),
        Column("ingredient", ("TEN_HOAT_CHAT",), text),
        Column("name", ("TEN_THUOC",), text, required=True),
        Column("unit", ("DON_VI_TINH",), text, required=True),
        Column("strength", ("HAM_LUONG",), text),
        # A spreadsheet cell that is a number turns 2.10 into 2.1: refused, not guessed.
        Column(
            "route",
            ("MA_DUONG_DUNG",),
            shaped(r"[0-9]\.[0-9]{2}", "1.01 (ô kiểu văn bản)"),
            required=True,
        ),
        Column("dosage_form", ("DANG_BAO_CHE",), text),
        Column("registration_number", ("SO_DANG_KY",), code),
        listed_price("DON_GIA_BH", "DON_GIA"),
        Column("tender", ("TT_THAU",), code),
        Column("manufacturer", ("NHA_SX", "HANG_SX"), text),
        Column("country", ("NUOC_SX",), text),
        Column("processing_codes", ("PP_CHEBIEN", "MA_PP_CHEBIEN"), code),
        Column("source_facility", ("MA_CSKCB_THUOC",), code),
        Column("drug_type", ("LOAI_THUOC",), code),
        RATIO,
        SCOPE,
        COST_GROUP,
        Column(
            "funding_source",
            ("NGUON_CTRA",),
            choice("1", "2", "3", "4"),
            default="1",
            national="nguon_ctra",
        ),
        Column("is_prescription_only", ("KE_DON",), flag, default=True),
        Column("control_class", ("LOAI_KIEM_SOAT",), choice("n", "h", "y"), default=""),
        FACILITY,
        FROM,
        TO,
    ),
    key=_key,
    complete=_complete,
    values=(
        "code",
        "name",
        "unit",
        "search_name",
        "cost_group",
        "scope",
        "insured_ratio",
        "listed_price",
        "ingredient",
        "strength",
        "route",
        "dosage_form",
        "registration_number",
        "tender",
        "manufacturer",
        "country",
        "processing_codes",
        "source_facility",
        "funding_source",
        "is_prescription_only",
        "control_class",
    ),
    noted=("source",),
    owner=OwnerTable(CatalogItem, key="key", fixed={"kind": CatalogItem.Kind.DRUG}),
)
