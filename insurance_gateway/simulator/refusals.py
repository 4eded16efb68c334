"""The last refused files, for the page of the portal."""

from __future__ import annotations

from collections import deque
from typing import Any

from insurance_gateway.simulator.journal import Journal

KEPT = 100
FILES = ("claim", "check_in")


class Refusals:
    """The newest refusals first; rebuilt from the journal at start."""

    def __init__(self, journal: Journal) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=KEPT)
        for entry in journal.entries():
            self.see(entry)

    def see(self, entry: dict[str, Any]) -> None:
        """Remember the journal entry of a call when it is the refusal of a file."""
        if entry.get("event") == "call" and entry["service"] in FILES and entry["code"] != "200":
            self._rows.appendleft(entry)

    def newest(self) -> list[dict[str, Any]]:
        return list(self._rows)
