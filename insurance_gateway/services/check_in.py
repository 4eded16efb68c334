"""Announcing a visit by its first cost (XML0).

The announcement is no basis for payment: neither the visit nor the claim waits for it.
Source: QĐ 4750/2023 Đ2 (D03); never for an emergency (MA_DOITUONG_KCB 2).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from billing.claim_facts import encode
from billing.models import Charge
from billing.services.freeze import check_in_facts_build
from hospital.errors import HospitalError
from hospital.models import Encounter, Facility
from hospital.services.audit import audit_write
from insurance_gateway.document.editions import edition_for
from insurance_gateway.errors import defect_of
from insurance_gateway.models import Submission

logger = logging.getLogger(__name__)

JOB = "outbox"
NOT_ANNOUNCED = ("2", "9")
LOOK_BACK = timedelta(days=7)
PRIORITY = 3
BATCH = 200

EditionFor = Callable[[date], str]


def check_ins_queue(
    now: datetime, facility: Facility | None = None, *, edition: EditionFor = edition_for
) -> list[Submission]:
    """Queue the announcements that are due and return them; one per visit, one more per admission.

    Visits older than a week are left alone. A visit that cannot be announced is named in the log
    by its id and does not stop the others; when more wait than a batch holds, the batch is drawn
    by lot, so that such visits cannot fill it for ever.
    """
    queued = []
    waiting = list(encounters_to_announce(now, facility).values_list("pk", flat=True))
    if len(waiting) > BATCH:
        waiting = random.sample(waiting, BATCH)
    for encounter_id in waiting:
        try:
            submission = _check_in_queue(encounter_id, now=now, edition=edition)
        except HospitalError as error:
            logger.warning("check-in of encounter %s not queued: %s", encounter_id, error)
            continue
        except Exception as error:  # noqa: BLE001  one visit must not hold up the others
            logger.error("check-in of encounter %s failed: %s", encounter_id, defect_of(error))
            continue
        if submission is not None:
            queued.append(submission)
    return queued


def encounters_to_announce(now: datetime, facility: Facility | None) -> QuerySet[Encounter]:
    """Return the insured visits with a cost that no announcement has covered, oldest first."""
    costs = Charge.objects.filter(encounter=OuterRef("pk"), voided_at__isnull=True)
    check_ins = Submission.objects.filter(encounter=OuterRef("pk"), kind=Submission.Kind.CHECK_IN)
    of_arrival = ~Exists(check_ins) & Exists(costs)
    of_admission = (
        Q(admitted_at__gt=F("arrived_at"))
        & Exists(costs.filter(ordered_at__gte=OuterRef("admitted_at")))
        & ~Exists(check_ins.filter(queued_at__gte=OuterRef("admitted_at")))
    )
    facilities = Facility.objects.filter(is_active=True)
    if facility is not None:
        facilities = facilities.filter(pk=facility.pk)
    return (
        Encounter.objects.filter(
            facility__in=facilities.values("pk"),  # lets the index by facility and day be used
            card__isnull=False,
            is_state_secret=False,
            arrived_at__gte=now - LOOK_BACK,
        )
        .exclude(route_code__in=NOT_ANNOUNCED)
        .exclude(state=Encounter.State.CANCELLED)
        .filter(of_arrival | of_admission)
        .order_by("arrived_at", "pk")
    )


@transaction.atomic
def _check_in_queue(encounter_id: int, *, now: datetime, edition: EditionFor) -> Submission | None:
    encounter = (
        encounters_to_announce(now, None)
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=encounter_id)
        .first()
    )
    if encounter is None:
        return None
    first = _first_cost(encounter)
    facts = check_in_facts_build(
        encounter, first, edition=edition(timezone.localdate(first.ordered_at))
    )
    submission = Submission.objects.create(
        facility=encounter.facility,
        encounter=encounter,
        kind=Submission.Kind.CHECK_IN,
        facts=encode(facts).decode(),
        priority=PRIORITY,
        not_before=now,
        queued_at=now,
    )
    audit_write(
        facility=encounter.facility,
        job=JOB,
        action="check_in.queue",
        subject=submission,
        patient_id=encounter.patient_id,
        facts={"charge": first.pk, "edition": facts.edition},
        now=now,
    )
    return submission


def _first_cost(encounter: Encounter) -> Charge:
    """Return the first cost of the ward when the visit was announced before, else of the visit."""
    costs = Charge.objects.filter(encounter=encounter, voided_at__isnull=True)
    if encounter.submissions.filter(kind=Submission.Kind.CHECK_IN).exists():
        costs = costs.filter(ordered_at__gte=encounter.admitted_at)
    return costs.order_by("ordered_at", "pk")[0]
