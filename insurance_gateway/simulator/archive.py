"""Received files: every version under its MA_LK, the last one counts.

`dossiers/<facility>/<MA_LK>/<n>.xml` for claims, `check_ins/…` for XML0. A file is whole or absent;
it counts once its journal line is written, so a crash between the two leaves nothing received.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from insurance_gateway.simulator.journal import Journal

FOLDERS = {"claim": "dossiers", "check_in": "check_ins"}
STORED = "stored"


@dataclass(frozen=True, slots=True)
class Received:
    """One accepted version; `cards` are SHA-256 digests of the card numbers in it."""

    kind: str
    facility: str
    ma_lk: str
    version: int
    account: str
    transaction_code: str
    received_at: str
    digest: str
    size: int
    totals: dict[str, str]
    cards: list[str]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that passed every check."""

    kind: str
    facility: str
    ma_lk: str
    account: str
    content: bytes
    totals: Mapping[str, str]
    cards: frozenset[str]


class Archive:
    """The received files of a folder; safe for threads, rebuilt from the journal at start."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        self._lock = threading.Lock()
        self._versions: dict[tuple[str, str, str], list[Received]] = {}
        self._by_code: dict[str, Received] = {}
        self._day_counts: Counter[tuple[str, str]] = Counter()
        for entry in journal.entries():
            if entry.get("event") == STORED:
                self._remember(_received_of(entry))

    def store(self, incoming: Incoming, *, now: datetime) -> Received:
        """Keep one more version and return it with a new transaction code."""
        with self._lock:
            received = self._numbered(incoming, now)
            _write_whole(self.path_of(received), incoming.content)
            self._journal.write({"event": STORED, **asdict(received)})
            self._remember(received)
        return received

    def versions(self, kind: str) -> list[list[Received]]:
        """Return the dossiers of a kind, each with its versions, oldest first."""
        with self._lock:
            return [list(rows) for key, rows in self._versions.items() if key[0] == kind]

    def received(self, transaction_code: str) -> Received | None:
        return self._by_code.get(transaction_code)

    def content(self, received: Received) -> bytes:
        return self.path_of(received).read_bytes()

    def path_of(self, received: Received) -> Path:
        return (
            self._folder
            / FOLDERS[received.kind]
            / _file_name(received.facility)
            / _file_name(received.ma_lk)
            / f"{received.version}.xml"
        )

    def _numbered(self, incoming: Incoming, now: datetime) -> Received:
        day = f"{now:%Y%m%d}"
        earlier = self._versions.get((incoming.kind, incoming.facility, incoming.ma_lk), [])
        running = self._day_counts[incoming.facility, day] + 1
        return Received(
            kind=incoming.kind,
            facility=incoming.facility,
            ma_lk=incoming.ma_lk,
            version=len(earlier) + 1,
            account=incoming.account,
            transaction_code=f"{incoming.facility}_{day}_{running:06d}",
            received_at=f"{now:%Y%m%d%H%M%S}",
            digest=sha256(incoming.content).hexdigest(),
            size=len(incoming.content),
            totals=dict(incoming.totals),
            cards=sorted(incoming.cards),
        )

    def _remember(self, received: Received) -> None:
        key = (received.kind, received.facility, received.ma_lk)
        self._versions.setdefault(key, []).append(received)
        self._by_code[received.transaction_code] = received
        facility, day, _running = received.transaction_code.rsplit("_", 2)
        self._day_counts[facility, day] += 1


def card_digest(number: str) -> str:
    """Return what stands for a card number in the journal."""
    return sha256(number.encode()).hexdigest()


def _received_of(entry: Mapping[str, Any]) -> Received:
    return Received(**{name: value for name, value in entry.items() if name != "event"})


def _file_name(text: str) -> str:
    """Return a name that cannot leave its folder, whatever a foreign MA_LK contains."""
    return (
        quote(text, safe="").replace(".", "%2E") if text.startswith(".") else quote(text, safe="")
    )


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
