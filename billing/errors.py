"""Expected refusals of the money side."""

from __future__ import annotations

from hospital.errors import HospitalError


class BillingError(HospitalError):
    """A refusal of `billing`, with a stable code and facts without personal data."""


class ParamNotInForce(BillingError):
    """The law has no value for a parameter on a day."""


class PriceNotInForce(BillingError):
    """No price list in force holds an item for a payer on a day."""


class PaymentRefused(BillingError):
    """A payment cannot be taken as asked."""


class ClosingRefused(BillingError):
    """A visit cannot be closed yet; the code says what is missing."""
