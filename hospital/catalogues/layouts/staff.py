"""Form 02/DM: people who work here, their practice licence and registered hours.

The key is SO_DINH_DANH. A person who works in two departments has two rows with the same licence;
the first row names the department. A row without MACCHN describes a person without a licence.
"""

from __future__ import annotations

import re

from hospital.catalogues.cells import Cell, code, day, shaped, text
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
from hospital.catalogues.refusals import ValueRefused
from hospital.models import PracticeCertificate, Staff

# CHUCDANH_NN of form 02/DM (secondary).
TITLES = {
    "1": "Bác sỹ",
    "2": "Y sỹ",
    "3": "Điều dưỡng",
    "4": "Hộ sinh",
    "5": "Kỹ thuật y",
    "6": "Tâm lý lâm sàng",
    "7": "Lương y",
    "8": "Dược sỹ",
    "9": "Không cần giấy phép hành nghề",
}
WEEKDAYS = {"T2": 0, "T3": 1, "T4": 2, "T5": 3, "T6": 4, "T7": 5, "CN": 6}
SPAN = re.compile(r"^(T[2-7]|CN)?([01][0-9]|2[0-3])([0-5][0-9])-([01][0-9]|2[0-3])([0-5][0-9])$")
DAYS = re.compile(r"T[2-7]|CN")


def _spans(cell: Cell) -> list[tuple[str, str, str]]:
    """Return (weekday or "", start, end) of `0700-1100;1300-1700` or `T20700-1100;T3…`."""
    spans = []
    for written in re.split(r"[;,]", code(cell).upper()):
        found = SPAN.match(written)
        if found is None or found[2] + found[3] >= found[4] + found[5]:
            raise ValueRefused("wrong_shape", example="0700-1100;1300-1700")
        spans.append((found[1] or "", f"{found[2]}:{found[3]}", f"{found[4]}:{found[5]}"))
    return spans


def _days(cell: Cell) -> list[str]:
    written = re.sub(r"[;,.-]", "", code(cell).upper())
    if DAYS.sub("", written):
        raise ValueRefused("wrong_shape", example="T2T3T4T5T6")
    return DAYS.findall(written)


def _complete(values: Values, context: RowContext) -> None:
    department = values["department_code"]
    if department and department not in context.departments:
        raise ValueRefused("no_such_department", column="MA_KHOA")
    values["department"] = context.departments.get(department)
    values["title"] = TITLES.get(values["title"], values["title"])
    if values["number"] and not values["scope"]:
        raise ValueRefused("empty", column="PHAMVI_CM")
    values["hours"] = sorted(
        {
            (WEEKDAYS[weekday], starts, ends)
            for own_day, starts, ends in values["spans"]
            for weekday in ([own_day] if own_day else values["days"])
        }
    )


STAFF = Layout(
    kind="staff",
    form="Mẫu 02/DM (TT 12/2026/TT-BTC)",
    marker="SO_DINH_DANH",
    entry=PracticeCertificate,
    link="staff",
    columns=(
        Column(
            "personal_id",
            ("SO_DINH_DANH",),
            shaped(r"[0-9]{12}", "12 chữ số (ô kiểu văn bản)"),
            required=True,
        ),
        Column("full_name", ("HO_TEN",), text, required=True),
        Column("department_code", ("MA_KHOA",), code),
        Column("title", ("CHUCDANH_NN",), text),
        Column("number", ("MACCHN",), code),
        Column("issued_on", ("NGAYCAP_CCHN",), day, default=None),
        Column("scope", ("PHAMVI_CM",), text),
        Column("scope_codes", ("MA_PHAMVI_CM",), code),
        Column("spans", ("THOIGIAN_NGAY",), _spans, default=()),
        Column("days", ("THOIGIAN_TUAN",), _days, default=()),
        FACILITY,
        FROM,
        TO,
    ),
    key=lambda values: str(values["personal_id"]),
    complete=_complete,
    values=("number", "scope", "scope_codes", "issued_on"),
    has_entry=lambda values: bool(values["number"]),
    extra={"hours": "jsonb"},
    owner=OwnerTable(
        Staff,
        key="personal_id",
        new={"is_active": True},
        described=("full_name", "title", "department"),
    ),
)
