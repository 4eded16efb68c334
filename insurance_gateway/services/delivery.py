"""One call to the gateway, told as a value: what came of it and the answer as received.

No transaction is open here and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from insurance_gateway.client.port import (
    ContentRejected,
    FailureGround,
    GatewayFailure,
    GatewayPort,
    OutcomeUnknown,
    PermanentFailure,
    ReceiptAnswer,
    SignedDocument,
    TemporaryFailure,
)
from insurance_gateway.models import Attempt, Submission
from insurance_gateway.stored_text import storable

State = Submission.State
Outcome = Attempt.Outcome
TRANSACTION_LIMIT = 500  # characters: the code stands in a unique index, whose rows are bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one try came to: the outcome of the attempt and the state it asks for.

    The texts of the gateway are as received, save what the database cannot hold.

    `receipt` is there when the gateway received the document, `ground` when a person has to mend
    something before any further try.
    """

    outcome: Attempt.Outcome
    state: Submission.State
    code: str = ""
    http_status: int | None = None
    message: str = field(default="", repr=False)
    raw: str = field(default="", repr=False)
    receipt: ReceiptAnswer | None = field(default=None, repr=False)
    ground: FailureGround | None = None
    says_already_received: bool = False


def deliver(gateway: GatewayPort, document: SignedDocument, *, kind: str) -> Delivery:
    """Hand the document over and return what came of it; only a defect of ours raises."""
    call = gateway.send_claim if kind == Submission.Kind.CLAIM else gateway.check_in
    try:
        receipt = call(document)
    except GatewayFailure as failure:
        return _failed(failure)
    return Delivery(
        outcome=Outcome.ACCEPTED,
        state=State.ACCEPTED,
        code="200",
        http_status=receipt.http_status,
        message=storable(receipt.message),
        raw=storable(receipt.raw),
        receipt=_receipt_storable(receipt),
    )


def _receipt_storable(receipt: ReceiptAnswer) -> ReceiptAnswer:
    return replace(
        receipt,
        transaction_code=storable(receipt.transaction_code)[:TRANSACTION_LIMIT],
        received_at_text=storable(receipt.received_at_text),
        message=storable(receipt.message),
        raw=storable(receipt.raw),
    )


def _failed(failure: GatewayFailure) -> Delivery:
    outcome, state = _consequence(failure)
    return Delivery(
        outcome=outcome,
        state=state,
        code=storable(failure.code),
        http_status=failure.http_status,
        message=storable(failure.message),
        raw=storable(failure.raw),
        ground=failure.ground if isinstance(failure, PermanentFailure) else None,
        says_already_received=isinstance(failure, ContentRejected)
        and failure.says_already_received,
    )


def _consequence(failure: GatewayFailure) -> tuple[Attempt.Outcome, Submission.State]:
    match failure:
        case TemporaryFailure():
            return Outcome.TEMPORARY, State.QUEUED
        case OutcomeUnknown():
            return Outcome.UNKNOWN, State.UNKNOWN
        case ContentRejected():
            return Outcome.REJECTED, State.REJECTED
        case PermanentFailure():
            return Outcome.REJECTED, State.PARKED
        case _:
            raise failure
