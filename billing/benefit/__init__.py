"""What each line of a visit costs the fund, the patient and others.

Pure functions: no database, no clock, no Django. `quote_visit` takes the facts of a visit and
answers amounts with the ground of each decision; every number comes from dated data.
"""

from billing.benefit.answers import LineQuote, VisitQuote
from billing.benefit.errors import BenefitRefused
from billing.benefit.facts import (
    CardInput,
    CoPaymentPaid,
    LineInput,
    LineTable,
    OtherSourceKind,
    OtherSourceMode,
    OtherSources,
    Scope,
    VisitInput,
)
from billing.benefit.quote import quote_visit
from billing.benefit.trace import TraceStep

__all__ = [
    "BenefitRefused",
    "CardInput",
    "CoPaymentPaid",
    "LineInput",
    "LineQuote",
    "LineTable",
    "OtherSourceKind",
    "OtherSourceMode",
    "OtherSources",
    "Scope",
    "TraceStep",
    "VisitInput",
    "VisitQuote",
    "quote_visit",
]
