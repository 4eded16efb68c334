"""Facts of persons and cards."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from billing.claim_facts import CardFacts, PatientFacts
from billing.errors import ClosingRefused
from hospital.models import InsuranceCard, Patient, Staff
from hospital.selectors.facilities import certificate_on


def patient_facts(patient: Patient) -> PatientFacts:
    """Return who was treated, with the address that is current now."""
    address = patient.addresses.filter(is_current=True).first()
    return PatientFacts(
        patient_number=patient.number,
        full_name=patient.full_name,
        personal_id=patient.personal_id or patient.passport,
        birth=patient.birth,
        sex=patient.sex,
        blood_group=patient.blood_group,
        nationality=patient.nationality,
        ethnicity=patient.ethnicity,
        occupation=patient.occupation,
        address=address.text if address else "",
        province_code=address.province_code if address else "",
        district_code=address.district_code if address else "",
        commune_code=address.commune_code if address else "",
        phone=patient.phone,
    )


def card_facts(card: InsuranceCard, *, reached_on: date) -> CardFacts:
    """Return a card as the claim carries it; the five-year day only when it is reached."""
    five_years_on = card.five_years_on
    if five_years_on is not None and five_years_on > reached_on:
        five_years_on = None
    return CardFacts(
        number=card.number,
        registered_facility=card.registered_facility,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        area_code=card.area_code,
        five_years_on=five_years_on,
    )


def licence(staff: Staff, moment: datetime) -> str:
    """Return the number of the practice licence in force at `moment`; raises ClosingRefused."""
    certificate = certificate_on(staff, timezone.localdate(moment))
    if certificate is None:
        raise ClosingRefused("staff_without_licence", staff=staff.pk, day=moment.date().isoformat())
    return certificate.number
