"""What waits in the outbox."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from insurance_gateway.models import GatewayAccount, Submission
from insurance_gateway.services.moves import SENDABLE


def submissions_due(now: datetime, *, limit: int) -> list[int]:
    """Return the ids that may be sent now, urgent and old first; a blocked account rests."""
    blocked = GatewayAccount.objects.on(timezone.localdate(now)).filter(blocked_at__isnull=False)
    due = (
        Submission.objects.filter(state__in=SENDABLE, not_before__lte=now)
        .exclude(facility__in=blocked.values("facility"))
        .order_by("priority", "not_before", "pk")
    )
    return list(due.values_list("pk", flat=True)[:limit])
