"""Invented catalogue files of any length, for measuring and testing the import."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl

HEADERS = (
    "STT", "MA_THUOC", "TEN_HOAT_CHAT", "TEN_THUOC", "DON_VI_TINH", "HAM_LUONG", "DUONG_DUNG",
    "MA_DUONG_DUNG", "DANG_BAO_CHE", "SO_DANG_KY", "SO_LUONG", "DON_GIA", "DON_GIA_BH", "QUY_CACH",
    "NHA_SX", "NUOC_SX", "NHA_THAU", "TT_THAU", "LOAI_THUOC", "TU_NGAY", "DEN_NGAY", "MA_CSKCB",
)  # fmt: skip


def drug_row(number: int, *, facility: str, day: str, price: int) -> tuple[str, ...]:
    """Return the cells of one invented drug; its number alone decides which drug it is."""
    return (
        str(number), f"40.{number % 900 + 1}", f"Hoạt chất mẫu {number % 900}",
        f"Thuốc Mẫu số {number}", "Viên", f"{number % 50 * 10 + 10}mg", "Uống", "1.01",
        "Viên nén bao phim", f"8931{number:08d}", "10000", str(price + number % 1000),
        str(price + number % 1000), "Hộp 10 vỉ x 10 viên", f"Dược phẩm Mẫu {number % 40}",
        "Việt Nam", f"Công ty Mẫu {number % 60}", f"101/QĐ-SYT;G1;N{number % 5};2026", "1", day, "",
        facility,
    )  # fmt: skip


def drugs_csv(path: Path, rows: int, *, facility: str, day: str, price: int = 1000) -> Path:
    """Write form 03/DM with `rows` invented drugs as CSV and return the path."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS)
        for number in range(1, rows + 1):
            writer.writerow(drug_row(number, facility=facility, day=day, price=price))
    return path


def drugs_xlsx(path: Path, rows: int, *, facility: str, day: str, price: int = 1000) -> Path:
    """Write the same as a spreadsheet and return the path."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("DM")
    sheet.append(HEADERS)
    for number in range(1, rows + 1):
        sheet.append(drug_row(number, facility=facility, day=day, price=price))
    book.save(path)
    return path
