"""A JSON file that others may rewrite while the simulator runs."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any


class WatchedJson:
    """The content of a file, read again when it has changed; None while there is no file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._content: Any = None
        self._lock = threading.Lock()

    def content(self) -> tuple[object, Any]:
        """Return a stamp that changes with the content, and the content."""
        if self._path is None or not self._path.exists():
            return None, None
        state = self._path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        with self._lock:
            if stamp != self._stamp:
                self._content = json.loads(self._path.read_text(encoding="utf-8"))
                self._stamp = stamp
            return self._stamp, self._content
