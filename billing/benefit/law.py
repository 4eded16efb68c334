"""The dated law as one computation reads it, keeping a list of what took part.

What a day's law says is looked up once per process: the files of the law do not change under it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from billing.benefit.trace import short_number
from billing.claim_facts import ParameterUsed
from billing.params import Param, choice_at, codes_at, param_at, param_in_force

T = TypeVar("T")
DAYS_KEPT = 4096


class Law:
    """Reads parameters of the law and remembers each value used, once per first day of validity."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, date], ParameterUsed] = {}

    def number(self, name: str, day: date) -> Param[Decimal]:
        """Return the number in force on `day`; raises ParamNotInForce."""
        return self._noted(number_on(name, day))

    def number_if_any(self, name: str, day: date) -> Param[Decimal] | None:
        """Return the number in force on `day`, None when the law has none."""
        return self.number(name, day) if param_in_force(name, day) else None

    def choice(self, name: str, day: date) -> Param[str]:
        """Return the method in force on `day`; raises ParamNotInForce."""
        return self._noted(choice_on(name, day))

    def codes(self, name: str, day: date) -> Param[tuple[str, ...]]:
        """Return the official codes in force on `day`; raises ParamNotInForce."""
        return self._noted(codes_on(name, day))

    def note(self, name: str, value: str, since: date, source: str) -> None:
        """Remember that a value took part."""
        if (name, since) not in self._used:
            self._used[name, since] = ParameterUsed(
                name=name, value=value, since=since, source=source
            )

    @property
    def used(self) -> tuple[ParameterUsed, ...]:
        """What took part, by name and day."""
        return tuple(self._used[key] for key in sorted(self._used))

    def _noted(self, found: Found[T]) -> Param[T]:
        param, used = found
        self._used[used.name, used.since] = used
        return param


Found = tuple[Param[T], ParameterUsed]


@lru_cache(DAYS_KEPT)
def number_on(name: str, day: date) -> Found[Decimal]:
    """Return a number in force on `day` with the note of its use; raises ParamNotInForce."""
    return _found(name, param_at(name, day), short_number)


@lru_cache(DAYS_KEPT)
def choice_on(name: str, day: date) -> Found[str]:
    """Return a method in force on `day` with the note of its use; raises ParamNotInForce."""
    return _found(name, choice_at(name, day), str)


@lru_cache(DAYS_KEPT)
def codes_on(name: str, day: date) -> Found[tuple[str, ...]]:
    """Return codes in force on `day` with the note of their use; raises ParamNotInForce."""
    return _found(name, codes_at(name, day), ";".join)


def _found(name: str, param: Param[T], written: Callable[[T], str]) -> Found[T]:
    value = written(param.value)
    used = ParameterUsed(name=name, value=value, since=param.since, source=param.source)
    return param, used
