"""A person mended what stopped the queue: it goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hospital.errors import IllegalMove
from hospital.models import AuditEntry, User
from insurance_gateway.client.fake import raising
from insurance_gateway.client.port import FailureGround, PermanentFailure
from insurance_gateway.models import OutboundDocument, Submission
from insurance_gateway.services.release import account_release, submission_release
from tests.factories import NOW
from tests.insurance_gateway.outbox_rows import Outbox, make_claim, make_outbox

pytestmark = pytest.mark.django_db
State = Submission.State
LATER = NOW + timedelta(minutes=5)


def stopped(ground: FailureGround) -> tuple[Outbox, Submission]:
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(raising(PermanentFailure("403", ground=ground)))
    outbox.send(submission)
    return outbox, submission


def released(outbox: Outbox) -> int:
    actor = User.objects.create_user(username="giamdinh")
    return account_release(outbox.account, actor=actor, now=LATER)


def test_released_account_sends_the_stored_bytes():
    outbox, submission = stopped(FailureGround.ACCOUNT)
    stored = OutboundDocument.objects.get()

    count = released(outbox)
    state = outbox.send(submission, now=LATER)

    assert (count, state) == (1, State.ACCEPTED)
    assert outbox.gateway.claims[0].content == bytes(stored.content)


def test_document_refused_for_its_signature_is_signed_anew_and_the_old_one_kept():
    outbox, submission = stopped(FailureGround.SIGNATURE)
    refused = OutboundDocument.objects.get()

    released(outbox)
    outbox.send(submission, now=LATER)

    submission.refresh_from_db()
    assert submission.document_id != refused.pk
    assert OutboundDocument.objects.count() == 2
    line = AuditEntry.objects.get(action="submission.release")
    assert line.facts == {"reason": "signature:403", "document": refused.pk}


def test_release_leaves_other_parked_claims_to_their_own_reason():
    outbox, _ = stopped(FailureGround.ACCOUNT)
    faulty = make_claim(outbox.facility)
    Submission.objects.filter(pk=faulty.pk).update(state=State.PARKED, parked_reason="conformity")

    assert released(outbox) == 1
    assert Submission.objects.get(pk=faulty.pk).state == State.PARKED


def test_only_a_parked_submission_can_be_released():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.send(submission)
    actor = User.objects.create_user(username="giamdinh")

    with pytest.raises(IllegalMove):
        submission_release(submission, actor=actor, now=LATER)
