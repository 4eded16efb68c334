"""Which account of a facility reaches the gateway, and when its queue rests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hospital.models import Facility
from hospital.selectors.facilities import facility_code_on
from hospital.services.audit import audit_write
from insurance_gateway.client.egw import EgwGateway
from insurance_gateway.client.port import Credentials, GatewayPort
from insurance_gateway.client.transport import Timeout
from insurance_gateway.errors import GatewayError
from insurance_gateway.limits import try_seconds
from insurance_gateway.models import GatewayAccount

GatewayFor = Callable[[GatewayAccount], GatewayPort]
JOB = "outbox"


class GatewayUnavailable(GatewayError):
    """A facility cannot reach the gateway; codes: secret_missing, address_refused."""


def account_of(facility: Facility, *, now: datetime) -> GatewayAccount | None:
    """Return the account in force, or None."""
    return GatewayAccount.objects.on(timezone.localdate(now)).filter(facility=facility).first()


def gateway_of(account: GatewayAccount, *, now: datetime) -> GatewayPort:
    """Return the real client of an account; raises GatewayUnavailable when it cannot be set up."""
    try:
        password = settings.SECRET_READER(account.secret_name)
    except Exception as error:  # noqa: BLE001  the reader is injected, its errors are its own
        raise GatewayUnavailable("secret_missing", account=account.pk) from error
    try:
        credentials = Credentials(
            username=account.username,
            password=password,
            facility_code=facility_code_on(account.facility, timezone.localdate(now)),
            base_url=account.base_url,
        )
    except ValueError as error:
        raise GatewayUnavailable("address_refused", account=account.pk) from error
    return client_of(credentials)


@lru_cache(maxsize=64)
def client_of(credentials: Credentials) -> EgwGateway:
    """Return the one client of a process for an account, so that its connections are used again."""
    timeout = Timeout(
        settings.GATEWAY_CONNECT_TIMEOUT, settings.GATEWAY_READ_TIMEOUT, total=try_seconds()
    )
    return EgwGateway(credentials, timeout=timeout)


@transaction.atomic
def account_block(account: GatewayAccount, *, reason: str, now: datetime) -> None:
    """Let the queue of an account rest until a person has mended it; other facilities go on."""
    blocked = GatewayAccount.objects.filter(pk=account.pk, blocked_at__isnull=True).update(
        blocked_at=now, blocked_reason=reason[:255]
    )
    if blocked:
        audit_write(
            facility=account.facility,
            job=JOB,
            action="gateway_account.block",
            subject=account,
            facts={"reason": reason},
            now=now,
        )
