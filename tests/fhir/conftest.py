"""A facility, a program that may read there, and a client that sends its token."""

from __future__ import annotations

import pytest
from django.test import Client

from fhir.clients import api_client_create
from fhir.models import ApiClient
from hospital.models import Facility
from tests.factories import NOW, make_facility


@pytest.fixture
def facility(db: None) -> Facility:
    return make_facility()


@pytest.fixture
def program(facility: Facility) -> tuple[ApiClient, str]:
    return api_client_create(facility, name="lis-mau", job="test", now=NOW)


@pytest.fixture
def api(program: tuple[ApiClient, str]) -> Client:
    return Client(headers={"Authorization": f"Bearer {program[1]}"})
