"""What it costs, who pays, and what was frozen when the visit closed."""

from billing.models.claims import Claim, ClaimVersion
from billing.models.funding import CopaymentExemption, OtherFunding
from billing.models.money import Charge, Deposit, Payment, PriceEntry, Refund

__all__ = [
    "Charge",
    "Claim",
    "ClaimVersion",
    "CopaymentExemption",
    "Deposit",
    "OtherFunding",
    "Payment",
    "PriceEntry",
    "Refund",
]
