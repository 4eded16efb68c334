"""What production refuses: debug mode, a known or short key, a gateway that is not the insurer's.

The demo and the tests set DEMO, which lifts all three. A refusal stops `manage.py migrate`, the web
server and the worker, because each runs Django's system checks before it serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from insurance_gateway.models import GatewayAccount

SAMPLE_KEY_MARK = "change-me"
KEY_LENGTH = 50
LOOPBACK_NAMES = frozenset({"localhost", "::1"})


@register(Tags.security)
def production_settings(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Refuse debug mode and a key that others know or can guess."""
    if settings.DEMO:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on outside the demo.", hint="Unset DEBUG.", id="config.E001"))
    key = settings.SECRET_KEY
    if SAMPLE_KEY_MARK in key or len(key) < KEY_LENGTH:
        found.append(
            Error(
                f"SECRET_KEY is the sample one or shorter than {KEY_LENGTH} characters.",
                hint="Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
                id="config.E002",
            )
        )
    return found


@register(Tags.database)
def production_gateway(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **_: Any
) -> list[CheckMessage]:
    """Refuse a gateway account that points at this machine, where only the simulator listens."""
    if settings.DEMO or not databases:
        return []
    return [
        Error(
            f"Gateway account {account.pk} points at the simulator ({account.base_url}).",
            hint="Give the account the insurer's address, or set DEMO=1 on a training machine.",
            id="config.E003",
        )
        for account in GatewayAccount.objects.filter(valid_to=None)
        if is_loopback(account.base_url)
    ]


def is_loopback(url: str) -> bool:
    """Say whether the URL names this machine."""
    host = urlsplit(url).hostname or ""
    return host in LOOPBACK_NAMES or host.startswith("127.")
