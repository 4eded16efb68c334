"""The checks of the code and the tests, as CI runs them."""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.compile_messages import catalogs_compile
from scripts.console import Stop, note, say, step
from scripts.environment import TEST_LOCK, VENV, environment_ready
from scripts.machine import ROOT, VAR, apt_command, is_root, packages_install, plain_variables
from scripts.postgres import FAST, database, machine_programs

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
CHECKS = {
    "ruff format": ("ruff", "format", "--check", "."),
    "ruff check": ("ruff", "check", "."),
    "mypy": ("mypy", ".", "run"),
    "lint-imports": ("lint-imports",),
}
MIGRATIONS = ("python", "manage.py", "makemigrations", "--check", "--dry-run")
TESTS = ("python", "-m", "pytest", "-n", "2", "--dist", "loadfile")


class CheckFailed(Stop):
    """A check found something; the message is what it said."""


def check(_: list[str]) -> int:
    """Run the checks that need no database; return 0 when all passed."""
    environment_ready(TEST_LOCK)
    failed = failures(CHECKS, check_variables("postgresql:///none"))
    say("check: " + (f"FAILED: {', '.join(failed)}" if failed else f"all {len(CHECKS)} passed"))
    return 1 if failed else 0


def test(arguments: list[str]) -> int:
    """Run the checks and all tests, or only pytest when it has arguments; 0 when all passed."""
    machine_ready()
    environment_ready(TEST_LOCK)
    catalogs_compile()
    with database("test", settings=FAST) as url:
        variables = check_variables(url)
        if arguments:
            return tool(["python", "-m", "pytest", *arguments], variables).returncode
        steps = {**CHECKS, "makemigrations --check": MIGRATIONS}
        failed = failures(steps, variables)
        passed = len(steps) - len(failed)
        if tool(TESTS, variables).returncode:
            failed.append("pytest")
    say(f"checks passed: {passed} of {len(steps)}")
    say("test: " + (f"FAILED: {', '.join(failed)}" if failed else "all passed"))
    return 1 if failed else 0


def failures(steps: Mapping[str, Sequence[str]], variables: dict[str, str]) -> list[str]:
    """Run every step, showing the output of those that fail; return the names of these."""
    failed = []
    for name, command in steps.items():
        try:
            with step(name):
                done = tool(command, variables, quiet=True)
                if done.returncode:
                    raise CheckFailed((done.stdout + done.stderr).strip())
        except CheckFailed as fault:
            note(str(fault))
            failed.append(name)
    return failed


def tool(
    command: Sequence[str], variables: dict[str, str], *, quiet: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment in the repository."""
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=quiet, text=True)


def check_variables(database_url: str) -> dict[str, str]:
    """Return the environment of checks and tests; nothing of the user's own system reaches it."""
    folder = VAR / "test"
    folder.mkdir(parents=True, exist_ok=True)
    return plain_variables() | {
        "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "DEMO": "1",
    }


def machine_ready() -> None:
    """Install what the tests use beside Python; as a normal user name the one command for it."""
    missing = packages_missing()
    if not missing:
        return
    if is_root() or os.environ.get("CI"):
        packages_install(missing, why="The tests need / kiểm thử cần " + ", ".join(missing))
    else:
        note("  ! Một số kiểm thử bị bỏ qua; để chạy đủ · some tests will be skipped; for all:")
        note(f"    {apt_command(missing)}")


def packages_missing() -> list[str]:
    """Return the Debian packages that the tests miss; PostgreSQL has a wheel for normal users."""
    browsers = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    present = {
        "chromium": any(map(shutil.which, browsers)),
        "xmlsec1": shutil.which("xmlsec1"),
        "fonts-dejavu-core": DEJAVU.exists(),
        # Playwright's own Node program is linked to it.
        "libatomic1": ctypes.util.find_library("atomic"),
        "postgresql": not is_root() or "DATABASE_URL" in os.environ or machine_programs(),
    }
    return [package for package, found in present.items() if not found]
