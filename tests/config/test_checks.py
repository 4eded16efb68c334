from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from hospital.models import Facility
from insurance_gateway.models import GatewayAccount

ROOT = Path(__file__).resolve().parents[2]


def refusals(**options):
    return {found.id for found in run_checks(**options) if str(found.id).startswith("config.")}


@pytest.fixture
def production(settings):
    settings.DEMO = False
    settings.DEBUG = False
    settings.SECRET_KEY = "r" * 50
    return settings


def test_production_with_its_own_key_is_accepted(production):
    assert refusals() == set()


def test_production_refuses_debug(production):
    production.DEBUG = True

    assert refusals() == {"config.E001"}


@pytest.mark.parametrize("key", ["change-me" + "x" * 50, "r" * 49])
def test_production_refuses_a_sample_or_short_key(production, key):
    production.SECRET_KEY = key

    assert refusals() == {"config.E002"}


def test_demo_may_do_all_of_it(settings):
    settings.DEMO, settings.DEBUG, settings.SECRET_KEY = True, True, "short"

    assert refusals() == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://127.0.0.1:8099", {"config.E003"}),
        ("http://localhost:8099", {"config.E003"}),
        ("https://gateway.example", set()),
    ],
)
def test_production_refuses_the_simulator_as_gateway(production, url, found):
    GatewayAccount.objects.create(
        facility=Facility.objects.create(name="Trạm Mẫu"),
        username="01997_TYT",
        secret_name="GATEWAY_PASSWORD",
        base_url=url,
        valid_from=date(2026, 1, 1),
    )

    assert refusals(databases=["default"]) == found


@pytest.mark.django_db
def test_web_server_does_not_start_with_the_sample_key(tmp_path):
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    variables = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": url,
        "SECRET_KEY": "change-me",
        "ALLOWED_HOSTS": "his.example",
    }
    command = [sys.executable, "-c", "import config.wsgi"]

    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)

    assert done.returncode == 1
    assert "config.E002" in done.stderr
