"""One step of a decision: which rule was asked, whether it applied, why, and by which text.

A step keeps its sentence as a template with facts, so that making thousands of steps costs little
and a screen may translate the template before filling it. Facts hold no names and no card numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from billing.claim_facts import FACILITY_ZONE

NO_FACTS: Mapping[str, object] = MappingProxyType({})


def gettext_noop(text: str) -> str:
    """Return the text; marks a template for translation (the name is known to xgettext)."""
    return text


class TraceStep(NamedTuple):
    """`rule` is a stable name, `text` a Vietnamese template for `facts`, `source` the law."""

    rule: str
    applied: bool
    text: str
    facts: Mapping[str, object] = NO_FACTS
    source: str = ""

    @property
    def why(self) -> str:
        """The sentence in Vietnamese."""
        return self.told(str)

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the sentence after `translate` has turned its template into another language."""
        return translate(self.text).format(**{name: plain(v) for name, v in self.facts.items()})


def plain(value: object) -> str:
    """Return a fact as a Vietnamese clerk writes it: 1.234.567,5 and 31/12/2026 10:30."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(FACILITY_ZONE):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def number_text(value: Decimal) -> str:
    """Return a number with points between thousands and no trailing zeros after the comma."""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def short_number(value: Decimal) -> str:
    """Return a rate as the claim writes it: no trailing zeros, no exponent (100, 47.5)."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
