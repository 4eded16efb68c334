"""Everything that was sent for one visit, as the insurance desk reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from hospital.models import Encounter
from insurance_gateway.models import Attempt, ClaimFinding, Receipt, Submission
from insurance_gateway.presenters.wording import (
    Tag,
    attempt_text,
    finding_place,
    finding_text,
    outcome_tag,
    reason_text,
    state_tag,
)

FIRST_TABLE = {Submission.Kind.CLAIM: "XML1", Submission.Kind.CHECK_IN: "XML0"}


@dataclass(frozen=True, slots=True)
class AttemptLine:
    number: int
    started_at: datetime
    seconds: str
    code: str
    text: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    transaction_code: str
    received_at: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class FindingLine:
    code: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The stored bytes: how they are known again, and where they can be read."""

    digest: str
    edition: str
    serial: str
    signed_at: datetime
    view_url: str
    download_url: str


@dataclass(frozen=True, slots=True)
class SubmissionPart:
    """One document on its way, with all that came of it."""

    title: str
    tag: Tag
    queued_at: datetime
    note: str
    next_try_at: datetime | None
    release_url: str
    document: DocumentFacts | None
    attempts: list[AttemptLine]
    receipts: list[ReceiptLine]
    findings: list[FindingLine]


def submission_parts(
    encounter: Encounter, submissions: Iterable[Submission]
) -> list[SubmissionPart]:
    return [_part(encounter, submission) for submission in submissions]


def _part(encounter: Encounter, submission: Submission) -> SubmissionPart:
    version = submission.version
    is_parked = submission.state == Submission.State.PARKED
    waits = submission.state in (Submission.State.QUEUED, Submission.State.UNKNOWN)
    return SubmissionPart(
        title=_title(submission),
        tag=state_tag(submission),
        queued_at=submission.queued_at,
        note=reason_text(submission.parked_reason),
        next_try_at=submission.not_before if waits and submission.tries else None,
        release_url=reverse("insurance_gateway:submission-release", args=[submission.pk])
        if is_parked
        else "",
        document=_document(encounter, submission),
        attempts=[_attempt(attempt) for attempt in submission.attempts.all()],
        receipts=[_receipt(receipt) for receipt in submission.receipts.all()],
        findings=[_finding(finding) for finding in version.findings.all()] if version else [],
    )


def _title(submission: Submission) -> str:
    if submission.version is None:
        return _("Check-in (XML0)")
    if submission.version.number == 1:
        return _("Hồ sơ giám định")
    return _("Hồ sơ giám định, phiên bản %(number)s") % {"number": submission.version.number}


def _document(encounter: Encounter, submission: Submission) -> DocumentFacts | None:
    document = submission.document
    if document is None:
        return None
    first_table = FIRST_TABLE[Submission.Kind(submission.kind)]
    view_url = reverse("insurance_gateway:claim-xml", args=[encounter.pk, first_table])
    return DocumentFacts(
        digest=document.digest,
        edition=document.edition,
        serial=document.certificate_serial,
        signed_at=document.signed_at,
        view_url=f"{view_url}?submission={submission.pk}",
        download_url=reverse("insurance_gateway:claim-download", args=[submission.pk]),
    )


def _attempt(attempt: Attempt) -> AttemptLine:
    lasted = (attempt.ended_at - attempt.started_at).total_seconds() if attempt.ended_at else None
    return AttemptLine(
        number=attempt.number,
        started_at=attempt.started_at,
        seconds="" if lasted is None else _("%(seconds)s giây") % {"seconds": f"{lasted:.1f}"},
        code=attempt.code,
        text=attempt_text(attempt),
        tag=outcome_tag(attempt),
    )


def _receipt(receipt: Receipt) -> ReceiptLine:
    return ReceiptLine(
        transaction_code=receipt.transaction_code,
        received_at=receipt.received_at_text,
        stored_at=receipt.stored_at,
    )


def _finding(finding: ClaimFinding) -> FindingLine:
    return FindingLine(finding.code, finding_place(finding), finding_text(finding))
