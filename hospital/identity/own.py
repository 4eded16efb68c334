"""Codes that this system prints: wristbands, slips, samples, orders.

They carry a number of ours and nothing about a person. Only capital letters, digits and the minus
sign are used, which every scanner and every keyboard layout gives back unharmed.
"""

from __future__ import annotations

import re

from hospital.identity.kinds import OwnCodeScan, OwnKind

PREFIX = "HIS"
PATTERN = re.compile(rf"^{PREFIX}-([A-Z])-([A-Z0-9-]{{1,32}})$")


def own_code(kind: OwnKind, number: str) -> str:
    """Return the text to print; raises ValueError when it could not be read back."""
    text = f"{PREFIX}-{kind}-{number}"
    if PATTERN.match(text) is None:
        raise ValueError("a printed code has only capital letters, digits and the minus sign")
    return text


def read_own(text: str) -> OwnCodeScan | None:
    """Return the code, None when it is not one of ours."""
    found = PATTERN.match(text.upper())
    if found is None or found[1] not in set(OwnKind):
        return None
    return OwnCodeScan(OwnKind(found[1]), found[2])
