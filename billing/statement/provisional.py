"""Facts of a visit that is still running, as far as they are known, for a provisional statement.

The cost lines come from the builders that freeze a claim, so that the two papers cannot differ.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from billing.claim_facts import ClaimFacts, VisitFacts
from billing.selectors.bill import Bill
from billing.selectors.route import route_code_of
from billing.services.freeze.lines import drug_lines, service_lines
from billing.services.freeze.people import card_facts, patient_facts
from hospital.models import Diagnosis, Encounter
from hospital.selectors.cards import cards_of
from hospital.selectors.facilities import facility_code_on


def provisional_facts(encounter: Encounter, bill: Bill, *, now: datetime) -> ClaimFacts:
    """Return what the claim would hold if the visit ended `now`; unknown texts are empty.

    Never to be frozen or sent: it has no edition. Raises ClosingRefused like the builders.
    """
    ended_at = encounter.ended_at or now
    day = timezone.localdate(ended_at)
    return ClaimFacts(
        edition="",
        link_code=encounter.link_code,
        patient=patient_facts(encounter.patient),
        cards=tuple(card_facts(card, reached_on=day) for card in cards_of(encounter)),
        visit=_visit(encounter, bill, ended_at),
        totals=bill.totals,
        drugs=drug_lines(bill),
        services=service_lines(bill),
        parameters=bill.parameters,
    )


def _visit(encounter: Encounter, bill: Bill, ended_at: datetime) -> VisitFacts:
    local = timezone.localtime(ended_at)
    known = encounter.diagnoses.exclude(kind=Diagnosis.Kind.TRADITIONAL)
    diagnoses = sorted(
        known.order_by("position", "pk"), key=lambda row: row.kind != Diagnosis.Kind.MAIN
    )
    codes = [row.code for row in diagnoses]
    stays = encounter.department_stays.select_related("department").order_by("entered_at", "pk")
    return VisitFacts(
        facility_code=facility_code_on(encounter.facility, local.date()),
        visit_type=encounter.visit_type,
        route_code=route_code_of(encounter),
        arrived_at=encounter.arrived_at,
        admitted_at=encounter.admitted_at,
        ended_at=ended_at,
        paid_at=bill.paid_at,
        reason=encounter.reason,
        arrival_diagnosis=encounter.arrival_diagnosis,
        final_diagnosis="; ".join(row.title for row in diagnoses),
        main_icd=codes[0] if codes else "",
        other_icds=tuple(codes[1:]),
        referred_from=encounter.referred_from,
        referred_to=encounter.referred_to,
        outcome=encounter.outcome,
        discharge_type=encounter.discharge_type,
        settlement_year=local.year,
        settlement_month=local.month,
        departments=tuple(dict.fromkeys(stay.department.code for stay in stays)),
        record_number=encounter.record_number,
    )
