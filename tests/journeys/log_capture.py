"""The log as it is written, and what must never stand in it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

from config.demo.plan import Visit
from config.demo.province import PASSWORD
from insurance_gateway.client.tokens import SHARED_TOKENS


@contextmanager
def log_captured() -> Iterator[io.StringIO]:
    """Collect every line that the configured log writes meanwhile."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    described = dict(settings.LOGGING["formatters"]["json"])
    handler.setFormatter(described.pop("()")(**described))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield text
    finally:
        root.removeHandler(handler)


def secrets_of(plan: Iterable[Visit]) -> set[str]:
    """Return names, numbers and addresses of the people, tokens and the password."""
    people = [visit.person for visit in plan]
    words = {
        word
        for person in people
        for word in (
            person.full_name,
            person.full_name.upper(),
            person.card,
            person.card[-10:],
            person.personal_id,
            person.phone,
            person.address,
            person.guardian,
        )
    }
    tokens = [slot.token for slot in SHARED_TOKENS._slots.values() if slot.token]
    words |= {word for token in tokens for word in (token.access_token, token.id_token)}
    return (words | {PASSWORD}) - {""}
