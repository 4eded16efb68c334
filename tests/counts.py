"""Counts what really ran and says so in the last lines of a test run."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Generator
from typing import Any

import psycopg2
import pytest
import requests

from tests.browser_process import browser_program

KINDS = {
    "browser": "browser",
    "db": "database",
    "transactional_db": "database",
    "live_server": "database",
    "simulator": "simulator",
    "gateway_simulator_process": "simulator",
}
sent_requests = Counter[str]()


def pytest_configure() -> None:
    """Count every HTTP request that this process sends."""
    send = requests.Session.send

    def counted(self: requests.Session, request: Any, **options: Any) -> requests.Response:
        sent_requests["all"] += 1
        return send(self, request, **options)

    requests.Session.send = counted  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Note on the test's report which parts of the system it used."""
    before = sent_requests["all"]
    try:
        return (yield)
    finally:
        names = getattr(item, "fixturenames", [])
        kinds = {KINDS[name] for name in names if name in KINDS}
        kinds |= {"database"} if item.get_closest_marker("django_db") else set()
        item.user_properties += [("kind", kind) for kind in kinds]
        if "simulator" in kinds:
            item.user_properties.append(("requests", sent_requests["all"] - before))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the sums; reports of all workers arrive here."""
    passed = [r for r in terminalreporter.stats.get("passed", []) if r.when == "call"]
    kinds = Counter(v for r in passed for name, v in r.user_properties if name == "kind")
    sent = sum(v for r in passed for name, v in r.user_properties if name == "requests")
    terminalreporter.section("what ran")
    skipped = len(terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line(f"tests passed: {len(passed)}, skipped: {skipped}")
    database = f" ({postgres_version()})" if kinds["database"] else ""
    terminalreporter.write_line(f"tests on the database: {kinds['database']}{database}")
    browser = f" ({chromium_version()})" if kinds["browser"] else ""
    terminalreporter.write_line(f"tests in a browser: {kinds['browser']}{browser}")
    simulator = f"tests with the gateway simulator: {kinds['simulator']}, HTTP requests: {sent}"
    terminalreporter.write_line(simulator)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI set, a skipped test is a failed run."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if (
        os.environ.get("CI")
        and reporter
        and reporter.stats.get("skipped")
        and not session.exitstatus
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def postgres_version() -> str:
    """Return the server's own word for its version."""
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection:
        return (
            f"PostgreSQL {connection.server_version // 10000}.{connection.server_version % 10000}"
        )


def chromium_version() -> str:
    """Return what the browser calls itself."""
    program = browser_program() or "chromium"
    words = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return words.stdout.strip()
