"""From frozen facts to the exact bytes that are sent: rendered, checked, signed, stored.

What is stored is never made anew while its outcome is open (G18). Nothing leaves unsigned: the
signature is read back from the bytes before they are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from billing.claim_facts import CheckInFacts, ClaimFacts, decode
from hospital.models import Facility
from insurance_gateway.client.port import SignedDocument
from insurance_gateway.document.conformity import Deviation, claim_deviations, deviations
from insurance_gateway.document.envelope import check_in_document, claim_document
from insurance_gateway.document.reading import check_in_open, claim_open
from insurance_gateway.errors import GatewayError
from insurance_gateway.models import OutboundDocument, Submission
from insurance_gateway.services.moves import SENDABLE
from insurance_gateway.signing.signer import Signer
from insurance_gateway.signing.xmldsig import document_sign, signature_check

SignerFor = Callable[[Facility], Signer]


class NotConforming(GatewayError):
    """The document differs from its edition; `found` says where."""

    def __init__(self, found: list[Deviation]) -> None:
        super().__init__("conformity", deviations=len(found))
        self.found = found


class NotOpen(GatewayError):
    """The submission left the queue while its document was being made."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsigned document, checked against its edition."""

    content: bytes
    edition: str


def document_ready(
    submission: Submission, *, signer_for: SignerFor, now: datetime
) -> SignedDocument:
    """Return the stored document of a submission, made when there is none yet.

    Raises NotConforming, SignerUnavailable, SignatureRefused, EditionUnknown, NotOpen.
    """
    facts = facts_of(submission)
    document = submission.document
    if document is None:
        draft = draft_of(facts, prepared_on=timezone.localdate(now))
        content = document_sign(draft.content, signer=signer_for(submission.facility), now=now)
        document = _document_store(submission, content, edition=draft.edition, now=now)
    return SignedDocument(content=bytes(document.content), facility_code=_facility_code(facts))


def facts_of(submission: Submission) -> ClaimFacts | CheckInFacts:
    """Return the frozen facts behind a submission."""
    if submission.version is not None:
        return decode(submission.version.facts)
    return msgspec.json.decode(submission.facts, type=CheckInFacts)


def draft_of(facts: ClaimFacts | CheckInFacts, *, prepared_on: date) -> Draft:
    """Return the unsigned document; raises NotConforming when it is not what its edition demands.

    The check reads the very bytes that will be signed, not the facts they came from.
    """
    if isinstance(facts, ClaimFacts):
        content = claim_document(facts, prepared_on=prepared_on)
        found = claim_deviations(claim_open(content).tables, edition=facts.edition)
    else:
        content = check_in_document(facts)
        found = deviations("XML0", facts.edition, check_in_open(content).rows)
    if found:
        raise NotConforming(found)
    return Draft(content, facts.edition)


@transaction.atomic
def _document_store(
    submission: Submission, content: bytes, *, edition: str, now: datetime
) -> OutboundDocument:
    """Store the bytes, unless another worker was first: then its bytes are the ones to send."""
    signed = signature_check(content)
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if locked.document is not None:
        return locked.document
    if locked.state not in SENDABLE:
        raise NotOpen("submission_not_open", submission=locked.pk)
    locked.document = OutboundDocument.objects.create(
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        edition=edition,
        certificate_serial=signed.serial,
        signed_at=now,
    )
    locked.save(update_fields=["document"])
    return locked.document


def _facility_code(facts: ClaimFacts | CheckInFacts) -> str:
    return facts.visit.facility_code if isinstance(facts, ClaimFacts) else facts.facility_code
