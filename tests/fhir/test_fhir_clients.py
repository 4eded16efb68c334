"""Giving a program access."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from fhir.clients import api_client_create, token_digest
from fhir.models import ApiClient
from hospital.errors import InputRefused
from hospital.models import AuditEntry, Facility
from tests.factories import NOW, make_staff


def create(*arguments: str) -> tuple[str, str]:
    shown, said = StringIO(), StringIO()
    call_command("fhir_client_create", *arguments, stdout=shown, stderr=said)
    return shown.getvalue().strip(), said.getvalue()


def test_command_shows_a_token_that_works(facility: Facility) -> None:
    token, said = create(facility.codes.get().code, "lis-mau")

    response = Client().get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 200
    assert token not in said


def test_only_the_digest_of_the_token_is_kept(facility: Facility) -> None:
    token, _said = create(facility.codes.get().code, "lis-mau")

    client = ApiClient.objects.get(name="lis-mau")
    assert client.token_digest == token_digest(token)
    assert token not in str(vars(client))


def test_giving_access_is_in_the_audit_log(facility: Facility) -> None:
    create(facility.codes.get().code, "lis-mau")

    entry = AuditEntry.objects.get(action="fhir.client.create")
    assert (entry.facility, entry.job) == (facility, "manage:fhir_client_create")
    assert entry.subject_id == ApiClient.objects.get().pk


def test_program_of_an_account(facility: Facility) -> None:
    user = make_staff(facility, "doctor").user
    assert user is not None

    create(facility.codes.get().code, "so-tay", "--user", user.username)

    assert ApiClient.objects.get(name="so-tay").user == user


@pytest.mark.parametrize(
    "arguments", [("00000", "lis-mau"), ("", "Lis Mẫu"), ("", "lis-mau", "--user", "khong-co")]
)
def test_command_refuses_what_does_not_exist(
    facility: Facility, arguments: tuple[str, ...]
) -> None:
    code = arguments[0] or facility.codes.get().code

    with pytest.raises(CommandError):
        create(code, *arguments[1:])

    assert not ApiClient.objects.exists()


def test_name_is_taken_once_per_facility(facility: Facility) -> None:
    api_client_create(facility, name="lis-mau", job="test", now=NOW)

    with pytest.raises(InputRefused, match="api_client_name_taken"):
        api_client_create(facility, name="lis-mau", job="test", now=NOW)


def test_database_refuses_a_token_in_clear(facility: Facility) -> None:
    with pytest.raises(IntegrityError, match="api_client_digest_shape"):
        ApiClient.objects.create(
            facility=facility, name="lis", token_digest="in-clear", created_at=NOW
        )
