"""From a row to the bytes on the wire: version, meta, JSON with exact decimals, response headers.

The version of a resource is a digest of its content, as a resource is made of several rows: it
changes when, and only when, the answer does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from fhir.errors import format_refused
from fhir.mapping.base import Json, Resource, Scope

MEDIA_TYPE = "application/fhir+json"
READABLE = frozenset({MEDIA_TYPE, "application/json", "application/*", "*/*"})
FORMATS = frozenset({"", "json", MEDIA_TYPE, "application/json"})
VERSIONS = frozenset({"4.0", "4.0.1"})
CACHING = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization, Cookie"}
ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Stamped:
    """A finished resource with its version and the moment of its last change."""

    body: Json
    version: str
    changed_at: datetime

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'


def stamped(resource: Resource[Any], row: Model, scope: Scope) -> Stamped:
    """Return the resource of a row with type, id and meta."""
    content = resource.render(row, scope)
    version = hashlib.sha256(ENCODER.encode(content)).hexdigest()[:16]
    changed_at = resource.changed_at(row)
    meta = {"versionId": version, "lastUpdated": instant(changed_at)}
    head = {"resourceType": resource.type, "id": str(row.pk), "meta": meta}
    return Stamped({**head, **content}, version, changed_at)


def instant(moment: datetime) -> str:
    """Return a FHIR instant with the offset of the country, to the millisecond."""
    return timezone.localtime(moment).isoformat(timespec="milliseconds")


def format_check(request: HttpRequest) -> None:
    """Raise FhirRefused when the answer is wanted in another form than JSON of R4."""
    wanted = request.GET.get("_format")
    if wanted is not None:
        if wanted.replace(" ", "+") not in FORMATS:  # an unescaped + arrives as a space
            raise format_refused()
    elif not any(_is_readable(part) for part in request.headers.get("Accept", "*/*").split(",")):
        raise format_refused()


def _is_readable(media_range: str) -> bool:
    kind, *parameters = (part.strip().lower() for part in media_range.split(";"))
    values = dict(_pair(parameter) for parameter in parameters)
    version = values.get("fhirversion", "4.0")
    return kind in READABLE and version in VERSIONS and values.get("q") not in ("0", "0.0")


def _pair(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return name.strip(), value.strip(' "')


def fhir_response(
    request: HttpRequest, body: Json, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the JSON answer; `_pretty=true` indents it."""
    data = ENCODER.encode(body)
    if request.GET.get("_pretty") == "true":
        data = msgspec.json.format(data, indent=2)
    response = HttpResponse(
        data,
        status=status,
        content_type=f"{MEDIA_TYPE}; charset=utf-8",
        headers={**CACHING, **(headers or {})},
    )
    # Django would log the whole path of a refusal, and a client may have put a card number there.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def version_headers(answer: Stamped) -> dict[str, str]:
    """Return ETag and Last-Modified of one resource, which an answer of 304 has as well."""
    return {
        **CACHING,
        "ETag": answer.etag,
        "Last-Modified": http_date(answer.changed_at.timestamp()),
    }


def is_known(request: HttpRequest, answer: Stamped) -> bool:
    """The client already has this version (If-None-Match)."""
    tags = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    return "*" in tags or answer.version in [tag.removeprefix("W/").strip('"') for tag in tags]
