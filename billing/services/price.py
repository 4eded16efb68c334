"""Prices by payer and day: a price is closed and followed, never changed in place (D19)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from billing.errors import PriceNotInForce
from billing.models import PriceEntry
from hospital.models import CatalogItem


def price_on(item_id: int, payer: PriceEntry.Payer, day: date) -> Decimal:
    """Return the price in force, VND; raises PriceNotInForce."""
    row = PriceEntry.objects.on(day).filter(item_id=item_id, payer=payer).first()
    if row is None:
        raise PriceNotInForce(
            "price_not_in_force", item=item_id, payer=payer.name, day=day.isoformat()
        )
    return row.amount


@transaction.atomic
def price_record(
    item: CatalogItem, *, payer: PriceEntry.Payer, amount: Decimal, valid_from: date, decision: str
) -> PriceEntry:
    """Return the price in force from `valid_from`, VND; the one before it ends the day before.

    An equal price already in force is left as it is.
    """
    running = (
        PriceEntry.objects.select_for_update().on(valid_from).filter(item=item, payer=payer).first()
    )
    if running is not None:
        if running.amount == amount:
            return running
        if running.valid_from == valid_from:
            running.delete()
        else:
            running.valid_to = valid_from - timedelta(days=1)
            running.save(update_fields=["valid_to"])
    return PriceEntry.objects.create(
        item=item, payer=payer, amount=amount, valid_from=valid_from, decision=decision
    )
