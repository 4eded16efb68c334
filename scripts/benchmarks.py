"""Finds and runs the benchmarks: every program in benchmarks/ that says when it is the main one."""

import subprocess

from scripts.console import Stop
from scripts.environment import PYTHON, TEST_LOCK, environment_ready
from scripts.machine import ROOT, VAR
from scripts.postgres import database
from scripts.system import Preparation, manage, system_variables

FOLDER = ROOT / "benchmarks"


def bench_names() -> list[str]:
    """Return the names that `./run bench` takes."""
    programs = (path for path in sorted(FOLDER.glob("*.py")) if "__main__" in path.read_text())
    return [path.stem.replace("_", "-") for path in programs]


def bench(arguments: list[str]) -> int:
    """Run one benchmark on a database of its own; its last line on stdout is one JSON object."""
    name = arguments[0].replace("_", "-") if arguments else ""
    if name not in bench_names():
        raise Stop(f"./run bench NAME; NAME is one of: {', '.join(bench_names())}")
    environment_ready(TEST_LOCK)
    with database("bench") as url:
        variables = system_variables("bench", url)
        preparation = Preparation(VAR / "bench", url)
        if preparation.is_due():
            manage(["migrate", "--no-input"], variables=variables, label="migrations")
            preparation.done()
        program = f"benchmarks.{name.replace('-', '_')}"
        command = [PYTHON, "-m", program, *arguments[1:]]
        return subprocess.run(command, cwd=ROOT, env=variables).returncode
