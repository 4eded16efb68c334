"""The dated law as one computation reads it, keeping a list of what took part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.benefit.trace import short_number
from billing.claim_facts import ParameterUsed
from billing.params import Param, choice_at, codes_at, param_at, param_in_force


class Law:
    """Reads parameters of the law and remembers each value used, once per first day of validity."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, date], ParameterUsed] = {}
        self._numbers: dict[tuple[str, date], Param[Decimal]] = {}
        self._choices: dict[tuple[str, date], Param[str]] = {}

    def number(self, name: str, day: date) -> Param[Decimal]:
        """Return the number in force on `day`; raises ParamNotInForce."""
        found = self._numbers.get((name, day))
        if found is None:
            found = self._numbers[name, day] = param_at(name, day)
            self.note(name, short_number(found.value), found.since, found.source)
        return found

    def number_if_any(self, name: str, day: date) -> Param[Decimal] | None:
        """Return the number in force on `day`, None when the law has none."""
        return self.number(name, day) if param_in_force(name, day) else None

    def choice(self, name: str, day: date) -> Param[str]:
        """Return the method in force on `day`; raises ParamNotInForce."""
        found = self._choices.get((name, day))
        if found is None:
            found = self._choices[name, day] = choice_at(name, day)
            self.note(name, found.value, found.since, found.source)
        return found

    def codes(self, name: str, day: date) -> Param[tuple[str, ...]]:
        """Return the official codes in force on `day`; raises ParamNotInForce."""
        param = codes_at(name, day)
        self.note(name, ";".join(param.value), param.since, param.source)
        return param

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
