"""Vietnamese names as FHIR sees them: first word the family name, the other words given names.

Searching ignores case and marks through `search_name`; `:exact` does not.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db.models import Q

from fhir.mapping.base import Scope
from fhir.matching import NOTHING, unescaped
from hospital.text import clean_text, search_key

NAME_MODIFIERS = frozenset({"exact", "contains"})


def human_name(full_name: str) -> dict[str, Any]:
    """Return an official HumanName; its text is always the whole name as written."""
    family, *given = full_name.split()
    name: dict[str, Any] = {"use": "official", "text": full_name, "family": family}
    return {**name, "given": given} if given else name


def match_name(value: str, modifier: str, scope: Scope) -> Q:
    """Rows of which each word of `value` begins a word of the name, in any order."""
    if modifier == "exact":
        exact = Q(full_name=clean_text(unescaped(value)))
        return exact | match_family(value, modifier, scope) | match_given(value, modifier, scope)
    key = search_key(unescaped(value))
    if not key:
        return NOTHING
    return Q(search_name__contains=key) if modifier == "contains" else _words_begin(key)


def match_family(value: str, modifier: str, scope: Scope) -> Q:
    """Rows whose first word begins with, contains or is `value`."""
    text, key = clean_text(unescaped(value)), search_key(unescaped(value))
    if not key or " " in key:
        return NOTHING
    if modifier == "exact":
        return Q(search_name__startswith=key) & (
            Q(full_name=text) | Q(full_name__startswith=f"{text} ")
        )
    if modifier == "contains":
        return Q(search_name__regex=f"^[^ ]*{key}")
    return Q(search_name__startswith=key)


def match_given(value: str, modifier: str, scope: Scope) -> Q:
    """Rows where words after the first begin with, contain or are `value`."""
    text, key = clean_text(unescaped(value)), search_key(unescaped(value))
    if not key:
        return NOTHING
    if modifier == "contains":
        return Q(search_name__regex=f" .*{key}")
    later = _words_begin(key) & Q(search_name__contains=f" {key}")
    if modifier == "exact":
        return later & (Q(full_name__contains=f" {text} ") | Q(full_name__endswith=f" {text}"))
    return later


def _words_begin(key: str) -> Q:
    """Every word of the key begins a word of the name: the full-text index answers this."""
    query = " & ".join(f"{word}:*" for word in key.split())
    return Q(
        SearchVectorExact(
            SearchVector("search_name", config="simple"),
            SearchQuery(query, config="simple", search_type="raw"),
        )
    )
