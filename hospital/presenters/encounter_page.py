"""Words of the page that shows everything about one visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hospital.formatting import age, birth, clock, day, moment, quantity
from hospital.models import (
    CardCheck,
    Diagnosis,
    Encounter,
    Patient,
    Prescription,
    Result,
    ServiceOrder,
    VitalSigns,
)
from hospital.presenters.encounter_list import STATE_KIND
from hospital.presenters.table import Cell, Column, Row, Table

ORDER_KIND = {
    ServiceOrder.State.ORDERED: "warn",
    ServiceOrder.State.EXECUTED: "info",
    ServiceOrder.State.RESULTED: "ok",
    ServiceOrder.State.CANCELLED: "neutral",
}
CHECK_KIND = {
    CardCheck.Outcome.VALID: "ok",
    CardCheck.Outcome.REFUSED: "bad",
    CardCheck.Outcome.UNANSWERED: "warn",
}


def banner(encounter: Encounter, checks: Sequence[CardCheck]) -> dict[str, Any]:
    """Return the patient banner of a clinical screen."""
    patient = encounter.patient
    arrived_on = timezone.localdate(encounter.arrived_at)
    return {
        "name": patient.full_name,
        "url": reverse("hospital:patient", args=[patient.pk]),
        "code": patient.number,
        "sex": patient.get_sex_display(),
        "age": age(patient.birth, arrived_on),
        "born": birth(patient.birth),
        "allergies": allergies_of(patient),
        "visit": encounter.record_number,
        "card": _banner_card(encounter, checks),
    }


def allergies_of(patient: Patient) -> list[str] | None:
    """Return the known allergies; None when nobody has asked yet."""
    rows = [allergy for allergy in patient.allergies.all() if allergy.ended_at is None]
    return [allergy.substance for allergy in rows] or None


def _banner_card(encounter: Encounter, checks: Sequence[CardCheck]) -> dict[str, str] | None:
    card = encounter.card
    if card is None:
        return None
    last = checks[-1] if checks else None
    outcome = CardCheck.Outcome(last.outcome) if last else CardCheck.Outcome.UNANSWERED
    return {
        "number": card.number,
        "label": str(outcome.label),
        "kind": CHECK_KIND[outcome],
        "until": day(card.valid_to),
    }


def key_facts(encounter: Encounter) -> list[dict[str, str]]:
    """Return what a reader looks for first."""
    kind, _icon = STATE_KIND[Encounter.State(encounter.state)]
    departments = [stay.department.name for stay in encounter.department_stays.all()]
    return [
        {"label": _("Trạng thái"), "value": encounter.get_state_display(), "kind": kind},
        {"label": _("Mã đợt điều trị (MA_LK)"), "value": encounter.link_code},
        {"label": _("Đối tượng đến KCB"), "value": encounter.route_code},
        {"label": _("Khoa đã qua"), "value": ", ".join(dict.fromkeys(departments))},
        {"label": _("Bác sĩ"), "value": encounter.doctor.full_name if encounter.doctor else ""},
        {"label": _("Đến lúc"), "value": moment(encounter.arrived_at)},
        {"label": _("Kết thúc"), "value": moment(encounter.ended_at)},
        {"label": _("Lý do đến khám"), "value": encounter.reason},
    ]


def diagnoses_table(encounter: Encounter) -> Table:
    """Return the diagnoses, the main one first."""
    order = [Diagnosis.Kind.MAIN, Diagnosis.Kind.OTHER, Diagnosis.Kind.TRADITIONAL]
    rows = sorted(
        encounter.diagnoses.all(),
        key=lambda row: (order.index(Diagnosis.Kind(row.kind)), row.position),
    )
    return Table(
        caption=_("Chẩn đoán"),
        columns=[Column(_("Mã bệnh")), Column(_("Chẩn đoán")), Column(_("Loại"))],
        rows=[Row([row.code, row.title, row.get_kind_display()]) for row in rows],
    )


def signs_facts(signs: VitalSigns | None) -> list[dict[str, str]]:
    """Return the last measurements; empty when nothing was measured."""
    if signs is None:
        return []
    pressure = f"{signs.systolic}/{signs.diastolic} mmHg" if signs.systolic else ""
    pairs = [
        (_("Mạch"), signs.pulse, _("lần/phút")),
        (_("Nhiệt độ"), signs.temperature, "°C"),
        (_("Nhịp thở"), signs.breathing, _("lần/phút")),
        (_("SpO₂"), signs.oxygen_saturation, "%"),
        (_("Cân nặng"), signs.weight_kg, "kg"),
        (_("Chiều cao"), signs.height_cm, "cm"),
    ]
    facts = [
        {"label": label, "value": f"{quantity(value)} {unit}"}
        for label, value, unit in pairs
        if value is not None
    ]
    if pressure:
        facts.insert(1, {"label": _("Huyết áp"), "value": pressure})
    return facts


def orders_table(orders: Iterable[ServiceOrder], encounter: Encounter) -> Table:
    """Return what was ordered, who did it and when."""
    return Table(
        caption=_("Dịch vụ kỹ thuật"),
        columns=[
            Column(_("Dịch vụ")),
            Column(_("Chỉ định")),
            Column(_("Thực hiện")),
            Column(_("Trạng thái")),
        ],
        rows=[_order_row(order, encounter) for order in orders],
    )


def _order_row(order: ServiceOrder, encounter: Encounter) -> Row:
    execution = getattr(order, "execution", None)
    performed = (
        Cell(when(execution.started_at, encounter), under=execution.performer.full_name)
        if execution
        else ""
    )
    return Row(
        [
            Cell(order.entry.name, under=order.entry.code),
            Cell(when(order.ordered_at, encounter), under=order.ordered_by.full_name),
            performed,
            Cell(order.get_state_display(), kind=ORDER_KIND[ServiceOrder.State(order.state)]),
        ]
    )


def results_table(orders: Iterable[ServiceOrder]) -> Table:
    """Return every measured value; what lies outside its range carries a tag, not only a colour."""
    rows = [
        _result_row(result)
        for order in orders
        if hasattr(order, "execution")
        for result in order.execution.results.all()
    ]
    return Table(
        caption=_("Kết quả cận lâm sàng"),
        columns=[
            Column(_("Chỉ số")),
            Column(_("Kết quả")),
            Column(_("Khoảng tham chiếu"), is_optional=True),
            Column(_("Nhận xét")),
            Column(_("Trả lúc")),
        ],
        rows=rows,
    )


def _result_row(result: Result) -> Row:
    value = f"{result.value} {result.unit}".strip()
    remark: Cell | str = ""
    if result.is_abnormal:
        remark = Cell(_("Bất thường"), kind="warn")
    elif result.conclusion:
        remark = Cell(result.conclusion, under=result.description)
    return Row(
        [
            result.indicator_name,
            value,
            result.reference_range if value else "",
            remark,
            Cell(clock(result.resulted_at), under=result.reader.full_name),
        ]
    )


def drugs_table(prescriptions: Iterable[Prescription]) -> Table:
    """Return the drugs with how they are taken and whether they were handed over."""
    rows: list[Row] = []
    for prescription in prescriptions:
        rows.extend(_drug_rows(prescription))
    return Table(
        caption=_("Đơn thuốc"),
        columns=[
            Column(_("Thuốc")),
            Column(_("Cách dùng")),
            Column(_("Số lượng"), kind="number"),
            Column(_("Phát thuốc")),
        ],
        rows=rows,
    )


def _drug_rows(prescription: Prescription) -> Iterable[Row]:
    for line in prescription.lines.all():
        entry = line.entry
        dispense = getattr(line, "dispense", None)
        handed = Cell(prescription.get_state_display(), kind="warn", icon="wait")
        if dispense is not None:
            handed = Cell(clock(dispense.dispensed_at), under=dispense.dispensed_by.full_name)
        how = _("%(dose)s %(unit)s × %(times)s lần/ngày × %(days)s ngày") % {
            "dose": quantity(line.dose),
            "unit": entry.unit.lower(),
            "times": line.times_per_day,
            "days": line.days,
        }
        yield Row(
            [
                Cell(entry.name, under=f"{entry.ingredient} {entry.strength}".strip()),
                Cell(how, under=line.usage),
                Cell(quantity(line.quantity), under=entry.unit.lower()),
                handed,
            ]
        )


def events(encounter: Encounter, checks: Sequence[CardCheck]) -> list[dict[str, str]]:
    """Return the course of the visit, oldest first."""
    found: list[tuple[Any, str, str, str]] = [
        (encounter.arrived_at, _("Đến khám"), encounter.reason, "info")
    ]
    for check in checks:
        title = _("Tra cứu thẻ: %(outcome)s") % {"outcome": check.get_outcome_display()}
        found.append(
            (
                check.asked_at,
                title,
                check.get_moment_display(),
                CHECK_KIND[CardCheck.Outcome(check.outcome)],
            )
        )
    for ticket in encounter.tickets.all():
        if ticket.called_at is not None:
            found.append(
                (ticket.called_at, _("Vào %(room)s") % {"room": ticket.room.name}, "", "neutral")
            )
    for order in encounter.orders.all():
        if order.state == ServiceOrder.State.RESULTED and order.entry.cost_group != "13":
            found.append((order.execution.ended_at, _("Có kết quả"), order.entry.name, "neutral"))
    for prescription in encounter.prescriptions.all():
        found.append((prescription.prescribed_at, _("Kê đơn thuốc"), prescription.code, "neutral"))
    if encounter.ended_at is not None:
        found.append((encounter.ended_at, _("Kết luận"), encounter.advice, "ok"))
    for bed in encounter.bed_stays.all():
        place = _("Nằm giường %(bed)s, %(room)s") % {"bed": bed.bed.code, "room": bed.bed.room.name}
        found.append((bed.starts_at, place, encounter.admission_reason, "info"))
    found.sort(key=lambda event: event[0])
    return [
        {
            "at": clock(at),
            "day": f"{timezone.localtime(at):%d/%m}" if lasts_days(encounter) else "",
            "title": title,
            "text": text,
            "kind": kind,
        }
        for at, title, text, kind in found
    ]


def lasts_days(encounter: Encounter) -> bool:
    """Return whether an hour alone does not say when: the visit is a stay."""
    return encounter.admitted_at is not None


def when(value: datetime | None, encounter: Encounter) -> str:
    """Return the hour of an event, with its day when the visit lasts for days."""
    return moment(value) if lasts_days(encounter) else clock(value)


def crumbs(encounter: Encounter) -> list[tuple[str, str]]:
    """Return the way back: the list of the day on which the patient came."""
    arrived = timezone.localdate(encounter.arrived_at)
    url = f"{reverse('hospital:encounters')}?{urlencode({'day': arrived.isoformat()})}"
    return [(_("Lượt khám ngày %(day)s") % {"day": day(arrived)}, url)]
