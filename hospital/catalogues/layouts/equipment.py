"""Form 06/DM: machines that services are done on. The key is MA_MAY."""

from __future__ import annotations

from hospital.catalogues.cells import code, shaped, text
from hospital.catalogues.layout import FACILITY, FROM, TO, Column, Layout, OwnerTable
from hospital.models import CatalogItem, EquipmentEntry

YEAR = shaped(r"[0-9]{4}", "2024")

EQUIPMENT = Layout(
    kind="equipment",
    form="Mẫu 06/DM (TT 12/2026/TT-BTC)",
    marker="MA_MAY",
    entry=EquipmentEntry,
    link="item",
    columns=(
        Column("code", ("MA_MAY",), code, required=True),
        Column("name", ("TEN_TB",), text, required=True),
        Column("model", ("KY_HIEU",), text),
        Column("serial", ("SO_SERI",), text),
        Column("manufacturer", ("CONGTY_SX",), text),
        Column("country", ("NUOC_SX",), text),
        Column("made_in", ("NAM_SX",), YEAR, default=""),
        Column("used_since", ("NAM_SD",), YEAR, default=""),
        FACILITY,
        FROM,
        TO,
    ),
    key=lambda values: str(values["code"]),
    values=(
        "code",
        "name",
        "model",
        "serial",
        "manufacturer",
        "country",
        "made_in",
        "used_since",
    ),
    noted=("source",),
    owner=OwnerTable(CatalogItem, key="key", fixed={"kind": CatalogItem.Kind.EQUIPMENT}),
)
