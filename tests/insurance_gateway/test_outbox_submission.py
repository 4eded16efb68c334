"""Closing a visit puts its claim into the outbox in the same transaction, or changes nothing."""

from __future__ import annotations

import pytest
from django.db import transaction

from billing.models import ClaimVersion
from hospital.errors import HospitalError
from hospital.models import AuditEntry, Encounter
from insurance_gateway import tasks
from insurance_gateway.models import Submission
from insurance_gateway.services import submission as submission_service
from insurance_gateway.services.check_in import check_ins_queue
from insurance_gateway.services.submission import visit_submit
from tests.insurance_gateway.outbox_rows import END, cashier, concluded_visit, make_outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids for which the bell rang."""
    ids: list[int] = []
    monkeypatch.setattr(
        tasks.submission_send_task, "apply_async", lambda args, **options: ids.extend(args)
    )
    return ids


def test_closing_queues_the_frozen_claim_and_rings_after_the_commit(
    rung: list[int], django_capture_on_commit_callbacks
):
    encounter = concluded_visit(make_outbox())

    with django_capture_on_commit_callbacks(execute=True):
        submission = visit_submit(encounter, actor=cashier(), now=END)
        rung_before_commit = list(rung)

    assert submission is not None
    assert (submission.kind, submission.state) == ("claim", "queued")
    assert submission.version == ClaimVersion.objects.get(claim__encounter=encounter)
    assert (rung_before_commit, rung) == ([], [submission.pk])
    line = AuditEntry.objects.get(action="claim.queue")
    assert (line.subject_id, line.actor) == (submission.pk, cashier())


def test_closing_twice_is_the_same_submission(rung: list[int], django_capture_on_commit_callbacks):
    encounter = concluded_visit(make_outbox())

    with django_capture_on_commit_callbacks(execute=True):
        first = visit_submit(encounter, actor=cashier(), now=END)
        second = visit_submit(encounter, actor=cashier(), now=END)

    assert first == second
    assert Submission.objects.count() == 1
    assert len(rung) == 1


def test_closed_claim_is_accepted_as_it_was_frozen(rung: list[int]):
    outbox = make_outbox()
    submission = visit_submit(concluded_visit(outbox), actor=cashier(), now=END)
    assert submission is not None

    state = outbox.send(submission, now=END)

    assert submission.version is not None
    findings = submission.version.findings.values_list("table", "field", "code")
    assert (state, list(findings)) == ("accepted", [])


def test_check_in_of_the_same_visit_is_accepted(rung: list[int]):
    outbox = make_outbox()
    concluded_visit(outbox)
    (submission,) = check_ins_queue(END)

    assert outbox.send(submission, now=END) == "accepted"


def test_uninsured_visit_is_closed_and_nothing_is_sent(rung: list[int]):
    encounter = concluded_visit(make_outbox(), is_insured=False)

    assert visit_submit(encounter, actor=cashier(), now=END) is None
    encounter.refresh_from_db()
    assert encounter.state == Encounter.State.ENDED
    assert Submission.objects.count() == 0


def test_state_secret_is_closed_and_not_sent(rung: list[int]):
    encounter = concluded_visit(make_outbox())
    Encounter.objects.filter(pk=encounter.pk).update(is_state_secret=True)

    assert visit_submit(encounter, actor=cashier(), now=END) is None
    assert Submission.objects.count() == 0


def test_failing_to_queue_leaves_the_visit_open(monkeypatch: pytest.MonkeyPatch, rung: list[int]):
    encounter = concluded_visit(make_outbox())

    def refused(**facts: object) -> None:
        raise HospitalError("audit_closed")

    monkeypatch.setattr(submission_service, "audit_write", refused)
    with pytest.raises(HospitalError), transaction.atomic():
        visit_submit(encounter, actor=cashier(), now=END)

    encounter.refresh_from_db()
    assert encounter.state == Encounter.State.CONCLUDED
    assert (ClaimVersion.objects.count(), Submission.objects.count()) == (0, 0)
