"""The end of a visit at the cashier: card asked once more, then closed and queued, or refused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.errors import ClosingRefused
from billing.selectors.bill import bill_of
from billing.services.charge import charges_refresh
from hospital.models import CardCheck, Encounter, Staff
from hospital.services.encounter import account_of
from insurance_gateway.client.port import GatewayPort
from insurance_gateway.models import Submission
from insurance_gateway.services.card import recheck_before_closing
from insurance_gateway.services.submission import visit_submit


def visit_finish(
    encounter: Encounter,
    *,
    cashier: Staff,
    now: datetime,
    gateway: GatewayPort | None,
    is_unpaid_allowed: bool = False,
) -> Submission | None:
    """Ask about the card, close the visit and queue its claim; None when nothing is sent.

    `gateway` None means that it cannot be reached: nothing is asked and nothing stops (G03). No
    transaction may be open. Raises ClosingRefused card_refused when the insurer no longer knows the
    card, due_after_recheck when the patient would leave owing, and what closing itself refuses.
    """
    if gateway is not None:
        check = recheck_before_closing(encounter, staff=cashier, gateway=gateway, now=now)
        if check is not None and check.outcome == CardCheck.Outcome.REFUSED:
            raise ClosingRefused("card_refused", encounter=encounter.pk, code=check.code)
    with transaction.atomic():
        row = Encounter.objects.select_for_update().get(pk=encounter.pk)
        charges_refresh(row, now=now, actor=account_of(cashier))
        if row.state == Encounter.State.CONCLUDED and not is_unpaid_allowed:
            due = bill_of(row).due
            if due > 0:
                raise ClosingRefused("due_after_recheck", encounter=row.pk, due=str(due))
        return visit_submit(row, actor=account_of(cashier), now=now)
