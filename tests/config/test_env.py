from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import SettingRefused, env_bool, env_database, env_has, env_int, env_secret

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("Yes", True), ("off", False), ("", False)]
)
def test_yes_and_no_are_read(monkeypatch, word, value):
    monkeypatch.setenv("X", word)

    assert env_bool("X", default=not value) is value


def test_other_word_for_yes_names_the_variable(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")

    with pytest.raises(SettingRefused, match="DEBUG"):
        env_bool("DEBUG")


def test_number_that_is_none_names_the_variable_but_not_its_value(monkeypatch):
    monkeypatch.setenv("SESSION_HOURS", "s3cret")

    with pytest.raises(SettingRefused, match="SESSION_HOURS") as refused:
        env_int("SESSION_HOURS", 12)

    assert "s3cret" not in str(refused.value)


def test_secret_comes_from_variable_file_or_folder(monkeypatch, tmp_path):
    (tmp_path / "THIRD").write_text("from folder\n")
    (tmp_path / "second").write_text("from file\r\n")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("FIRST", "from variable")
    monkeypatch.setenv("SECOND_FILE", str(tmp_path / "second"))

    secrets = [env_secret(name) for name in ("FIRST", "SECOND", "THIRD")]

    assert secrets == ["from variable", "from file", "from folder"]
    assert [env_has(name) for name in ("FIRST", "SECOND", "THIRD", "FOURTH")] == [True] * 3 + [
        False
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"KEY": ""},
        {"KEY_FILE": "/nowhere/at/all"},
        {"KEY": "a", "KEY_FILE": "/dev/null"},
        {"KEY_FILE": "/dev/null"},
        {"SECRETS_DIR": "/nowhere"},
    ],
)
def test_missing_empty_or_doubled_secret_names_the_variable(monkeypatch, variables):
    for name in ("KEY", "KEY_FILE", "SECRETS_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingRefused, match="KEY"):
        env_secret("KEY")


def test_database_url_gives_host_port_and_options(monkeypatch):
    monkeypatch.setenv("D", "postgresql://his:p%40ss@db.example:6432/his?sslmode=verify-full")

    database = env_database("D")

    assert (database["HOST"], database["PORT"]) == ("db.example", "6432")
    assert (database["USER"], database["PASSWORD"], database["NAME"]) == ("his", "p@ss", "his")
    assert database["OPTIONS"] == {"sslmode": "verify-full"}


def test_database_url_may_name_a_socket_folder(monkeypatch):
    monkeypatch.setenv("D", "postgresql://his@/his?host=/run/postgresql")

    database = env_database("D")

    assert (database["HOST"], database["PORT"], database["OPTIONS"]) == ("/run/postgresql", "", {})


@pytest.mark.parametrize(
    "url", ["sqlite:///file", "postgresql://his@db/", "postgresql://his@db:port/his"]
)
def test_other_database_is_refused_by_name(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(SettingRefused, match="DATABASE_URL"):
        env_database("DATABASE_URL")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_start_without_a_needed_variable_stops_and_names_it(name, tmp_path):
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    variables |= {"SECRET_KEY": "k" * 50, "DATABASE_URL": "postgresql:///none"}
    del variables[name]
    command = [sys.executable, "-c", "import config.settings"]

    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"config.env.SettingRefused: {name} ")
