"""What the benefit rules are told about one visit: values only, no rows.

Moments carry a zone; days are days of the facility. Codes keep their official text. Money is VND,
quantities have up to three decimals, ratios are percent.
Source: benefit rules (QĐ 4750/2023 tables 1 to 3, NĐ 188/2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from billing.claim_facts import FACILITY_ZONE

ZERO = Decimal(0)
FULL = Decimal(100)


class LineTable(StrEnum):
    """Which formula a line follows: drugs (table 2) or services, beds, supplies (table 3)."""

    DRUG = "drug"
    SERVICE = "service"


class Scope(StrEnum):
    """PHAM_VI: inside the scope, outside it, or paid for army, police and cipher only."""

    INSIDE = "1"
    OUTSIDE = "2"
    FORCES = "3"


class OtherSourceMode(StrEnum):
    """For whom another source pays: the patient (a), the facility (b), the co-payment (c, ARV)."""

    PATIENT = "patient"
    FACILITY = "facility"
    CO_PAYMENT = "co_payment"


class OtherSourceKind(StrEnum):
    """The four columns of T_NGUONKHAC: state budget, foreign aid, domestic aid, the rest."""

    STATE = "state"
    FOREIGN = "foreign"
    DOMESTIC = "domestic"
    REST = "rest"


TRANSPORT_GROUP = "12"
SUPPLY_GROUPS = frozenset({"10", "11"})
FEE_FOR_SERVICE = "1"
EMERGENCY_ROUTE = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSources:
    """Money of others for one line. In mode CO_PAYMENT no amount is given: the rules find it.

    `co_payment_by` names the column which that found amount is written to.
    """

    mode: OtherSourceMode
    state: Decimal = ZERO
    foreign: Decimal = ZERO
    domestic: Decimal = ZERO
    rest: Decimal = ZERO
    co_payment_by: OtherSourceKind = OtherSourceKind.REST

    @property
    def amount(self) -> Decimal:
        return self.state + self.foreign + self.domestic + self.rest


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """One cost line. `position` is its number in the visit, from 1, unique.

    `item_ratio` is the ratio of the list (100 when it has none), `service_rate` is TYLE_TT_DV,
    which drugs do not have. `ordered_at` None counts at arrival. `package` is GOI_VTYT (G1, G2, …)
    or empty.
    """

    position: int
    table: LineTable
    cost_group: str
    quantity: Decimal
    price_hospital: Decimal
    price_insured: Decimal
    service_rate: Decimal = FULL
    item_ratio: Decimal = FULL
    scope: str = Scope.INSIDE
    ordered_at: datetime | None = None
    package: str = ""
    payment_method: str = FEE_FOR_SERVICE
    other_sources: OtherSources | None = None
    recurrent_wound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardInput:
    """A card with its 15-character number; both days included, `valid_to` None is open."""

    number: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CoPaymentPaid:
    """Co-payment of one earlier stay of the patient, by the day of its discharge."""

    ended_on: date
    co_payment: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitInput:
    """One visit as the rules see it. `cards` are in the order of use.

    `ended_at` None: still open. `card_shown_at` None: shown on arrival. `exempt_from` is the moment
    of an exemption already granted (a paper counts from 00:00 of its day). `five_years_on` is the
    day on which five continuous years are complete. `copay_history` holds the other stays, never
    this visit. `commune_station` is read for arrivals before code 1.2 existed.
    `ordering_route_ratio` is the percent of the visit that ordered the medicine now picked up, when
    known.
    """

    arrived_at: datetime
    ended_at: datetime | None
    visit_type: str
    route_code: str
    cards: tuple[CardInput, ...] = ()
    card_shown_at: datetime | None = None
    exempt_from: datetime | None = None
    five_years_on: date | None = None
    copay_history: tuple[CoPaymentPaid, ...] = ()
    commune_station: bool = False
    ordering_route_ratio: Decimal | None = None
    lines: tuple[LineInput, ...] = ()

    @property
    def arrived_on(self) -> date:
        return local_day(self.arrived_at)


def local_day(moment: datetime) -> date:
    """Return the day of a moment at the facility."""
    here = moment if moment.tzinfo is FACILITY_ZONE else moment.astimezone(FACILITY_ZONE)
    return here.date()
