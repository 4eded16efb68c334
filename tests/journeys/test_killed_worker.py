"""A worker killed three times while it sends: no claim is lost, none goes out in two shapes.

Worker and timer are real processes on the database of this test. The gateway takes a while over
each claim, so that every kill meets claims that are under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from insurance_gateway.models import Submission
from tests.demo_province import Province, planned, province_running
from tests.journeys.filed import Filed, filed
from tests.journeys.log_capture import secrets_of
from tests.processes import celery_child, killed, system_of_test, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("killed-worker")]

State = Submission.State
KILLS = 3
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
        province.simulator.fault("delay", service="claim", times=0, seconds=GATEWAY_SECONDS)
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
            worker.start()
            wait_until(claims_under_way, seconds=40, log=worker.log)
            killed(worker)
            if met := claims_under_way():
                lost.append(met)
        worker.start()
        wait_until(all_settled, seconds=90, log=worker.log)
    finally:
        killed(worker)
        killed(timer)
    return lost


def claims_under_way() -> set[int]:
    rows = Submission.objects.filter(kind=Submission.Kind.CLAIM, state=State.SENDING)
    return set(rows.values_list("pk", flat=True))


def all_settled() -> bool:
    return not Submission.objects.exclude(state__in=[State.ACCEPTED, State.PARKED]).exists()
