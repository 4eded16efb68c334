"""The page of the portal: “Danh sách tiếp nhận”, and the files that were refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from insurance_gateway.simulator.archive import Received
from insurance_gateway.simulator.office import office

ROWS_PER_PAGE = 100
KINDS = {"claim": "Hồ sơ", "check_in": "Check-in"}


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One dossier as shown; money as text with dots."""

    received_at: str
    facility: str
    ma_lk: str
    versions: int
    transaction_code: str
    total: str
    fund: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    at: str
    facility: str
    ma_lk: str
    kind: str
    code: str
    reason: str


def received_list(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("loai", "claim")
    versions = office().archive.versions(kind)
    versions.sort(key=lambda rows: (rows[-1].received_at, rows[-1].transaction_code), reverse=True)
    page = Paginator(versions, ROWS_PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "kind": kind,
        "kinds": KINDS,
        "page": page,
        "rows": [_received_row(rows) for rows in page],
        "refusals": [_refused_row(entry) for entry in office().refusals.newest()],
    }
    return render(request, "simulator/received.html", context)


def _received_row(versions: list[Received]) -> ReceivedRow:
    last = versions[-1]
    moment = datetime.strptime(last.received_at, "%Y%m%d%H%M%S")  # noqa: DTZ007 (local text)
    return ReceivedRow(
        received_at=f"{moment:%d/%m/%Y %H:%M:%S}",
        facility=last.facility,
        ma_lk=last.ma_lk,
        versions=len(versions),
        transaction_code=last.transaction_code,
        total=_money(last.totals.get("T_TONGCHI_BV", "")),
        fund=_money(last.totals.get("T_BHTT", "")),
    )


def _refused_row(entry: dict[str, Any]) -> RefusedRow:
    return RefusedRow(
        at=f"{datetime.fromisoformat(entry['at']):%d/%m/%Y %H:%M:%S}",
        facility=entry.get("facility", ""),
        ma_lk=entry.get("ma_lk", ""),
        kind=KINDS[entry["service"]],
        code=entry["code"],
        reason=entry.get("reason", ""),
    )


def _money(text: str) -> str:
    """Return 1.234.567 or 1.234.567,89 for the text of a total; other texts unchanged."""
    whole, _point, cents = text.partition(".")
    if not whole.isdigit():
        return text
    dotted = f"{int(whole):,}".replace(",", ".")
    return f"{dotted},{cents}" if cents.strip("0") else dotted
