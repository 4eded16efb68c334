"""The bill of a visit at any moment: active charges through the benefit rules. Nothing is stored.

The same function answers the cashier's screen, the payment, the closing and the recomputation, so
that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from billing.benefit.answers import LineQuote
from billing.benefit.facts import (
    CardInput,
    CoPaymentPaid,
    LineInput,
    LineTable,
    OtherSourceKind,
    OtherSourceMode,
    OtherSources,
    VisitInput,
)
from billing.benefit.quantity import (
    Operation,
    OperationKind,
    exam_ratios,
    shared_bed_ratio,
    surgery_ratios,
)
from billing.benefit.quote import quote_visit
from billing.benefit.trace import TraceStep
from billing.claim_facts import ClaimFacts, MoneyFacts, ParameterUsed, TotalsFacts, decode
from billing.models import (
    Charge,
    ClaimVersion,
    CopaymentExemption,
    Deposit,
    Payment,
    Refund,
)
from billing.rounding import statement_total
from billing.selectors.route import route_code_of
from hospital.models import Encounter
from hospital.selectors.cards import cards_of
from hospital.selectors.facilities import grade_on

EXAM_GROUP = "13"
OPERATION_GROUPS = frozenset({"8", "18"})
SURGERY_GROUP = "8"
FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class BillLine:
    """A charge and how it is paid. `service_rate` is TYLE_TT_DV in percent, `ceiling` T_TRANTT."""

    charge: Charge
    service_rate: Decimal
    ceiling: Decimal | None
    money: MoneyFacts
    trace: tuple[TraceStep, ...]

    @property
    def is_drug(self) -> bool:
        return is_drug(self.charge)

    @property
    def procedure_codes(self) -> tuple[str, ...]:
        """ICD-9-CM codes of the operation, if it is one."""
        execution = self.charge.execution
        if execution is None or not hasattr(execution, "surgery"):
            return ()
        return tuple(code for code in execution.surgery.procedure_codes.split(";") if code)


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines in the order of their orders and their sums. VND; `share` is what the patient owes
    in whole đồng, `paid` what is in the till, `due` what is missing (negative: to give back).
    """

    lines: tuple[BillLine, ...]
    totals: TotalsFacts
    parameters: tuple[ParameterUsed, ...]
    trace: tuple[TraceStep, ...]
    warnings: tuple[TraceStep, ...]
    share: Decimal
    paid: Decimal
    paid_at: datetime | None

    @property
    def due(self) -> Decimal:
        return self.share - self.paid


def is_drug(charge: Charge) -> bool:
    """Return whether a charge is a row of drugs: what the pharmacy handed over."""
    return charge.dispense_part_id is not None


def bill_of(encounter: Encounter) -> Bill:
    """Return the bill as it stands; that of a closed visit is what was frozen, for good.

    Raises BenefitRefused or ParamNotInForce.
    """
    frozen = ClaimVersion.objects.filter(claim__encounter=encounter).order_by("-number").first()
    if frozen is not None:
        return _frozen_bill(encounter, decode(frozen.facts))
    charges = charges_of(encounter)
    rates = service_rates(charges, day=timezone.localdate(encounter.arrived_at))
    lines = [
        _line_input(position, charge, rates[charge.pk])
        for position, charge in enumerate(charges, start=1)
    ]
    quote = quote_visit(_visit_input(encounter, tuple(lines)))
    bill_lines = tuple(
        _bill_line(charge, rates[charge.pk], line)
        for charge, line in zip(charges, quote.lines, strict=True)
    )
    return _bill(encounter, bill_lines, quote.totals, quote.parameters, quote.trace, quote.warnings)


def _bill(
    encounter: Encounter,
    lines: tuple[BillLine, ...],
    totals: TotalsFacts,
    parameters: tuple[ParameterUsed, ...],
    trace: tuple[TraceStep, ...] = (),
    warnings: tuple[TraceStep, ...] = (),
) -> Bill:
    share = statement_total(totals.co_payment + totals.self_payment)
    paid, paid_at = money_in(encounter)
    settled_at = (paid_at or encounter.ended_at) if paid >= share else None
    return Bill(lines, totals, parameters, trace, warnings, share, paid, settled_at)


def _frozen_bill(encounter: Encounter, facts: ClaimFacts) -> Bill:
    """Return the bill of a closed visit from its frozen facts; only the till may still move."""
    charges = {charge.pk: charge for charge in charges_of(encounter)}
    drugs = [BillLine(charges[line.charge_id], FULL, None, line.money, ()) for line in facts.drugs]
    services = [
        BillLine(charges[line.charge_id], line.service_rate, line.ceiling, line.money, ())
        for line in facts.services
    ]
    lines = sorted(drugs + services, key=lambda line: (line.charge.ordered_at, line.charge.pk))
    return _bill(encounter, tuple(lines), facts.totals, facts.parameters)


def charges_of(encounter: Encounter) -> list[Charge]:
    """Return the active charges in the order in which they were ordered."""
    rows = Charge.objects.filter(encounter=encounter, voided_at__isnull=True).select_related(
        "execution__order__entry",
        "execution__order__ordered_by",
        "execution__department",
        "execution__performer",
        "execution__surgery",
        "dispense_part__dispense__line__entry",
        "dispense_part__dispense__line__prescription__department",
        "dispense_part__dispense__line__prescription__prescriber",
        "bed_stay__entry",
        "bed_stay__bed",
        "bed_stay__assigned_by",
        "bed_stay__department_stay__department",
        "other_funding",
        "supply_use__entry",
        "supply_use__used_by",
        "supply_use__execution__department",
        "supply_use__execution__order__entry",
    )
    return list(rows.order_by("ordered_at", "pk"))


def service_rates(charges: Sequence[Charge], *, day: date) -> dict[int, Decimal]:
    """Return TYLE_TT_DV of each charge by its id, percent: what stands beside it decides.

    Source: TT 39/2024 Đ4b (examinations), Đ4c (shared beds), Đ4d (operations).
    """
    rates = dict.fromkeys((charge.pk for charge in charges), FULL)
    exams = [charge for charge in charges if charge.cost_group == EXAM_GROUP]
    rates |= _paired(exams, exam_ratios(len(exams), day=day))
    operations = [charge for charge in charges if charge.cost_group in OPERATION_GROUPS]
    for session in sorted({_session(charge) for charge in operations}):
        together = [charge for charge in operations if _session(charge) == session]
        ordered = sorted(together, key=lambda charge: (not _is_main(charge), charge.pk))
        asked = [_operation(charge) for charge in ordered]
        rates |= _paired(ordered, surgery_ratios(asked, day=day))
    for charge in charges:
        if charge.bed_stay is not None:
            rates[charge.pk] = shared_bed_ratio(charge.bed_stay.persons_sharing, day=day)
    return rates


def _paired(charges: Iterable[Charge], ratios: Iterable[Decimal]) -> dict[int, Decimal]:
    return {charge.pk: ratio for charge, ratio in zip(charges, ratios, strict=True)}


def _session(charge: Charge) -> tuple[int, int]:
    """Operations of one session share a number; a procedure outside one stands alone."""
    surgery = getattr(charge.execution, "surgery", None)
    return (surgery.session, 0) if surgery is not None else (0, charge.pk)


def _is_main(charge: Charge) -> bool:
    surgery = getattr(charge.execution, "surgery", None)
    return surgery is not None and surgery.is_main


def _operation(charge: Charge) -> Operation:
    surgery = getattr(charge.execution, "surgery", None)
    is_surgery = charge.cost_group == SURGERY_GROUP
    return Operation(
        kind=OperationKind.SURGERY if is_surgery else OperationKind.PROCEDURE,
        same_team=surgery.same_team if surgery is not None else True,
    )


def _line_input(position: int, charge: Charge, service_rate: Decimal) -> LineInput:
    return LineInput(
        position=position,
        table=LineTable.DRUG if is_drug(charge) else LineTable.SERVICE,
        cost_group=charge.cost_group,
        quantity=charge.quantity,
        price_hospital=charge.unit_price_hospital,
        price_insured=charge.unit_price_insured,
        service_rate=service_rate,
        item_ratio=charge.item_ratio,
        scope=charge.scope,
        ordered_at=charge.ordered_at,
        package=charge.supply_use.package if charge.supply_use else "",
        other_sources=_other_sources(charge),
    )


def _other_sources(charge: Charge) -> OtherSources | None:
    """Return the money of others for a charge as the rules take it."""
    funding = getattr(charge, "other_funding", None)
    if funding is None:
        return None
    kind, mode = OtherSourceKind(funding.kind), OtherSourceMode(funding.mode)
    if mode == OtherSourceMode.CO_PAYMENT:
        return OtherSources(mode=mode, co_payment_by=kind)
    return OtherSources(mode=mode, **{str(kind): funding.amount})


def _visit_input(encounter: Encounter, lines: tuple[LineInput, ...]) -> VisitInput:
    card = encounter.card
    grade = grade_on(encounter.facility, timezone.localdate(encounter.arrived_at))
    return VisitInput(
        arrived_at=encounter.arrived_at,
        ended_at=encounter.ended_at,
        visit_type=encounter.visit_type,
        route_code=route_code_of(encounter),
        cards=tuple(
            CardInput(number=row.number, valid_from=row.valid_from, valid_to=row.valid_to)
            for row in cards_of(encounter)
        ),
        card_shown_at=encounter.card_shown_at,
        exempt_from=exempt_from(encounter) if card else None,
        five_years_on=card.five_years_on if card else None,
        copay_history=co_payments_before(encounter) if card else (),
        commune_station=grade.is_commune_station,
        lines=lines,
    )


def exempt_from(encounter: Encounter) -> datetime | None:
    """Return the first moment of an exemption paper in force during a visit, None without one."""
    arrived_on = timezone.localdate(encounter.arrived_at)
    papers = CopaymentExemption.objects.filter(
        patient=encounter.patient_id, starts_on__year__gte=arrived_on.year
    )
    if encounter.ended_at is not None:
        papers = papers.filter(starts_on__lte=timezone.localdate(encounter.ended_at))
    first = papers.order_by("starts_on").first()
    return timezone.make_aware(datetime.combine(first.starts_on, time.min)) if first else None


def co_payments_before(encounter: Encounter) -> tuple[CoPaymentPaid, ...]:
    """Return what the patient co-paid here in the year of the visit, stays that ended before it.

    Of each claim the newest version counts. Visits to other facilities are told by the gateway.
    """
    latest = ClaimVersion.objects.filter(claim=OuterRef("claim")).order_by("-number")
    rows = (
        ClaimVersion.objects.filter(
            pk=Subquery(latest.values("pk")[:1]),
            claim__encounter__patient=encounter.patient_id,
            claim__encounter__ended_at__lt=encounter.arrived_at,
            claim__encounter__ended_at__year__gte=timezone.localdate(encounter.arrived_at).year,
            claim__is_insured=True,
            co_payment__gt=0,
        )
        .order_by("claim__encounter__ended_at")
        .values_list("claim__encounter__ended_at", "co_payment")
    )
    return tuple(CoPaymentPaid(timezone.localdate(ended), paid) for ended, paid in rows)


def _bill_line(charge: Charge, service_rate: Decimal, line: LineQuote) -> BillLine:
    return BillLine(
        charge=charge,
        service_rate=service_rate,
        ceiling=line.ceiling,
        money=MoneyFacts(
            scope=charge.scope,
            item_rate=line.item_ratio,
            total_hospital=line.total_hospital,
            total_insured=line.total_insured,
            benefit_rate=line.benefit_rate,
            fund=line.fund,
            co_payment=line.co_payment,
            self_payment=line.self_payment,
            other_state=line.other_state,
            other_foreign=line.other_foreign,
            other_domestic=line.other_domestic,
            other_rest=line.other_rest,
            other_sources=line.other_sources,
        ),
        trace=line.trace,
    )


def money_in(encounter: Encounter) -> tuple[Decimal, datetime | None]:
    """Return what the patient has left in the till, VND, and when the last of it came."""
    total, last = Decimal(0), None
    for model, sign in ((Payment, 1), (Deposit, 1), (Refund, -1)):
        rows = model.objects.filter(encounter=encounter, cancelled_at__isnull=True)
        total += sign * (rows.aggregate(total=Sum("amount"))["total"] or Decimal(0))
        if sign > 0:
            newest = rows.order_by("-received_at").values_list("received_at", flat=True).first()
            last = max(filter(None, (last, newest)), default=None)
    return total, last


def receipts_of(encounter: Encounter) -> list[Payment | Deposit | Refund]:
    """Return every receipt of a visit, cancelled ones too, in the order of the clock."""
    rows: list[Payment | Deposit | Refund] = []
    for model in (Payment, Deposit, Refund):
        rows += model.objects.filter(encounter=encounter).select_related("received_by__staff")
    return sorted(rows, key=lambda row: (row.received_at, row.number))
