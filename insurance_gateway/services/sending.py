"""The outbox: a stored document goes to the gateway, what came of it is kept (DESIGN decision 8).

One step at a time: prepare and store the bytes, win the row, ask the gateway with no transaction
open, settle. A worker may die between any two lines: what was stored is sent again as it is, under
the same MA_LK, which the gateway replaces (CV 1245/BHXH-CNTT).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from hospital.errors import HospitalError
from hospital.services.audit import audit_write
from insurance_gateway.client.port import GatewayPort, SignedDocument
from insurance_gateway.errors import SignerUnavailable, defect_of
from insurance_gateway.models import Attempt, GatewayAccount, Submission
from insurance_gateway.services.attempts import (
    JOB,
    Jitter,
    attempt_begin,
    attempt_break,
    attempt_settle,
    attempts_lose,
)
from insurance_gateway.services.delivery import Delivery, deliver
from insurance_gateway.services.findings import findings_keep
from insurance_gateway.services.gateways import (
    GatewayFor,
    GatewayUnavailable,
    account_block,
    account_of,
    gateway_of,
)
from insurance_gateway.services.moves import SENDABLE, move_to
from insurance_gateway.services.preparing import (
    NotConforming,
    NotOpen,
    SignerFor,
    document_ready,
)
from insurance_gateway.services.signers import signer_of

logger = logging.getLogger(__name__)

State = Submission.State


def submission_send(
    submission_id: int,
    *,
    now: datetime,
    gateway_for: GatewayFor | None = None,
    signer_for: SignerFor | None = None,
    jitter: Jitter = random.random,
) -> Submission.State | None:
    """Bring a due submission one step on and return its state; None when nothing was done.

    Safe to run twice and side by side. `jitter` returns 0..1 and spreads the next try.
    """
    started = time.monotonic()
    submission = _due(submission_id, now)
    if submission is None:
        return None
    account = account_of(submission.facility, now=now)
    if account is None:
        return _park(submission, "account_missing", now=now)
    if account.blocked_at is not None:
        return None
    try:
        gateway = (gateway_for or partial(gateway_of, now=now))(account)
        document = document_ready(
            submission, signer_for=signer_for or partial(signer_of, now=now), now=now
        )
    except NotOpen:
        return None
    except (GatewayUnavailable, SignerUnavailable) as error:
        account_block(account, reason=f"setup:{error.code}", now=now)
        return None
    except HospitalError as error:
        return _park(submission, error.code, now=now, error=error)

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    attempt = attempt_begin(submission, now=clock())
    if attempt is None:
        return None
    return _attempt_run(attempt, account, gateway, document, clock=clock, jitter=jitter)


def _attempt_run(
    attempt: Attempt,
    account: GatewayAccount,
    gateway: GatewayPort,
    document: SignedDocument,
    *,
    clock: Callable[[], datetime],
    jitter: Jitter,
) -> Submission.State:
    """Ask the gateway and settle; a defect of ours leaves no attempt running."""
    try:
        delivery = deliver(gateway, document, kind=attempt.submission.kind)
        settled = attempt_settle(attempt, delivery, now=clock(), jitter=jitter)
    except Exception as error:  # noqa: BLE001  whatever it is, the outcome is unknown
        logger.error("attempt %s broken off: %s", attempt.pk, defect_of(error))
        return State(attempt_break(attempt, now=clock(), jitter=jitter).state)
    _account_consequence(account, delivery, now=clock())
    return State(settled.state)


def leases_expire(now: datetime, *, jitter: Jitter = random.random) -> int:
    """Give up on workers whose lease has ended; return how many outcomes became unknown."""
    expired = Submission.objects.filter(state=State.SENDING, lease_until__lt=now)
    ids = list(expired.order_by("lease_until").values_list("pk", flat=True))
    lost = 0
    for submission_id in ids:
        try:
            lost += attempts_lose(submission_id, now=now, jitter=jitter)
        except Exception as error:  # noqa: BLE001  one row must not hold up the others
            logger.error("lease of %s not expired: %s", submission_id, defect_of(error))
    return lost


@transaction.atomic
def submission_park(
    submission_id: int, *, reason: str, now: datetime, error: HospitalError | None = None
) -> bool:
    """Put a waiting submission aside for a person; False when it is not waiting any more.

    The findings of a document that does not conform are kept with its version.
    """
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .filter(pk=submission_id, state__in=SENDABLE)
        .first()
    )
    if submission is None:
        return False
    if isinstance(error, NotConforming) and submission.version_id is not None:
        findings_keep(submission.version_id, error.found, now=now)
    move_to(submission, State.PARKED, now=now, reason=reason)
    audit_write(
        facility=submission.facility,
        job=JOB,
        action="submission.park",
        subject=submission,
        patient_id=submission.encounter.patient_id,
        facts={"reason": reason, "kind": submission.kind},
        now=now,
    )
    return True


def _due(submission_id: int, now: datetime) -> Submission | None:
    return (
        Submission.objects.select_related("facility", "version", "document", "encounter")
        .filter(pk=submission_id, state__in=SENDABLE, not_before__lte=now)
        .first()
    )


def _park(
    submission: Submission, reason: str, *, now: datetime, error: HospitalError | None = None
) -> Submission.State | None:
    logger.warning("submission %s parked: %s", submission.pk, error or reason)
    parked = submission_park(submission.pk, reason=reason, now=now, error=error)
    return State.PARKED if parked else None


def _account_consequence(account: GatewayAccount, delivery: Delivery, *, now: datetime) -> None:
    if delivery.ground is not None:
        account_block(account, reason=f"{delivery.ground}:{delivery.code}", now=now)
