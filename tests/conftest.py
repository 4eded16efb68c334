"""What every test may ask for: no network beyond this machine, the simulator, a browser.

With `CI` set nothing is skipped: a missing browser is a failure.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.browser_process import browser_launch, browser_program

REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 60
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

pytest_plugins = ["tests.counts"]


class NetworkRefused(Exception):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise NetworkRefused(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@dataclass(frozen=True)
class SimulatorProcess:
    """The gateway simulator at work; `data` is its folder, `log` what it printed."""

    url: str
    data: Path
    log: Path


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The real simulator, as its own process on a free port of this machine."""
    folder = tmp_path_factory.mktemp("simulator")
    port = free_port()
    running = SimulatorProcess(f"http://127.0.0.1:{port}", folder / "data", folder / "log")
    running.data.mkdir()
    command = ["manage.py", "gateway_simulator", "--port", str(port), "--data", str(running.data)]
    with running.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=REPOSITORY,
            env=os.environ | {"DEMO": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        answering_wait(process, port, running.log)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answering_wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the port answers; fail with the process's own words when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the simulator did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once per worker and closed to everything beyond this machine."""
    program = browser_program()
    if program is None:
        message = "no Chromium found; install it with: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with pytest.MonkeyPatch.context() as patch:
        # Playwright runs an event loop in this thread, where Django would refuse the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with browser_launch(program) as launched:
            yield launched


@pytest.fixture
def browser_page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A fresh page on the running site; a script error or a refused resource fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="vi-VN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    context.close()
    assert faults == []
