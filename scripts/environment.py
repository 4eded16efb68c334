"""The virtual environment: made once, filled from a lock with hashes, kept until that changes.

uv fills it in seconds and is itself installed by pip from a lock; where uv cannot work (a machine
without its wheel, an odd mirror) pip installs the same lock. The system's pip is never used.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from scripts.console import Stop, note, step
from scripts.machine import ROOT, is_root, packages_install

VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
STAMP = VENV / "installed.json"
RUN_LOCK = "requirements.txt"
TEST_LOCK = "requirements-dev.txt"  # holds everything of RUN_LOCK
POSTGRES_LOCK = "requirements-pgserver.txt"
UV_LOCK = "requirements-uv.txt"
PIP_WHEEL = "pip-25.3-py3-none-any.whl"
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


def environment_ready(*locks: str) -> None:
    """Make the environment hold every lock named; a matching stamp means nothing is done."""
    wanted = {lock: lock_hash(lock) for lock in locks}
    stamps = stamps_read()
    if wanted.items() <= stamps.items():
        return
    if RUN_LOCK in wanted and stamps.get(TEST_LOCK) == lock_hash(TEST_LOCK):
        wanted.pop(RUN_LOCK)
    if not os.path.exists(PYTHON) or stamps.get("python") != sys.version:
        with step(f"Môi trường Python {sys.version.split()[0]} · virtual environment"):
            venv_make()
        stamps = {"python": sys.version}
    for lock in [lock for lock, digest in wanted.items() if stamps.get(lock) != digest]:
        with step(f"Thư viện · packages of {lock}"):
            lock_install(lock)
        stamps[lock] = wanted[lock]
        STAMP.write_text(json.dumps(stamps, indent=1))


def lock_hash(lock: str) -> str:
    """Return the fingerprint of a lock file."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def stamps_read() -> dict[str, str]:
    """Return what was installed into the environment, empty when nothing or half of it was."""
    if not (STAMP.exists() and os.path.exists(PYTHON)):
        return {}
    stamps: dict[str, str] = json.loads(STAMP.read_text())
    return stamps


def venv_make() -> None:
    """Make an empty environment with pip in it."""
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode:
        index = index_configured()
        if index is None:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            packages_install([f"python{version}-venv"], why="Python lacks venv (ensurepip)")
        else:
            venv_with_fetched_pip(index)
            return
    command = [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(f"{' '.join(command)} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")


def venv_with_fetched_pip(index: str) -> None:
    """Make an environment without ensurepip: one pip wheel of the configured index, by its hash."""
    page = index.rstrip("/") + "/pip/"
    with urllib.request.urlopen(page, timeout=60) as answer:
        listing = answer.read().decode()
    link = re.search(rf'href="([^"]*{re.escape(PIP_WHEEL)}[^"]*)"', listing)
    if link is None:
        raise Stop(f"The package index has no {PIP_WHEEL}; install python3-venv instead.")
    with urllib.request.urlopen(urllib.parse.urljoin(page, link[1]), timeout=60) as answer:
        wheel = answer.read()
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise Stop(f"{PIP_WHEEL} of the package index is not the one we know (SHA-256 differs).")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
    path = VENV / PIP_WHEEL
    path.write_bytes(wheel)
    subprocess.run(
        [PYTHON, f"{path}/pip", "install", "--quiet", "--no-index", str(path)], check=True
    )


def index_configured() -> str | None:
    """Return the package index that the user or the machine names, None when neither does."""
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if value := os.environ.get(name):
            return value
    files = [Path(os.environ.get("PIP_CONFIG_FILE", os.devnull)), Path("/etc/pip.conf")]
    files += [Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf"]
    for file in files:
        if file.is_file() and (
            found := re.search(r"^\s*index-url\s*[=:]\s*(\S+)", file.read_text(), re.MULTILINE)
        ):
            return found[1]
    return None


def lock_install(lock: str) -> None:
    """Install one lock with uv, or with pip when uv is not to be had."""
    arguments = ["install", "--require-hashes", "-r", str(ROOT / lock)]
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        fetch_uv = [*pip, "install", "--require-hashes", "-r", str(ROOT / UV_LOCK)]
        subprocess.run(fetch_uv, capture_output=True)
    if uv.exists():
        command = [str(uv), "pip", *arguments, "--quiet", "--python", PYTHON]
        done = subprocess.run(command, env=uv_variables(), capture_output=True, text=True)
        if done.returncode == 0:
            return
        note(f"  … uv: {done.stderr.strip()[-400:]}\n  … trying pip / thử lại bằng pip")
    if subprocess.run([*pip, *arguments]).returncode:
        raise Stop(
            f"The packages of {lock} could not be installed; is the package index reachable?\n"
            "A mirror is named as usual for pip: PIP_INDEX_URL or pip.conf.\n"
            "Không tải được thư viện: kiểm tra mạng hoặc khai báo máy chủ gương bằng PIP_INDEX_URL."
        )


def uv_variables() -> dict[str, str]:
    """Return our environment with pip's settings under the names uv reads."""
    variables = dict(os.environ)
    index = index_configured()
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & variables.keys():
        variables["UV_DEFAULT_INDEX"] = index
    if certificates := variables.get("PIP_CERT"):
        variables.setdefault("SSL_CERT_FILE", certificates)
    if is_root() and "HOME" not in variables:
        variables["HOME"] = "/root"
    variables |= {"UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}
    return variables
