"""Form 04/DM: medical supplies paid apart from a service.

The key joins supply code, trade name, model and bid: one group code covers many products. The claim
names a supply by its group since QĐ 3176 (`name`), the desk by its trade name.
"""

from __future__ import annotations

import re

from hospital.catalogues.cells import code, text, whole
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
from hospital.catalogues.layouts.money import ALL, COST_GROUP, PRICE, RATIO, SCOPE, listed_price
from hospital.models import CatalogItem, SupplyEntry
from hospital.text import search_key

LISTED, BY_RATIO = "10", "11"
GROUP_CODE = re.compile(r"^N\d{2}(\.\d+)*$")


def _complete(values: Values, context: RowContext) -> None:
    # Some files give the code of the group where the form asks for its name.
    if not values["name"] or GROUP_CODE.match(values["name"]):
        values["name"] = values["trade_name"]
    if not values["cost_group"]:
        values["cost_group"] = LISTED if values["insured_ratio"] == ALL else BY_RATIO
    values["search_name"] = search_key(f"{values['trade_name']} {values['name']}")[:1024]


SUPPLIES = Layout(
    kind="supplies",
    form="Mẫu 04/DM (TT 12/2026/TT-BTC)",
    marker="MA_VAT_TU",
    entry=SupplyEntry,
    link="item",
    columns=(
        Column("code", ("MA_VAT_TU",), code, required=True),
        Column("name", ("NHOM_VAT_TU",), text),
        Column("trade_name", ("TEN_VAT_TU",), text, required=True),
        Column("model", ("MA_HIEU", "MA_HIEU_SP"), text),
        Column("unit", ("DON_VI_TINH",), text, required=True),
        listed_price("DON_GIA_BH", "DON_GIA"),
        RATIO,
        SCOPE,
        COST_GROUP,
        Column("tender", ("TT_THAU",), code),
        Column("ceiling", ("T_TRANTT",), PRICE, default=None),
        Column("reuse_count", ("DINH_MUC",), whole(most=1000), default=0),
        FACILITY,
        FROM,
        TO,
    ),
    key=lambda values: joined_key(
        values["code"], search_key(values["trade_name"]), values["model"], values["tender"]
    ),
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
        "trade_name",
        "model",
        "tender",
        "ceiling",
        "reuse_count",
    ),
    noted=("source",),
    owner=OwnerTable(CatalogItem, key="key", fixed={"kind": CatalogItem.Kind.SUPPLY}),
)
