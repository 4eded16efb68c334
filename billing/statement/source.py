"""Where a statement takes its facts: the newest frozen version of the visit, or else its bill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from billing.claim_facts import ClaimFacts, decode
from billing.models import ClaimVersion
from billing.selectors.bill import bill_of, money_in
from billing.statement.fields import StatementExtras
from billing.statement.provisional import provisional_facts
from billing.vietqr import PaymentAccount
from hospital.models import Encounter, Facility, FacilityCode, User
from hospital.selectors.facilities import grade_on


@dataclass(frozen=True, slots=True)
class StatementSource:
    """What a statement is drawn from; `version` is the number of the frozen one, 0 for none."""

    facts: ClaimFacts
    extras: StatementExtras
    version: int


def statement_source(encounter: Encounter, *, actor: User, now: datetime) -> StatementSource:
    """Return the facts of a visit with the names around them.

    Without a frozen version the statement is provisional; raises BillingError when the bill or one
    of its lines cannot be computed yet.
    """
    version = ClaimVersion.objects.filter(claim__encounter=encounter).order_by("-number").first()
    if version is not None:
        facts, number = decode(version.facts), version.number
    else:
        facts, number = provisional_facts(encounter, bill_of(encounter), now=now), 0
    return StatementSource(facts, _extras(encounter, facts, number, actor, now), number)


def payment_account_of(facility_code: str) -> PaymentAccount | None:
    """Return the bank account of a facility for transfers, None when none is set.

    `PAYMENT_ACCOUNTS` maps facility codes to the fields of `PaymentAccount`.
    """
    accounts: Mapping[str, Mapping[str, str]] = getattr(settings, "PAYMENT_ACCOUNTS", {})
    chosen = accounts.get(facility_code)
    return PaymentAccount(**chosen) if chosen else None


def person_name(user: User) -> str:
    """Return the name of the person behind an account, else that of the account."""
    staff = getattr(user, "staff", None)
    return staff.full_name if staff is not None else user.get_full_name() or user.username


def _extras(
    encounter: Encounter, facts: ClaimFacts, version: int, actor: User, now: datetime
) -> StatementExtras:
    facility, day = encounter.facility, timezone.localdate(now)
    paid, _ = money_in(encounter)
    return StatementExtras(
        parent_name=facility.parent_name,
        facility_name=facility.name,
        departments=_departments(facility, facts.visit.departments),
        facilities=_facilities(facts),
        prepared_by=person_name(actor),
        prepared_on=day,
        is_commune_station=grade_on(facility, day).is_commune_station,
        is_provisional=version == 0,
        paid=paid,
        account=payment_account_of(facts.visit.facility_code),
    )


def _departments(facility: Facility, codes: Iterable[str]) -> dict[str, str]:
    return dict(facility.departments.filter(code__in=codes).values_list("code", "name"))


def _facilities(facts: ClaimFacts) -> dict[str, str]:
    """Return the names of the facilities on the paper, of those that this system knows."""
    codes = {card.registered_facility for card in facts.cards}
    codes |= {facts.visit.referred_from, facts.visit.referred_to}
    day = timezone.localdate(facts.visit.ended_at)
    rows = FacilityCode.objects.on(day).filter(code__in=codes)
    return dict(rows.values_list("code", "facility__name"))
