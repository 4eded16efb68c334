"""Making a program known, and the digest by which its token is found."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from django.db import transaction

from fhir.models import ApiClient
from hospital.errors import InputRefused
from hospital.models import Facility, User
from hospital.services.audit import audit_write

NAME_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")


def token_digest(token: str) -> str:
    """Return what is stored of a token; unsalted, as 32 random bytes cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def api_client_create(
    facility: Facility, *, name: str, now: datetime, job: str, user: User | None = None
) -> tuple[ApiClient, str]:
    """Return a new client and its token, which cannot be read again.

    Raises InputRefused for a name of another shape than `lis-mau` or one already taken.
    """
    if not NAME_SHAPE.fullmatch(name):
        raise InputRefused("api_client_name_shape")
    if ApiClient.objects.filter(facility=facility, name=name).exists():
        raise InputRefused("api_client_name_taken", facility=facility.pk)
    token = secrets.token_urlsafe(32)
    client = ApiClient.objects.create(
        facility=facility, name=name, token_digest=token_digest(token), user=user, created_at=now
    )
    facts = {"user": user.pk if user else None}
    audit_write(
        facility=facility,
        action="fhir.client.create",
        subject=client,
        job=job,
        facts=facts,
        now=now,
    )
    return client, token
