"""The outbox at work. The database is the truth, a message only a doorbell that carries an id.

Both tasks may run twice or side by side: a submission is won by one conditional update.
"""

from __future__ import annotations

import logging
from datetime import datetime

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from billing.services.charge import charges_sweep
from insurance_gateway.errors import defect_of
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
    """Send one submission; a defect of ours before the sending parks it and reaches the log.

    While the database is away nothing can be written: the sweep rings again.
    """
    try:
        submission_send(submission_id, now=timezone.now())
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, a person has to look
        logger.error("submission %s could not be sent: %s", submission_id, defect_of(error))
        submission_park(submission_id, reason="internal_error", now=timezone.now())


@shared_task(ignore_result=True)
def outbox_sweep() -> None:
    """Ring what waits, expire dead leases, charge, queue the check-ins that are due.

    A step that fails reaches the log and leaves the others to their work; what a step made due is
    rung by the next sweep.
    """
    now = timezone.now()
    for step in (_due_ring, leases_expire, _charge, check_ins_queue):
        try:
            step(now)
        except Exception as error:  # noqa: BLE001  the other steps do not depend on this one
            logger.error("sweep: %s failed: %s", step.__name__, defect_of(error))


def _due_ring(now: datetime) -> None:
    for submission_id in submissions_due(now, limit=RINGS_PER_SWEEP):
        submission_ring(submission_id)


def _charge(now: datetime) -> None:
    charges_sweep(now=now)
