"""What the machine has: who runs us, the folders we own, the Debian packages.

As root a missing package is installed, and said so; otherwise the one command that helps is named.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts.console import Stop, note

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / ".var"


def is_root() -> bool:
    """Say whether we may change the machine."""
    return os.geteuid() == 0


def owner_require() -> None:
    """Refuse to work on folders that another account made: files of two owners break both."""
    for folder in (ROOT / ".venv", VAR):
        if folder.exists() and folder.stat().st_uid != os.geteuid():
            owner = folder.stat().st_uid
            raise Stop(
                f"{folder} belongs to account number {owner}, you are {os.geteuid()}.\n"
                f"Run as that account, or delete {ROOT / '.venv'} and {VAR} and start again.\n"
                "Thư mục thuộc tài khoản khác: chạy bằng tài khoản đó hoặc xoá hai thư mục trên."
            )
    if not os.access(ROOT, os.W_OK):
        raise Stop(f"{ROOT} is not writable for you. / Không có quyền ghi vào thư mục này.")


def plain_variables() -> dict[str, str]:
    """Return our environment without the variables of a production system on this machine."""
    names = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    system = {name + ending for name in names for ending in ("", "_FILE")}
    return {name: value for name, value in os.environ.items() if name not in system}


def packages_install(packages: list[str], *, why: str) -> None:
    """Install Debian packages as root; raise Stop naming the command when we may not."""
    command = apt_command(packages)
    if not is_root() or shutil.which("apt-get") is None:
        raise Stop(f"{why}. Install it first / Hãy cài trước:\n    {command}")
    note(f"  … {why}: {command}")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update"], command.removeprefix("sudo ").split()):
        done = subprocess.run(words, env=quiet, capture_output=True, text=True)
        if done.returncode:
            raise Stop(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")


def apt_command(packages: list[str]) -> str:
    """Return the command that installs Debian packages, as a person would type it."""
    sudo = "" if is_root() else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"
