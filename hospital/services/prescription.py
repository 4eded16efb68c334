"""Prescriptions by drug class, each under its own national code, and handing drugs over."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from hospital.errors import IllegalMove, InputRefused
from hospital.models import (
    CatalogItem,
    Department,
    Dispense,
    DispensePart,
    DrugEntry,
    Encounter,
    Facility,
    Prescription,
    PrescriptionLine,
    Staff,
    StockLot,
    StockMovement,
    User,
)
from hospital.selectors.facilities import facility_code_on
from hospital.services.encounter import account_of, encounter_locked, encounter_log
from hospital.services.order import OPEN_ENCOUNTER

CODE_ALPHABET = string.digits + string.ascii_lowercase
KIND_OF_CLASS: dict[str, str] = {
    "n": Prescription.Kind.NARCOTIC,
    "h": Prescription.Kind.PSYCHOTROPIC,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugInput:
    """One drug: `dose` units each time. The quantity follows unless it is given."""

    entry: DrugEntry
    dose: Decimal
    times_per_day: int
    days: int
    usage: str = ""
    quantity: Decimal | None = None

    @property
    def total(self) -> Decimal:
        return self.quantity or self.dose * self.times_per_day * self.days


@transaction.atomic
def prescription_create(
    encounter: Encounter,
    drugs: Sequence[DrugInput],
    *,
    department: Department,
    doctor: Staff,
    now: datetime,
    advice: str = "",
) -> list[Prescription]:
    """Store signed prescriptions, one per drug class (TT 26/2025), in the order of first
    appearance.
    """
    row = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if row.state not in OPEN_ENCOUNTER:
        raise InputRefused("encounter_not_open", encounter=row.pk, state=row.state)
    if not drugs:
        raise InputRefused("prescription_empty", encounter=row.pk)
    by_kind: dict[str, list[DrugInput]] = {}
    for drug in drugs:
        kind = KIND_OF_CLASS.get(drug.entry.control_class, Prescription.Kind.ORDINARY.value)
        by_kind.setdefault(kind, []).append(drug)
    made = []
    for kind, group in by_kind.items():
        prescription = Prescription.objects.create(
            encounter=row,
            code=prescription_code(row.facility, kind, timezone.localdate(now)),
            kind=kind,
            department=department,
            prescriber=doctor,
            prescribed_at=now,
            advice=advice,
        )
        _lines_create(prescription, group)
        encounter_log(
            row, "prescription.create", actor=account_of(doctor), now=now, lines=len(group)
        )
        made.append(prescription)
    return made


def prescription_code(facility: Facility, kind: str, day: date) -> str:
    """Return a national code never used before: facility, seven random characters, kind."""
    head = facility_code_on(facility, day)
    while True:
        code = head + "".join(secrets.choice(CODE_ALPHABET) for _ in range(7)) + f"-{kind}"
        if not Prescription.objects.filter(code=code).exists():
            return code


def _lines_create(prescription: Prescription, drugs: Sequence[DrugInput]) -> None:
    PrescriptionLine.objects.bulk_create(
        PrescriptionLine(
            prescription=prescription,
            position=position,
            entry=drug.entry,
            dose=drug.dose,
            times_per_day=drug.times_per_day,
            days=drug.days,
            quantity=drug.total,
            usage=drug.usage,
        )
        for position, drug in enumerate(drugs, start=1)
    )


@transaction.atomic
def prescription_dispense(
    prescription: Prescription, *, pharmacist: Staff, now: datetime
) -> list[Dispense]:
    """Hand over every line from the lots that expire first; all of it or nothing.

    Raises InputRefused when stock is short or the episode was cancelled, IllegalMove when it was
    handed over already.
    """
    encounter = encounter_locked(prescription.encounter)
    if encounter.state == Encounter.State.CANCELLED:
        raise InputRefused("encounter_cancelled", encounter=encounter.pk)
    row = Prescription.objects.select_for_update().get(pk=prescription.pk)
    if row.state != Prescription.State.SIGNED:
        raise IllegalMove("prescription", row.state, Prescription.State.DISPENSED)
    lines = list(row.lines.select_related("entry").order_by("position"))
    lots = _lots_locked(lines, pharmacist.facility, timezone.localdate(now))
    dispenses = [
        _line_dispense(line, lots.get(line.entry.item_id, []), pharmacist, now) for line in lines
    ]
    row.state = Prescription.State.DISPENSED
    row.save(update_fields=["state"])
    encounter_log(
        encounter,
        "prescription.dispense",
        actor=account_of(pharmacist),
        now=now,
        prescription=row.pk,
    )
    return dispenses


def _lots_locked(
    lines: Sequence[PrescriptionLine], facility: Facility, today: date
) -> dict[int, list[StockLot]]:
    """Return the lots of each item that may be given, the first to expire first.

    All are locked at once in the order of their keys, so that two prescriptions with the same drugs
    in another order do not wait for each other.
    """
    locked = StockLot.objects.select_for_update().filter(
        facility=facility,
        item__in={line.entry.item_id for line in lines},
        quantity__gt=0,
        expires_on__gt=today,
    )
    lots: dict[int, list[StockLot]] = {}
    for lot in sorted(locked.order_by("pk"), key=lambda lot: (lot.expires_on, lot.pk)):
        lots.setdefault(lot.item_id, []).append(lot)
    return lots


def _line_dispense(
    line: PrescriptionLine, lots: Sequence[StockLot], pharmacist: Staff, now: datetime
) -> Dispense:
    dispense = Dispense.objects.create(
        line=line, quantity=line.quantity, dispensed_by=pharmacist, dispensed_at=now
    )
    missing = line.quantity
    for lot in lots:
        taken = min(lot.quantity, missing)
        if taken == 0:
            continue  # an earlier line took all of this lot
        lot.quantity -= taken
        lot.save(update_fields=["quantity"])
        DispensePart.objects.create(dispense=dispense, lot=lot, quantity=taken)
        StockMovement.objects.create(
            lot=lot,
            kind=StockMovement.Kind.DISPENSE,
            quantity=-taken,
            dispense=dispense,
            made_by=pharmacist.user,
            made_at=now,
        )
        missing -= taken
        if missing == 0:
            return dispense
    raise InputRefused("stock_short", item=line.entry.item_id, missing=str(missing))


@transaction.atomic
def prescription_cancel(
    prescription: Prescription, *, reason: str, doctor: Staff, now: datetime
) -> Prescription:
    """Cancel a prescription that was not handed over; its code is burnt."""
    if not reason.strip():
        raise InputRefused("reason_missing", prescription=prescription.pk)
    row = Prescription.objects.select_for_update().get(pk=prescription.pk)
    if row.state != Prescription.State.SIGNED:
        raise IllegalMove("prescription", row.state, Prescription.State.CANCELLED)
    row.state = Prescription.State.CANCELLED
    row.cancelled_reason = reason.strip()
    row.save(update_fields=["state", "cancelled_reason"])
    encounter_log(
        row.encounter, "prescription.cancel", actor=account_of(doctor), now=now, prescription=row.pk
    )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class LotInput:
    """One delivery of a drug: what was bought, at which price (VND), until when it is good."""

    item: CatalogItem
    lot_number: str
    expires_on: date
    quantity: Decimal
    purchase_price: Decimal


@transaction.atomic
def stock_receive(lot: LotInput, *, facility: Facility, actor: User, now: datetime) -> StockLot:
    """Add a delivery to its lot; the same lot at another price is another row.

    Raises InputRefused for no quantity, and for a lot that is known with another expiry date.
    """
    if lot.quantity <= 0:
        raise InputRefused("quantity_not_positive", item=lot.item.pk, quantity=str(lot.quantity))
    # One delivery of an item at a time: the date of the lot is the same in all of its rows.
    CatalogItem.objects.select_for_update(no_key=True).get(pk=lot.item.pk)
    same = StockLot.objects.filter(facility=facility, item=lot.item, lot_number=lot.lot_number)
    if other := same.exclude(expires_on=lot.expires_on).first():
        raise InputRefused("lot_expiry_differs", lot=other.pk, known=other.expires_on.isoformat())
    row, _ = StockLot.objects.select_for_update().get_or_create(
        facility=facility,
        item=lot.item,
        lot_number=lot.lot_number,
        purchase_price=lot.purchase_price,
        defaults={"expires_on": lot.expires_on, "received_on": timezone.localdate(now)},
    )
    row.quantity += lot.quantity
    row.save(update_fields=["quantity"])
    StockMovement.objects.create(
        lot=row,
        kind=StockMovement.Kind.RECEIPT,
        quantity=lot.quantity,
        made_by=actor,
        made_at=now,
    )
    return row
