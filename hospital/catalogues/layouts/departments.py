"""Form 01/DM: departments, exam tables and beds. The key is MA_KHOA."""

from __future__ import annotations

from hospital.catalogues.cells import Reader, shaped, text, whole
from hospital.catalogues.layout import FACILITY, FROM, TO, Column, Layout, OwnerTable
from hospital.models import Department, DepartmentPeriod

COUNT: Reader = whole(most=10_000)

DEPARTMENTS = Layout(
    kind="departments",
    form="Mẫu 01/DM (TT 12/2026/TT-BTC)",
    marker="MA_KHOA",
    entry=DepartmentPeriod,
    link="department",
    columns=(
        Column(
            "code",
            ("MA_KHOA",),
            shaped(r"K[0-9]{2,4}(\.[0-9A-Z]{1,4})*", "K01, K0203, K16.1"),
            required=True,
        ),
        Column("name", ("TEN_KHOA",), text, required=True),
        Column("exam_tables", ("BAN_KHAM",), COUNT, default=0),
        Column("approved_beds", ("GIUONG_PD",), COUNT, default=0),
        Column("actual_beds", ("GIUONG_TK",), COUNT, default=0),
        Column("intensive_beds", ("GIUONG_HSTC",), COUNT, default=0),
        Column("emergency_beds", ("GIUONG_HSCC",), COUNT, default=0),
        FACILITY,
        FROM,
        TO,
    ),
    key=lambda values: str(values["code"]),
    values=(
        "name",
        "exam_tables",
        "approved_beds",
        "actual_beds",
        "intensive_beds",
        "emergency_beds",
    ),
    owner=OwnerTable(Department, key="code", described=("name",)),
)
