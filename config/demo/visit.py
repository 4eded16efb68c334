"""One visit from the scan to the closed claim, through the services that the screens call.

`visit_play` is a generator: what it yields is the moment at which it wants to go on, so that the
day can run all visits side by side in the order of the clock.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from billing.services.payment import payment_take
from config.demo.desks import Desks
from config.demo.plan import Visit, reports
from config.demo.reception import visit_receive
from hospital.models import Diagnosis, Encounter, Prescription, Room, ServiceOrder, Staff
from hospital.models.people import Role
from hospital.services.encounter import Conclusion, account_of, exam_conclude
from hospital.services.exam import (
    DiagnosisInput,
    Signs,
    diagnosis_set,
    exam_start,
    note_write,
    vital_signs_record,
)
from hospital.services.order import (
    OrderInput,
    ResultInput,
    order_create,
    order_execute,
    result_enter,
)
from hospital.services.prescription import DrugInput, prescription_create, prescription_dispense
from insurance_gateway.client.port import GatewayPort
from insurance_gateway.services.closing import visit_finish

MINUTE = timedelta(minutes=1)


def visit_play(visit: Visit, desks: Desks, gateway: GatewayPort) -> Iterator[datetime]:
    """Play one visit; each step happens at the moment yielded before it."""
    yield visit.arrives_at
    room = desks.clinic(is_child=bool(visit.scenario.get("child")))
    encounter = visit_receive(visit, desks, room, gateway)

    now = desks.book(room, visit.arrives_at + 4 * MINUTE, 5)
    yield now
    doctor = desks.staff_in(room)
    encounter = exam_start(encounter, room=room, doctor=doctor, now=now)
    now += 3 * MINUTE
    yield now
    orders = examine(visit.scenario, encounter, desks, room, now)

    finished = yield from perform_all(orders, desks, now + 5 * MINUTE)
    now = desks.book(room, max(finished, now) + 2 * MINUTE, 3)
    yield now
    prescriptions = prescribe(visit.scenario, encounter, desks, room, now)
    now += MINUTE
    _conclude(visit.scenario, encounter, doctor, now)

    now += 6 * MINUTE
    yield now
    for prescription in prescriptions:
        prescription_dispense(prescription, pharmacist=desks.with_role(Role.PHARMACY), now=now)
    now += 3 * MINUTE
    yield now
    leave(encounter, desks, gateway, now)


def leave(encounter: Encounter, desks: Desks, gateway: GatewayPort, now: datetime) -> None:
    """The one stop at the cashier: card looked up again, share paid, visit closed and queued."""
    cashier = desks.with_role(Role.CASHIER)
    actor = account_of(cashier)
    payment_take(encounter, actor=actor, now=now, idempotency_key=f"{encounter.link_code}-1")
    visit_finish(encounter, cashier=cashier, now=now, gateway=gateway)


def examine(
    scenario: dict[str, Any], encounter: Encounter, desks: Desks, room: Room, now: datetime
) -> list[ServiceOrder]:
    doctor = desks.staff_in(room)
    signs: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, str) else value
        for name, value in scenario["signs"].items()
    }
    vital_signs_record(encounter, Signs(**signs), staff=doctor, now=now)
    note_write(encounter, scenario["note"], staff=doctor, now=now)
    codes = scenario["diagnoses"]
    kinds = [Diagnosis.Kind.MAIN] + [Diagnosis.Kind.OTHER] * (len(codes) - 1)
    diagnosis_set(
        encounter,
        [DiagnosisInput(code=code, kind=kind) for code, kind in zip(codes, kinds, strict=True)],
        doctor=doctor,
        now=now,
    )
    return [
        order_create(
            encounter,
            OrderInput(
                entry=entry,
                department=room.department,
                room=desks.room_for(entry),
                icd_codes=codes[0],
            ),
            doctor=doctor,
            now=now,
        )
        for entry in (desks.service(key) for key in scenario["orders"])
    ]


def perform_all(
    orders: list[ServiceOrder], desks: Desks, earliest: datetime
) -> Generator[datetime, None, datetime]:
    """Send the patient round the desks; the samples of one visit are taken together."""
    steps: list[tuple[datetime, Callable[[], object]]] = []
    sampled_at = None
    for order in orders:
        entry, room = order.entry, desks.room_for(order.entry)
        is_lab = entry.cost_group == "1"
        if is_lab and sampled_at is None:
            sampled_at = desks.book(room, earliest, 3)
        started_at = sampled_at if is_lab and sampled_at else desks.book(room, earliest, 5)
        resulted_at = started_at + (25 if is_lab else 8) * MINUTE
        steps.append((started_at, partial(_execute, order, desks, room, started_at)))
        steps.append((resulted_at, partial(_report, order, desks.staff_in(room), resulted_at)))
    steps.sort(key=lambda step: step[0])
    for moment, step in steps:
        yield moment
        step()
    return steps[-1][0] if steps else earliest


def _execute(order: ServiceOrder, desks: Desks, room: Room, moment: datetime) -> None:
    order_execute(
        order,
        performer=desks.staff_in(room),
        started_at=moment,
        now=moment,
        machine=desks.machine_for(order.entry),
    )


def _report(order: ServiceOrder, reader: Staff, moment: datetime) -> None:
    result_enter(order, _results(order), reader=reader, now=moment)


def _results(order: ServiceOrder) -> list[ResultInput]:
    entry = order.entry
    if entry.indicators:
        draw = random.Random(f"{order.encounter.link_code} {entry.code}")
        return [_measured(indicator, draw) for indicator in entry.indicators]
    report = next(row for row in reports() if row["word"] in entry.name)
    return [
        ResultInput(
            indicator_name=entry.name, description=report["seen"], conclusion=report["concluded"]
        )
    ]


def _measured(indicator: dict[str, str], draw: random.Random) -> ResultInput:
    low, high = indicator.get("low", ""), indicator.get("high", "")
    if not high:
        return ResultInput(
            indicator_code=indicator["code"], indicator_name=indicator["name"], value="Âm tính"
        )
    bottom, top = Decimal(low), Decimal(high)
    places = max(1, -int(top.as_tuple().exponent))
    value = bottom + (top - bottom) * Decimal(draw.randint(15, 115)) / 100
    return ResultInput(
        indicator_code=indicator["code"],
        indicator_name=indicator["name"],
        value=f"{value:.{places}f}",
        unit=indicator.get("unit", ""),
        reference_range=f"{low} - {high}",
        is_abnormal=value > top,
    )


def prescribe(
    scenario: dict[str, Any], encounter: Encounter, desks: Desks, room: Room, now: datetime
) -> list[Prescription]:
    drugs = [
        DrugInput(
            entry=desks.drugs[name], dose=Decimal(dose), times_per_day=times, days=days, usage=usage
        )
        for name, dose, times, days, usage in scenario["drugs"]
    ]
    return prescription_create(
        encounter, drugs, department=room.department, doctor=desks.staff_in(room), now=now,
        advice=scenario["advice"],
    )  # fmt: skip


def _conclude(scenario: dict[str, Any], encounter: Encounter, doctor: Staff, now: datetime) -> None:
    exam_conclude(
        encounter,
        Conclusion(
            outcome=scenario["outcome"],
            discharge_type="1",
            treatment_method="Điều trị nội khoa, cấp đơn thuốc về nhà.",
            advice=scenario["advice"],
        ),
        doctor=doctor,
        now=now,
    )
