"""A try at the gateway, from winning the row to settling it; every try is its own row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from hospital.services.audit import audit_write
from insurance_gateway.models import Attempt, ClaimFinding, Receipt, Submission
from insurance_gateway.services.delivery import Delivery
from insurance_gateway.services.moves import SETTLED, move_to, sending_win

State = Submission.State
Jitter = Callable[[], float]

JOB = "outbox"
BACK_OFF_SECONDS = (5, 30, 120, 600, 1800, 3600)
JITTER_SHARE = 0.2
CHECK_IN_TRIES = 20
DEFECT = "internal_error"
DEFECTS_BEFORE_PARKING = 3


@transaction.atomic
def attempt_begin(submission: Submission, *, now: datetime) -> Attempt | None:
    """Win the submission and open its next attempt, or return None when another worker has it."""
    if not sending_win(submission.pk, now=now, lease_seconds=settings.GATEWAY_LEASE_SECONDS):
        return None
    locked = Submission.objects.get(pk=submission.pk)
    locked.tries += 1
    locked.save(update_fields=["tries"])
    number = locked.attempts.count() + 1
    return Attempt.objects.create(submission=locked, number=number, started_at=now)


@transaction.atomic
def attempt_settle(
    attempt: Attempt, delivery: Delivery, *, now: datetime, jitter: Jitter
) -> Submission:
    """Store what came of an attempt and move its submission; return the submission.

    An answer that comes after the lease has ended is stored all the same. It settles the
    submission when that is still open and no other worker is sending it.
    """
    submission = Submission.objects.select_for_update().get(pk=attempt.submission_id)
    is_late = submission.state != State.SENDING or _newer_exists(attempt)
    _attempt_end(attempt, delivery, now=now)
    if delivery.receipt is not None:
        _receipt_keep(attempt, delivery, now=now)
    is_open = submission.state == State.UNKNOWN and delivery.state in (*SETTLED, State.PARKED)
    if not is_late or is_open:
        _move(submission, attempt, delivery, now=now, jitter=jitter)
    _audit(submission, attempt, now=now)
    return submission


def attempt_break(attempt: Attempt, *, now: datetime, jitter: Jitter) -> Submission:
    """End an attempt that a defect of ours stopped: nobody knows whether the document arrived.

    The third in a row puts the submission aside for a person.
    """
    delivery = Delivery(outcome=Attempt.Outcome.UNKNOWN, state=State.UNKNOWN, code=DEFECT)
    return attempt_settle(attempt, delivery, now=now, jitter=jitter)


@transaction.atomic
def attempts_lose(submission_id: int, *, now: datetime, jitter: Jitter) -> bool:
    """Take the worker of an expired lease for dead: the outcome is unknown, the bytes go again.

    False when the lease is not expired any more.
    """
    submission = (
        Submission.objects.select_for_update(skip_locked=True)
        .filter(pk=submission_id, state=State.SENDING, lease_until__lt=now)
        .first()
    )
    if submission is None:
        return False
    for attempt in submission.attempts.filter(outcome=Attempt.Outcome.RUNNING):
        attempt.outcome = Attempt.Outcome.UNKNOWN
        attempt.code = "lease_expired"
        attempt.ended_at = now
        attempt.save(update_fields=["outcome", "code", "ended_at"])
        _audit(submission, attempt, now=now)
    move_to(submission, State.UNKNOWN, now=now, not_before=_next_try(submission, now, jitter))
    return True


def _newer_exists(attempt: Attempt) -> bool:
    return Attempt.objects.filter(
        submission_id=attempt.submission_id, number__gt=attempt.number
    ).exists()


def _attempt_end(attempt: Attempt, delivery: Delivery, *, now: datetime) -> None:
    attempt.ended_at = now
    attempt.outcome = delivery.outcome
    attempt.http_status = delivery.http_status
    attempt.code = delivery.code[:32]
    attempt.message = delivery.message
    attempt.answer = delivery.raw
    attempt.save(update_fields=["ended_at", "outcome", "http_status", "code", "message", "answer"])


def _receipt_keep(attempt: Attempt, delivery: Delivery, *, now: datetime) -> None:
    """Keep a receipt for good (D22); the same transaction code told twice is one receipt."""
    if delivery.receipt is None:
        return
    Receipt.objects.get_or_create(
        submission_id=attempt.submission_id,
        transaction_code=delivery.receipt.transaction_code,
        defaults={
            "attempt": attempt,
            "received_at_text": delivery.receipt.received_at_text,
            "message": delivery.receipt.message,
            "answer": delivery.receipt.raw,
            "stored_at": now,
        },
    )


def _move(
    submission: Submission, attempt: Attempt, delivery: Delivery, *, now: datetime, jitter: Jitter
) -> None:
    was_unknown = submission.attempts.filter(
        outcome=Attempt.Outcome.UNKNOWN, number__lt=attempt.number
    ).exists()
    state, reason = delivery.state, delivery.code
    if state == State.PARKED:
        reason = f"{delivery.ground}:{delivery.code}"
    elif state == State.REJECTED and was_unknown and delivery.says_already_received:
        state, reason = State.PARKED, "already_received"
    elif state == State.QUEUED and _gives_up(submission):
        state, reason = State.PARKED, "gave_up"
    elif delivery.code == DEFECT and _breaks_again(submission):
        state, reason = State.PARKED, DEFECT
    elif state == State.QUEUED and was_unknown:
        state = State.UNKNOWN
    if state == State.REJECTED and submission.version_id is not None:
        _finding_keep(submission.version_id, delivery, now=now)
    again = state in (State.QUEUED, State.UNKNOWN)
    move_to(
        submission,
        state,
        now=now,
        not_before=_next_try(submission, now, jitter) if again else None,
        reason=reason,
    )


def _gives_up(submission: Submission) -> bool:
    """An announcement is not worth trying for ever; a claim is."""
    return submission.kind == Submission.Kind.CHECK_IN and submission.tries >= CHECK_IN_TRIES


def _breaks_again(submission: Submission) -> bool:
    """Return whether the last tries since the submission was queued all met a defect of ours."""
    queued_at_number = submission.attempts.count() - submission.tries
    since = submission.attempts.filter(number__gt=queued_at_number).order_by("-number")
    codes = list(since.values_list("code", flat=True)[:DEFECTS_BEFORE_PARKING])
    return codes == [DEFECT] * DEFECTS_BEFORE_PARKING


def _finding_keep(version_id: int, delivery: Delivery, *, now: datetime) -> None:
    ClaimFinding.objects.create(
        version_id=version_id,
        code=f"GATEWAY-{delivery.code}"[:32],
        severity=ClaimFinding.Severity.ERROR,
        value=delivery.message,
        found_at=now,
    )


def _next_try(submission: Submission, now: datetime, jitter: Jitter) -> datetime:
    """Return when to try again: 5 s, 30 s, 2, 10, 30 min, then hourly, up to a fifth later."""
    step = min(max(submission.tries, 1), len(BACK_OFF_SECONDS)) - 1
    return now + timedelta(seconds=BACK_OFF_SECONDS[step] * (1 + JITTER_SHARE * jitter()))


def _audit(submission: Submission, attempt: Attempt, *, now: datetime) -> None:
    audit_write(
        facility=submission.facility,
        job=JOB,
        action="gateway.send",
        subject=submission,
        patient_id=submission.encounter.patient_id,
        facts={
            "kind": submission.kind,
            "attempt": attempt.number,
            "outcome": attempt.outcome,
            "code": attempt.code,
        },
        now=now,
    )
