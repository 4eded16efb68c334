"""Celery as real processes on the test database, with a broker in a folder of their own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from config.env import env_secret
from scripts.machine import ROOT, plain_variables
from scripts.processes import Child


def system_of_test(folder: Path, **values: str) -> dict[str, str]:
    """Return the environment of the system itself on the database of this test, as a demo runs."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    database = urlsplit(env_secret("DATABASE_URL"))
    return plain_variables() | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEMO": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "DATA_DIR": str(folder),
        "SECRETS_DIR": str(folder / "secrets"),
        "TMPDIR": str(temporary),
        **values,
    }


def celery_child(name: str, *options: str, environment: dict[str, str], folder: Path) -> Child:
    """Return a Celery program that is not started yet; it writes to `<name>.log`."""
    command = [sys.executable, "-m", "celery", "-A", "config", name, "--loglevel", "INFO", *options]
    return Child(name, command, folder / f"{name}.log", environment, ROOT)


def killed(child: Child) -> None:
    """Kill the process and all it started, and wait until it is gone."""
    child.kill_group()
    if child.process is not None:
        child.process.wait(timeout=20)


def wait_until(condition: Callable[[], object], *, seconds: float, log: Path) -> None:
    """Wait for something; when it does not come, fail with the last lines of a log."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            lines = log.read_text(encoding="utf-8").splitlines()[-15:] if log.exists() else []
            raise AssertionError("\n".join([f"nothing came in {seconds} s; {log}:", *lines]))
        time.sleep(0.02)
