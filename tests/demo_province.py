"""The demo province in the test database, beside a gateway of its own.

Its rows are committed, so that other processes and threads see them; at the end the database is
emptied. The day is fixed: the law and the edition of the documents are those of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from config.demo.catalogue import catalogue_load
from config.demo.day import day_play
from config.demo.gateway import gateway_for, gateway_load, people_tell
from config.demo.plan import ZONE, Visit, day_plan, insured_rows
from config.demo.province import facilities_load
from insurance_gateway.models import Submission
from insurance_gateway.selectors.submissions import submissions_due
from insurance_gateway.services.check_in import check_ins_queue
from insurance_gateway.services.sending import submission_send
from tests.insurance_gateway.gateway_process import RunningSimulator, simulator_running

DAY = date(2026, 11, 23)
EVENING = datetime.combine(DAY, time(18), ZONE)


@dataclass(frozen=True)
class Province:
    """A loaded province; `folder` is its DATA_DIR."""

    folder: Path
    simulator: RunningSimulator

    def load(self) -> None:
        """Do what `manage.py demo_load` does, with our gateway in place of the usual address."""
        facilities_load()
        list(catalogue_load(now=timezone.now()))
        gateway_load(now=timezone.now(), base_url=self.simulator.url)

    def play(self, plan: list[Visit]) -> list[Visit]:
        """Receive, treat and close these people; their claims and check-ins wait in the outbox."""
        now = timezone.now()
        known = insured_rows(plan, today=timezone.localdate(now))
        people_tell(known, people_file(self.folder))
        day_play(DAY, partial(gateway_for, now=now), progress=lambda done, total: None, plan=plan)
        check_ins_queue(EVENING)
        return plan

    def send(self, *, leave: int = 0) -> None:
        """Bring what is due to the gateway, all but the last `leave` of it."""
        now = timezone.now()
        due = submissions_due(now, limit=Submission.objects.count())
        for submission_id in due[: len(due) - leave]:
            submission_send(submission_id, now=now)


def people_file(folder: Path) -> Path:
    return folder / "simulator-people.json"


def planned(*facility_codes: str) -> list[Visit]:
    """Return who comes to these facilities on the day."""
    return [visit for visit in day_plan(DAY) if visit.facility_code in facility_codes]


@contextmanager
def province_running(folder: Path, blocker: Any) -> Iterator[Province]:
    """Load the province, start its gateway; stop it and empty the database at the end."""
    options = [
        *("--people", str(people_file(folder))),
        *("--certificates", str(folder / "simulator-certificates.json")),
    ]
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(DATA_DIR=folder),
        simulator_running(folder / "received", *options) as simulator,
        blocker.unblock(),
    ):
        patch.setenv("SECRETS_DIR", str(folder / "secrets"))
        province = Province(folder, simulator)
        try:
            province.load()
            yield province
        finally:
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()  # a browser's event loop gives this thread one of its own
