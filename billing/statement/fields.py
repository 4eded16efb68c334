"""Part I of the statement as texts: who was treated, where, when and for what.

Pure functions over the frozen facts; an empty text is a field that the form leaves open.
Source: QĐ 697/QĐ-BYT 2026, QĐ 6556/QĐ-BYT 2018 (part I).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from billing.claim_facts import FACILITY_ZONE, CardFacts, ClaimFacts
from billing.statement.forms import Form
from billing.vietqr import PaymentAccount
from hospital import formatting

SEXES = {"1": "Nam", "2": "Nữ", "3": "Chưa xác định"}
TICK = "×"
# Printed length of the parts of a card number: object, level, province, person.
CARD_PARTS = ((0, 2), (2, 3), (3, 5), (5, 15))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementExtras:
    """What the paper names beyond the frozen facts.

    `departments` and `facilities` give names by code. `paid` is what the patient has left in the
    till, VND; `co_paid_in_year` what the gateway told, None when it was not asked. `account` is
    where a transfer of the rest may go, None when the facility takes none.
    """

    parent_name: str
    facility_name: str
    departments: Mapping[str, str] = field(default_factory=dict)
    facilities: Mapping[str, str] = field(default_factory=dict)
    prepared_by: str
    prepared_on: date
    is_commune_station: bool = False
    is_provisional: bool = False
    paid: Decimal = Decimal(0)
    co_paid_in_year: Decimal | None = None
    account: PaymentAccount | None = None


def field_values(facts: ClaimFacts, extras: StatementExtras, form: Form) -> dict[str, str]:
    """Return the texts of part I by the names that `fields.csv` uses, cards apart."""
    visit = facts.visit
    main, others = _diagnoses(facts)
    return {
        "full_name": facts.patient.full_name.upper(),
        "birth": formatting.birth(facts.patient.birth),
        "sex": SEXES.get(facts.patient.sex, ""),
        "address": facts.patient.address,
        "area": facts.area_code,
        "arrived_at": clock_day(visit.arrived_at),
        "admitted_at": clock_day(visit.admitted_at),
        "ended_at": "" if extras.is_provisional else clock_day(visit.ended_at),
        "treatment_days": "" if extras.is_provisional else str(visit.treatment_days),
        "discharge_type": visit.discharge_type,
        "route_code": visit.route_code,
        "referred_from": _place(visit.referred_from, extras),
        "referred_to": _place(visit.referred_to, extras),
        "main_diagnosis": main,
        "main_icd": visit.main_icd,
        "other_diagnoses": others,
        "other_icds": "; ".join(visit.other_icds),
        "five_years_on": formatting.day(facts.five_years_on),
        "co_paid_in_year": formatting.money(extras.co_paid_in_year),
        "copay_exempt_from": _exempt_from(facts),
    } | _ticks(visit.route_code, form)


def card_values(card: CardFacts | None, extras: StatementExtras) -> dict[str, str]:
    """Return the texts of the fields that repeat for each card; all empty without one."""
    if card is None:
        names = ("card_number", "card_valid_from", "card_valid_to")
        return dict.fromkeys((*names, "registered_name", "registered_code"), "")
    return {
        "card_number": card.number,
        "card_valid_from": formatting.day(card.valid_from),
        "card_valid_to": formatting.day(card.valid_to),
        "registered_name": extras.facilities.get(card.registered_facility, ""),
        "registered_code": card.registered_facility,
    }


def card_parts(number: str) -> tuple[str, ...]:
    """Return the parts of a card number that stand in boxes of their own."""
    return tuple(number[start:end] for start, end in CARD_PARTS)


def clock_day(moment: datetime | None) -> str:
    """Return `08 giờ 05, ngày 23/11/2026`; empty for None."""
    if moment is None:
        return ""
    local = moment.astimezone(FACILITY_ZONE)
    return f"{local:%H} giờ {local:%M}, ngày {local:%d/%m/%Y}"


def _diagnoses(facts: ClaimFacts) -> tuple[str, str]:
    """Return the final diagnosis parted into main and accompanying, unparted when it cannot be."""
    whole = facts.visit.final_diagnosis
    main, _, others = whole.partition("; ")
    if whole.count("; ") != len(facts.visit.other_icds):
        return whole, ""
    return main, others


def _place(code: str, extras: StatementExtras) -> str:
    name = extras.facilities.get(code, "")
    return f"{name} ({code})" if name else code


def _exempt_from(facts: ClaimFacts) -> str:
    since = facts.visit.copay_exempt_from
    return f"{since.astimezone(FACILITY_ZONE):%d/%m/%Y}" if since else ""


def _ticks(route_code: str, form: Form) -> dict[str, str]:
    """Return the ticks of the older form: at most one of them is set."""
    names = ("emergency", "right_route", "open_route", "off_route")
    chosen = form.ticks.get(route_code, "")
    return {name: TICK if name == chosen else "" for name in names}
