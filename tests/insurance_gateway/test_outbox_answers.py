"""Whatever the gateway answers can be stored, and a defect of ours leaves nothing under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from insurance_gateway.client.port import (
    ContentRejected,
    FailureGround,
    GatewayFailure,
    OutcomeUnknown,
    PermanentFailure,
    ReceiptAnswer,
    SignedDocument,
    TemporaryFailure,
)
from insurance_gateway.models import Attempt, Submission
from insurance_gateway.services import sending
from insurance_gateway.services.delivery import Delivery
from insurance_gateway.services.release import submission_release
from tests.factories import NOW
from tests.insurance_gateway.outbox_rows import Outbox, cashier, make_claim, make_outbox

pytestmark = pytest.mark.django_db
State = Submission.State
HOUR = timedelta(hours=1)
RECEIPT = ReceiptAnswer("01999_1", "20261123081612", "Tiếp nhận", 200, "{}")


def answering(outbox: Outbox, receipt: ReceiptAnswer, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_claim(document: SignedDocument) -> ReceiptAnswer:
        return receipt

    monkeypatch.setattr(outbox.gateway, "send_claim", send_claim)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"transaction_code": "0\x001"}, {"transaction_code": "0\ufffd1"}),
        ({"transaction_code": "\ud800"}, {"transaction_code": "\ufffd"}),
        ({"transaction_code": "9" * 200}, {"transaction_code": "9" * 200}),
        ({"transaction_code": "đ" * 9000}, {"transaction_code": "đ" * 500}),
        ({"received_at_text": "x" * 90}, {"received_at_text": "x" * 90}),
        ({"received_at_text": "\x00"}, {"received_at_text": "\ufffd"}),
        ({"message": "\x00"}, {"message": "\ufffd"}),
        ({"raw": "{\x00}"}, {"answer": "{\ufffd}"}),
    ],
)
def test_receipt_of_any_text_is_kept_and_settles(told, kept, monkeypatch: pytest.MonkeyPatch):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    answering(outbox, replace(RECEIPT, **told), monkeypatch)

    state = outbox.send(submission)

    receipt = submission.receipts.get()
    assert state == State.ACCEPTED
    assert {name: getattr(receipt, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (TemporaryFailure("http_502", http_status=502, raw="<p>\x00"), State.QUEUED),
        (OutcomeUnknown("http_504", http_status=504, raw="<p>\x00"), State.UNKNOWN),
        (ContentRejected("12\x00", message="\x00"), State.REJECTED),
        (PermanentFailure("4\x00", ground=FailureGround.ACCOUNT, raw="\x00"), State.PARKED),
    ],
)
def test_failure_of_any_text_settles_its_attempt(failure: GatewayFailure, state: Submission.State):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    def fail(proceed: object) -> None:
        raise failure

    outbox.gateway.next_call(fail)

    assert outbox.send(submission) == state
    attempt = submission.attempts.get()
    assert attempt.outcome != Attempt.Outcome.RUNNING
    assert attempt.answer == failure.raw.replace("\x00", "\ufffd")


def broken(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_claim(document: SignedDocument) -> ReceiptAnswer:
        raise ZeroDivisionError("Nguyễn Văn Mẫu")

    monkeypatch.setattr(outbox.gateway, "send_claim", send_claim)


def test_defect_while_sending_leaves_an_unknown_outcome(monkeypatch: pytest.MonkeyPatch, caplog):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    broken(outbox, monkeypatch)

    state = outbox.send(submission)

    attempt = submission.attempts.get()
    submission.refresh_from_db()
    assert (state, submission.lease_until) == (State.UNKNOWN, None)
    assert (attempt.outcome, attempt.code) == (Attempt.Outcome.UNKNOWN, "internal_error")
    assert submission.not_before > NOW
    assert "ZeroDivisionError" in caplog.text
    assert "Nguyễn Văn Mẫu" not in caplog.text


def test_defect_while_settling_leaves_an_unknown_outcome(monkeypatch: pytest.MonkeyPatch):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    answering(outbox, RECEIPT, monkeypatch)
    too_long = Delivery(
        outcome="x" * 99,  # a value the column refuses
        state=State.ACCEPTED,
        receipt=RECEIPT,
    )
    monkeypatch.setattr(sending, "deliver", lambda *args, **options: too_long)

    assert outbox.send(submission) == State.UNKNOWN
    assert submission.attempts.get().code == "internal_error"


def test_third_defect_in_a_row_waits_for_a_person_and_so_does_the_third_after_release(
    monkeypatch: pytest.MonkeyPatch,
):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    broken(outbox, monkeypatch)
    states = [outbox.send(submission, now=NOW + HOUR * number) for number in range(3)]
    submission.refresh_from_db()
    reason = submission.parked_reason

    submission_release(submission, actor=cashier(), now=NOW + HOUR * 3)
    again = [outbox.send(submission, now=NOW + HOUR * number) for number in range(4, 7)]

    assert reason == "internal_error"
    assert states == again == [State.UNKNOWN, State.UNKNOWN, State.PARKED]


def test_try_without_defect_between_starts_the_count_anew(monkeypatch: pytest.MonkeyPatch):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    def away(proceed: object) -> None:
        raise TemporaryFailure("http_502")

    def defect(proceed: object) -> None:
        raise ZeroDivisionError

    for fault in (defect, defect, away, defect):
        outbox.gateway.next_call(fault)
    states = [outbox.send(submission, now=NOW + HOUR * number) for number in range(4)]

    assert states == [State.UNKNOWN] * 4
