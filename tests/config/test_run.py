from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ROOT / "run"), *words], capture_output=True, text=True)


def test_run_alone_lists_its_commands():
    done = run()

    assert done.returncode == 0
    listed = set(re.findall(r"^\./run (\w+)", done.stdout, re.MULTILINE))
    assert {"demo", "test", "check", "sim", "manage"} <= listed


def test_unknown_command_is_refused_with_the_list():
    done = run("dmeo")

    assert done.returncode == 2
    assert "dmeo" in done.stderr
    assert "./run demo" in done.stdout
