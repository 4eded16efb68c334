"""The processes behind ./run demo: restarted when killed, stopped with all they started."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from scripts.console import Stop
from scripts.processes import Child, Processes, port_require

SPAWNING = """
import pathlib, subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open("pids", "a") as pids:
    print(inner.pid, file=pids)
time.sleep(60)
"""


def child(folder: Path, program: str) -> Child:
    command = [sys.executable, "-c", program]
    return Child("child", command, folder / "log", dict(os.environ), folder)


def wait_for(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in 20 s"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_killed_process_is_started_again_and_its_orphans_end(tmp_path):
    pids = tmp_path / "pids"
    with Processes() as processes:
        watched = child(tmp_path, SPAWNING)
        processes.start(watched)
        wait_for(pids.exists)
        assert watched.process is not None

        watched.process.send_signal(signal.SIGKILL)
        watched.process.wait()
        processes.watch(until=time.monotonic() + 0.3)
        wait_for(lambda: len(pids.read_text().split()) == 2)

        first, second = map(int, pids.read_text().split())
        wait_for(lambda: not is_alive(first))
        assert is_alive(second)


def test_stop_ends_what_the_processes_started_too(tmp_path):
    pids = tmp_path / "pids"
    with Processes() as processes:
        processes.start(child(tmp_path, SPAWNING))
        wait_for(lambda: pids.exists() and pids.read_text())

    wait_for(lambda: not is_alive(int(pids.read_text())))


def test_process_that_cannot_stay_alive_stops_the_demo_with_its_last_words(tmp_path):
    with Processes() as processes:
        processes.start(child(tmp_path, "raise SystemExit('no database')"))

        with pytest.raises(Stop, match="no database"):
            processes.watch(until=time.monotonic() + 60)


def test_port_in_use_is_refused_with_the_way_out(live_server):
    port = int(live_server.url.rsplit(":", 1)[1])

    with pytest.raises(Stop, match=f"{port}.*--port"):
        port_require(port, option="Choose another with --port.")
