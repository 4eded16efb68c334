"""Form 05/DM: examinations, tests, imaging, procedures, beds. The key is MA_DICH_VU.

The form has no cost group and the code does not tell it, so MA_NHOM is asked for: a wrong guess
would be a wrong column of the cost statement. What a laboratory service measures comes from the
column CHI_SO, or from a sheet of that name.
"""

from __future__ import annotations

from hospital.catalogues.cells import Cell, choice, code, text, whole
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
from hospital.catalogues.layouts.money import RATIO, SCOPE, listed_price
from hospital.catalogues.refusals import ValueRefused
from hospital.models import CatalogItem, ServiceEntry
from hospital.text import search_key

BED_GROUPS = {"14", "15", "16"}
INDICATOR_SHEET = "CHI_SO"
INDICATOR_FIELDS = {
    "code": "MA_CHI_SO",
    "name": "TEN_CHI_SO",
    "unit": "DON_VI_DO",
    "low": "CSBT_TU",
    "high": "CSBT_DEN",
}


def indicators(cell: Cell) -> list[dict[str, str]]:
    """Return indicators written `code|name|unit|low|high; …`; the last three may be empty."""
    found = []
    for written in text(cell).split(";"):
        if not written.strip():
            continue
        parts = [part.strip() for part in written.split("|")]
        if len(parts) > len(INDICATOR_FIELDS) or len(parts) < 2 or not (parts[0] and parts[1]):
            raise ValueRefused("wrong_shape", example="mã|tên|đơn vị|từ|đến; …")
        padded = parts + [""] * (len(INDICATOR_FIELDS) - len(parts))
        found.append(dict(zip(INDICATOR_FIELDS, padded, strict=True)))
    return found


def _complete(values: Values, context: RowContext) -> None:
    if not values["indicators"]:
        values["indicators"] = context.indicators.get(values["code"], [])
    if not values["unit"]:
        values["unit"] = "Ngày" if values["cost_group"] in BED_GROUPS else "Lần"
    values["search_name"] = search_key(values["name"])


SERVICES = Layout(
    kind="services",
    form="Mẫu 05/DM (TT 12/2026/TT-BTC)",
    marker="MA_DICH_VU",
    entry=ServiceEntry,
    link="item",
    columns=(
        Column("code", ("MA_DICH_VU",), code, required=True),
        Column("name", ("TEN_DICH_VU", "TEN_DVKT_GIA"), text, required=True),
        Column("unit", ("DON_VI_TINH",), text),
        Column("cost_group", ("MA_NHOM",), code, required=True, national="ma_nhom"),
        listed_price("GIA_THANH_TOAN", "DON_GIA"),
        RATIO,
        SCOPE,
        Column("procedure_code", ("MA_PTTT_QT",), code),
        Column("specialty", ("CHUYEN_KHOA",), code),
        Column("only_sex", ("GIOI_TINH",), choice("1", "2"), default=""),
        Column("minutes", ("THOI_GIAN",), whole(most=24 * 60), default=None),
        Column("indicators", (INDICATOR_SHEET,), indicators, default=()),
        Column("decision", ("QD_PD_GIA", "QD_DVKT"), text),
        FACILITY,
        FROM,
        TO,
    ),
    key=lambda values: str(values["code"]),
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
        "procedure_code",
        "specialty",
        "only_sex",
        "minutes",
        "indicators",
        "decision",
    ),
    noted=("source",),
    owner=OwnerTable(CatalogItem, key="key", fixed={"kind": CatalogItem.Kind.SERVICE}),
)
