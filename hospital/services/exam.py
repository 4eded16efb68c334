"""What a doctor and a nurse record in the room: the start of the exam, signs, diagnoses, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from hospital.errors import IllegalMove, InputRefused
from hospital.models import (
    ClinicalNote,
    Diagnosis,
    DiseaseCode,
    Encounter,
    QueueTicket,
    Room,
    ServiceEntry,
    ServiceOrder,
    Staff,
    VitalSigns,
)
from hospital.services.encounter import (
    account_of,
    encounter_locked,
    encounter_log,
    encounter_move,
    encounter_open_now,
)
from hospital.services.order import OrderInput, order_create, order_execute


@transaction.atomic
def exam_start(encounter: Encounter, *, room: Room, doctor: Staff, now: datetime) -> Encounter:
    """Call the patient in; the examination of the room is ordered and begun once (MA_NHOM 13).

    A patient who comes back with results, or is sent on to another clinic, is still in the same
    examination. Raises IllegalMove when the episode is over: a conclusion is taken back first.
    """
    row = encounter_locked(encounter)
    if row.state == Encounter.State.WAITING:
        row = encounter_move(row, Encounter.State.IN_EXAM)
    elif row.state not in {Encounter.State.IN_EXAM, Encounter.State.AWAITING_RESULTS}:
        raise IllegalMove("encounter", row.state, Encounter.State.IN_EXAM)
    row.doctor = doctor
    row.save(update_fields=["doctor"])
    QueueTicket.objects.filter(encounter=row, room=room, served_at=None).update(
        state=QueueTicket.State.SERVED, called_at=now, served_at=now
    )
    if room.exam_item is not None and not _is_examined(row, room):
        _exam_begin(row, room, doctor, now)
    encounter_log(row, "exam.start", actor=account_of(doctor), now=now, room=room.pk)
    return row


def _is_examined(encounter: Encounter, room: Room) -> bool:
    done = ServiceOrder.objects.filter(encounter=encounter, entry__item=room.exam_item)
    return done.exclude(state=ServiceOrder.State.CANCELLED).exists()


def _exam_begin(encounter: Encounter, room: Room, doctor: Staff, now: datetime) -> None:
    entry = ServiceEntry.objects.on(timezone.localdate(now)).filter(item=room.exam_item).first()
    if entry is None:
        raise InputRefused("exam_service_not_in_force", room=room.pk)
    order = order_create(
        encounter,
        OrderInput(entry=entry, department=room.department, room=room),
        doctor=doctor,
        now=now,
    )
    order_execute(order, performer=doctor, started_at=now, now=now)


@transaction.atomic
def exam_reopen(encounter: Encounter, *, reason: str, doctor: Staff, now: datetime) -> Encounter:
    """Take a conclusion back before the visit is closed; the reason is kept in the log."""
    if not reason.strip():
        raise InputRefused("reason_missing", encounter=encounter.pk)
    row = encounter_move(encounter, Encounter.State.IN_EXAM)
    row.ended_at, row.outcome, row.discharge_type = None, "", ""
    row.save(update_fields=["ended_at", "outcome", "discharge_type"])
    last = row.department_stays.latest("entered_at", "pk")
    last.left_at = None
    last.save(update_fields=["left_at"])
    encounter_log(row, "exam.reopen", actor=account_of(doctor), now=now, reason=reason.strip())
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisInput:
    """One diagnosis; an empty title takes the title of the code."""

    code: str
    title: str = ""
    kind: str = Diagnosis.Kind.OTHER


@transaction.atomic
def diagnosis_set(
    encounter: Encounter, diagnoses: Sequence[DiagnosisInput], *, doctor: Staff, now: datetime
) -> list[Diagnosis]:
    """Replace the diagnoses of an open episode. Raises InputRefused for a code not in force that
    day.
    """
    row = encounter_open_now(encounter)
    known = {
        disease.code: disease
        for disease in DiseaseCode.objects.on(timezone.localdate(now)).filter(
            code__in=[diagnosis.code for diagnosis in diagnoses]
        )
    }
    rows = []
    for position, diagnosis in enumerate(diagnoses, start=1):
        disease = known.get(diagnosis.code)
        if disease is None and diagnosis.kind != Diagnosis.Kind.TRADITIONAL:
            raise InputRefused("disease_code_not_in_force", code=diagnosis.code)
        if disease is not None and disease.not_main and diagnosis.kind == Diagnosis.Kind.MAIN:
            raise InputRefused("disease_not_as_main", code=diagnosis.code)
        rows.append(
            Diagnosis(
                encounter=row,
                kind=diagnosis.kind,
                position=position,
                code=diagnosis.code,
                title=diagnosis.title or (disease.title_vi if disease else diagnosis.code),
                made_by=doctor,
                made_at=now,
            )
        )
    row.diagnoses.all().delete()
    Diagnosis.objects.bulk_create(rows)
    if not row.arrival_diagnosis and rows:
        row.arrival_diagnosis = rows[0].title
        row.save(update_fields=["arrival_diagnosis"])
    codes = ";".join(diagnosis.code for diagnosis in diagnoses)
    encounter_log(row, "diagnosis.set", actor=account_of(doctor), now=now, codes=codes)
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """One round of measurements; what was not measured is None."""

    pulse: int | None = None
    temperature: Decimal | None = None
    systolic: int | None = None
    diastolic: int | None = None
    breathing: int | None = None
    oxygen_saturation: int | None = None
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None


@transaction.atomic
def vital_signs_record(
    encounter: Encounter, signs: Signs, *, staff: Staff, now: datetime
) -> VitalSigns:
    """Store one round of measurements of an episode that is not closed."""
    encounter_open_now(encounter)
    row = VitalSigns.objects.create(
        encounter=encounter,
        pulse=signs.pulse,
        temperature=signs.temperature,
        systolic=signs.systolic,
        diastolic=signs.diastolic,
        breathing=signs.breathing,
        oxygen_saturation=signs.oxygen_saturation,
        weight_kg=signs.weight_kg,
        height_cm=signs.height_cm,
        measured_by=staff,
        measured_at=now,
    )
    encounter_log(encounter, "vital_signs.record", actor=account_of(staff), now=now)
    return row


@transaction.atomic
def note_write(encounter: Encounter, text: str, *, staff: Staff, now: datetime) -> ClinicalNote:
    """Store one note on the course of disease (XML5)."""
    if not text.strip():
        raise InputRefused("note_empty", encounter=encounter.pk)
    encounter_open_now(encounter)
    row = ClinicalNote.objects.create(
        encounter=encounter, text=text.strip(), written_by=staff, noted_at=now
    )
    encounter_log(encounter, "note.write", actor=account_of(staff), now=now)
    return row
