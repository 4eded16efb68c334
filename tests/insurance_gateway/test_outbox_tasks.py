"""The doorbell and the sweep: losing every message loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DataError
from django.db import OperationalError as DatabaseAway
from django.utils import timezone
from kombu.exceptions import OperationalError

from insurance_gateway import tasks
from insurance_gateway.client.fake import FakeGateway
from insurance_gateway.models import Submission
from insurance_gateway.services import sending
from tests.insurance_gateway.outbox_rows import key_in_memory, make_claim, make_outbox

pytestmark = pytest.mark.django_db
State = Submission.State


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids for which the bell rang."""
    ids: list[int] = []
    monkeypatch.setattr(
        tasks.submission_send_task, "apply_async", lambda args, **options: ids.extend(args)
    )
    return ids


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """What the tasks reach in place of the real gateway."""
    gateway = FakeGateway()
    monkeypatch.setattr(sending, "gateway_of", lambda account, *, now: gateway)
    monkeypatch.setattr(sending, "signer_of", lambda facility, *, now: key_in_memory())
    return gateway


def test_task_run_twice_sends_once(gateway: FakeGateway):
    submission = make_claim(make_outbox().facility)

    tasks.submission_send_task(submission.pk)
    tasks.submission_send_task(submission.pk)

    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED
    assert len(gateway.claims) == 1


def test_task_of_a_submission_that_is_gone_does_nothing(gateway: FakeGateway):
    tasks.submission_send_task(987654321)

    assert gateway.claims == []


def test_defect_parks_the_submission_for_a_person(monkeypatch: pytest.MonkeyPatch):
    submission = make_claim(make_outbox().facility)

    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "submission_send", broken)
    tasks.submission_send_task(submission.pk)

    submission.refresh_from_db()
    assert (submission.state, submission.parked_reason) == (State.PARKED, "internal_error")


def test_value_the_database_refuses_parks_the_submission(monkeypatch: pytest.MonkeyPatch, caplog):
    submission = make_claim(make_outbox().facility)

    def refused(*args: object, **options: object) -> None:
        raise DataError("Nguyễn Văn Mẫu")

    monkeypatch.setattr(tasks, "submission_send", refused)
    tasks.submission_send_task(submission.pk)

    submission.refresh_from_db()
    assert (submission.state, submission.parked_reason) == (State.PARKED, "internal_error")
    assert "DataError at test_outbox_tasks.py" in caplog.text
    assert "Nguyễn Văn Mẫu" not in caplog.text


def test_database_that_is_away_leaves_the_submission_waiting(monkeypatch: pytest.MonkeyPatch):
    submission = make_claim(make_outbox().facility)

    def away(*args: object, **options: object) -> None:
        raise DatabaseAway

    monkeypatch.setattr(tasks, "submission_send", away)

    with pytest.raises(DatabaseAway):
        tasks.submission_send_task(submission.pk)
    assert Submission.objects.get(pk=submission.pk).state == State.QUEUED


def test_sweep_rings_what_is_due_and_nothing_else(rung: list[int]):
    facility = make_outbox().facility
    due = make_claim(facility)
    make_claim(facility, now=timezone.now() + timedelta(hours=1))
    settled = make_claim(facility)
    Submission.objects.filter(pk=settled.pk).update(state=State.ACCEPTED)

    tasks.outbox_sweep()
    tasks.outbox_sweep()

    assert rung == [due.pk, due.pk]


def test_sweep_rings_the_urgent_and_the_old_first(rung: list[int]):
    facility = make_outbox().facility
    young, old, urgent = (make_claim(facility) for _ in range(3))
    hour = timedelta(hours=1)
    Submission.objects.filter(pk=old.pk).update(not_before=old.not_before - hour)
    Submission.objects.filter(pk=urgent.pk).update(priority=1)

    tasks.outbox_sweep()

    assert rung == [urgent.pk, old.pk, young.pk]


def test_sweep_takes_up_the_work_of_a_dead_worker(rung: list[int]):
    submission = make_claim(make_outbox().facility)
    long_ago = timezone.now() - timedelta(hours=1)
    Submission.objects.filter(pk=submission.pk).update(
        state=State.SENDING, lease_until=long_ago, not_before=long_ago
    )

    tasks.outbox_sweep()

    submission.refresh_from_db()
    assert submission.state == State.UNKNOWN


def test_broker_away_leaves_the_row_waiting(monkeypatch: pytest.MonkeyPatch):
    submission = make_claim(make_outbox().facility)

    def away(*args: object, **options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.submission_send_task, "apply_async", away)

    tasks.outbox_sweep()

    assert Submission.objects.get(pk=submission.pk).state == State.QUEUED


@pytest.mark.parametrize("step", ["submissions_due", "leases_expire", "charges_sweep"])
def test_step_that_fails_leaves_the_others_to_their_work(
    step: str, rung: list[int], monkeypatch: pytest.MonkeyPatch
):
    due = make_claim(make_outbox().facility)
    queued: list[bool] = []

    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    broken.__name__ = step
    monkeypatch.setattr(tasks, step, broken)
    monkeypatch.setattr(tasks, "check_ins_queue", lambda now: queued.append(True))
    tasks.outbox_sweep()

    assert rung == ([] if step == "submissions_due" else [due.pk])
    assert queued == [True]
