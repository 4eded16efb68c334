"""Where the gateway's services are, by the day of the call (data/gateway_paths.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from insurance_gateway.errors import GatewayError

PATHS_FILE = Path(__file__).parent.parent / "data" / "gateway_paths.yaml"


class ServiceNotInForce(GatewayError):
    """The gateway had no such service on that day."""


@dataclass(frozen=True, slots=True)
class Service:
    """`file_kind` is the value of loaiHoSo, empty for look-ups."""

    path: str
    file_kind: str
    since: date
    source: str


@cache
def services() -> dict[str, tuple[Service, ...]]:
    """Return every service by name, its periods oldest first."""
    rows = yaml.safe_load(PATHS_FILE.read_text(encoding="utf-8"))
    return {
        name: tuple(Service(since=since, **row) for since, row in sorted(periods.items()))
        for name, periods in rows.items()
    }


def service_at(name: str, day: date) -> Service:
    """Return the service in force on `day`. Raises ServiceNotInForce."""
    for service in reversed(services()[name]):
        if service.since <= day:
            return service
    raise ServiceNotInForce("gateway_service_not_in_force", service=name, day=day)
