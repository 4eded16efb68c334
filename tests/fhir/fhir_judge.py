"""Judges what the interface wrote: by the library of FHIR models, and by rules it lets pass."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

# By name, as the checker of types sees only our own package called fhir.
R4B = import_module("fhir.resources.R4B")
ID_SHAPE = re.compile(r"[A-Za-z0-9\-.]{1,64}")
REQUIRED_CODES = {
    "gender": {"male", "female", "other", "unknown"},
    "use": {"usual", "official", "temp", "secondary", "old", "home", "work", "mobile"},
    "severity": {"fatal", "error", "warning", "information"},
    "mode": {"match", "include", "outcome", "server"},
    "fhirVersion": {"4.0.1"},
}
ISSUE_CODES = {"invalid", "login", "forbidden", "not-supported", "not-found", "exception"}


def body_of(response: Any) -> dict[str, Any]:
    """Return the resource of a response after judging it."""
    assert response.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    body: dict[str, Any] = json.loads(response.content)
    judge(body)
    return body


def judge(resource: dict[str, Any]) -> None:
    """Raise for a resource that is not valid R4."""
    R4B.get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    _judge_tree(resource, resource["resourceType"])
    if resource["resourceType"] == "OperationOutcome":
        assert {issue["code"] for issue in resource["issue"]} <= ISSUE_CODES
    for entry in resource.get("entry", []):
        judge(entry["resource"])
        assert entry["fullUrl"].startswith("http://testserver/fhir/")


def _judge_tree(value: Any, path: str) -> None:
    assert value not in (None, "", [], {}), f"{path} is empty"
    if isinstance(value, list):
        for item in value:
            _judge_tree(item, path)
    if isinstance(value, dict):
        for name, child in value.items():
            if name in REQUIRED_CODES:
                assert child in REQUIRED_CODES[name], f"{path}.{name} is {child}"
            if name == "id":
                assert ID_SHAPE.fullmatch(child)
            _judge_tree(child, f"{path}.{name}")
