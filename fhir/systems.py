"""Which URI names which kind of identifier, and identifiers built with it.

The table is data, so that a national standard can replace the URIs of VN Core without code.
Source: spec of the interface, VN Core naming systems (see the head of the CSV).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

TABLE = Path(__file__).parent / "data" / "identifier_systems.csv"
LOCAL_BASE_URI = "http://localhost:8000/fhir"


@dataclass(frozen=True, slots=True)
class IdentifierSystem:
    """One row of the table; `uri` still has its {base} and {facility}."""

    name: str
    uri: str
    type_system: str
    type_code: str
    text: str


@cache
def identifier_systems() -> Mapping[str, IdentifierSystem]:
    """Return the rows of the table by name."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["name"]: IdentifierSystem(**row) for row in rows}


def system_uri(name: str, *, facility_code: str = "") -> str:
    """Return the URI of a system; settings.FHIR_SYSTEMS goes before the table."""
    own: Mapping[str, str] = getattr(settings, "FHIR_SYSTEMS", {})
    template = own.get(name) or identifier_systems()[name].uri
    base = str(getattr(settings, "FHIR_BASE_URI", LOCAL_BASE_URI)).rstrip("/")
    return template.replace("{base}", base).replace("{facility}", facility_code)


def identifier_of(name: str, value: str, *, facility_code: str = "") -> dict[str, Any]:
    """Return one FHIR Identifier; its kind is coded where a published code is known."""
    system = identifier_systems()[name]
    kind: dict[str, Any] = {"text": system.text}
    if system.type_code:
        kind["coding"] = [{"system": system.type_system, "code": system.type_code}]
    return {"type": kind, "system": system_uri(name, facility_code=facility_code), "value": value}
