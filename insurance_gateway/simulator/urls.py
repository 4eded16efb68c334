"""Addresses of the simulator: every path a service ever had, and the pages of its own."""

from __future__ import annotations

from django.urls import path

from insurance_gateway.client.paths import services
from insurance_gateway.simulator.views import files, inspection, lookups, pages, tokens

VIEWS = {
    "token": tokens.take,
    "card": lookups.card,
    "history": lookups.history,
    "co_payment": lookups.co_payment,
    "check_in": files.check_in,
    "claim": files.claim,
}

urlpatterns = [
    path("", pages.received_list),
    path("__sim/health", inspection.health),
    path("__sim/dossiers", inspection.dossiers),
    path("__sim/results", inspection.results),
    path("__sim/faults", inspection.faults),
    *(
        path(service.path.lstrip("/"), VIEWS[name])
        for name, periods in services().items()
        for service in periods
    ),
]
