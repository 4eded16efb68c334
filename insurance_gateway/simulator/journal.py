"""The append-only log of the simulator: one JSON object a line, on disk before it is answered.

It never holds tokens, passwords or the text of a document. A line torn by a crash is cut off.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class FolderInUse(RuntimeError):
    """Another simulator writes to the same folder."""


class Journal:
    """journal.jsonl in a folder; one writing process at a time (FolderInUse)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "journal.jsonl"
        self._lock = threading.Lock()
        self._file = self._path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderInUse(f"{folder} belongs to a running simulator") from error
        self._cut_torn_line()

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what was written, oldest first."""
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def write(self, entry: Mapping[str, Any]) -> None:
        """Append one entry; it is on disk when this returns."""
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())

    def _cut_torn_line(self) -> None:
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self._file.truncate(whole)
