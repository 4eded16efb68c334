"""From one scan at the desk to a person in the records and a checked card (D04, G01)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hospital.errors import InputRefused
from hospital.identity.kinds import CardScan, CitizenScan, TypedCard, TypedCitizenId
from hospital.identity.scan import read_scan
from hospital.models import CardCheck, Facility, InsuranceCard, Patient, Staff
from hospital.services.encounter import account_of
from hospital.services.patient import (
    AddressInput,
    GuardianInput,
    PatientIdentity,
    patient_register,
)
from insurance_gateway.client.port import GatewayPort
from insurance_gateway.services.card import card_check


@dataclass(frozen=True, slots=True)
class Desk:
    """Who receives, where, and the way to the gateway."""

    facility: Facility
    staff: Staff
    gateway: GatewayPort


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the person says beyond the scanned code; an empty field leaves what the code says."""

    personal_id: str = ""
    phone: str = ""
    address: AddressInput | None = None
    guardians: tuple[GuardianInput, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Arrived:
    """The person, the last card check (None: nothing was asked) and the card that may be used."""

    patient: Patient
    check: CardCheck | None

    @property
    def card(self) -> InsuranceCard | None:
        if self.check is None or self.check.outcome != CardCheck.Outcome.VALID:
            return None
        return self.check.card


def scan_register(text: str, *, desk: Desk, now: datetime, told: Told | None = None) -> Arrived:
    """Turn a scanned or typed code into a patient and a card check.

    A number alone finds a known patient. No transaction may be open, since the gateway is asked.
    Raises InputRefused: `scan_unknown` for a code of another kind, `patient_unknown` for a bare
    number that nobody in the records has.
    """
    told = told or Told()
    scan = read_scan(text)
    match scan:
        case CitizenScan():
            patient = _register(_citizen(scan, told), desk, now)
            number = scan.personal_id
        case CardScan():
            number = scan.number or scan.social_number
            patient = _by_card(desk.facility, number) or _register(
                _card_holder(scan, told), desk, now
            )
        case TypedCitizenId(personal_id):
            patient, number = _known(desk.facility, personal_id=personal_id), personal_id
        case TypedCard(number):
            patient = _known(desk.facility, cards__number=number)
        case _:
            raise InputRefused("scan_unknown", kind=type(scan).__name__)
    check = card_check(
        patient,
        number=number,
        moment=CardCheck.Moment.ARRIVAL,
        staff=desk.staff,
        gateway=desk.gateway,
        now=now,
    )
    return Arrived(patient, check)


def _register(identity: PatientIdentity, desk: Desk, now: datetime) -> Patient:
    actor = account_of(desk.staff)
    return patient_register(identity, facility=desk.facility, actor=actor, now=now)


def _by_card(facility: Facility, number: str) -> Patient | None:
    rows = Patient.objects.filter(facility=facility, is_active=True, cards__number__endswith=number)
    return rows.distinct().first()


def _known(facility: Facility, **asked: str) -> Patient:
    patient = Patient.objects.filter(facility=facility, is_active=True, **asked).distinct().first()
    if patient is None:
        raise InputRefused("patient_unknown")
    return patient


def _citizen(scan: CitizenScan, told: Told) -> PatientIdentity:
    return PatientIdentity(
        full_name=scan.full_name,
        birth=scan.birth,
        sex=scan.sex,
        personal_id=scan.personal_id,
        former_id=scan.former_id,
        phone=told.phone,
        address=told.address or AddressInput(text=scan.address),
        guardians=told.guardians,
        source="citizen_qr",
    )


def _card_holder(scan: CardScan, told: Told) -> PatientIdentity:
    return PatientIdentity(
        full_name=scan.full_name,
        birth=scan.birth,
        sex=scan.sex,
        personal_id=told.personal_id,
        phone=told.phone,
        address=told.address or AddressInput(text=scan.address),
        guardians=told.guardians,
        source="card_qr",
    )
