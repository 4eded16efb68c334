"""The simulator as its own process, and a hand on its faults."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class RunningSimulator:
    """`data` is the folder of received files."""

    url: str
    data: Path

    def fault(self, kind: str, **options: Any) -> None:
        """Ask for a fault on the next fitting call."""
        answer = requests.post(
            f"{self.url}/__sim/faults", json={"kind": kind, **options}, timeout=5
        )
        assert answer.status_code == 200, answer.text

    def faults_clear(self) -> None:
        requests.delete(f"{self.url}/__sim/faults", timeout=5)

    def dossier(self, ma_lk: str, *, kind: str = "claim") -> dict[str, Any]:
        """Return what the simulator keeps under an MA_LK. Raises KeyError when it has nothing."""
        return {row["MA_LK"]: row for row in self.dossiers(kind)}[ma_lk]

    def dossiers(self, kind: str = "claim") -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/__sim/dossiers", params={"kind": kind}, timeout=5)
        rows: list[dict[str, Any]] = answer.json()
        return rows

    def has_dossier(self, ma_lk: str) -> bool:
        return any(row["MA_LK"] == ma_lk for row in self.dossiers())

    def journal(self) -> list[dict[str, Any]]:
        lines = (self.data / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def calls(self, service: str) -> list[str]:
        """Return the codes that a service has answered so far, oldest first."""
        calls = (row for row in self.journal() if row["event"] == "call")
        return [row["code"] for row in calls if row["service"] == service]


@contextmanager
def simulator_running(data: Path, *options: str) -> Iterator[RunningSimulator]:
    """Start `manage.py gateway_simulator` on a free port and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["manage.py", "gateway_simulator", "--port", str(port), "--data", str(data), *options]
    process = subprocess.Popen([sys.executable, *command], cwd=REPOSITORY, env=dict(os.environ))
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url)
        yield RunningSimulator(url, data)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"{url}/__sim/health", timeout=10)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the simulator did not start")
