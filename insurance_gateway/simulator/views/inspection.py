"""What only the simulator has: its state as JSON, faults on demand. The product never asks here."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from insurance_gateway.simulator.archive import FOLDERS, Received
from insurance_gateway.simulator.faults import FAULTS
from insurance_gateway.simulator.office import office
from insurance_gateway.simulator.results import result_errors


def health(request: HttpRequest) -> JsonResponse:
    archive = office().archive
    counts = {kind: len(archive.versions(kind)) for kind in FOLDERS}
    return JsonResponse({"status": "ok", "received": counts})


def dossiers(request: HttpRequest) -> JsonResponse:
    """Return what was received, by MA_LK; `?kind=check_in` for announcements."""
    rows = office().archive.versions(request.GET.get("kind", "claim"))
    return JsonResponse([_dossier(versions) for versions in rows], safe=False)


def results(request: HttpRequest) -> JsonResponse:
    """Return what the later check found in one received file, 404 for an unknown maGiaoDich."""
    received = office().archive.received(request.GET.get("maGiaoDich", ""))
    if received is None:
        return JsonResponse({"error": "unknown maGiaoDich"}, status=404)
    errors = result_errors(received.kind, office().archive.content(received))
    return JsonResponse(
        {"maGiaoDich": received.transaction_code, "MA_LK": received.ma_lk, "errors": errors}
    )


def faults(request: HttpRequest) -> HttpResponse:
    """GET lists the faults in waiting, POST adds one, DELETE clears them."""
    book = office().faults
    if request.method == "DELETE":
        book.clear()
    elif request.method == "POST":
        try:
            order = book.ask(json.loads(request.body))
        except (ValueError, KeyError, TypeError):
            return JsonResponse({"error": "unknown fault", "known": sorted(FAULTS)}, status=400)
        office().journal.write({"event": "fault", **asdict(order)})
    elif request.method != "GET":
        return HttpResponseNotAllowed(["GET", "POST", "DELETE"])
    return JsonResponse({"waiting": book.waiting()})


def _dossier(versions: list[Received]) -> dict[str, Any]:
    last = versions[-1]
    return {
        "MA_LK": last.ma_lk,
        "maCSKCB": last.facility,
        "maGiaoDich": last.transaction_code,
        "thoiGianTiepNhan": last.received_at,
        "digest": last.digest,
        "totals": last.totals,
        "versions": [
            {
                "version": received.version,
                "maGiaoDich": received.transaction_code,
                "thoiGianTiepNhan": received.received_at,
                "digest": received.digest,
            }
            for received in versions
        ],
    }
