"""Telephone numbers: one contact point, and the ways in which the same number is written."""

from __future__ import annotations

import re
from typing import Any


def phone_of(number: str) -> dict[str, Any]:
    """Return the ContactPoint of a telephone number as it is stored."""
    return {"system": "phone", "value": number}


def same_phones(text: str) -> frozenset[str]:
    """Return the spellings of a number that may be stored: 0…, +84…, 84…; empty when it is none."""
    digits = re.sub(r"[\s.()+-]", "", text)
    if not re.fullmatch(r"[0-9]{3,15}", digits):
        return frozenset()
    if digits.startswith("84"):
        local = f"0{digits[2:]}"
    elif digits.startswith("0"):
        local = digits
    else:
        return frozenset({digits})
    return frozenset({digits, local, f"+84{local[1:]}", f"84{local[1:]}"})
