"""Patient: who the sick person is, from `hospital.models.Patient` and what hangs on it.

The id is our primary key as text: it says nothing of the person, never changes, and opens nothing
without access to the facility. Personal and card numbers are identifiers only.
Source: FHIR R4 Patient; identifier systems of `fhir.systems`; national codes of sex (GIOI_TINH).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from fhir.mapping.base import Json, Resource, Scope, SearchParam
from fhir.matching import NOTHING, match_pk, partial_day_condition, token_of, unescaped
from fhir.person_names import NAME_MODIFIERS, human_name, match_family, match_given, match_name
from fhir.places import address_of, match_city, with_place_names
from fhir.systems import identifier_of, system_uri
from fhir.telecoms import phone_of, same_phones
from hospital.models import (
    DepartmentStay,
    Facility,
    FacilityCode,
    Guardian,
    InsuranceCard,
    Patient,
    PatientAddress,
)
from hospital.models.patient import Sex

GENDER_SYSTEM = "http://hl7.org/fhir/administrative-gender"
GENDERS = {Sex.MALE.value: "male", Sex.FEMALE.value: "female", Sex.UNDETERMINED.value: "unknown"}
BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
ROLE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
RELATIONS = {
    Guardian.Relation.FATHER.value: "FTH",
    Guardian.Relation.MOTHER.value: "MTH",
    Guardian.Relation.OTHER.value: "GUARD",
}


def rows(scope: Scope) -> QuerySet[Patient]:
    """Return the patients of the scope with current address, cards and guardians.

    A patient belongs to the departments of his or her visits.
    """
    addresses = PatientAddress.objects.filter(is_current=True)
    patients = Patient.objects.filter(facility=scope.facility)
    if scope.departments is not None:
        stays = DepartmentStay.objects.filter(
            department__in=scope.departments, encounter__facility=scope.facility
        )
        patients = patients.filter(pk__in=stays.values("encounter__patient"))
    return patients.prefetch_related(
        Prefetch("addresses", with_place_names(addresses, today=scope.today)),
        Prefetch("cards", InsuranceCard.objects.order_by("valid_from", "pk")),
        Prefetch("guardians", Guardian.objects.order_by("pk")),
    )


def render(patient: Patient, scope: Scope) -> Json:
    """Return the Patient; what is not known is absent."""
    optional: Json = {
        "telecom": [phone_of(patient.phone)] if patient.phone else [],
        "address": [address_of(address) for address in patient.addresses.all()],
        "contact": [_contact(guardian) for guardian in patient.guardians.all()],
    }
    return {
        "identifier": _identifiers(patient, scope),
        "active": patient.is_active,
        "name": [human_name(patient.full_name)],
        "gender": GENDERS[patient.sex],
        **_birth(patient.birth),
        **{element: value for element, value in optional.items() if value},
        "managingOrganization": _organization(scope),
    }


def changed_at(patient: Patient) -> datetime:
    """Return the latest moment known at which anything of the resource was written."""
    noted = [address.noted_at for address in patient.addresses.all()]
    noted += [card.noted_at for card in patient.cards.all()]
    return max([patient.updated_at, *noted])


def _identifiers(patient: Patient, scope: Scope) -> list[Json]:
    found = []
    if scope.facility_code:
        found.append(identifier_of("mrn", patient.number, facility_code=scope.facility_code))
    if patient.personal_id:
        found.append({"use": "official", **identifier_of("cccd", patient.personal_id)})
    if patient.former_id:
        found.append({"use": "old", **identifier_of("cmnd", patient.former_id)})
    if patient.passport:
        found.append(identifier_of("passport", patient.passport))
    return found + [_card_identifier(card) for card in patient.cards.all()]


def _card_identifier(card: InsuranceCard) -> Json:
    period = {"start": card.valid_from.isoformat()}
    if card.valid_to is not None:
        period["end"] = card.valid_to.isoformat()
    return {**identifier_of("bhyt", card.number), "period": period}


def _birth(birth: str) -> Json:
    """The known part of the day, and the time where a newborn's is known."""
    day, _, time = birth.partition("T")
    if not time:
        return {"birthDate": day}
    moment = {"url": BIRTH_TIME, "valueDateTime": f"{day}T{time}:00+07:00"}
    return {"birthDate": day, "_birthDate": {"extension": [moment]}}


def _contact(guardian: Guardian) -> Json:
    kind = {"system": ROLE_SYSTEM, "code": RELATIONS[guardian.relation]}
    contact: Json = {
        "relationship": [{"coding": [kind], "text": str(guardian.get_relation_display())}],
        "name": human_name(guardian.full_name),
    }
    return {**contact, "telecom": [phone_of(guardian.phone)]} if guardian.phone else contact


def _organization(scope: Scope) -> Json:
    organization: Json = {
        "reference": f"Organization/{scope.facility.pk}",
        "type": "Organization",
        "display": scope.facility.name,
    }
    if scope.facility_code:
        organization["identifier"] = identifier_of("facility", scope.facility_code)
    return organization


def match_identifier(value: str, modifier: str, scope: Scope) -> Q:
    """Patients with the identifier `system|value`, any of `system|`, or `value` of any system."""
    token = token_of(value)
    wanted = token.value.strip()
    found = NOTHING
    if token.system == "" or not (wanted or token.system):
        return found
    for name, field in (("cccd", "personal_id"), ("cmnd", "former_id"), ("passport", "passport")):
        if token.system in (None, system_uri(name)):
            found |= Q(**{field: wanted}) if wanted else ~Q(**{field: ""})
    if token.system in (None, system_uri("bhyt")):
        cards = InsuranceCard.objects.filter(patient__facility=scope.facility)
        numbered = cards.filter(number=wanted.upper()) if wanted else cards
        found |= Q(pk__in=numbered.values("patient"))
    if token.system is None or _is_number_system(token.system, scope.facility):
        found |= Q(number=wanted) if wanted else Q(pk__isnull=False)
    return found


def _is_number_system(system: str, facility: Facility) -> bool:
    """Patient numbers go by any code that the facility has or had."""
    codes = FacilityCode.objects.filter(facility=facility).values_list("code", flat=True)
    return any(system == system_uri("mrn", facility_code=code) for code in codes)


def match_birthdate(value: str, modifier: str, scope: Scope) -> Q:
    """Patients whose birth day, as far as it is known, meets the value."""
    return partial_day_condition("birth", value)


def match_gender(value: str, modifier: str, scope: Scope) -> Q:
    """Patients of this administrative gender, or with `:not` of another."""
    token = token_of(value)
    codes = [sex for sex, gender in GENDERS.items() if gender == token.value]
    condition = Q(sex__in=codes) if token.system in (None, GENDER_SYSTEM) else NOTHING
    return ~condition if modifier == "not" else condition


def match_phone(value: str, modifier: str, scope: Scope) -> Q:
    """Patients with this number, written with 0 or with +84, with or without spaces."""
    numbers = same_phones(token_of(value).value)
    return Q(phone__in=numbers) & ~Q(phone="") if numbers else NOTHING


def match_address_city(value: str, modifier: str, scope: Scope) -> Q:
    """Patients who live now in a province or city whose name begins with the value."""
    addresses = PatientAddress.objects.filter(is_current=True, patient__facility=scope.facility)
    here = match_city(unescaped(value), today=scope.today)
    return Q(pk__in=addresses.filter(here).values("patient"))


RESOURCE = Resource(
    type="Patient",
    permission="hospital.view_patient",
    rows=rows,
    render=render,
    changed_at=changed_at,
    patient_pk=lambda patient: patient.pk,
    params=(
        SearchParam("_id", "token", "Resource-id", match_pk),
        SearchParam("identifier", "token", "Patient-identifier", match_identifier),
        SearchParam("name", "string", "Patient-name", match_name, NAME_MODIFIERS),
        SearchParam("family", "string", "individual-family", match_family, NAME_MODIFIERS),
        SearchParam("given", "string", "individual-given", match_given, NAME_MODIFIERS),
        SearchParam("birthdate", "date", "individual-birthdate", match_birthdate),
        SearchParam("gender", "token", "individual-gender", match_gender, frozenset({"not"})),
        SearchParam("phone", "token", "individual-phone", match_phone, present=~Q(phone="")),
        SearchParam("address-city", "string", "individual-address-city", match_address_city),
    ),
)
