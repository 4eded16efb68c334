"""A few patients of this very hour, each left at another desk, so that no screen is empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from config.demo.desks import Desks
from config.demo.people import person_invent
from config.demo.plan import Visit, scenarios
from config.demo.visit import visit_play
from hospital.models import Encounter, Prescription
from insurance_gateway.client.port import GatewayPort

FACILITY = "01999"
State = Encounter.State
# Card head, complaint, minutes since arrival, and the desk at which the visit is left.
OPEN: tuple[tuple[str, str, int, str], ...] = (
    ("DN4", "da_day", 150, State.CONCLUDED),
    ("", "dau_lung", 120, State.CONCLUDED),
    ("GD4", "viem_phe_quan", 35, State.AWAITING_RESULTS),
    ("HT3", "viem_hong", 12, State.IN_EXAM),
    ("TE1", "tre_viem_hong", 6, State.WAITING),
    ("HN2", "di_ung", 3, State.WAITING),
)


def visits_now(now: datetime) -> list[Visit]:
    """Return who is in the house at this hour, in the order of OPEN."""
    today, known = timezone.localdate(now), scenarios()
    first = today.toordinal() % 1000 * 100 + 90
    return [
        Visit(
            facility_code=FACILITY,
            person=person_invent(
                first + place, kind=kind, registered_facility=FACILITY, today=today
            ),
            scenario=known[scenario],
            arrives_at=now.replace(second=0, microsecond=0) - timedelta(minutes=minutes),
            comes_by_card=kind == "TE1",
            is_referred=False,
        )
        for place, (kind, scenario, minutes, _state) in enumerate(OPEN)
    ]


def desks_fill(now: datetime, gateway_of: Callable[[Desks], GatewayPort]) -> int:
    """Bring the patients of this hour to their desks; return how many there are."""
    desks = Desks(FACILITY, timezone.localdate(now))
    gateway = gateway_of(desks)
    for visit, (*_, state) in zip(visits_now(now), OPEN, strict=True):
        here = Encounter.objects.filter(
            facility=desks.facility,
            arrived_at=visit.arrives_at,
            patient__phone=visit.person.phone,
            state=state,
        )
        if state == State.CONCLUDED:  # at the cashier, with the drugs in hand
            here = here.filter(prescriptions__state=Prescription.State.DISPENSED)
        for _ in visit_play(visit, desks, gateway):
            if here.exists():
                break
    return len(OPEN)
