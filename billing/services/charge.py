"""Charges derive from what was done, handed over or occupied; nobody types one (G29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.errors import PriceNotInForce
from billing.models import Charge, PriceEntry
from hospital.models import (
    BedDay,
    DispensePart,
    Encounter,
    Execution,
    ServiceEntry,
    ServiceOrder,
    User,
)
from hospital.services.audit import audit_write


@dataclass(frozen=True, slots=True)
class ChargeChange:
    """How many charges a refresh added and voided."""

    added: int
    voided: int


@transaction.atomic
def charges_refresh(
    encounter: Encounter, *, now: datetime, actor: User | None = None, job: str = ""
) -> ChargeChange:
    """Bring the charges of a visit in line with what happened; running it again changes nothing.

    Raises PriceNotInForce when an item has no price on the day it was ordered.
    """
    Encounter.objects.select_for_update().get(pk=encounter.pk)
    active = list(Charge.objects.filter(encounter=encounter, voided_at__isnull=True))
    voided = _void_undone(active, now)
    fresh = [
        *_execution_charges(encounter, active, now),
        *_dispense_charges(encounter, active, now),
        *_bed_charges(encounter, active, now),
    ]
    Charge.objects.bulk_create(fresh)
    if fresh or voided:
        audit_write(
            facility=encounter.facility,
            actor=actor,
            job=job or ("" if actor else "charges"),
            action="charge.refresh",
            subject=encounter,
            patient_id=encounter.patient_id,
            facts={"added": len(fresh), "voided": voided},
            now=now,
        )
    return ChargeChange(added=len(fresh), voided=voided)


def _void_undone(active: list[Charge], now: datetime) -> int:
    executions = [charge.execution_id for charge in active if charge.execution_id]
    undone = set(
        Execution.objects.filter(
            pk__in=executions, order__state=ServiceOrder.State.CANCELLED
        ).values_list("pk", flat=True)
    )
    voided = 0
    for charge in active:
        if charge.execution_id in undone:
            charge.voided_at = now
            charge.voided_reason = "Chỉ định đã hủy"
            charge.save(update_fields=["voided_at", "voided_reason"])
            voided += 1
    return voided


def _execution_charges(encounter: Encounter, active: list[Charge], now: datetime) -> list[Charge]:
    known = [charge.execution_id for charge in active if charge.execution_id]
    executions = (
        Execution.objects.filter(order__encounter=encounter)
        .exclude(order__state=ServiceOrder.State.CANCELLED)
        .exclude(pk__in=known)
        .select_related("order__entry")
        .order_by("order__ordered_at", "pk")
    )
    return [_execution_charge(encounter, execution, now) for execution in executions]


def _execution_charge(encounter: Encounter, execution: Execution, now: datetime) -> Charge:
    order = execution.order
    entry = order.entry
    day = timezone.localdate(order.ordered_at)
    payer = PriceEntry.Payer.ON_REQUEST if order.is_on_request else PriceEntry.Payer.HOSPITAL
    return Charge(
        encounter=encounter,
        execution=execution,
        quantity=order.quantity,
        ordered_at=order.ordered_at,
        created_at=now,
        **_service_prices(entry, payer, day),
    )


def _service_prices(entry: ServiceEntry, payer: PriceEntry.Payer, day: date) -> dict[str, object]:
    hospital = price_on(entry.item_id, payer, day)
    insured = Decimal(0)
    if entry.scope != "2":
        insured = min(price_on(entry.item_id, PriceEntry.Payer.INSURANCE, day), hospital)
    return {
        "item_id": entry.item_id,
        "name": entry.name,
        "cost_group": entry.cost_group,
        "scope": entry.scope,
        "unit_price_hospital": hospital,
        "unit_price_insured": insured,
        "item_ratio": entry.insured_ratio,
    }


def _dispense_charges(encounter: Encounter, active: list[Charge], now: datetime) -> list[Charge]:
    known = [charge.dispense_part_id for charge in active if charge.dispense_part_id]
    parts = (
        DispensePart.objects.filter(dispense__line__prescription__encounter=encounter)
        .exclude(pk__in=known)
        .select_related("lot", "dispense__line__entry", "dispense__line__prescription")
        .order_by("dispense__line__prescription__prescribed_at", "dispense__line__position", "pk")
    )
    return [_dispense_charge(encounter, part, now) for part in parts]


def _dispense_charge(encounter: Encounter, part: DispensePart, now: datetime) -> Charge:
    entry = part.dispense.line.entry
    price = part.lot.purchase_price
    return Charge(
        encounter=encounter,
        dispense_part=part,
        item_id=entry.item_id,
        name=entry.name,
        cost_group=entry.cost_group,
        scope=entry.scope,
        quantity=part.quantity,
        unit_price_hospital=price,
        unit_price_insured=price if entry.scope != "2" else Decimal(0),
        item_ratio=entry.insured_ratio,
        ordered_at=part.dispense.line.prescription.prescribed_at,
        created_at=now,
    )


def _bed_charges(encounter: Encounter, active: list[Charge], now: datetime) -> list[Charge]:
    known = [charge.bed_day_id for charge in active if charge.bed_day_id]
    days = (
        BedDay.objects.filter(bed_stay__encounter=encounter)
        .exclude(pk__in=known)
        .select_related("bed_stay__entry")
        .order_by("day", "pk")
    )
    return [
        Charge(
            encounter=encounter,
            bed_day=bed_day,
            quantity=bed_day.quantity,
            ordered_at=bed_day.bed_stay.starts_at,
            created_at=now,
            **_service_prices(bed_day.bed_stay.entry, PriceEntry.Payer.HOSPITAL, bed_day.day),
        )
        for bed_day in days
    ]


def price_on(item_id: int, payer: PriceEntry.Payer, day: date) -> Decimal:
    """Return the price in force, VND; raises PriceNotInForce."""
    row = PriceEntry.objects.on(day).filter(item_id=item_id, payer=payer).first()
    if row is None:
        raise PriceNotInForce(
            "price_not_in_force", item=item_id, payer=payer.name, day=day.isoformat()
        )
    return row.amount
