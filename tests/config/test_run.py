from __future__ import annotations

import re
import subprocess
from pathlib import Path

from scripts.machine import plain_variables

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


def test_variables_of_a_production_system_do_not_reach_demo_and_tests(monkeypatch):
    monkeypatch.setenv("SECRET_KEY_FILE", "/etc/hospital/key")
    monkeypatch.setenv("CELERY_BROKER_URL", "amqp://mq.example")
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")

    variables = plain_variables()

    assert not {"SECRET_KEY_FILE", "CELERY_BROKER_URL"} & variables.keys()
    assert variables["LANG"] == "vi_VN.UTF-8"
