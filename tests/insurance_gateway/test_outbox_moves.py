"""The states of a submission: which moves exist, and that none goes round them."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError

from hospital.errors import IllegalMove
from insurance_gateway.models import Submission
from insurance_gateway.services.moves import MOVES, move_to, sending_win
from tests.factories import NOW
from tests.insurance_gateway.outbox_rows import make_claim, make_outbox

State = Submission.State
LEGAL = {
    ("queued", "sending"),
    ("queued", "parked"),
    ("sending", "accepted"),
    ("sending", "rejected"),
    ("sending", "unknown"),
    ("sending", "queued"),
    ("sending", "parked"),
    ("unknown", "sending"),
    ("unknown", "accepted"),
    ("unknown", "rejected"),
    ("unknown", "parked"),
    ("parked", "queued"),
}
ALL = set(product(State.values, State.values))


def in_state(state: str) -> Submission:
    submission = make_claim(make_outbox().facility)
    Submission.objects.filter(pk=submission.pk).update(
        state=state,
        lease_until=NOW + timedelta(minutes=2) if state == State.SENDING else None,
        parked_reason="internal_error" if state == State.PARKED else "",
    )
    submission.refresh_from_db()
    return submission


def test_moves_are_those_of_the_design():
    assert {(state, wanted) for state, targets in MOVES.items() for wanted in targets} == LEGAL


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "wanted"), sorted(move for move in LEGAL if move[1] != State.SENDING)
)
def test_legal_move_is_saved(state: str, wanted: str):
    submission = in_state(state)

    move_to(submission, State(wanted), now=NOW, reason="internal_error")

    submission.refresh_from_db()
    assert submission.state == wanted
    assert submission.lease_until is None
    assert (submission.settled_at is not None) == (wanted in {"accepted", "rejected"})


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "wanted"), sorted(ALL - LEGAL))
def test_illegal_move_names_both_states_and_changes_nothing(state: str, wanted: str):
    submission = in_state(state)

    with pytest.raises(IllegalMove) as refused:
        move_to(submission, State(wanted), now=NOW, reason="internal_error")

    assert refused.value.facts == {"thing": "submission", "current": state, "wanted": wanted}
    submission.refresh_from_db()
    assert submission.state == state


@pytest.mark.django_db
def test_sending_is_not_reached_without_winning():
    submission = in_state(State.QUEUED)

    with pytest.raises(IllegalMove):
        move_to(submission, State.SENDING, now=NOW)


@pytest.mark.django_db
def test_submission_without_document_cannot_be_won():
    submission = in_state(State.QUEUED)

    assert not sending_win(submission.pk, now=NOW, lease_seconds=120)


@pytest.mark.django_db
def test_database_refuses_sending_without_lease():
    submission = in_state(State.QUEUED)

    with pytest.raises(IntegrityError):
        Submission.objects.filter(pk=submission.pk).update(state=State.SENDING)


@pytest.mark.django_db
def test_database_refuses_parking_without_reason():
    submission = in_state(State.QUEUED)

    with pytest.raises(IntegrityError):
        move_to(submission, State.PARKED, now=NOW)
