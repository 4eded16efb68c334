"""Inpatient and day stays: admission, beds, transfers, counted days, operations, supplies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from hospital.errors import InputRefused
from hospital.models import (
    Bed,
    BedDay,
    BedStay,
    DepartmentStay,
    Encounter,
    Execution,
    ServiceEntry,
    ServiceOrder,
    Staff,
    SupplyEntry,
    SupplyUse,
    Surgery,
)
from hospital.services.encounter import (
    account_of,
    encounter_log,
    encounter_move,
    encounter_open_now,
    exam_close,
)

WITH_BED = frozenset({"03", "04", "06", "09"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BedChoice:
    """A bed and the service by which it is paid; `persons_sharing` 2 or more is a shared bed."""

    bed: Bed
    entry: ServiceEntry
    persons_sharing: int = 1


@transaction.atomic
def encounter_admit(
    encounter: Encounter,
    choice: BedChoice,
    *,
    reason: str,
    doctor: Staff,
    now: datetime,
    visit_type: str = "03",
) -> Encounter:
    """Turn an examination into a stay: department, bed and the moment from which days count."""
    if visit_type not in WITH_BED:
        raise InputRefused("visit_type_without_bed", visit_type=visit_type)
    exam_close(encounter, now=now)
    row = encounter_move(encounter, Encounter.State.IN_TREATMENT)
    row.visit_type = visit_type
    row.admitted_at = now
    row.admission_reason = reason
    row.doctor = doctor
    row.save(update_fields=["visit_type", "admitted_at", "admission_reason", "doctor"])
    _bed_take(row, choice, doctor, now)
    encounter_log(row, "stay.admit", actor=account_of(doctor), now=now, bed=choice.bed.pk)
    return row


@transaction.atomic
def bed_move(encounter: Encounter, choice: BedChoice, *, doctor: Staff, now: datetime) -> BedStay:
    """Give a patient another bed, in the same department or another one."""
    row = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if row.state != Encounter.State.IN_TREATMENT:
        raise InputRefused("encounter_not_in_treatment", encounter=row.pk, state=row.state)
    stay = _bed_take(row, choice, doctor, now)
    encounter_log(row, "stay.move", actor=account_of(doctor), now=now, bed=choice.bed.pk)
    return stay


def _bed_take(encounter: Encounter, choice: BedChoice, doctor: Staff, now: datetime) -> BedStay:
    _bed_has_room(encounter, choice)
    BedStay.objects.filter(encounter=encounter, ends_at=None).update(ends_at=now)
    department = choice.bed.room.department
    current = DepartmentStay.objects.filter(encounter=encounter, left_at=None).first()
    if current is None or current.department_id != department.pk:
        DepartmentStay.objects.filter(encounter=encounter, left_at=None).update(left_at=now)
        current = DepartmentStay.objects.create(
            encounter=encounter, department=department, entered_at=now
        )
    return BedStay.objects.create(
        encounter=encounter,
        department_stay=current,
        bed=choice.bed,
        entry=choice.entry,
        persons_sharing=choice.persons_sharing,
        starts_at=now,
        assigned_by=doctor,
    )


def _bed_has_room(encounter: Encounter, choice: BedChoice) -> None:
    """Refuse a bed in which more people would lie than is said; the bed is locked meanwhile."""
    Bed.objects.select_for_update(no_key=True).get(pk=choice.bed.pk)
    others = BedStay.objects.filter(bed=choice.bed, ends_at=None).exclude(encounter=encounter)
    if others.count() >= choice.persons_sharing:
        raise InputRefused("bed_occupied", bed=choice.bed.pk)


@dataclass(frozen=True, slots=True)
class CountedDay:
    """How much of a day one bed stay counts for: 1, 0.5 or 0."""

    bed_stay: BedStay
    day: date
    quantity: Decimal


@transaction.atomic
def bed_days_record(encounter: Encounter, days: Sequence[CountedDay]) -> None:
    """Replace the counted days of a stay; the rule that counts them belongs to the money side."""
    BedDay.objects.filter(bed_stay__encounter=encounter).delete()
    BedDay.objects.bulk_create(
        BedDay(bed_stay=day.bed_stay, day=day.day, quantity=day.quantity) for day in days
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeryInput:
    """What an operation adds to its execution; `team` holds everybody who took part."""

    anaesthesia: str = ""
    surgery_class: str = ""
    procedure_codes: str = ""
    description: str = ""
    session: int = 1
    is_main: bool = True
    same_team: bool = True
    team: tuple[Staff, ...] = ()


@transaction.atomic
def surgery_record(
    execution: Execution, surgery: SurgeryInput, *, surgeon: Staff, now: datetime
) -> Surgery:
    """Store the record of an operation beside its execution."""
    encounter = _open_execution(execution)
    row = Surgery.objects.create(
        execution=execution,
        session=surgery.session,
        is_main=surgery.is_main,
        same_team=surgery.same_team,
        anaesthesia=surgery.anaesthesia,
        surgery_class=surgery.surgery_class,
        procedure_codes=surgery.procedure_codes,
        description=surgery.description,
    )
    row.team.set(surgery.team)
    encounter_log(encounter, "surgery.record", actor=account_of(surgeon), now=now, surgery=row.pk)
    return row


@transaction.atomic
def supply_use(
    execution: Execution,
    entry: SupplyEntry,
    quantity: Decimal,
    *,
    staff: Staff,
    now: datetime,
    package: str = "",
    is_reused: bool = False,
) -> SupplyUse:
    """Record a supply that is paid apart from the service it was used in."""
    encounter = _open_execution(execution)
    row = SupplyUse.objects.create(
        execution=execution,
        entry=entry,
        quantity=quantity,
        package=package,
        is_reused=is_reused,
        used_by=staff,
        used_at=now,
    )
    encounter_log(encounter, "supply.use", actor=account_of(staff), now=now, supply=row.pk)
    return row


def _open_execution(execution: Execution) -> Encounter:
    """Return the locked episode of a service that is not cancelled; raises InputRefused."""
    encounter = encounter_open_now(execution.order.encounter)
    state = ServiceOrder.objects.get(pk=execution.order_id).state
    if state == ServiceOrder.State.CANCELLED:
        raise InputRefused("order_cancelled", order=execution.order_id)
    return encounter
