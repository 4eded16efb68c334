"""The resources that are served, by type. This table is the whole truth: see `fhir.capability`."""

from __future__ import annotations

from typing import Any

from fhir.mapping import patient
from fhir.mapping.base import Resource

RESOURCES: dict[str, Resource[Any]] = {resource.type: resource for resource in (patient.RESOURCE,)}
