"""What one resource module says about its resource; all else of the interface is made from it.

A new resource is one module with one `Resource` and its line in `fhir.mapping.RESOURCES`: routes,
CapabilityStatement, search, paging, access and audit follow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from hospital.models import Facility

Json = dict[str, Any]
Match = Callable[[str, str, "Scope"], Q]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom and when an answer is made. `base_url` is the service root, without a last slash.

    `facility_code` is the code in force now, empty when there is none. `departments` None means all
    of the facility.
    """

    facility: Facility
    facility_code: str
    base_url: str
    now: datetime
    departments: frozenset[int] | None = None

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)


@dataclass(frozen=True, slots=True)
class SearchParam:
    """One search parameter; `definition` is the last part of the URL of its official definition.

    `match(value, modifier, scope)` gives the condition of one value, still with its escapes; the
    empty modifier is always possible, others only when listed. `present` is the condition that the
    element has a value and makes `:missing` possible.
    """

    name: str
    kind: str
    definition: str
    match: Match
    modifiers: frozenset[str] = frozenset()
    present: Q | None = None

    @property
    def definition_url(self) -> str:
        return f"http://hl7.org/fhir/SearchParameter/{self.definition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[Row]):
    """One type of resource over the rows of one model.

    `rows` are those of the scope's facility and departments, loaded with all that `render` needs,
    so that a page costs the same queries whatever its size. `render` gives the resource without
    type, id and meta. `permission` is what a person needs to read it.
    """

    type: str
    permission: str
    rows: Callable[[Scope], QuerySet[Row]]
    render: Callable[[Row, Scope], Json]
    changed_at: Callable[[Row], datetime]
    patient_pk: Callable[[Row], int | None]
    params: tuple[SearchParam, ...]

    def param(self, name: str) -> SearchParam | None:
        """Return the search parameter of this name, or None."""
        return next((param for param in self.params if param.name == name), None)
