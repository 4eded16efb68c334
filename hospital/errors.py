"""The root of every expected refusal."""

from __future__ import annotations


class HospitalError(Exception):
    """An expected refusal with a stable `code` and the facts that its message needs.

    Facts never hold names, card numbers or other personal data: they may reach a log.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code


class IllegalMove(HospitalError):
    """A state machine was asked for a move it does not have."""

    def __init__(self, thing: str, current: str, wanted: str) -> None:
        super().__init__("illegal_move", thing=thing, current=current, wanted=wanted)


class PermissionRefused(HospitalError):
    """The actor may not do this at this facility or department."""


class InputRefused(HospitalError):
    """A value given by a person cannot be accepted; `code` says which rule."""
