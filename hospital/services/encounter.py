"""An episode from arrival to its end. Every change of state passes through `encounter_move`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hospital.errors import IllegalMove, InputRefused
from hospital.models import (
    BedStay,
    DepartmentStay,
    Diagnosis,
    Encounter,
    InsuranceCard,
    Patient,
    Prescription,
    QueueTicket,
    Room,
    ServiceOrder,
    Staff,
    User,
)
from hospital.selectors.facilities import facility_code_on
from hospital.services.audit import audit_write
from hospital.services.numbering import next_number

State = Encounter.State
MOVES: dict[str, frozenset[str]] = {
    State.WAITING: frozenset({State.IN_EXAM, State.CANCELLED}),
    State.IN_EXAM: frozenset(
        {State.AWAITING_RESULTS, State.IN_TREATMENT, State.CONCLUDED, State.CANCELLED}
    ),
    State.AWAITING_RESULTS: frozenset({State.IN_EXAM, State.IN_TREATMENT}),
    State.IN_TREATMENT: frozenset({State.CONCLUDED}),
    State.CONCLUDED: frozenset({State.IN_EXAM, State.ENDED}),
    State.ENDED: frozenset(),
    State.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What reception writes when a person comes. `route_code` is provisional until the visit
    closes.
    """

    patient: Patient
    card: InsuranceCard | None
    room: Room
    reason: str
    route_code: str
    visit_type: str = "01"
    is_emergency: bool = False
    is_priority: bool = False
    referred_from: str = ""
    referral_number: str = ""


@transaction.atomic
def encounter_open(arrival: Arrival, *, actor: User, now: datetime) -> Encounter:
    """Open an episode under a new MA_LK and put it in the queue of a room (D09)."""
    facility = arrival.patient.facility
    today = timezone.localdate(now)
    number = next_number(facility, "encounter", today.year)
    encounter = Encounter.objects.create(
        facility=facility,
        patient=arrival.patient,
        card=arrival.card,
        link_code=f"{facility_code_on(facility, today)}.{today.year}.{number:07d}",
        record_number=f"PK{today.year % 100:02d}{number:07d}",
        visit_type=arrival.visit_type,
        route_code=arrival.route_code,
        is_emergency=arrival.is_emergency,
        arrived_at=now,
        card_shown_at=now if arrival.card else None,
        reason=arrival.reason,
        referred_from=arrival.referred_from,
        referral_number=arrival.referral_number,
        opened_by=actor,
    )
    DepartmentStay.objects.create(
        encounter=encounter, department=arrival.room.department, entered_at=now
    )
    ticket_issue(encounter, arrival.room, now=now, is_priority=arrival.is_priority)
    encounter_log(encounter, "encounter.open", actor=actor, now=now)
    return encounter


def ticket_issue(
    encounter: Encounter, room: Room, *, now: datetime, is_priority: bool = False
) -> QueueTicket:
    """Give the next number of a room's queue of the day."""
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    today = timezone.localdate(now)
    queue = QueueTicket.objects.filter(room=room, queue_on=today)
    last = queue.aggregate(last=Max("number"))["last"] or 0
    return QueueTicket.objects.create(
        encounter=encounter,
        room=room,
        queue_on=today,
        number=last + 1,
        is_priority=is_priority,
        issued_at=now,
    )


def encounter_move(encounter: Encounter, wanted: str) -> Encounter:
    """Return the locked row in its new state; raises IllegalMove naming both states."""
    row = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if wanted not in MOVES[row.state]:
        raise IllegalMove("encounter", row.state, wanted)
    row.state = wanted
    row.save(update_fields=["state"])
    return row


def encounter_locked(encounter: Encounter) -> Encounter:
    """Return the row as it is now, locked, so that what is counted next stays true."""
    return Encounter.objects.select_for_update().get(pk=encounter.pk)


def encounter_open_now(encounter: Encounter) -> Encounter:
    """Return the locked row of an episode in which may still be written; raises InputRefused."""
    row = encounter_locked(encounter)
    if row.state in {State.ENDED, State.CANCELLED}:
        raise InputRefused("encounter_closed", encounter=row.pk)
    return row


def encounter_log(
    encounter: Encounter, action: str, *, actor: User, now: datetime, **facts: str | int
) -> None:
    """Append an audit line about an episode."""
    audit_write(
        facility=encounter.facility,
        actor=actor,
        action=action,
        subject=encounter,
        patient_id=encounter.patient_id,
        facts=facts,
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """How an episode ended: KET_QUA_DTRI, MA_LOAI_RV, and what the patient is told."""

    outcome: str
    discharge_type: str
    treatment_method: str = ""
    advice: str = ""
    return_on: date | None = None


@transaction.atomic
def exam_conclude(
    encounter: Encounter, conclusion: Conclusion, *, doctor: Staff, now: datetime
) -> Encounter:
    """Close the examination: nothing may be open, and there is a main diagnosis.

    Since QĐ 3176 an outpatient visit ends (NGAY_RA) with the conclusion, whenever it is paid.
    """
    encounter = encounter_locked(encounter)
    if not Diagnosis.objects.filter(encounter=encounter, kind=Diagnosis.Kind.MAIN).exists():
        raise InputRefused("main_diagnosis_missing", encounter=encounter.pk)
    exam_close(encounter, now=now)
    open_orders = ServiceOrder.objects.filter(
        encounter=encounter, state__in=[ServiceOrder.State.ORDERED, ServiceOrder.State.EXECUTED]
    ).count()
    if open_orders:
        raise InputRefused("orders_still_open", encounter=encounter.pk, count=open_orders)
    row = encounter_move(encounter, State.CONCLUDED)
    row.outcome = conclusion.outcome
    row.discharge_type = conclusion.discharge_type
    row.treatment_method = conclusion.treatment_method
    row.advice = conclusion.advice
    row.return_on = conclusion.return_on
    row.ended_at = now
    row.save(
        update_fields=[
            "outcome", "discharge_type", "treatment_method", "advice", "return_on", "ended_at"
        ]
    )  # fmt: skip
    DepartmentStay.objects.filter(encounter=row, left_at=None).update(left_at=now)
    BedStay.objects.filter(encounter=row, ends_at=None).update(ends_at=now)
    encounter_log(row, "encounter.conclude", actor=account_of(doctor), now=now)
    return row


def exam_close(encounter: Encounter, *, now: datetime) -> None:
    """End the examinations that still run: with the conclusion, or when the patient is admitted."""
    exams = ServiceOrder.objects.filter(
        encounter=encounter, state=ServiceOrder.State.EXECUTED, entry__cost_group="13"
    ).select_related("execution")
    for order in exams:
        order.execution.ended_at = now
        order.execution.save(update_fields=["ended_at"])
        order.state = ServiceOrder.State.RESULTED
        order.save(update_fields=["state"])


@transaction.atomic
def encounter_end(encounter: Encounter, *, actor: User, now: datetime) -> Encounter:
    """End a concluded episode; raises IllegalMove, or InputRefused when drugs still wait at the
    pharmacy.
    """
    encounter = encounter_locked(encounter)
    waiting = Prescription.objects.filter(
        encounter=encounter, state=Prescription.State.SIGNED
    ).count()
    if waiting:
        raise InputRefused("prescriptions_not_dispensed", encounter=encounter.pk, count=waiting)
    row = encounter_move(encounter, State.ENDED)
    encounter_log(row, "encounter.end", actor=actor, now=now)
    return row


@transaction.atomic
def encounter_cancel(encounter: Encounter, *, reason: str, actor: User, now: datetime) -> Encounter:
    """Cancel an episode to which nothing happened; the reason is kept."""
    if not reason.strip():
        raise InputRefused("reason_missing", encounter=encounter.pk)
    encounter = encounter_locked(encounter)
    drugs = Prescription.objects.filter(encounter=encounter)
    if drugs.exclude(state=Prescription.State.CANCELLED).exists():
        raise InputRefused("encounter_has_prescriptions", encounter=encounter.pk)
    done = ServiceOrder.objects.filter(encounter=encounter).exclude(
        state=ServiceOrder.State.CANCELLED
    )
    if done.exists():
        raise InputRefused("encounter_has_orders", encounter=encounter.pk)
    row = encounter_move(encounter, State.CANCELLED)
    row.cancelled_reason = reason.strip()
    row.save(update_fields=["cancelled_reason"])
    DepartmentStay.objects.filter(encounter=row, left_at=None).update(left_at=now)
    encounter_log(row, "encounter.cancel", actor=actor, now=now)
    return row


def account_of(staff: Staff) -> User:
    """Return the account of a person; clinical acts are done under one's own account only (G17)."""
    if staff.user is None:
        raise InputRefused("staff_without_account", staff=staff.pk)
    return staff.user
