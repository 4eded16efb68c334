"""Facts of the whole visit."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from billing.benefit.exemption import RULE as EXEMPTION
from billing.claim_facts import (
    CardFacts,
    CheckInFacts,
    ClaimFacts,
    NoteFacts,
    ResultFacts,
    VisitFacts,
)
from billing.errors import ClosingRefused
from billing.models import Charge
from billing.selectors.bill import Bill, exempt_from
from billing.services.freeze.lines import drug_lines, service_lines
from billing.services.freeze.papers import discharge_papers, summaries
from billing.services.freeze.people import card_facts, licence, patient_facts
from hospital.models import Diagnosis, Encounter, Result
from hospital.selectors.cards import cards_of
from hospital.selectors.facilities import facility_code_on

WITHOUT_DAYS = frozenset({"01", "07", "09"})
PARACLINICAL = frozenset({"1", "2", "3"})  # what table 4 reports; an operation has its own record
MEDICINE_DAYS = "05"
SERVICE_DAYS = "08"


def claim_facts_build(encounter: Encounter, bill: Bill, *, edition: str) -> ClaimFacts:
    """Return the frozen facts of an ended visit; raises ClosingRefused naming what is missing."""
    visit = _visit(encounter, bill)
    return ClaimFacts(
        edition=edition,
        link_code=encounter.link_code,
        patient=patient_facts(encounter.patient),
        cards=_cards(encounter),
        visit=visit,
        totals=bill.totals,
        drugs=drug_lines(bill),
        services=service_lines(bill),
        results=_results(encounter),
        notes=_notes(encounter),
        discharge_papers=discharge_papers(encounter, diagnosis=visit.final_diagnosis),
        summaries=summaries(encounter),
        parameters=bill.parameters,
    )


def check_in_facts_build(encounter: Encounter, first: Charge, *, edition: str) -> CheckInFacts:
    """Return the announcement of a visit by its first cost (D03)."""
    item = _first_item(first)
    card = encounter.card
    return CheckInFacts(
        edition=edition,
        link_code=encounter.link_code,
        patient=patient_facts(encounter.patient),
        card=card_facts(card, reached_on=_day(encounter.arrived_at)) if card else None,
        route_code=encounter.route_code,
        visit_type=encounter.visit_type,
        facility_code=facility_code_on(encounter.facility, _day(encounter.arrived_at)),
        arrived_at=encounter.arrived_at,
        admitted_at=encounter.admitted_at,
        admission_reason=encounter.admission_reason,
        ordered_at=first.ordered_at,
        **item,
    )


def _first_item(first: Charge) -> dict[str, str]:
    if first.execution is not None:
        entry = first.execution.order.entry
        return {"service_code": entry.code, "service_name": first.name}
    if first.dispense_part is not None:
        return {"drug_code": first.dispense_part.dispense.line.entry.code, "drug_name": first.name}
    if first.bed_stay is not None:
        return {"service_code": first.bed_stay.entry.code, "service_name": first.name}
    if first.supply_use is not None:
        return {"supply_code": first.supply_use.entry.code, "supply_name": first.name}
    raise ClosingRefused("charge_without_source", charge=first.pk)


def _cards(encounter: Encounter) -> tuple[CardFacts, ...]:
    reached_on = _day(_ended(encounter))
    return tuple(card_facts(card, reached_on=reached_on) for card in cards_of(encounter))


def _visit(encounter: Encounter, bill: Bill) -> VisitFacts:
    ended_at = _ended(encounter)
    main, others, traditional = _diagnoses(encounter)
    signs = encounter.vital_signs.filter(weight_kg__isnull=False).order_by("-measured_at").first()
    if signs is None and encounter.card is not None:
        raise ClosingRefused("weight_missing", encounter=encounter.pk)
    head = encounter.facility.head
    paper = exempt_from(encounter) if encounter.card else None
    return VisitFacts(
        facility_code=facility_code_on(encounter.facility, _day(ended_at)),
        visit_type=encounter.visit_type,
        route_code=encounter.route_code,
        arrived_at=encounter.arrived_at,
        admitted_at=encounter.admitted_at,
        ended_at=ended_at,
        paid_at=bill.paid_at,
        reason=encounter.reason,
        admission_reason=encounter.admission_reason,
        arrival_diagnosis=encounter.arrival_diagnosis or main.title,
        final_diagnosis="; ".join(diagnosis.title for diagnosis in (main, *others)),
        main_icd=main.code,
        other_icds=tuple(diagnosis.code for diagnosis in others),
        traditional_codes=tuple(diagnosis.code for diagnosis in traditional),
        procedure_codes=tuple(code for line in bill.lines for code in line.procedure_codes),
        referred_from=encounter.referred_from,
        referred_to=encounter.referred_to,
        referral_number=encounter.referral_number,
        accident_code=encounter.accident_code,
        treatment_days=treatment_days(encounter, bill),
        treatment_method=encounter.treatment_method,
        outcome=encounter.outcome,
        discharge_type=encounter.discharge_type,
        note=encounter.advice,
        settlement_year=timezone.localtime(ended_at).year,
        settlement_month=timezone.localtime(ended_at).month,
        departments=_departments(encounter),
        weight_kg=signs.weight_kg if signs else None,
        height_cm=signs.height_cm if signs else None,
        copay_exempt_from=paper or _exempt_since(bill),
        copay_exempt_by_paper=paper is not None,
        return_on=(encounter.return_on,) if encounter.return_on else (),
        record_number=encounter.record_number,
        head_licence=licence(head, ended_at) if head else "",
    )


def _exempt_since(bill: Bill) -> datetime | None:
    """Return NGAY_MIEN_CCT reached inside the visit: the moment of its first exempt line."""
    reached = [
        line.charge.ordered_at
        for line in bill.lines
        if any(step.rule == EXEMPTION and step.applied for step in line.trace)
    ]
    return min(reached, default=None)


def treatment_days(encounter: Encounter, bill: Bill) -> int:
    """Return SO_NGAY_DTRI (QĐ 130 table 1): statistics, not money."""
    ended_at = _ended(encounter)
    if encounter.visit_type in WITHOUT_DAYS:
        return 0
    if encounter.visit_type == MEDICINE_DAYS:
        parts = [line.charge.dispense_part for line in bill.lines]
        return max((part.dispense.line.days for part in parts if part), default=0)
    if encounter.visit_type == SERVICE_DAYS:
        groups = {line.charge.ordered_at for line in bill.lines if not line.is_drug}
        return len({_day(moment) for moment in groups})
    return (_day(ended_at) - _day(encounter.arrived_at)).days + 1


def _diagnoses(encounter: Encounter) -> tuple[Diagnosis, list[Diagnosis], list[Diagnosis]]:
    rows = list(encounter.diagnoses.order_by("position", "pk"))
    main = [row for row in rows if row.kind == Diagnosis.Kind.MAIN]
    if not main:
        raise ClosingRefused("main_diagnosis_missing", encounter=encounter.pk)
    others = [row for row in rows if row.kind == Diagnosis.Kind.OTHER]
    return main[0], others, [row for row in rows if row.kind == Diagnosis.Kind.TRADITIONAL]


def _departments(encounter: Encounter) -> tuple[str, ...]:
    stays = encounter.department_stays.select_related("department").order_by("entered_at", "pk")
    return tuple(dict.fromkeys(stay.department.code for stay in stays))


def _results(encounter: Encounter) -> tuple[ResultFacts, ...]:
    rows = (
        Result.objects.filter(
            execution__order__encounter=encounter,
            execution__order__entry__cost_group__in=PARACLINICAL,
            replaced_by__isnull=True,
        )
        .exclude(execution__order__state="cancelled")
        .select_related("execution__order__entry", "reader")
        .order_by("execution__order__ordered_at", "execution_id", "position", "pk")
    )
    return tuple(
        ResultFacts(
            sequence=sequence,
            service_code=row.execution.order.entry.code,
            indicator_code=row.indicator_code,
            indicator_name=row.indicator_name,
            value=row.value,
            unit=row.unit,
            description=row.description,
            conclusion=row.conclusion,
            resulted_at=row.resulted_at,
            reader=licence(row.reader, row.resulted_at),
        )
        for sequence, row in enumerate(rows, start=1)
    )


def _notes(encounter: Encounter) -> tuple[NoteFacts, ...]:
    rows = encounter.notes.select_related("written_by").order_by("noted_at", "pk")
    return tuple(
        NoteFacts(
            sequence=sequence,
            text=row.text,
            stage=row.stage,
            consultation=row.consultation,
            operation=row.operation,
            noted_at=row.noted_at,
            writers=(licence(row.written_by, row.noted_at),),
        )
        for sequence, row in enumerate(rows, start=1)
    )


def _ended(encounter: Encounter) -> datetime:
    if encounter.ended_at is None:
        raise ClosingRefused("visit_not_ended", encounter=encounter.pk)
    return encounter.ended_at


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
