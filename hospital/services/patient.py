"""Registering people, their cards and what the gateway answered about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from hospital.errors import InputRefused
from hospital.models import (
    CardCheck,
    Facility,
    Guardian,
    InsuranceCard,
    Patient,
    PatientAddress,
    User,
)
from hospital.services.audit import audit_write
from hospital.services.numbering import next_number
from hospital.text import clean_text, search_key

BIRTH = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}))?)?)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressInput:
    """Where a person lives; the district only for addresses before 2025-07-01."""

    text: str
    province_code: str = ""
    district_code: str = ""
    commune_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianInput:
    """Who answers for a child; `relation` is a value of Guardian.Relation."""

    relation: str
    full_name: str
    personal_id: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientIdentity:
    """What is known of a person at the desk; `birth` is ISO text of the known parts."""

    full_name: str
    birth: str
    sex: str
    personal_id: str = ""
    former_id: str = ""
    passport: str = ""
    phone: str = ""
    nationality: str = "000"
    ethnicity: str = "01"
    occupation: str = "00"
    address: AddressInput | None = None
    guardians: tuple[GuardianInput, ...] = field(default=())
    source: str = ""


@transaction.atomic
def patient_register(
    identity: PatientIdentity, *, facility: Facility, actor: User, now: datetime
) -> Patient:
    """Return the patient with this personal number, made when there is none yet.

    Two desks that register one person at once get the same patient. Raises InputRefused when the
    name is empty or the birth date is no date or lies ahead.
    """
    year = birth_year(identity.birth, today=timezone.localdate(now))
    if known := _patient_known(identity, facility):
        return known
    try:
        with transaction.atomic():
            patient = _patient_create(identity, year, facility, now)
    except IntegrityError:
        if known := _patient_known(identity, facility):
            return known
        raise
    if identity.address is not None:
        _address_add(patient, identity.address, now)
    for guardian in identity.guardians:
        Guardian.objects.create(
            patient=patient,
            relation=guardian.relation,
            full_name=clean_text(guardian.full_name),
            personal_id=guardian.personal_id,
            phone=guardian.phone,
        )
    audit_write(
        facility=facility,
        actor=actor,
        action="patient.register",
        subject=patient,
        patient_id=patient.pk,
        facts={"source": identity.source},
        now=now,
    )
    return patient


def _patient_known(identity: PatientIdentity, facility: Facility) -> Patient | None:
    if not identity.personal_id:
        return None
    return Patient.objects.filter(
        facility=facility, personal_id=identity.personal_id, is_active=True
    ).first()


def _patient_create(
    identity: PatientIdentity, year: int, facility: Facility, now: datetime
) -> Patient:
    name = clean_text(identity.full_name)
    if not name:
        raise InputRefused("patient_name_empty")
    this_year = timezone.localdate(now).year
    number = next_number(facility, "patient", this_year)
    return Patient.objects.create(
        facility=facility,
        number=f"BN{this_year % 100:02d}{number:07d}",
        full_name=name,
        search_name=search_key(name),
        birth=identity.birth,
        birth_year=year,
        sex=identity.sex,
        personal_id=identity.personal_id,
        former_id=identity.former_id,
        passport=identity.passport,
        phone=identity.phone,
        nationality=identity.nationality,
        ethnicity=identity.ethnicity,
        occupation=identity.occupation,
        identity_source=identity.source,
        created_at=now,
        updated_at=now,
    )


def _address_add(patient: Patient, address: AddressInput, now: datetime) -> None:
    PatientAddress.objects.create(
        patient=patient,
        text=clean_text(address.text),
        province_code=address.province_code,
        district_code=address.district_code,
        commune_code=address.commune_code,
        is_before_reform=bool(address.district_code),
        noted_at=now,
    )


def birth_year(birth: str, *, today: date) -> int:
    """Return the year of an ISO birth text with unknown parts; raises InputRefused."""
    parts = BIRTH.match(birth)
    if parts is None:
        raise InputRefused("birth_not_a_date")
    year, month, day = int(parts[1]), int(parts[2] or 1), int(parts[3] or 1)
    try:
        first = date(year, month, day)
        datetime(
            year,
            month,
            day,
            int(parts[4] or 0),
            int(parts[5] or 0),
            tzinfo=timezone.get_current_timezone(),
        )
    except ValueError as error:
        raise InputRefused("birth_not_a_date") from error
    if first > today or year < 1880:
        raise InputRefused("birth_out_of_range")
    return year


@transaction.atomic
def card_record(
    patient: Patient,
    *,
    number: str,
    registered_facility: str,
    valid_from: date,
    valid_to: date | None,
    actor: User,
    now: datetime,
    area_code: str = "",
    five_years_on: date | None = None,
    is_temporary: bool = False,
) -> InsuranceCard:
    """Return the card with this number and first day, made or brought in line with what is known
    now.
    """
    values = {
        "registered_facility": registered_facility,
        "valid_to": valid_to,
        "area_code": area_code,
        "five_years_on": five_years_on,
        "is_temporary": is_temporary,
    }
    card, is_new = InsuranceCard.objects.get_or_create(
        patient=patient, number=number, valid_from=valid_from, defaults={**values, "noted_at": now}
    )
    changed = [name for name, value in values.items() if getattr(card, name) != value]
    for name in changed:
        setattr(card, name, values[name])
    if changed:
        card.save(update_fields=changed)
    if is_new or changed:
        audit_write(
            facility=patient.facility,
            actor=actor,
            action="card.add" if is_new else "card.change",
            subject=card,
            patient_id=patient.pk,
            facts={"changed": ",".join(changed)},
            now=now,
        )
    return card


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCheckInput:
    """One question to the gateway and what came back; `answer` is the raw text."""

    asked_with: str
    moment: str
    outcome: str
    code: str = ""
    message: str = ""
    answer: str = ""
    asked_at: datetime
    answered_at: datetime | None = None


@transaction.atomic
def card_check_record(
    patient: Patient, check: CardCheckInput, *, card: InsuranceCard | None, actor: User
) -> CardCheck:
    """Append one card check as evidence (D04)."""
    row = CardCheck.objects.create(
        facility=patient.facility,
        patient=patient,
        card=card,
        asked_with=check.asked_with,
        moment=check.moment,
        outcome=check.outcome,
        code=check.code,
        message=check.message,
        answer=check.answer,
        asked_by=actor,
        asked_at=check.asked_at,
        answered_at=check.answered_at,
    )
    audit_write(
        facility=patient.facility,
        actor=actor,
        action="card.check",
        subject=row,
        patient_id=patient.pk,
        facts={"outcome": check.outcome, "code": check.code, "moment": check.moment},
        now=check.answered_at or check.asked_at,
    )
    return row
