"""The whole way through the task: real client, real key, the simulator behind a socket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hospital.models import Facility
from insurance_gateway.errors import SignerUnavailable
from insurance_gateway.models import GatewayAccount, SigningCertificate, Submission
from insurance_gateway.services.gateways import GatewayUnavailable, gateway_of
from insurance_gateway.services.sending import submission_send
from insurance_gateway.services.signers import signer_of
from insurance_gateway.signing.demo_authority import PfxFile
from insurance_gateway.tasks import submission_send_task
from tests.factories import SINCE, make_facility
from tests.insurance_gateway.gateway_process import RunningSimulator
from tests.insurance_gateway.outbox_rows import make_claim

pytestmark = pytest.mark.django_db
State = Submission.State


@dataclass
class Installation:
    """A facility set up as in production: account, certificate, secrets by name."""

    facility: Facility
    account: GatewayAccount
    certificate: SigningCertificate
    secrets: dict[str, str]


@pytest.fixture
def installed(
    running_simulator: RunningSimulator,
    signing_files: dict[str, PfxFile],
    settings: Any,
) -> Installation:
    file = signing_files["01999"]
    secrets = {"GATEWAY_01999": "Demo@2026", "PFX_01999": file.password.decode()}
    settings.SECRET_READER = secrets.__getitem__
    facility = make_facility("01999")
    account = GatewayAccount.objects.create(
        facility=facility,
        username="01999_BV",
        secret_name="GATEWAY_01999",
        base_url=running_simulator.url,
        valid_from=SINCE,
    )
    certificate = SigningCertificate.objects.create(
        facility=facility,
        serial=file.serial,
        subject=file.subject,
        not_before=file.not_before,
        not_after=file.not_after,
        file_name=str(file.path),
        secret_name="PFX_01999",
    )
    return Installation(facility, account, certificate, secrets)


def claim_now(installed: Installation) -> Submission:
    return make_claim(installed.facility, now=timezone.now() - timedelta(minutes=1))


def test_task_sends_a_claim_that_the_gateway_keeps(
    installed: Installation, running_simulator: RunningSimulator
):
    submission = claim_now(installed)

    submission_send_task(submission.pk)

    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED
    assert running_simulator.has_dossier(submission.encounter.link_code)
    assert submission.receipts.get().transaction_code


def test_line_cut_after_storing_ends_in_one_dossier(
    installed: Installation, running_simulator: RunningSimulator
):
    submission = claim_now(installed)
    running_simulator.fault("drop_after_store", service="claim")

    submission_send_task(submission.pk)
    submission.refresh_from_db()
    between = submission.state
    state = submission_send(submission.pk, now=submission.not_before)

    link_codes = [row["MA_LK"] for row in running_simulator.dossiers()]
    assert (between, state) == (State.UNKNOWN, State.ACCEPTED)
    assert link_codes.count(submission.encounter.link_code) == 1


def test_locked_account_parks_and_rests_the_queue(installed: Installation):
    GatewayAccount.objects.filter(pk=installed.account.pk).update(username="01996_BV")
    submission = claim_now(installed)

    submission_send_task(submission.pk)

    submission.refresh_from_db()
    installed.account.refresh_from_db()
    assert (submission.state, submission.parked_reason) == (State.PARKED, "account:403")
    assert installed.account.blocked_reason == "account:403"


def test_certificate_that_is_not_registered_rests_the_queue(
    installed: Installation, signing_files: dict[str, PfxFile]
):
    file = signing_files["01888"]
    installed.secrets["PFX_01999"] = file.password.decode()
    SigningCertificate.objects.filter(pk=installed.certificate.pk).update(
        file_name=str(file.path), serial=file.serial
    )
    submission = claim_now(installed)

    submission_send_task(submission.pk)

    submission.refresh_from_db()
    installed.account.refresh_from_db()
    assert (submission.state, submission.parked_reason) == (State.PARKED, "signature:125")
    assert installed.account.blocked_reason == "signature:125"


def test_secret_that_is_missing_rests_the_queue_and_loses_nothing(installed: Installation):
    installed.secrets.clear()
    submission = claim_now(installed)

    submission_send_task(submission.pk)

    submission.refresh_from_db()
    installed.account.refresh_from_db()
    assert submission.state == State.QUEUED
    assert installed.account.blocked_reason == "setup:secret_missing"


def test_password_shows_in_no_refusal(installed: Installation):
    installed.account.base_url = "http://example.invalid"

    with pytest.raises(GatewayUnavailable) as refused:
        gateway_of(installed.account, now=timezone.now())

    assert refused.value.code == "address_refused"
    assert "Demo@2026" not in repr(refused.value)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_active": False}, "certificate_missing"),
        ({"secret_name": "NOT_SET"}, "secret_missing"),
        ({"serial": "00"}, "serial_differs"),
        ({"file_name": "not-there.pfx"}, "file_missing"),
    ],
)
def test_signer_that_cannot_be_opened_says_why(
    installed: Installation, values: dict[str, object], code: str
):
    SigningCertificate.objects.filter(pk=installed.certificate.pk).update(**values)

    with pytest.raises(SignerUnavailable) as refused:
        signer_of(installed.facility, now=timezone.now())

    assert refused.value.code == code


@pytest.mark.parametrize(("years", "code"), [(-2, "not_yet_valid"), (2, "expired")])
def test_certificate_out_of_force_does_not_sign(installed: Installation, years: int, code: str):
    with pytest.raises(SignerUnavailable) as refused:
        signer_of(installed.facility, now=timezone.now() + timedelta(days=365 * years))

    assert refused.value.code == code
