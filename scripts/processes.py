"""The processes of a running system: started, restarted when one dies, stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.console import Stop, last_lines, note

PATIENCE_SECONDS = 15  # for a process to end by itself before it is killed
QUICK_DEATH_SECONDS = 5
QUICK_DEATHS = 5
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process, in a process group of its own, writing to its own log."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started = time.monotonic()

    def kill_group(self) -> None:
        """Kill whatever is left of the process and of all it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def end_with_parent() -> None:
    """Ask Linux to end this process when the one that started it is gone, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Processes:
    """Starts, watches and stops the children; use it as a context."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def watch(self, *, until: float | None = None) -> None:
        """Restart whatever dies, for good or until that moment; Stop when one cannot stay alive."""
        while until is None or time.monotonic() < until:
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    self.restart(child)
            time.sleep(0.2)

    def restart(self, child: Child) -> None:
        """Start a dead child again, clearing away what it left behind."""
        code = child.process.returncode if child.process else 0
        quick = time.monotonic() - child.started < QUICK_DEATH_SECONDS
        child.quick_deaths = child.quick_deaths + 1 if quick else 0
        if child.quick_deaths >= QUICK_DEATHS:
            raise Stop(f"{child.name} keeps ending ({code}). {child.log}:\n{last_lines(child.log)}")
        child.kill_group()
        note(f"  … {child.name} ended ({code}) and is started again / khởi động lại")
        child.start()

    def stop(self) -> None:
        """End all children, the last started first; what does not end in time is killed.

        Only the first process of a group is asked: it ends its workers in its own good order.
        """
        for child in reversed(self.children):
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in reversed(self.children):
            if child.process is not None:
                try:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    note(f"  … {child.name} is killed after {PATIENCE_SECONDS} s")
                child.kill_group()
                child.process.wait()
        self.children.clear()


def port_require(port: int, *, option: str) -> None:
    """Refuse a port that somebody else listens on; `option` says how to choose another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Stop(f"Port {port} is taken / cổng {port} đang bận. {option}") from error


def port_wait(port: int, child: Child, *, seconds: float = 60) -> None:
    """Return when the child listens; Stop with its last lines when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.process and child.process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Stop(
        f"{child.name} does not answer on port {port}. {child.log}:\n{last_lines(child.log)}"
    )
