"""One page of a search, and the link that leads to the next.

Pages go by id, so that rows added or removed meanwhile neither repeat nor hide others. The link
holds the whole search encrypted: a link ends in logs, and a criterion may be a card number.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from fhir.errors import request_refused
from fhir.mapping.base import Resource, Scope
from fhir.search import Search, search_conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page starts: after the row `after`. `total` is what the first page counted."""

    search: Search
    resource: str
    facility: int
    after: int
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of one page; `total` None when nobody asked; `next_place` None on the last page."""

    rows: list[Model]
    total: int | None
    next_place: Place | None


def page_first(resource: Resource[Any], search: Search, scope: Scope) -> Page:
    """Return the first page of a search."""
    return _page(resource, search, scope, None)


def page_at(resource: Resource[Any], place: Place, scope: Scope) -> Page:
    """Return the page that starts at a place; raises FhirRefused when it is of another search."""
    if (place.resource, place.facility) != (resource.type, scope.facility.pk):
        raise _link_refused()
    return _page(resource, place.search, scope, place)


def _page(resource: Resource[Any], search: Search, scope: Scope, place: Place | None) -> Page:
    found = resource.rows(scope).filter(*search_conditions(search, resource, scope))
    total = place.total if place else None
    if search.is_count_only:
        return Page(rows=[], total=found.count(), next_place=None)
    if search.wants_total and place is None:
        total = found.count()
    ordered = found.order_by("-pk" if search.is_descending else "pk")
    if place is not None:
        ordered = ordered.filter(**{"pk__lt" if search.is_descending else "pk__gt": place.after})
    rows = list(ordered[: search.count + 1])
    if len(rows) <= search.count:
        return Page(rows=rows, total=len(rows) if place is None else total, next_place=None)
    shown = rows[: search.count]
    following = Place(
        search=search,
        resource=resource.type,
        facility=scope.facility.pk,
        after=shown[-1].pk,
        total=total,
    )
    return Page(rows=shown, total=total, next_place=following)


def place_seal(place: Place) -> str:
    """Return the place as one opaque word for a link."""
    data = zlib.compress(msgspec.json.encode(asdict(place)))
    return _cipher().encrypt(data).decode("ascii").rstrip("=")


def place_open(text: str) -> Place:
    """Return the place of a link; raises FhirRefused for a word that we did not make."""
    padded = text + "=" * (-len(text) % 4)
    try:
        data = _cipher().decrypt(padded.encode())
    except InvalidToken as error:
        raise _link_refused() from error
    return msgspec.json.decode(zlib.decompress(data), type=Place)


def _cipher() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"fhir.paging:{secret}".encode()).digest())


def _link_refused() -> Exception:
    return request_refused(
        "fhir_page_link", _("Liên kết trang không dùng được nữa; hãy tìm lại từ đầu.")
    )
