"""Two workers at once, on the real database: a submission is sent once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from insurance_gateway import tasks
from insurance_gateway.client.fake import doing
from insurance_gateway.models import OutboundDocument, Submission
from insurance_gateway.services.check_in import check_ins_queue
from insurance_gateway.services.moves import sending_win
from insurance_gateway.services.submission import visit_submit
from tests.factories import NOW
from tests.insurance_gateway.outbox_rows import (
    END,
    cashier,
    concluded_visit,
    make_claim,
    make_outbox,
)

pytestmark = pytest.mark.django_db(transaction=True)
State = Submission.State
Given = TypeVar("Given")


def side_by_side(work: Callable[[], Given], times: int = 2) -> list[Given]:
    """Run `work` in several threads that start together; return what they gave, in any order."""
    start = threading.Barrier(times)
    given: list[Given] = []

    def run() -> None:
        try:
            start.wait(timeout=10)
            given.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return given


def test_two_workers_on_one_submission_send_once():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    states = side_by_side(lambda: outbox.send(submission))

    assert sorted(map(str, states)) == ["None", "accepted"]
    assert len(outbox.gateway.claims) == 1
    assert OutboundDocument.objects.count() == 1


def test_second_worker_does_nothing_while_the_first_waits_for_the_gateway():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    meanwhile: list[object] = []
    outbox.gateway.next_call(doing(lambda: meanwhile.append(outbox.send(submission))))

    state = outbox.send(submission)

    assert (state, meanwhile) == (State.ACCEPTED, [None])
    assert submission.attempts.count() == 1


def test_row_is_won_by_exactly_one_of_many():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    document = OutboundDocument.objects.create(
        content=b"<a/>", digest="0" * 64, edition="1931", certificate_serial="1", signed_at=NOW
    )
    Submission.objects.filter(pk=submission.pk).update(document=document)

    won = side_by_side(lambda: sending_win(submission.pk, now=NOW, lease_seconds=120), times=6)

    assert sorted(won) == [False] * 5 + [True]


def test_no_transaction_is_open_while_the_gateway_is_asked():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    seen: list[bool] = []
    outbox.gateway.next_call(doing(lambda: seen.append(connection.in_atomic_block)))

    outbox.send(submission)

    assert seen == [False]


def test_broken_broker_is_logged_when_a_visit_is_closed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def away(*args: object, **options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.submission_send_task, "apply_async", away)
    encounter = concluded_visit(make_outbox())

    submission = visit_submit(encounter, actor=cashier(), now=END)

    assert submission is not None
    assert submission.state == State.QUEUED
    assert "on_commit" in caplog.text


def test_two_closings_at_once_queue_one_claim(monkeypatch: pytest.MonkeyPatch):
    rung: list[int] = []
    monkeypatch.setattr(
        tasks.submission_send_task, "apply_async", lambda args, **options: rung.extend(args)
    )
    encounter, actor = concluded_visit(make_outbox()), cashier()

    given = side_by_side(lambda: visit_submit(encounter, actor=actor, now=END))

    assert given[0] == given[1]
    assert rung == [Submission.objects.get().pk]


def test_two_sweeps_at_once_announce_a_visit_once():
    concluded_visit(make_outbox())

    given = side_by_side(lambda: len(check_ins_queue(END)))

    assert sorted(map(str, given)) == ["0", "1"]
