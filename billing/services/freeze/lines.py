"""Facts of the cost lines, in the order in which they were ordered."""

from __future__ import annotations

from decimal import Decimal

from billing.claim_facts import DrugLineFacts, ServiceLineFacts
from billing.errors import ClosingRefused
from billing.selectors.bill import Bill, BillLine
from billing.services.freeze.people import licence
from hospital.models import BedStay, DispensePart, Execution, PrescriptionLine, SupplyUse

NEEDS_PERFORMER = frozenset({"1", "2", "3", "8", "18"})


def drug_lines(bill: Bill) -> tuple[DrugLineFacts, ...]:
    """Return the rows of drugs, numbered from 1."""
    parts = [(line, line.charge.dispense_part) for line in bill.lines if line.is_drug]
    return tuple(
        _drug_line(sequence, line, part)
        for sequence, (line, part) in enumerate(parts, start=1)
        if part is not None
    )


def _drug_line(sequence: int, line: BillLine, part: DispensePart) -> DrugLineFacts:
    charge = line.charge
    ordered = part.dispense.line
    entry = ordered.entry
    prescription = ordered.prescription
    return DrugLineFacts(
        sequence=sequence,
        charge_id=charge.pk,
        order_id=ordered.pk,
        drug_code=entry.code,
        processing_codes=_codes(entry.processing_codes),
        source_facility=entry.source_facility,
        cost_group=charge.cost_group,
        name=charge.name,
        unit=entry.unit,
        strength=entry.strength,
        route=entry.route,
        dosage_form=entry.dosage_form,
        dosage=dosage_text(ordered, entry.unit),
        usage=ordered.usage,
        registration_number=entry.registration_number,
        tender=entry.tender,
        quantity=charge.quantity,
        unit_price=charge.unit_price_hospital,
        money=line.money,
        department_code=prescription.department.code,
        prescribers=(licence(prescription.prescriber, prescription.prescribed_at),),
        ordered_at=prescription.prescribed_at,
        funding_source=entry.funding_source,
    )


def dosage_text(line: PrescriptionLine, unit: str) -> str:
    """Return LIEU_DUNG: amount per time * times per day * days [amount per day]."""
    unit = unit.lower()
    per_day = line.dose * line.times_per_day
    return (
        f"{plain(line.dose)} {unit}/lần * {line.times_per_day} lần/ngày * {line.days} ngày "
        f"[{plain(per_day)} {unit}/ngày]"
    )


def plain(number: Decimal) -> str:
    """Return a number without trailing zeros or exponent."""
    return f"{number.normalize():f}"


def service_lines(bill: Bill) -> tuple[ServiceLineFacts, ...]:
    """Return the rows of services, beds and supplies, numbered from 1."""
    lines = [line for line in bill.lines if not line.is_drug]
    return tuple(_service_line(sequence, line) for sequence, line in enumerate(lines, start=1))


def _service_line(sequence: int, line: BillLine) -> ServiceLineFacts:
    charge = line.charge
    if charge.execution is not None:
        return _execution_line(sequence, line, charge.execution)
    if charge.bed_stay is not None:
        return _bed_line(sequence, line, charge.bed_stay)
    if charge.supply_use is not None:
        return _supply_line(sequence, line, charge.supply_use)
    raise ClosingRefused("charge_without_source", charge=charge.pk)


def _execution_line(sequence: int, line: BillLine, execution: Execution) -> ServiceLineFacts:
    charge, order = line.charge, execution.order
    entry = order.entry
    performers: tuple[str, ...] = ()
    if charge.cost_group in NEEDS_PERFORMER or charge.cost_group == "13":
        performers = (licence(execution.performer, execution.started_at),)
    return ServiceLineFacts(
        sequence=sequence,
        charge_id=charge.pk,
        order_id=order.pk,
        service_code=entry.code,
        procedure_codes=_codes(entry.procedure_code),
        cost_group=charge.cost_group,
        service_name=charge.name,
        unit=entry.unit,
        quantity=charge.quantity,
        unit_price_hospital=charge.unit_price_hospital,
        unit_price_insured=charge.unit_price_insured,
        service_rate=line.service_rate,
        ceiling=line.ceiling,
        money=line.money,
        department_code=execution.department.code,
        prescribers=(licence(order.ordered_by, order.ordered_at),),
        performers=performers,
        icd_codes=_codes(order.icd_codes),
        ordered_at=order.ordered_at,
        executed_at=execution.started_at,
        resulted_at=execution.ended_at,
        anaesthesia=execution.surgery.anaesthesia if hasattr(execution, "surgery") else "",
        machine_codes=_codes(execution.machine_code),
    )


def _bed_line(sequence: int, line: BillLine, stay: BedStay) -> ServiceLineFacts:
    charge = line.charge
    return ServiceLineFacts(
        sequence=sequence,
        charge_id=charge.pk,
        order_id=stay.pk,
        service_code=stay.entry.code,
        cost_group=charge.cost_group,
        service_name=charge.name,
        unit=stay.entry.unit,
        quantity=charge.quantity,
        unit_price_hospital=charge.unit_price_hospital,
        unit_price_insured=charge.unit_price_insured,
        service_rate=line.service_rate,
        ceiling=line.ceiling,
        money=line.money,
        department_code=stay.department_stay.department.code,
        bed_codes=(stay.bed.code,),
        prescribers=(licence(stay.assigned_by, stay.starts_at),),
        ordered_at=stay.starts_at,
        executed_at=stay.starts_at,
        resulted_at=stay.ends_at,
    )


def _supply_line(sequence: int, line: BillLine, use: SupplyUse) -> ServiceLineFacts:
    """A supply stands beside the service it was used in (MA_DICH_VU names that service)."""
    charge, order = line.charge, use.execution.order
    return ServiceLineFacts(
        sequence=sequence,
        charge_id=charge.pk,
        order_id=order.pk,
        service_code=order.entry.code,
        supply_code=use.entry.code,
        cost_group=charge.cost_group,
        supply_package=use.package,
        supply_name=charge.name,
        unit=use.entry.unit,
        quantity=charge.quantity,
        unit_price_hospital=charge.unit_price_hospital,
        unit_price_insured=charge.unit_price_insured,
        tender=use.entry.tender,
        service_rate=line.service_rate,
        ceiling=line.ceiling,
        money=line.money,
        department_code=use.execution.department.code,
        prescribers=(licence(use.used_by, use.used_at),),
        ordered_at=use.used_at,
        executed_at=use.used_at,
        product_model=use.entry.model,
        reused=use.is_reused,
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.split(";") if code)
