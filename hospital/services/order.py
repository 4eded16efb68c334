"""Orders, what was done for them, and their results (G29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from hospital.errors import IllegalMove, InputRefused
from hospital.models import (
    Department,
    Encounter,
    EquipmentEntry,
    Execution,
    QueueTicket,
    Result,
    Room,
    ServiceEntry,
    ServiceOrder,
    Staff,
)
from hospital.services.encounter import account_of, encounter_log, encounter_move, ticket_issue

State = ServiceOrder.State
AHEAD = timedelta(hours=12)  # an operation is booked for later the same day
MOVES: dict[str, frozenset[str]] = {
    State.ORDERED: frozenset({State.EXECUTED, State.CANCELLED}),
    State.EXECUTED: frozenset({State.RESULTED, State.CANCELLED}),
    State.RESULTED: frozenset(),
    State.CANCELLED: frozenset(),
}
DESKS_WITH_QUEUE = frozenset({Room.Kind.LAB, Room.Kind.IMAGING})
OPEN_ENCOUNTER = frozenset(
    {Encounter.State.IN_EXAM, Encounter.State.AWAITING_RESULTS, Encounter.State.IN_TREATMENT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInput:
    """A service asked for, where it is asked, and the room that does it."""

    entry: ServiceEntry
    department: Department
    room: Room | None = None
    quantity: Decimal = Decimal(1)
    icd_codes: str = ""
    is_on_request: bool = False
    consented_at: datetime | None = None


@transaction.atomic
def order_create(
    encounter: Encounter, order: OrderInput, *, doctor: Staff, now: datetime
) -> ServiceOrder:
    """Order one service; a laboratory or imaging room gets the patient in its queue."""
    row = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if row.state not in OPEN_ENCOUNTER:
        raise InputRefused("encounter_not_open", encounter=row.pk, state=row.state)
    _same_facility(row, order, doctor)
    created = ServiceOrder.objects.create(
        encounter=row,
        entry=order.entry,
        quantity=order.quantity,
        department=order.department,
        room=order.room,
        icd_codes=order.icd_codes,
        is_on_request=order.is_on_request,
        consented_at=order.consented_at,
        ordered_by=doctor,
        ordered_at=now,
    )
    if order.room is not None and order.room.kind in DESKS_WITH_QUEUE:
        waiting = QueueTicket.objects.filter(encounter=row, room=order.room, served_at=None)
        if not waiting.exists():
            ticket_issue(row, order.room, now=now)
        if row.state == Encounter.State.IN_EXAM:
            encounter_move(row, Encounter.State.AWAITING_RESULTS)
    encounter_log(row, "order.create", actor=account_of(doctor), now=now, order=created.pk)
    return created


def _same_facility(encounter: Encounter, order: OrderInput, doctor: Staff) -> None:
    """Refuse what belongs to another facility of the province."""
    facilities = {order.entry.item.facility_id, order.department.facility_id, doctor.facility_id}
    if order.room is not None:
        facilities.add(order.room.department.facility_id)
    if facilities != {encounter.facility_id}:
        raise InputRefused("order_of_other_facility", encounter=encounter.pk)


def order_move(order: ServiceOrder, wanted: str) -> ServiceOrder:
    """Return the locked order in its new state; raises IllegalMove."""
    row = ServiceOrder.objects.select_for_update().get(pk=order.pk)
    if wanted not in MOVES[row.state]:
        raise IllegalMove("order", row.state, wanted)
    row.state = wanted
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def order_execute(
    order: ServiceOrder,
    *,
    performer: Staff,
    started_at: datetime,
    now: datetime,
    machine: EquipmentEntry | None = None,
) -> Execution:
    """Record who began a service, when, on which machine."""
    if started_at < order.ordered_at:
        raise InputRefused("execution_before_order", order=order.pk)
    if started_at > now + AHEAD:
        raise InputRefused("execution_in_future", order=order.pk)
    row = order_move(order, State.EXECUTED)
    if row.encounter.state not in OPEN_ENCOUNTER:
        raise InputRefused("encounter_not_open", encounter=row.encounter_id)
    execution = Execution.objects.create(
        order=row,
        department=row.room.department if row.room else row.department,
        performer=performer,
        machine=machine.item if machine else None,
        machine_code=machine.code if machine else "",
        started_at=started_at,
    )
    encounter_log(
        row.encounter, "order.execute", actor=account_of(performer), now=now, order=row.pk
    )
    return execution


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultInput:
    """One measured indicator, or one report with description and conclusion."""

    indicator_code: str = ""
    indicator_name: str
    value: str = ""
    unit: str = ""
    reference_range: str = ""
    is_abnormal: bool = False
    description: str = ""
    conclusion: str = ""


@transaction.atomic
def result_enter(
    order: ServiceOrder, results: Sequence[ResultInput], *, reader: Staff, now: datetime
) -> list[Result]:
    """Store the results of an executed order; the doctor gets the patient back with the last of
    them.
    """
    if not results:
        raise InputRefused("results_empty", order=order.pk)
    row = order_move(order, State.RESULTED)
    execution = row.execution
    execution.ended_at = now
    execution.save(update_fields=["ended_at"])
    stored = Result.objects.bulk_create(
        Result(
            execution=execution,
            position=position,
            indicator_code=result.indicator_code,
            indicator_name=result.indicator_name,
            value=result.value,
            unit=result.unit,
            reference_range=result.reference_range,
            is_abnormal=result.is_abnormal,
            description=result.description,
            conclusion=result.conclusion,
            reader=reader,
            resulted_at=now,
        )
        for position, result in enumerate(results, start=1)
    )
    _back_to_doctor(row, now)
    encounter_log(row.encounter, "result.enter", actor=account_of(reader), now=now, order=row.pk)
    return stored


def _back_to_doctor(order: ServiceOrder, now: datetime) -> None:
    encounter = order.encounter
    waiting = ServiceOrder.objects.filter(
        encounter=encounter,
        state__in=[State.ORDERED, State.EXECUTED],
        room__kind__in=DESKS_WITH_QUEUE,
    )
    here = waiting.filter(room=order.room)
    if order.room is not None and not here.exists():
        QueueTicket.objects.filter(encounter=encounter, room=order.room, served_at=None).update(
            state=QueueTicket.State.SERVED, called_at=now, served_at=now
        )
    if encounter.state == Encounter.State.AWAITING_RESULTS and not waiting.exists():
        encounter_move(encounter, Encounter.State.IN_EXAM)


@transaction.atomic
def order_cancel(order: ServiceOrder, *, reason: str, doctor: Staff, now: datetime) -> ServiceOrder:
    """Cancel an order that has no result yet; the reason is kept."""
    if not reason.strip():
        raise InputRefused("reason_missing", order=order.pk)
    row = order_move(order, State.CANCELLED)
    row.cancelled_reason = reason.strip()
    row.save(update_fields=["cancelled_reason"])
    _back_to_doctor(row, now)
    encounter_log(row.encounter, "order.cancel", actor=account_of(doctor), now=now, order=row.pk)
    return row
