"""Catalogues, prices and stock of the demo province, through the same import a hospital uses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.core.management import call_command

from billing.models import PriceEntry
from billing.services.price import price_record
from config.demo.province import DATA, SINCE, province
from hospital.models import (
    DrugEntry,
    Facility,
    FacilityCode,
    Room,
    ServiceEntry,
    StockLot,
    SupplyEntry,
)
from hospital.models.people import Role
from hospital.services.prescription import LotInput, stock_receive

DECISION = "QĐ giá tỉnh Mẫu (bịa)"
STOCK = Decimal(20_000)
CATALOGUES_SINCE = date(2026, 1, 1)


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a demo CSV without its comment lines."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def service_codes() -> dict[str, str]:
    """Return the MA_DICH_VU behind each name that the scenarios use."""
    return {row["KHOA"]: row["MA_DICH_VU"] for row in rows_of("services.csv")}


def catalogue_load(*, now: datetime) -> Iterator[str]:
    """Load shared lists and the catalogues of every facility; yield what was done, line by line."""
    yield _shared("national_codes")
    yield _shared("icd10")
    for entry in province():
        facility = FacilityCode.objects.get(code=entry["code"]).facility
        for kind, name in _files(entry["code"]):
            _import(kind, DATA / name, entry["code"])
        _exam_items(facility, entry)
        prices = _prices(facility)
        lots = _stock(facility, now=now)
        yield f"{facility.short_name}: {prices} giá, {lots} lô thuốc"


def _shared(kind: str) -> str:
    call_command("catalog_import", kind, valid_from=SINCE, verbosity=0)
    return f"Danh mục dùng chung: {kind}"


def _files(code: str) -> Iterator[tuple[str, str]]:
    yield "drugs", "drugs.csv"
    yield "services", "services.csv"
    yield "supplies", "supplies.csv"
    if (DATA / f"equipment-{code}.csv").exists():
        yield "equipment", f"equipment-{code}.csv"


def _import(kind: str, file: Path, code: str) -> None:
    call_command(
        "catalog_import", kind, str(file), facility=code, valid_from=CATALOGUES_SINCE, verbosity=0
    )


def _exam_items(facility: Facility, entry: dict[str, list[dict[str, str]]]) -> None:
    """Say which examination each clinic charges."""
    for room in entry["rooms"]:
        if "exam" in room:
            code = service_codes()[room["exam"]]
            item = (
                ServiceEntry.objects.filter(item__facility=facility, code=code)
                .latest("valid_from")
                .item
            )
            Room.objects.filter(department__facility=facility, code=room["code"]).update(
                exam_item=item
            )


def _prices(facility: Facility) -> int:
    supplies = SupplyEntry.objects.filter(item__facility=facility, valid_to=None)
    for supply in supplies.select_related("item"):
        for payer in (PriceEntry.Payer.INSURANCE, PriceEntry.Payer.HOSPITAL):
            price_record(
                supply.item,
                payer=payer,
                amount=supply.listed_price or Decimal(0),
                valid_from=CATALOGUES_SINCE,
                decision=DECISION,
            )
    by_code = {row["MA_DICH_VU"]: row for row in rows_of("services.csv")}
    entries = ServiceEntry.objects.filter(item__facility=facility, valid_to=None).select_related(
        "item"
    )
    for entry in entries:
        row = by_code[entry.code]
        for payer, column in (
            (PriceEntry.Payer.INSURANCE, "DON_GIA"),
            (PriceEntry.Payer.HOSPITAL, "DON_GIA_BV"),
        ):
            price_record(
                entry.item,
                payer=payer,
                amount=Decimal(row[column]),
                valid_from=CATALOGUES_SINCE,
                decision=DECISION,
            )
    return (len(entries) + len(supplies)) * 2


def _stock(facility: Facility, *, now: datetime) -> int:
    """Receive two lots of every drug that has none; the first expires sooner and is used first."""
    keeper = facility.role_assignments.filter(role=Role.PHARMACY).earliest("pk").user
    made = 0
    for entry in DrugEntry.objects.filter(item__facility=facility, valid_to=None).select_related(
        "item"
    ):
        if StockLot.objects.filter(item=entry.item).exists():
            continue
        for number, months in ((1, 8), (2, 20)):
            stock_receive(
                LotInput(
                    item=entry.item,
                    lot_number=f"MAU{now:%y}{number:02d}",
                    expires_on=now.date() + timedelta(days=30 * months),
                    quantity=STOCK,
                    purchase_price=entry.listed_price or Decimal(0),
                ),
                facility=facility,
                actor=keeper,
                now=now,
            )
            made += 1
    return made
