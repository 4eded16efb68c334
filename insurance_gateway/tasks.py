"""The outbox at work. The database is the truth, a message only a doorbell that carries an id.

Both tasks may run twice or side by side: a submission is won by one conditional update.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from billing.services.charge import charges_sweep
from insurance_gateway.selectors.submissions import submissions_due
from insurance_gateway.services.check_in import check_ins_queue
from insurance_gateway.services.sending import leases_expire, submission_park, submission_send

logger = logging.getLogger(__name__)

RINGS_PER_SWEEP = 50
RING_EXPIRES_SECONDS = 60


def submission_ring(submission_id: int) -> None:
    """Tell a worker that a submission is due; a lost message costs nothing: the sweep rings."""
    submission_send_task.apply_async((submission_id,), expires=RING_EXPIRES_SECONDS, retry=False)


@shared_task(ignore_result=True)
def submission_send_task(submission_id: int) -> None:
    """Send one submission; a defect of ours parks it for a person and reaches the log."""
    try:
        submission_send(submission_id, now=timezone.now())
    except DatabaseError:
        raise
    except Exception:
        logger.exception("submission %s could not be sent", submission_id)
        submission_park(submission_id, reason="internal_error", now=timezone.now())


@shared_task(ignore_result=True)
def outbox_sweep() -> None:
    """Expire dead leases, queue the check-ins that are due, ring what waits."""
    now = timezone.now()
    leases_expire(now)
    charges_sweep(now=now)
    check_ins_queue(now)
    for submission_id in submissions_due(now, limit=RINGS_PER_SWEEP):
        submission_ring(submission_id)
