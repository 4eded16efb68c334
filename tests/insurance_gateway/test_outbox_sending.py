"""One submission on its way: what each answer of the gateway leads to."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hospital.models import AuditEntry
from insurance_gateway.client.fake import doing, drop_after_accept, raising
from insurance_gateway.client.port import (
    ContentRejected,
    FailureGround,
    OutcomeUnknown,
    PermanentFailure,
    TemporaryFailure,
)
from insurance_gateway.errors import SignatureRefused, SignerUnavailable
from insurance_gateway.models import Attempt, OutboundDocument, Submission
from insurance_gateway.selectors.submissions import submissions_due
from insurance_gateway.services import preparing
from insurance_gateway.services.sending import leases_expire, submission_send
from insurance_gateway.signing.xmldsig import signature_check
from tests.factories import NOW
from tests.insurance_gateway.outbox_rows import (
    key_in_memory,
    make_check_in,
    make_claim,
    make_outbox,
)

State = Submission.State
pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_claim_is_stored_signed_sent_and_received():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    state = outbox.send(submission)

    submission.refresh_from_db()
    assert state == submission.state == State.ACCEPTED
    assert submission.document is not None
    stored = bytes(submission.document.content)
    assert [claim.content for claim in outbox.gateway.claims] == [stored]
    assert submission.document.digest == hashlib.sha256(stored).hexdigest()
    assert submission.document.certificate_serial == signature_check(stored).serial
    attempt = submission.attempts.get()
    assert (attempt.outcome, attempt.http_status, attempt.code) == ("accepted", 200, "200")
    receipt = submission.receipts.get()
    assert receipt.transaction_code in receipt.answer


def test_check_in_goes_to_its_own_service():
    outbox = make_outbox()
    submission = make_check_in(outbox.facility)

    state = outbox.send(submission)

    assert state == State.ACCEPTED
    assert (len(outbox.gateway.check_ins), len(outbox.gateway.claims)) == (1, 0)


def test_bytes_are_stored_before_the_gateway_is_asked():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    seen: list[OutboundDocument] = []
    outbox.gateway.next_call(doing(lambda: seen.extend(OutboundDocument.objects.all())))

    outbox.send(submission)

    assert [bytes(row.content) for row in seen] == [outbox.gateway.claims[0].content]


def test_sending_twice_sends_once():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    states = [outbox.send(submission), outbox.send(submission)]

    assert states == [State.ACCEPTED, None]
    assert len(outbox.gateway.claims) == 1


def test_submission_is_not_sent_before_its_time():
    outbox = make_outbox()
    submission = make_claim(outbox.facility, now=NOW + MINUTE)

    assert outbox.send(submission, now=NOW) is None
    assert outbox.gateway.claims == []


def test_temporary_failure_backs_off_longer_each_time():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    waits = []
    now = NOW

    for _ in range(8):
        outbox.gateway.next_call(raising(TemporaryFailure("500", http_status=500)))
        assert outbox.send(submission, now=now) == State.QUEUED
        submission.refresh_from_db()
        waits.append(round((submission.not_before - now).total_seconds()))
        now = submission.not_before

    assert waits == [5, 30, 120, 600, 1800, 3600, 3600, 3600]
    assert outbox.send(submission, now=now) == State.ACCEPTED
    assert OutboundDocument.objects.count() == 1


def test_back_off_is_spread_by_up_to_a_fifth():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(raising(TemporaryFailure("500")))

    submission_send(
        submission.pk,
        now=NOW,
        gateway_for=lambda account: outbox.gateway,
        signer_for=lambda facility: key_in_memory(),
        jitter=lambda: 1.0,
    )

    submission.refresh_from_db()
    assert round((submission.not_before - NOW).total_seconds(), 1) == 6.0


def test_unknown_outcome_sends_identical_bytes_again():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(drop_after_accept())

    first = outbox.send(submission)
    again = outbox.send(submission, now=NOW + MINUTE)

    assert (first, again) == (State.UNKNOWN, State.ACCEPTED)
    assert outbox.gateway.claims[0].content == outbox.gateway.claims[1].content
    assert OutboundDocument.objects.count() == 1


def test_unknown_outcome_stays_unknown_while_the_gateway_is_away():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(raising(OutcomeUnknown("lost_after_sending")))
    outbox.gateway.next_call(raising(TemporaryFailure("not_connected")))

    outbox.send(submission)
    state = outbox.send(submission, now=NOW + MINUTE)

    assert state == State.UNKNOWN


def test_refusal_as_duplicate_after_unknown_outcome_waits_for_a_person():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(drop_after_accept())
    outbox.gateway.next_call(raising(ContentRejected("124", message="Hồ sơ đã tồn tại")))

    outbox.send(submission)
    state = outbox.send(submission, now=NOW + MINUTE)

    submission.refresh_from_db()
    assert (state, submission.parked_reason) == (State.PARKED, "already_received")


def test_rejected_content_keeps_the_answer_as_finding():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    refusal = ContentRejected("123", http_status=200, message="Sai cấu trúc", raw='{"x":1}')
    outbox.gateway.next_call(raising(refusal))

    state = outbox.send(submission)

    assert state == State.REJECTED
    assert submission.version is not None
    finding = submission.version.findings.get()
    assert (finding.code, finding.severity, finding.value) == (
        "GATEWAY-123",
        "error",
        "Sai cấu trúc",
    )
    assert submission.attempts.get().answer == '{"x":1}'
    assert outbox.send(submission, now=NOW + MINUTE) is None


@pytest.mark.parametrize("ground", list(FailureGround))
def test_permanent_failure_parks_and_rests_the_queue_of_its_facility_only(ground: FailureGround):
    mine, other = make_outbox(), make_outbox()
    first, second = make_claim(mine.facility), make_claim(mine.facility)
    elsewhere = make_claim(other.facility)
    mine.gateway.next_call(raising(PermanentFailure("403", ground=ground, http_status=200)))

    state = mine.send(first)

    first.refresh_from_db()
    mine.account.refresh_from_db()
    assert (state, first.parked_reason) == (State.PARKED, f"{ground}:403")
    assert mine.account.blocked_at is not None
    assert submissions_due(NOW + MINUTE, limit=10) == [elsewhere.pk]
    assert mine.send(second) is None
    assert Submission.objects.get(pk=second.pk).state == State.QUEUED
    assert other.send(elsewhere) == State.ACCEPTED


def test_claim_that_does_not_conform_is_parked_with_findings_and_never_sent():
    outbox = make_outbox()
    submission = make_claim(outbox.facility, outcome="X" * 9, main_icd="")

    state = outbox.send(submission)

    submission.refresh_from_db()
    assert (state, submission.parked_reason) == (State.PARKED, "conformity")
    assert submission.document is None
    assert outbox.gateway.claims == []
    assert submission.version is not None
    places = set(submission.version.findings.values_list("table", "field", "severity"))
    assert {("XML1", "KET_QUA_DTRI", "error"), ("XML1", "MA_BENH_CHINH", "error")} <= places


def test_check_in_that_does_not_conform_is_parked():
    outbox = make_outbox()
    submission = make_check_in(outbox.facility, visit_type="X" * 9)

    assert outbox.send(submission) == State.PARKED
    assert outbox.gateway.check_ins == []


def test_signer_that_leaves_the_document_unsigned_stops_it(monkeypatch: pytest.MonkeyPatch):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    monkeypatch.setattr(preparing, "document_sign", lambda xml, *, signer, now: xml)

    with pytest.raises(SignatureRefused):
        signature_check(preparing.draft_of(preparing.facts_of(submission), prepared_on=NOW).content)
    state = outbox.send(submission)

    submission.refresh_from_db()
    assert (state, submission.parked_reason) == (State.PARKED, "missing")
    assert (submission.document, outbox.gateway.claims) == (None, [])


def test_missing_key_rests_the_queue_and_sends_nothing():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    def no_key(facility):
        raise SignerUnavailable("expired")

    state = submission_send(
        submission.pk, now=NOW, gateway_for=lambda account: outbox.gateway, signer_for=no_key
    )

    submission.refresh_from_db()
    outbox.account.refresh_from_db()
    assert (state, submission.state) == (None, State.QUEUED)
    assert outbox.account.blocked_reason == "setup:expired"
    assert outbox.gateway.claims == []


def test_facility_without_account_parks():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.account.delete()

    assert outbox.send(submission) == State.PARKED
    assert Submission.objects.get(pk=submission.pk).parked_reason == "account_missing"


def test_check_in_gives_up_after_twenty_tries():
    outbox = make_outbox()
    submission = make_check_in(outbox.facility)
    Submission.objects.filter(pk=submission.pk).update(tries=19)
    outbox.gateway.next_call(raising(TemporaryFailure("500")))

    assert outbox.send(submission) == State.PARKED
    assert Submission.objects.get(pk=submission.pk).parked_reason == "gave_up"


def test_worker_killed_after_storing_is_found_and_identical_bytes_go():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(doing(killed))
    with pytest.raises(KeyboardInterrupt):
        outbox.send(submission)
    submission.refresh_from_db()
    assert submission.state == State.SENDING
    assert submission.document is not None
    assert submission.lease_until is not None
    stored = bytes(submission.document.content)

    later = submission.lease_until + MINUTE
    assert leases_expire(later, jitter=lambda: 0.0) == 1
    assert leases_expire(later, jitter=lambda: 0.0) == 0
    submission.refresh_from_db()
    state_between = submission.state
    state = outbox.send(submission, now=later + MINUTE)

    assert (state_between, state) == (State.UNKNOWN, State.ACCEPTED)
    assert [claim.content for claim in outbox.gateway.claims] == [stored]
    outcomes = list(submission.attempts.order_by("number").values_list("outcome", "code"))
    assert outcomes == [("unknown", "lease_expired"), ("accepted", "200")]


def expire(now: datetime) -> None:
    leases_expire(now, jitter=lambda: 0.0)


def killed() -> None:
    raise KeyboardInterrupt


def test_lease_that_still_runs_is_left_alone():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(doing(killed))
    with pytest.raises(KeyboardInterrupt):
        outbox.send(submission)

    assert leases_expire(NOW + MINUTE) == 0


def test_answer_after_the_lease_ended_settles_and_keeps_the_receipt():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    late = NOW + timedelta(hours=1)
    outbox.gateway.next_call(doing(lambda: expire(late)))

    state = outbox.send(submission)

    assert state == State.ACCEPTED
    assert submission.receipts.count() == 1
    assert submission.attempts.get().outcome == Attempt.Outcome.ACCEPTED


def test_late_answer_leaves_the_state_to_the_worker_that_sends_now():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    late = NOW + timedelta(hours=1)

    def another_worker_takes_over() -> None:
        leases_expire(late, jitter=lambda: 0.0)
        outbox.gateway.next_call(doing(killed))
        with pytest.raises(KeyboardInterrupt):
            outbox.send(submission, now=late + MINUTE)

    outbox.gateway.next_call(doing(another_worker_takes_over))
    state = outbox.send(submission)

    assert state == State.SENDING
    assert submission.receipts.count() == 1
    outcomes = list(submission.attempts.order_by("number").values_list("outcome", flat=True))
    assert outcomes == ["accepted", "running"]


def test_both_receipts_of_a_replaced_claim_are_kept():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    late = NOW + timedelta(hours=1)

    def sent_by_another() -> None:
        leases_expire(late, jitter=lambda: 0.0)
        assert outbox.send(submission, now=late + MINUTE) == State.ACCEPTED

    outbox.gateway.next_call(doing(sent_by_another))
    outbox.send(submission)

    assert submission.receipts.count() == 2


@pytest.mark.parametrize("table", ["receipt", "outbounddocument"])
def test_database_refuses_to_change_what_was_sent_or_answered(table: str):
    outbox = make_outbox()
    outbox.send(make_claim(outbox.facility))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM insurance_gateway_{table}")


def test_every_try_leaves_one_audit_line_without_patient_data():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(raising(TemporaryFailure("500")))

    outbox.send(submission)
    outbox.send(submission, now=NOW + MINUTE)

    lines = AuditEntry.objects.filter(action="gateway.send", subject_id=submission.pk)
    assert [(line.job, line.facts) for line in lines.order_by("pk")] == [
        ("outbox", {"kind": "claim", "attempt": 1, "outcome": "temporary", "code": "500"}),
        ("outbox", {"kind": "claim", "attempt": 2, "outcome": "accepted", "code": "200"}),
    ]
