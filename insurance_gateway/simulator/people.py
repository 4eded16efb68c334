"""The insured people and the registered employees the simulated gateway knows.

A JSON file: a list of people, or {"people": […], "employees": [{"hoTen", "cccd"}]}. One person:
maThe, cccd, hoTen, ngaySinh, gioiTinh, diaChi, maDKBD, gtTheTu, gtTheDen, maKV, ngayDu5Nam, and
maTheMoi, gtTheTuMoi, gtTheDenMoi, maDKBDMoi, tenDKBDMoi where the file wants its own new card.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from insurance_gateway.simulator.watched import WatchedJson

Person = Mapping[str, str]


def successor(card: str) -> str:
    """Return the invented newer card of a card: third digit from the right becomes 9."""
    return f"{card[:12]}9{card[13:]}"


class People:
    """Look-up by card (15), social insurance number (10) or citizen number (12)."""

    def __init__(self, path: Path | None) -> None:
        self._file = WatchedJson(path)
        self._stamp: object = None
        self._index: dict[str, Person] = {}
        self._employees: dict[str, str] | None = None
        self._lock = threading.Lock()

    def find(self, number: str) -> Person | None:
        """Return the person with that number, or None."""
        self._refresh()
        return self._index.get(number)

    def employees(self) -> dict[str, str] | None:
        """Return names by citizen number; None when the file lists no employees."""
        self._refresh()
        return self._employees

    def _refresh(self) -> None:
        with self._lock:
            stamp, content = self._file.content()
            if stamp == self._stamp:
                return
            rows = content.get("people", []) if isinstance(content, dict) else content or []
            self._index = _index_of(rows)
            self._employees = _employees_of(content)
            self._stamp = stamp


def _index_of(rows: list[dict[str, Any]]) -> dict[str, Person]:
    index: dict[str, Person] = {}
    for row in rows:
        person = {key: "" if value is None else str(value) for key, value in row.items()}
        card = person["maThe"]
        for number in (successor(card), card[-10:], person.get("cccd", ""), card):
            if number:
                index[number] = person
    return index


def _employees_of(content: Any) -> dict[str, str] | None:
    if not isinstance(content, dict) or "employees" not in content:
        return None
    return {row["cccd"]: row["hoTen"] for row in content["employees"]}
