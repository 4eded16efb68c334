"""How the commands of the system are called: which variables they get, which step is still due."""

import hashlib
import os
import secrets
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.console import Stop, last_lines, step
from scripts.environment import PYTHON
from scripts.machine import ROOT, VAR, plain_variables

SOURCES = (".py", ".csv", ".yaml", ".html", ".css", ".js", ".svg", ".po", ".txt", ".json", ".ttf")
SKIPPED = frozenset({"__pycache__", "tests", "docs"})  # and folders with a dot before the name


def system_variables(name: str, database_url: str) -> dict[str, str]:
    """Return the environment of a system that lives in .var/NAME and runs on this machine only.

    Secrets lie in files there; the key is made on first use.
    """
    folder = VAR / name
    for private in (folder / "secrets", folder / "tmp", folder / "log"):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = folder / "secrets" / "SECRET_KEY"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(50))
    return plain_variables() | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEMO": "1",
        # The simulator answers in milliseconds: a worker that died is noticed soon.
        "GATEWAY_LEASE_SECONDS": "15",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder),
        "SECRETS_DIR": str(folder / "secrets"),
        # The filesystem broker passes messages through the folder for temporary files.
        "TMPDIR": str(folder / "tmp"),
        "PYTHONUNBUFFERED": "1",
    }


def manage(arguments: Sequence[str], *, variables: dict[str, str], label: str) -> None:
    """Run one management command as a step; Stop with its last lines when it fails."""
    log = Path(variables["DATA_DIR"]) / "log" / f"{arguments[0]}.log"
    with step(label), log.open("wb") as output:
        command = [PYTHON, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=variables, stdout=output, stderr=output)
        if done.returncode:
            raise Stop(f"manage.py {' '.join(arguments)} failed. {log}:\n{last_lines(log)}")


class Preparation:
    """Remembers from which sources and for which database the slow steps were done."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.file = folder / "prepared"
        self.state = f"{sources_hash()} {hashlib.sha256(database_url.encode()).hexdigest()}"

    def is_due(self) -> bool:
        return not self.file.exists() or self.file.read_text() != self.state

    def done(self) -> None:
        self.file.write_text(self.state)


def sources_hash() -> str:
    """Return one fingerprint of all that the system is made of, tests and documents apart."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and name[0] != ".")
        for name in sorted(files):
            if name.endswith(SOURCES):
                path = Path(folder) / name
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
