"""The states of a submission and the moves between them; every change of state passes through here.

A claim that the gateway refused stays refused: its correction is a new version of the claim with
its own submission. An unknown outcome is never queued anew, it is sent again as it is (DESIGN
decision 8).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hospital.errors import IllegalMove
from insurance_gateway.models import Submission

State = Submission.State

MOVES: dict[str, frozenset[str]] = {
    State.QUEUED: frozenset({State.SENDING, State.PARKED}),
    State.SENDING: frozenset(
        {State.ACCEPTED, State.REJECTED, State.UNKNOWN, State.QUEUED, State.PARKED}
    ),
    State.UNKNOWN: frozenset({State.SENDING, State.ACCEPTED, State.REJECTED, State.PARKED}),
    State.PARKED: frozenset({State.QUEUED}),
    State.ACCEPTED: frozenset(),
    State.REJECTED: frozenset(),
}
SETTLED = frozenset({State.ACCEPTED, State.REJECTED})
SENDABLE = tuple(state for state, wanted in MOVES.items() if State.SENDING in wanted)


def move_to(
    submission: Submission,
    state: Submission.State,
    *,
    now: datetime,
    not_before: datetime | None = None,
    reason: str = "",
) -> None:
    """Save the new state; the caller holds the row's lock. Raises IllegalMove.

    `reason` goes with PARKED, `not_before` with the states that are tried again. SENDING is not
    reached here: a worker wins it with `sending_win`.
    """
    if state == State.SENDING or state not in MOVES[submission.state]:
        raise IllegalMove("submission", submission.state, state)
    submission.state = state
    submission.lease_until = None
    submission.parked_reason = reason[:255] if state == State.PARKED else ""
    submission.settled_at = now if state in SETTLED else None
    if not_before is not None:
        submission.not_before = not_before
    submission.save(
        update_fields=["state", "lease_until", "parked_reason", "settled_at", "not_before"]
    )


def sending_win(submission_id: int, *, now: datetime, lease_seconds: int) -> bool:
    """Take a due submission for sending; False when another worker has it or it is not due.

    One conditional update decides between workers, so that no lock is held while the gateway is
    asked.
    """
    won = Submission.objects.filter(
        pk=submission_id, state__in=SENDABLE, not_before__lte=now, document__isnull=False
    ).update(state=State.SENDING, lease_until=now + timedelta(seconds=lease_seconds))
    return won == 1
