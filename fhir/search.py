"""What a search asks for: criteria and controls, from the parameters of a request.

A parameter that the interface does not know is left out, and so does not stand in the `self` link;
with `Prefer: handling=strict` it is refused. A modifier that is not supported is always refused, as
leaving it out would change the meaning. Source: FHIR R4, Search (3.1.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fhir.errors import request_refused
from fhir.mapping.base import Resource, Scope, SearchParam
from fhir.matching import NOTHING, split_unescaped

Pairs = tuple[tuple[str, str], ...]
DEFAULT_COUNT = 20
LARGEST_COUNT = 100
LONGEST_SEARCH = 2000
FORMAT_PARAMS = frozenset({"_format", "_pretty"})
SORTS = {"_id": False, "-_id": True}
TOTALS = {"none": False, "estimate": True, "accurate": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search. `used` are the parameters that were understood, in the order given."""

    criteria: Pairs
    used: Pairs
    count: int = DEFAULT_COUNT
    is_descending: bool = False
    wants_total: bool = False
    is_count_only: bool = False


def search_of(pairs: Iterable[tuple[str, str]], resource: Resource[Any], *, strict: bool) -> Search:
    """Return the search that `pairs` ask for; raises FhirRefused."""
    given = tuple((name, value) for name, value in pairs if value and name not in FORMAT_PARAMS)
    if sum(len(name) + len(value) for name, value in given) > LONGEST_SEARCH:
        raise request_refused(
            "fhir_search_long", _("Điều kiện tìm kiếm quá dài; hãy chia thành nhiều lần tìm.")
        )
    if any("\0" in name + value for name, value in given):
        raise request_refused(
            "fhir_search_character", _("Điều kiện tìm kiếm có ký tự không hợp lệ.")
        )
    controls = {name: value for name, value in given if _is_control(name, value)}
    criteria = tuple(pair for pair in given if resource.param(pair[0].partition(":")[0]))
    used = tuple(pair for pair in given if pair in criteria or controls.get(pair[0]) == pair[1])
    if strict and len(used) != len(given):
        raise request_refused(
            "fhir_search_unknown",
            _("Có tham số tìm kiếm không được hỗ trợ; xem danh sách tại /fhir/metadata."),
        )
    count = _count(controls.get("_count"))
    return Search(
        criteria=criteria,
        used=used,
        count=min(count, LARGEST_COUNT),
        is_descending=SORTS[controls.get("_sort", "_id")],
        wants_total=TOTALS[controls.get("_total", "none")],
        is_count_only=count == 0 or controls.get("_summary") == "count",
    )


def search_conditions(search: Search, resource: Resource[Any], scope: Scope) -> list[Q]:
    """Return one condition per criterion: a repeated parameter means all, a comma means any."""
    return [_condition(name, value, resource, scope) for name, value in search.criteria]


def _is_control(name: str, value: str) -> bool:
    allowed = {"_sort": SORTS, "_total": TOTALS, "_summary": ("count", "false")}
    return name == "_count" or value in allowed.get(name, ())


def _count(text: str | None) -> int:
    if text is None:
        return DEFAULT_COUNT
    if not (text.isascii() and text.isdigit()):
        raise request_refused("fhir_search_count", _("_count phải là số nguyên không âm."))
    return int(text[:9])


def _condition(name: str, value: str, resource: Resource[Any], scope: Scope) -> Q:
    base, _colon, modifier = name.partition(":")
    param = resource.param(base)
    if param is None:
        return NOTHING
    if modifier == "missing" and param.present is not None and value in ("true", "false"):
        return ~param.present if value == "true" else param.present
    if modifier and modifier not in param.modifiers:
        raise request_refused(
            "fhir_search_modifier",
            _("Hậu tố của tham số tìm kiếm không được hỗ trợ cho tham số này."),
        )
    return _any_of(param, modifier, split_unescaped(value, ","), scope)


def _any_of(param: SearchParam, modifier: str, values: list[str], scope: Scope) -> Q:
    matches = [param.match(value, modifier, scope) for value in values if value]
    if not matches:
        return NOTHING
    condition = matches[0]
    for match in matches[1:]:
        condition = condition & match if modifier == "not" else condition | match
    return condition
