"""A worker killed three times while it sends: no claim is lost, none goes out in two shapes.

Worker and timer are real processes on the database of this test. The gateway takes a while over
each claim, so that every kill meets claims that are under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from django.utils import timezone

from hospital.models import Encounter, Facility
from hospital.selectors.audit import audit_faults
from hospital.services.audit_seal import audit_seal
from insurance_gateway.models import Attempt, OutboundDocument, Submission
from tests.demo_province import Province, planned, province_running
from tests.insurance_gateway.gateway_process import RunningSimulator
from tests.journeys.filed import Filed, filed
from tests.journeys.log_capture import secrets_of
from tests.processes import celery_child, killed, system_of_test, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

State = Submission.State
KILLS = 3
CALLS = 10_000  # more than there will be: each call of the service counts the waiting fault down
GATEWAY_SECONDS = 0.6
ENVIRONMENT = {
    "GATEWAY_LEASE_SECONDS": "3",
    "GATEWAY_CONNECT_TIMEOUT": "1",
    "GATEWAY_READ_TIMEOUT": "2",
}


@dataclass(frozen=True)
class Survived:
    """What is left when all is quiet again; `lost` are the submissions each kill met."""

    province: Province
    sent: list[Filed]
    lost: list[set[int]]
    logs: str
    hidden: set[str]


@pytest.fixture(scope="module")
def survived(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Survived]:
    """Twenty insured visits are closed; their worker is killed three times on the way."""
    folder = tmp_path_factory.mktemp("province")
    with province_running(folder, django_db_blocker) as province:
        plan = province.play(planned("01998", "01997"))
        province.simulator.fault("delay", service="claim", times=CALLS, seconds=GATEWAY_SECONDS)
        lost = claims_sent(province, folder)
        logs = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.log"))
        yield Survived(province, filed(province.simulator), lost, logs, secrets_of(plan))


def claims_sent(province: Province, folder: Path) -> list[set[int]]:
    """Let worker and timer send everything while the worker is killed and started again."""
    environment = system_of_test(folder, **ENVIRONMENT)
    options = ["--concurrency", "2", "--without-mingle", "--without-gossip"]
    worker = celery_child("worker", *options, environment=environment, folder=folder)
    timer = celery_child("beat", "--pidfile=", environment=environment, folder=folder)
    timer.start()
    try:
        lost: list[set[int]] = []
        while len(lost) < KILLS:
            # The first kill comes before the gateway has heard anything, the others after it has.
            calls = claim_calls(province.simulator) if lost else -1
            worker.start()
            met = partial(gateway_busy, province.simulator, since=calls)
            wait_until(met, seconds=40, log=worker.log)
            killed(worker)
            if under_way := claims_under_way():
                lost.append(under_way)
        worker.start()
        wait_until(all_settled, seconds=90, log=worker.log)
    finally:
        killed(worker)
        killed(timer)
    return lost


def gateway_busy(simulator: RunningSimulator, *, since: int) -> bool:
    """Say whether claims are under way and the gateway has heard more than `since` calls."""
    return bool(claims_under_way()) and claim_calls(simulator) > since


def claim_calls(simulator: RunningSimulator) -> int:
    """Return how many calls of the claim service have reached the gateway."""
    waiting = requests.get(f"{simulator.url}/__sim/faults", timeout=5).json()["waiting"]
    return CALLS - int(waiting[0]["times"])


def claims_under_way() -> set[int]:
    rows = Submission.objects.filter(kind=Submission.Kind.CLAIM, state=State.SENDING)
    return set(rows.values_list("pk", flat=True))


def all_settled() -> bool:
    return not Submission.objects.exclude(state__in=[State.ACCEPTED, State.PARKED]).exists()


def test_every_claim_and_check_in_is_accepted(survived):
    insured = Encounter.objects.filter(card__isnull=False)

    assert insured.count() == 20
    for kind in Submission.Kind.values:
        accepted = Submission.objects.filter(kind=kind, state=State.ACCEPTED)
        assert set(accepted.values_list("encounter", flat=True)) == {row.pk for row in insured}


def test_nothing_is_left_under_way_or_put_aside(survived):
    assert not Submission.objects.exclude(state=State.ACCEPTED).exists()
    assert not Attempt.objects.filter(outcome=Attempt.Outcome.RUNNING).exists()


def test_every_kill_met_claims_that_were_under_way(survived):
    expired = Attempt.objects.filter(code="lease_expired")

    assert len(survived.lost) == KILLS
    assert set(expired.values_list("submission", flat=True)) >= set().union(*survived.lost)
    assert set(expired.values_list("outcome", flat=True)) == {Attempt.Outcome.UNKNOWN}


def test_gateway_holds_one_content_of_each_file_however_often_it_came(survived):
    shapes = {item.link_code: set(item.versions) for item in survived.sent}
    twice = [item for item in survived.sent if len(item.versions) > 1]

    assert [code for code, contents in shapes.items() if len(contents) != 1] == []
    assert [item.link_code for item in survived.sent if {item.content} != set(item.versions)] == []
    assert twice, "no claim reached the gateway before its worker died"


def test_no_file_was_signed_again(survived):
    assert OutboundDocument.objects.count() == Submission.objects.count() == len(survived.sent)


def test_lost_claim_was_tried_again_until_its_receipt(survived):
    for submission in Submission.objects.filter(pk__in=set().union(*survived.lost)):
        tries = list(submission.attempts.order_by("number"))
        assert [attempt.number for attempt in tries] == list(range(1, len(tries) + 1))
        assert len(tries) > 1
        assert tries[-1].outcome == Attempt.Outcome.ACCEPTED
        assert submission.receipts.exists()


def test_log_of_the_killed_worker_names_nobody(survived):
    assert len(survived.logs.splitlines()) > KILLS
    assert [word for word in survived.hidden if word in survived.logs] == []


def test_audit_chain_is_whole_after_the_kills(survived):
    for facility in Facility.objects.all():
        audit_seal(facility, now=timezone.now())
        assert list(audit_faults(facility)) == []
