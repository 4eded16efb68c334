"""Charges derive from what was done, handed over or occupied; nobody types one (G29)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from billing.models import Charge, Claim, PriceEntry
from billing.services.bed_days import bed_days_refresh
from billing.services.price import price_on
from hospital.errors import HospitalError
from hospital.models import (
    BedDay,
    BedStay,
    DispensePart,
    Encounter,
    Execution,
    ServiceEntry,
    ServiceOrder,
    SupplyUse,
    User,
)
from hospital.services.audit import audit_write

logger = logging.getLogger(__name__)


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

    A visit whose claim is frozen keeps its charges for good. Raises PriceNotInForce when an item
    has no price on the day it was ordered.
    """
    encounter = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if Claim.objects.filter(encounter=encounter).exists():
        return ChargeChange(0, 0)
    bed_days_refresh(encounter, now=now)
    rows = Charge.objects.filter(encounter=encounter, voided_at__isnull=True)
    active = list(rows.select_related("supply_use"))
    voided = _void_undone(encounter, active, now)
    fresh = [
        *_execution_charges(encounter, active, now),
        *_dispense_charges(encounter, active, now),
        *_bed_charges(encounter, active, now),
        *_supply_charges(encounter, active, now),
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


def charges_sweep(*, now: datetime, limit: int = 200) -> int:
    """Charge what was done or handed over since the last sweep; return how many visits changed.

    So the first cost of a visit is known while the patient is still here (D03). A visit whose
    price is missing is left for the cashier, who sees why.
    """
    done = Execution.objects.filter(order__encounter=OuterRef("pk"), charges__isnull=True).exclude(
        order__state=ServiceOrder.State.CANCELLED
    )
    handed = DispensePart.objects.filter(
        dispense__line__prescription__encounter=OuterRef("pk"), charges__isnull=True
    )
    waiting = Encounter.objects.filter(Exists(done) | Exists(handed), claim__isnull=True)
    changed = 0
    # In no fixed order, so that visits which cannot be charged do not stand before the others.
    for encounter in waiting.select_related("facility").order_by("?")[:limit]:
        try:
            changed += bool(charges_refresh(encounter, now=now, job="charges").added)
        except HospitalError as refused:
            logger.warning("visit %s cannot be charged: %s", encounter.pk, refused.code)
    return changed


def _void_undone(encounter: Encounter, active: list[Charge], now: datetime) -> int:
    """Void what no longer follows from its source; voided charges leave `active`."""
    undone = set(
        Execution.objects.filter(
            order__encounter=encounter, order__state=ServiceOrder.State.CANCELLED
        ).values_list("pk", flat=True)
    )
    counted = _days_of_stays(encounter)
    gone = [
        charge
        for charge in active
        if charge.execution_id in undone
        or (charge.supply_use is not None and charge.supply_use.execution_id in undone)
        or (charge.bed_stay_id and counted.get(charge.bed_stay_id) != charge.quantity)
    ]
    for charge in gone:
        charge.voided_at = now
        charge.voided_reason = "Tính lại ngày giường" if charge.bed_stay_id else "Chỉ định đã hủy"
        charge.save(update_fields=["voided_at", "voided_reason"])
        active.remove(charge)
    return len(gone)


def _days_of_stays(encounter: Encounter) -> dict[int, Decimal]:
    """Return the counted days of each bed stay that counts at all."""
    rows = BedDay.objects.filter(bed_stay__encounter=encounter).values_list("bed_stay")
    return dict(rows.annotate(days=Sum("quantity")).filter(days__gt=0))


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
    known = {charge.bed_stay_id for charge in active}
    counted = _days_of_stays(encounter)
    stays = BedStay.objects.filter(pk__in=counted.keys() - known).select_related("entry")
    return [
        Charge(
            encounter=encounter,
            bed_stay=stay,
            quantity=counted[stay.pk],
            ordered_at=stay.starts_at,
            created_at=now,
            **_service_prices(
                stay.entry, PriceEntry.Payer.HOSPITAL, timezone.localdate(stay.starts_at)
            ),
        )
        for stay in stays.order_by("starts_at", "pk")
    ]


def _supply_charges(encounter: Encounter, active: list[Charge], now: datetime) -> list[Charge]:
    known = [charge.supply_use_id for charge in active if charge.supply_use_id]
    uses = (
        SupplyUse.objects.filter(execution__order__encounter=encounter)
        .exclude(execution__order__state=ServiceOrder.State.CANCELLED)
        .exclude(pk__in=known)
        .select_related("entry")
        .order_by("used_at", "pk")
    )
    return [_supply_charge(encounter, use, now) for use in uses]


def _supply_charge(encounter: Encounter, use: SupplyUse, now: datetime) -> Charge:
    """A supply is paid at its price, by the fund not above the payment level of the list."""
    entry = use.entry
    day = timezone.localdate(use.used_at)
    hospital = price_on(entry.item_id, PriceEntry.Payer.HOSPITAL, day)
    insured = Decimal(0)
    if entry.scope != "2":
        listed = price_on(entry.item_id, PriceEntry.Payer.INSURANCE, day)
        insured = min(hospital, listed, entry.ceiling if entry.ceiling is not None else listed)
    return Charge(
        encounter=encounter,
        supply_use=use,
        item_id=entry.item_id,
        name=entry.name,
        cost_group=entry.cost_group,
        scope=entry.scope,
        quantity=use.quantity,
        unit_price_hospital=hospital,
        unit_price_insured=insured,
        item_ratio=entry.insured_ratio,
        ordered_at=use.used_at,
        created_at=now,
    )
