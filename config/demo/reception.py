"""The reception desk of the demo: a scanned code becomes a patient, a card check and a queue
number.
"""

from __future__ import annotations

from config.demo.desks import Desks
from config.demo.people import Person
from config.demo.plan import Visit
from hospital.models import CardCheck, Encounter, Guardian, Room
from hospital.models.people import Role
from hospital.services.encounter import Arrival, account_of, encounter_open
from hospital.services.patient import AddressInput, GuardianInput
from insurance_gateway.client.port import GatewayPort
from insurance_gateway.services.arrival import Desk, Told, scan_register


def visit_receive(visit: Visit, desks: Desks, room: Room, gateway: GatewayPort) -> Encounter:
    """Receive one person as reception does: scan, look the card up, open the visit."""
    clerk = desks.with_role(Role.RECEPTION)
    person = visit.person
    arrived = scan_register(
        _scanned(visit),
        desk=Desk(facility=desks.facility, staff=clerk, gateway=gateway),
        told=Told(
            personal_id=person.personal_id,
            phone=person.phone,
            address=_address(person),
            guardians=_guardians(person),
        ),
        now=visit.arrives_at,
    )
    if person.card and (arrived.check is None or arrived.check.outcome != CardCheck.Outcome.VALID):
        raise RuntimeError("the demo gateway did not know an invented card")
    return encounter_open(
        Arrival(
            patient=arrived.patient,
            card=arrived.card,
            room=room,
            reason=visit.scenario["reason"],
            route_code=_route(visit),
            visit_type=visit.scenario.get("visit_type", "01"),
            is_priority=bool(visit.scenario.get("child")),
            referred_from="01998" if visit.is_referred else "",
            referral_number=f"CT26{visit.arrives_at:%d%m%H%M}" if visit.is_referred else "",
        ),
        actor=account_of(clerk),
        now=visit.arrives_at,
    )


def _scanned(visit: Visit) -> str:
    if visit.comes_by_card and visit.person.card:
        year = visit.arrives_at.date()
        return visit.person.card_qr(year.replace(month=1, day=1), year.replace(month=12, day=31))
    return visit.person.citizen_qr()


def _address(person: Person) -> AddressInput:
    return AddressInput(text=person.address, province_code="01", commune_code=person.commune_code)


def _guardians(person: Person) -> tuple[GuardianInput, ...]:
    if not person.guardian:
        return ()
    return (GuardianInput(relation=Guardian.Relation.MOTHER, full_name=person.guardian),)


def _route(visit: Visit) -> str:
    """Return the provisional MA_DOITUONG_KCB that reception ticks (QĐ 3276/2025)."""
    if not visit.person.card:
        return "9"
    if visit.is_referred:
        return "1.3"
    return "1.2" if visit.facility_code == "01997" else "1.1"
