"""How long one try at the gateway may take: it must be over before its lease is.

A worker whose lease has ended is taken for dead and the document goes again; were it still
sending, the same claim would be under way twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

LEASE_SHARE = 0.8
CALLS_PER_TRY = 4  # token, document, and both again when the token is refused


def try_seconds() -> float:
    """Return the longest time of a try: what its calls may take, within the lease."""
    calls = CALLS_PER_TRY * (settings.GATEWAY_CONNECT_TIMEOUT + settings.GATEWAY_READ_TIMEOUT)
    return float(min(calls, settings.GATEWAY_LEASE_SECONDS * LEASE_SHARE))


def gateway_times(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Refuse times with which no try could end within its lease."""
    connect, read = settings.GATEWAY_CONNECT_TIMEOUT, settings.GATEWAY_READ_TIMEOUT
    if connect > 0 and read > 0 and connect < try_seconds() < settings.GATEWAY_LEASE_SECONDS:
        return []
    return [
        Error(
            "A try at the gateway cannot end within its lease.",
            hint="GATEWAY_CONNECT_TIMEOUT and GATEWAY_READ_TIMEOUT must be above 0, and "
            f"{LEASE_SHARE:.0%} of GATEWAY_LEASE_SECONDS above GATEWAY_CONNECT_TIMEOUT.",
            id="insurance_gateway.E001",
        )
    ]
