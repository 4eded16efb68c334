"""One inpatient stay of the demo: examined, admitted, treated, discharged on the demo day."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal

from config.demo.desks import Desks
from config.demo.plan import ZONE, Visit
from config.demo.reception import visit_receive
from config.demo.visit import MINUTE, examine, leave, perform_all, prescribe
from hospital.models import Encounter, Paper, Room, Staff
from hospital.models.people import Role
from hospital.services.encounter import Conclusion, exam_conclude
from hospital.services.exam import exam_start, note_write
from hospital.services.order import (
    OrderInput,
    ResultInput,
    order_create,
    order_execute,
    result_enter,
)
from hospital.services.paper import paper_issue
from hospital.services.prescription import prescription_dispense
from hospital.services.stay import (
    BedChoice,
    SurgeryInput,
    encounter_admit,
    supply_use,
    surgery_record,
)
from insurance_gateway.client.port import GatewayPort

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def stay_play(visit: Visit, desks: Desks, gateway: GatewayPort) -> Iterator[datetime]:
    """Play one stay; each step happens at the moment yielded before it."""
    scenario = visit.scenario
    yield visit.arrives_at
    clinic, ward = desks.clinic(is_child=False), desks.rooms[scenario["ward"]]
    encounter = visit_receive(visit, desks, clinic, gateway)
    now = visit.arrives_at + 10 * MINUTE
    yield now
    encounter = exam_start(encounter, room=clinic, doctor=desks.staff_in(clinic), now=now)
    now += 5 * MINUTE
    yield now
    orders = examine(scenario, encounter, desks, clinic, now)
    now = (yield from perform_all(orders, desks, now + 5 * MINUTE)) + 10 * MINUTE
    yield now
    doctor = desks.staff_in(ward)
    encounter = encounter_admit(
        encounter,
        BedChoice(bed=desks.free_bed(ward), entry=desks.service(scenario["bed"])),
        reason=scenario["admission_reason"],
        doctor=doctor,
        now=now,
    )
    if "surgery" in scenario:
        now = yield from _operate(visit, encounter, desks, ward, now + 2 * HOUR)
    yield from _ward_rounds(visit, encounter, desks, ward, now)
    yield from _discharge(visit, encounter, desks, doctor, gateway)


def _operate(
    visit: Visit, encounter: Encounter, desks: Desks, ward: Room, start: datetime
) -> Generator[datetime, None, datetime]:
    surgery, surgeon = visit.scenario["surgery"], desks.staff_in(ward)
    yield start
    order = order_create(
        encounter,
        OrderInput(
            entry=desks.service(surgery["service"]),
            department=ward.department,
            icd_codes=visit.scenario["diagnoses"][0],
        ),
        doctor=surgeon,
        now=start,
    )
    execution = order_execute(order, performer=surgeon, started_at=start + HOUR, now=start)
    end = start + HOUR + 55 * MINUTE
    yield end
    surgery_record(
        execution,
        SurgeryInput(
            anaesthesia=surgery["anaesthesia"],
            procedure_codes=surgery["codes"],
            description=surgery["report"],
            team=(surgeon,),
        ),
        surgeon=surgeon,
        now=end,
    )
    for name, quantity in visit.scenario["supplies"]:
        supply_use(
            execution, desks.supplies[name], Decimal(quantity), staff=surgeon, now=start + HOUR
        )
    report = ResultInput(indicator_name=order.entry.name, conclusion=surgery["report"])
    result_enter(order, [report], reader=surgeon, now=end)
    return end


def _ward_rounds(
    visit: Visit, encounter: Encounter, desks: Desks, ward: Room, admitted: datetime
) -> Iterator[datetime]:
    """Drugs of the first evening, then a note on each of the following mornings."""
    doctor = desks.staff_in(ward)
    evening = max(admitted + HOUR, datetime.combine(admitted.date(), time(16), ZONE))
    yield evening
    prescriptions = prescribe(visit.scenario, encounter, desks, ward, evening)
    yield evening + 30 * MINUTE
    for prescription in prescriptions:
        prescription_dispense(
            prescription, pharmacist=desks.with_role(Role.PHARMACY), now=evening + 30 * MINUTE
        )
    for number, text in enumerate(visit.scenario["ward_notes"], start=1):
        morning = datetime.combine(visit.arrives_at.date(), time(7, 40), ZONE) + number * DAY
        yield morning
        note_write(encounter, text, staff=doctor, now=morning)


def _discharge(
    visit: Visit, encounter: Encounter, desks: Desks, doctor: Staff, gateway: GatewayPort
) -> Iterator[datetime]:
    scenario = visit.scenario
    now = datetime.combine(desks.day, time(9, 30), ZONE)
    yield now
    exam_conclude(
        encounter,
        Conclusion(
            outcome=scenario["outcome"],
            discharge_type="1",
            treatment_method=scenario["treatment"],
            advice=scenario["advice"],
        ),
        doctor=doctor,
        now=now,
    )
    shared = {"treatment": scenario["treatment"], "note": scenario["advice"]}
    paper_issue(encounter, Paper.Kind.DISCHARGE, shared, issuer=doctor, now=now)
    summary = {**shared, "course": scenario["course"], "results": scenario["results"]}
    paper_issue(encounter, Paper.Kind.SUMMARY, summary, issuer=doctor, now=now)
    now += 25 * MINUTE
    yield now
    leave(encounter, desks, gateway, now)
