"""How the rows of the schema reach into the frozen facts: by a dotted path that is checked.

A path names a root (`claim`, `check_in` or `line`) and then fields or properties. It is a path and
never an expression. One step may be a tuple of dataclasses: the rest is then read of each, giving a
list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from billing.claim_facts import CheckInFacts, ClaimFacts

ROOTS: dict[str, type] = {"claim": ClaimFacts, "check_in": CheckInFacts}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from. `native` is its type without None; a list is `tuple[X, ...]`.

    `is_plain` tells that `attrgetter(path)` reads it: nothing on the way can be missing or many.
    """

    root: str
    path: str
    native: object
    is_plain: bool

    @property
    def reader(self) -> Callable[[Any], Any]:
        return attrgetter(self.path) if self.is_plain else careful_reader(self.path)


def source_of(dotted: str, *, line: type | None = None) -> Source:
    """Return the source of a dotted path; `line` is the dataclass of a table's rows.

    Raises LookupError or AttributeError for a path that does not exist: a fault of the schema rows.
    """
    root, _, path = dotted.partition(".")
    owner = line if root == "line" and line is not None else ROOTS[root]
    native, is_plain = type_at(owner, path.split("."))
    return Source(root, path, native, is_plain)


def line_type(items: str) -> type:
    """Return the dataclass of the rows that stand under a path such as `claim.drugs`."""
    if items in ROOTS:
        return ROOTS[items]
    members = get_args(source_of(items).native)
    if not members:
        raise LookupError(f"{items} is not a list of rows")
    row: type = members[0]
    return row


def type_at(owner: type, names: list[str]) -> tuple[object, bool]:
    """Return the native type at the end of a path, and whether the path is plain."""
    is_many = is_optional = False
    native: Any = owner
    for name in names:
        if get_origin(native) is tuple:
            native, is_many = get_args(native)[0], True
        native, can_miss = without_none(annotation(native, name))
        is_optional = is_optional or (can_miss and name != names[-1])
    return (tuple[native, ...] if is_many else native), not (is_many or is_optional)


def annotation(owner: type, name: str) -> object:
    member = getattr(owner, name)
    if isinstance(member, property):
        return get_type_hints(member.fget)["return"]
    return get_type_hints(owner)[name]


def without_none(hint: object) -> tuple[object, bool]:
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    (native,) = (part for part in get_args(hint) if part is not NoneType)
    return native, True


def careful_reader(path: str) -> Callable[[Any], Any]:
    """Return a reader that gives None behind a missing step and a tuple behind a list."""
    names = path.split(".")

    def read(facts: Any) -> Any:
        return walk(facts, names)

    return read


def walk(facts: Any, names: list[str]) -> Any:
    for position, name in enumerate(names):
        if facts is None:
            return None
        if isinstance(facts, tuple):
            return tuple(walk(member, names[position:]) for member in facts)
        facts = getattr(facts, name)
    return facts
