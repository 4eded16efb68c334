"""Bundles of search answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fhir.mapping.base import Json, Resource, Scope
from fhir.paging import Page, place_seal
from fhir.rendering import instant, stamped
from fhir.search import Pairs

PAGE_PARAM = "_page"


def searchset(resource: Resource[Any], page: Page, scope: Scope, *, used: Pairs) -> Json:
    """Return the searchset of a page; `used` are the parameters that the self link repeats."""
    address = f"{scope.base_url}/{resource.type}"
    links = [{"relation": "self", "url": f"{address}?{urlencode(used)}" if used else address}]
    if page.next_place is not None:
        following = urlencode({PAGE_PARAM: place_seal(page.next_place)})
        links.append({"relation": "next", "url": f"{address}?{following}"})
    entries = [
        {
            "fullUrl": f"{address}/{row.pk}",
            "resource": stamped(resource, row, scope).body,
            "search": {"mode": "match"},
        }
        for row in page.rows
    ]
    bundle: Json = {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": instant(scope.now)},
        "type": "searchset",
    }
    if page.total is not None:
        bundle["total"] = page.total
    bundle["link"] = links
    return {**bundle, "entry": entries} if entries else bundle
