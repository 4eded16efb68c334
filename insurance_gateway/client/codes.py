"""What the gateway's answer codes mean for us (data/gateway_codes.csv)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODES_FILE = Path(__file__).parent.parent / "data" / "gateway_codes.csv"


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """`outcome` steers the program; `meaning` and `action` are Vietnamese sentences for people."""

    service: str
    code: str
    outcome: str
    meaning: str
    action: str


@cache
def code_meanings() -> dict[tuple[str, str], CodeMeaning]:
    """Return every known code by (service, code); services are token, card, send, co_payment."""
    with CODES_FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        meanings = [CodeMeaning(**row) for row in rows]
    return {(meaning.service, meaning.code): meaning for meaning in meanings}


def code_meaning(service: str, code: str) -> CodeMeaning | None:
    """Return the meaning of a code, or None for one that no document names."""
    return code_meanings().get((service, code))
