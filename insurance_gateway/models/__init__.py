"""Accounts at the gateway, certificates, the outbox with its attempts and receipts, findings."""

from insurance_gateway.models.access import GatewayAccount, SigningCertificate
from insurance_gateway.models.findings import ClaimFinding
from insurance_gateway.models.outbox import Attempt, OutboundDocument, Receipt, Submission

__all__ = [
    "Attempt",
    "ClaimFinding",
    "GatewayAccount",
    "OutboundDocument",
    "Receipt",
    "SigningCertificate",
    "Submission",
]
