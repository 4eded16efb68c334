"""Two workers at once, on the real database: a submission is sent once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from insurance_gateway.client.fake import doing
from insurance_gateway.models import OutboundDocument, Submission
from insurance_gateway.services.moves import sending_win
from tests.factories import NOW
from tests.insurance_gateway.outbox_rows import make_claim, make_outbox

pytestmark = pytest.mark.django_db(transaction=True)
State = Submission.State


def side_by_side(work: Callable[[], object], times: int = 2) -> list[object]:
    """Run `work` in several threads that start together; return what they gave, in any order."""
    start = threading.Barrier(times)
    given: list[object] = []

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
