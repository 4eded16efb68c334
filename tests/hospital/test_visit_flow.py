"""A visit from arrival to its end: what follows from what, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hospital.errors import IllegalMove, InputRefused
from hospital.models import AuditEntry, Diagnosis, Encounter, QueueTicket, Room, ServiceOrder
from hospital.services.encounter import (
    MOVES,
    Conclusion,
    encounter_cancel,
    encounter_end,
    encounter_move,
    exam_conclude,
)
from hospital.services.exam import (
    DiagnosisInput,
    diagnosis_set,
    exam_reopen,
    exam_start,
    note_write,
)
from hospital.services.order import (
    OrderInput,
    ResultInput,
    order_cancel,
    order_create,
    order_execute,
    result_enter,
)
from hospital.services.prescription import DrugInput, prescription_create
from tests.factories import (
    at,
    make_disease,
    make_drug,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_service,
    make_staff,
)

pytestmark = pytest.mark.django_db
BETTER = Conclusion(outcome="2", discharge_type="1")


class Clinic:
    """One clinic with a doctor, a laboratory and one patient who has just arrived."""

    def __init__(self) -> None:
        self.facility = make_facility()
        self.room = make_room(self.facility)
        self.lab = make_room(self.facility, Room.Kind.LAB, "K47")
        self.room.exam_item = make_service(self.facility).item
        self.room.save(update_fields=["exam_item"])
        self.doctor = make_staff(self.facility, "doctor")
        self.technician = make_staff(self.facility, "lab")
        self.patient = make_patient(self.facility)
        self.encounter = make_encounter(self.patient, self.room, now=at(8))
        make_disease("J02.9")

    def start(self) -> Encounter:
        return exam_start(self.encounter, room=self.room, doctor=self.doctor, now=at(8, 10))

    def diagnose(self, code: str = "J02.9") -> None:
        diagnosis_set(
            self.encounter,
            [DiagnosisInput(code=code, kind=Diagnosis.Kind.MAIN)],
            doctor=self.doctor,
            now=at(8, 15),
        )

    def order(self) -> ServiceOrder:
        entry = make_service(self.facility, code="22.0120.1370", cost_group="1")
        order = OrderInput(entry=entry, department=self.room.department, room=self.lab)
        return order_create(self.encounter, order, doctor=self.doctor, now=at(8, 16))

    def state(self) -> str:
        return Encounter.objects.get(pk=self.encounter.pk).state


def test_arrival_gives_a_link_code_and_a_queue_number():
    clinic = Clinic()
    second = make_encounter(make_patient(clinic.facility), clinic.room, now=at(8, 5))

    numbers = QueueTicket.objects.filter(room=clinic.room).values_list("number", flat=True)
    assert list(numbers.order_by("number")) == [1, 2]
    assert clinic.encounter.link_code.endswith(".2026.0000001")
    assert second.link_code.endswith(".2026.0000002")
    assert clinic.state() == Encounter.State.WAITING


def test_starting_the_exam_orders_and_begins_the_exam_of_the_room():
    clinic = Clinic()

    clinic.start()

    order = ServiceOrder.objects.get(encounter=clinic.encounter)
    assert order.entry.cost_group == "13"
    assert order.execution.performer == clinic.doctor
    assert order.execution.started_at == at(8, 10)


def test_an_order_sends_to_the_laboratory_and_its_result_back_to_the_doctor():
    clinic = Clinic()
    clinic.start()

    order = clinic.order()
    waiting = clinic.state()
    order_execute(order, performer=clinic.technician, started_at=at(8, 30), now=at(8, 30))
    result_enter(
        order,
        [ResultInput(indicator_name="Glucose", value="5.1", unit="mmol/L")],
        reader=clinic.technician,
        now=at(8, 55),
    )

    assert waiting == Encounter.State.AWAITING_RESULTS
    assert clinic.state() == Encounter.State.IN_EXAM
    assert order.execution.ended_at is None or order.execution.ended_at == at(8, 55)
    ticket = QueueTicket.objects.get(encounter=clinic.encounter, room=clinic.lab)
    assert ticket.state == QueueTicket.State.SERVED


def test_cancelling_the_last_order_brings_the_patient_back_too():
    clinic = Clinic()
    clinic.start()
    order = clinic.order()

    order_cancel(order, reason="Người bệnh từ chối", doctor=clinic.doctor, now=at(8, 40))

    assert clinic.state() == Encounter.State.IN_EXAM


def test_conclusion_wants_a_main_diagnosis():
    clinic = Clinic()
    clinic.start()

    with pytest.raises(InputRefused, match="main_diagnosis_missing"):
        exam_conclude(clinic.encounter, BETTER, doctor=clinic.doctor, now=at(9))


def test_conclusion_wants_every_order_done():
    clinic = Clinic()
    clinic.start()
    clinic.diagnose()
    clinic.order()

    with pytest.raises(InputRefused, match="orders_still_open"):
        exam_conclude(clinic.encounter, BETTER, doctor=clinic.doctor, now=at(9))


def test_visit_ends_at_its_conclusion_whenever_it_is_paid():
    clinic = Clinic()
    clinic.start()
    clinic.diagnose()
    exam_conclude(clinic.encounter, BETTER, doctor=clinic.doctor, now=at(9))

    ended = encounter_end(clinic.encounter, actor=clinic.doctor.user, now=at(11))

    assert ended.state == Encounter.State.ENDED
    assert ended.ended_at == at(9)


def test_diagnosis_of_a_code_not_in_force_is_refused():
    clinic = Clinic()
    clinic.start()

    with pytest.raises(InputRefused, match="disease_code_not_in_force"):
        clinic.diagnose("Z99.9")


def test_code_that_cannot_be_the_main_disease_is_refused():
    clinic = Clinic()
    clinic.start()
    make_disease("Z37.0", not_main=True)

    with pytest.raises(InputRefused, match="disease_not_as_main"):
        clinic.diagnose("Z37.0")


def test_visit_with_an_exam_cannot_be_cancelled():
    clinic = Clinic()
    clinic.start()

    with pytest.raises(InputRefused, match="encounter_has_orders"):
        encounter_cancel(clinic.encounter, reason="Nhầm", actor=clinic.doctor.user, now=at(9))


def test_cancelling_wants_a_reason():
    clinic = Clinic()

    with pytest.raises(InputRefused, match="reason_missing"):
        encounter_cancel(clinic.encounter, reason="  ", actor=clinic.doctor.user, now=at(9))


ILLEGAL = [
    (before, after)
    for before in Encounter.State.values
    for after in Encounter.State.values
    if after not in MOVES[before]
]


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_move_outside_the_table_is_refused_by_name(before, after):
    facility = make_facility()
    encounter = make_encounter(make_patient(facility), make_room(facility))
    Encounter.objects.filter(pk=encounter.pk).update(
        state=before, ended_at=at(9), outcome="2", discharge_type="1"
    )

    with pytest.raises(IllegalMove) as refused:
        encounter_move(encounter, after)

    assert refused.value.facts["current"] == before
    assert refused.value.facts["wanted"] == after


def test_every_step_leaves_an_audit_line_without_personal_data():
    clinic = Clinic()
    clinic.start()
    clinic.diagnose()

    lines = AuditEntry.objects.filter(facility=clinic.facility, patient_id=clinic.patient.pk)
    assert {"encounter.open", "exam.start", "diagnosis.set"} <= set(
        lines.values_list("action", flat=True)
    )
    assert all(clinic.patient.full_name not in str(line.facts) for line in lines)


def test_patient_who_comes_back_with_results_is_not_examined_twice():
    clinic = Clinic()
    clinic.start()
    clinic.order()

    exam_start(clinic.encounter, room=clinic.room, doctor=clinic.doctor, now=at(9))

    exams = ServiceOrder.objects.filter(encounter=clinic.encounter, entry__cost_group="13")
    assert exams.count() == 1


def test_concluded_visit_is_not_started_again_but_taken_back_with_a_reason():
    clinic = Clinic()
    clinic.start()
    clinic.diagnose()
    exam_conclude(clinic.encounter, BETTER, doctor=clinic.doctor, now=at(9))
    with pytest.raises(IllegalMove):
        exam_start(clinic.encounter, room=clinic.room, doctor=clinic.doctor, now=at(9, 5))

    row = exam_reopen(clinic.encounter, reason="Thiếu chỉ định", doctor=clinic.doctor, now=at(9, 6))

    assert (row.state, row.ended_at) == (Encounter.State.IN_EXAM, None)
    assert row.department_stays.get().left_at is None


def test_visit_with_a_prescription_cannot_be_cancelled():
    clinic = Clinic()
    clinic.start()
    drug = DrugInput(entry=make_drug(clinic.facility), dose=Decimal(1), times_per_day=2, days=5)
    prescription_create(
        clinic.encounter,
        [drug],
        department=clinic.room.department,
        doctor=clinic.doctor,
        now=at(8, 20),
    )

    with pytest.raises(InputRefused, match="encounter_has_prescriptions"):
        encounter_cancel(clinic.encounter, reason="Nhầm", actor=clinic.doctor.user, now=at(9))


def test_service_of_another_facility_cannot_be_ordered():
    clinic, other = Clinic(), Clinic()
    clinic.start()
    entry = make_service(other.facility, code="22.0120.1370", cost_group="1")
    order = OrderInput(entry=entry, department=clinic.room.department)

    with pytest.raises(InputRefused, match="order_of_other_facility"):
        order_create(clinic.encounter, order, doctor=clinic.doctor, now=at(8, 20))


def test_nothing_is_noted_in_a_closed_visit():
    clinic = Clinic()
    clinic.start()
    clinic.diagnose()
    exam_conclude(clinic.encounter, BETTER, doctor=clinic.doctor, now=at(9))
    encounter_end(clinic.encounter, actor=clinic.doctor.user, now=at(9, 5))

    with pytest.raises(InputRefused, match="encounter_closed"):
        note_write(clinic.encounter, "Muộn rồi", staff=clinic.doctor, now=at(10))
