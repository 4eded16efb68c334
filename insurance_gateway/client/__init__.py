"""The only place that speaks HTTP to the insurer."""

from insurance_gateway.client.egw import EgwGateway
from insurance_gateway.client.fake import FakeGateway
from insurance_gateway.client.port import (
    CardAnswer,
    CardOutcome,
    CardQuery,
    ContentRejected,
    Credentials,
    FailureGround,
    GatewayFailure,
    GatewayPort,
    OutcomeUnknown,
    PermanentFailure,
    ReceiptAnswer,
    SignedDocument,
    TemporaryFailure,
)

__all__ = [
    "CardAnswer",
    "CardOutcome",
    "CardQuery",
    "ContentRejected",
    "Credentials",
    "EgwGateway",
    "FailureGround",
    "FakeGateway",
    "GatewayFailure",
    "GatewayPort",
    "OutcomeUnknown",
    "PermanentFailure",
    "ReceiptAnswer",
    "SignedDocument",
    "TemporaryFailure",
]
