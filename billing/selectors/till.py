"""What waits at the cashier, what is owed, and what the till took in a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round

from billing.models import ClaimVersion, Deposit, Payment, Refund
from hospital.models import Encounter, Facility
from hospital.selectors.encounters import Scope, day_bounds, encounters_visible

AMOUNT: DecimalField[Decimal, Decimal] = DecimalField(max_digits=15, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=AMOUNT)


def visits_to_settle(scope: Scope) -> QuerySet[Encounter]:
    """Return the visits whose care has ended and whose bill is open, the longest wait first."""
    rows = encounters_visible(scope).filter(state=Encounter.State.CONCLUDED)
    return rows.select_related("patient", "card", "doctor").order_by("ended_at", "pk")


def visits_owing(scope: Scope) -> QuerySet[Encounter]:
    """Return closed visits of which a part is still unpaid, each with its `owed` in VND."""
    latest = ClaimVersion.objects.filter(claim__encounter=OuterRef("pk")).order_by("-number")
    share = Subquery(latest.values(share=Round(F("co_payment") + F("self_payment")))[:1])
    rows = encounters_visible(scope).filter(state=Encounter.State.ENDED)
    rows = rows.annotate(
        owed=Coalesce(share, NOTHING, output_field=AMOUNT)
        - _sum_of(Payment)
        - _sum_of(Deposit)
        + _sum_of(Refund)
    )
    return rows.filter(owed__gt=0).select_related("patient", "card").order_by("ended_at", "pk")


def _sum_of(model: type[Payment | Deposit | Refund]) -> Coalesce:
    rows = model.objects.filter(encounter=OuterRef("pk"), cancelled_at__isnull=True)
    total = rows.order_by().values("encounter").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), NOTHING, output_field=AMOUNT)


def taken_on(facility: Facility, day: date) -> Decimal:
    """Return what the till holds of a day: payments and deposits less refunds, VND."""
    start, end = day_bounds(day)
    total = Decimal(0)
    for model, sign in ((Payment, 1), (Deposit, 1), (Refund, -1)):
        rows = model.objects.filter(
            facility=facility,
            received_at__gte=start,
            received_at__lt=end,
            cancelled_at__isnull=True,
        )
        total += sign * (rows.aggregate(total=Sum("amount"))["total"] or Decimal(0))
    return total
