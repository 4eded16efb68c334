"""Who looked up a card before; forgotten at a restart."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from datetime import datetime

KEPT = 5


class ChecksSeen:
    """The last look-ups of each card, newest first (dsLichSuKT2018)."""

    def __init__(self) -> None:
        self._rows: dict[str, deque[dict[str, str]]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._lock = threading.Lock()

    def add(self, card: str, *, account: str, code: str, message: str, now: datetime) -> None:
        row = {
            "userKT": account,
            "thoiGianKT": f"{now:%Y%m%d%H%M}",
            "thongBao": message,
            "maLoi": code,
        }
        with self._lock:
            self._rows[card].appendleft(row)

    def of(self, card: str) -> list[dict[str, str]]:
        with self._lock:
            return list(self._rows[card]) if card in self._rows else []
