"""The frozen facts of one claim: what a closed visit was, as values only.

Every projection (claim tables, statement, FHIR Claim, settlement) reads these dataclasses and
nothing else, so that they cannot disagree. They hold native values (`Decimal`, `date`, `datetime`
with zone); how a value is written is the business of each projection. `encode` and `decode` give
the one canonical JSON text that is stored and hashed. Source: QĐ 130/2023, 4750/2023, 3176/2024,
1931/2026 (the fields), D09, D10, G18.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from billing.claim_lines import (
    DrugLineFacts,
    MoneyFacts,
    NoteFacts,
    ResultFacts,
    ServiceLineFacts,
)
from billing.claim_papers import DischargePaperFacts, SummaryFacts

__all__ = [
    "FACILITY_ZONE",
    "CardFacts",
    "CheckInFacts",
    "ClaimFacts",
    "DischargePaperFacts",
    "DrugLineFacts",
    "MoneyFacts",
    "NoteFacts",
    "ParameterUsed",
    "PatientFacts",
    "ResultFacts",
    "ServiceLineFacts",
    "SummaryFacts",
    "TotalsFacts",
    "VisitFacts",
    "decode",
    "digest",
    "encode",
]

FACILITY_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """Who was treated.

    `birth` is ISO text of the known parts: 1980, 1980-05, 1980-05-15 or 1980-05-15T07:30.
    """

    patient_number: str
    full_name: str
    personal_id: str = ""
    birth: str
    sex: str
    blood_group: str = ""
    nationality: str = "000"
    ethnicity: str = "01"
    occupation: str = "00"
    address: str
    province_code: str
    district_code: str = ""
    commune_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """One insurance card of the visit, in the order of use; `valid_to` None is open."""

    number: str
    registered_facility: str
    valid_from: date
    valid_to: date | None = None
    area_code: str = ""
    five_years_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """The episode. Official codes keep their text; times carry the zone of the facility."""

    facility_code: str
    visit_type: str
    route_code: str
    arrived_at: datetime
    admitted_at: datetime | None = None
    ended_at: datetime
    paid_at: datetime | None = None
    reason: str
    admission_reason: str = ""
    admission_reason_code: str = ""
    arrival_diagnosis: str
    final_diagnosis: str
    main_icd: str
    other_icds: tuple[str, ...] = ()
    traditional_codes: tuple[str, ...] = ()
    procedure_codes: tuple[str, ...] = ()
    referred_from: str = ""
    referred_to: str = ""
    referral_number: str = ""
    accident_code: str = ""
    treatment_days: int = 0
    treatment_method: str = ""
    outcome: str
    discharge_type: str
    note: str = ""
    settlement_year: int
    settlement_month: int
    departments: tuple[str, ...]
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None
    birth_weights_g: tuple[str, ...] = ()
    copay_exempt_from: datetime | None = None
    copay_exempt_by_paper: bool = False
    return_on: tuple[date, ...] = ()
    record_number: str
    head_licence: str = ""

    @property
    def copay_exempt_since(self) -> date | None:
        """Start of the exemption: a day when a paper grants it, a moment when it was computed."""
        if self.copay_exempt_from is None or not self.copay_exempt_by_paper:
            return self.copay_exempt_from
        return self.copay_exempt_from.astimezone(FACILITY_ZONE).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsFacts:
    """Sums over the rounded lines, VND with two decimals."""

    drugs: Decimal
    supplies: Decimal
    hospital: Decimal
    insured: Decimal
    self_payment: Decimal
    co_payment: Decimal
    fund: Decimal
    other_sources: Decimal
    fund_fee_for_service: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterUsed:
    """A dated number of the law that took part in the sums, with its ground."""

    name: str
    value: str
    since: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """One episode, ready for every projection. `edition` names the layer of the claim document."""

    edition: str
    link_code: str
    patient: PatientFacts
    cards: tuple[CardFacts, ...]
    visit: VisitFacts
    totals: TotalsFacts
    drugs: tuple[DrugLineFacts, ...] = ()
    services: tuple[ServiceLineFacts, ...] = ()
    results: tuple[ResultFacts, ...] = ()
    notes: tuple[NoteFacts, ...] = ()
    discharge_papers: tuple[DischargePaperFacts, ...] = ()
    summaries: tuple[SummaryFacts, ...] = ()
    parameters: tuple[ParameterUsed, ...] = ()

    @property
    def is_insured(self) -> bool:
        return bool(self.cards)

    @property
    def sequence(self) -> int:
        """Number of the episode within its file; a file carries one episode."""
        return 1

    @property
    def area_code(self) -> str:
        """Living area printed on the card last used."""
        return self.cards[-1].area_code if self.cards else ""

    @property
    def five_years_on(self) -> date | None:
        """Day the patient reaches five continuous years, told with the card last used."""
        return self.cards[-1].five_years_on if self.cards else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInFacts:
    """The announcement of a visit's first cost (XML0). Exactly one of the three item groups is
    filled.
    """

    edition: str
    link_code: str
    patient: PatientFacts
    card: CardFacts | None
    route_code: str
    visit_type: str
    facility_code: str
    arrived_at: datetime
    admitted_at: datetime | None = None
    admission_reason: str = ""
    admission_reason_code: str = ""
    service_code: str = ""
    service_name: str = ""
    drug_code: str = ""
    drug_name: str = ""
    supply_code: str = ""
    supply_name: str = ""
    ordered_at: datetime

    @property
    def sequence(self) -> int:
        """Number of the announcement within its file; a file carries one."""
        return 1


def encode(facts: ClaimFacts | CheckInFacts) -> bytes:
    """Return the canonical JSON bytes: keys sorted, decimals as text, so that nothing is lost."""
    return msgspec.json.encode(facts, order="sorted")


def decode(data: bytes | str) -> ClaimFacts:
    """Return the facts stored by `encode`; raises msgspec.ValidationError when they do not fit."""
    return msgspec.json.decode(data, type=ClaimFacts)


def digest(data: bytes) -> str:
    """Return the SHA-256 of stored bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
