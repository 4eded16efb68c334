"""Which MA_DOITUONG_KCB a visit has by what is known of it now (D16).

What only a person can know (a changed residence, an appointment, a donor, a disease of the
appendices, a withdrawal) is taken from the code that reception ticked.
"""

from __future__ import annotations

from django.utils import timezone

from billing.benefit.errors import BenefitRefused
from billing.benefit.route_code import Purpose, RouteDecision, RouteFacts, route_decide
from hospital.models import Encounter
from hospital.selectors.facilities import facility_code_on, grade_on

PURPOSES = {
    "7": Purpose.PICK_UP_EPIDEMIC,
    "7.2": Purpose.PICK_UP_BY_PROXY,
    "7.3": Purpose.PICK_UP_ELSEWHERE,
    "7.4": Purpose.DELIVERY,
    "8": Purpose.WITHDRAWAL,
    "10": Purpose.PICK_UP,
}
EMERGENCY = "2"


def route_facts(encounter: Encounter) -> RouteFacts:
    """Return what decides the code of a visit."""
    day = timezone.localdate(encounter.arrived_at)
    grade = grade_on(encounter.facility, day)
    card, ticked = encounter.card, encounter.route_code
    here = facility_code_on(encounter.facility, day)
    return RouteFacts(
        day=day,
        visit_type=encounter.visit_type,
        care_level=grade.care_level,
        points=grade.points,
        former_class=grade.former_class,
        is_commune_station=grade.is_commune_station,
        is_insured=card is not None,
        purpose=PURPOSES.get(ticked, Purpose.EXAMINATION),
        is_registered_here=card is not None and card.registered_facility == here,
        has_referral=bool(encounter.referred_from and encounter.referral_number),
        changed_residence=ticked == "1.4",
        has_appointment=ticked == "1.5",
        is_organ_donor=ticked == "1.6",
        is_newborn=ticked == "1.7",
        is_emergency=encounter.is_emergency or ticked == EMERGENCY,
        appendix_two_disease=ticked == "1.16",
        appendix_one_disease=ticked == "1.17",
        lives_in_priority_area=ticked == "3.6",
    )


def route_decided(encounter: Encounter) -> RouteDecision | None:
    """Return the decision with its trace; None for a day before the list of QĐ 3276/2025."""
    try:
        return route_decide(route_facts(encounter))
    except BenefitRefused as refused:
        if refused.code == "route_list_not_in_force":
            return None
        raise


def route_code_of(encounter: Encounter) -> str:
    """Return the code by which the bill is computed: the decided one, else what was ticked."""
    decision = route_decided(encounter)
    return decision.code if decision and decision.code else encounter.route_code
