"""The rows of a claim's frozen facts: drugs, services, results, notes, and how a row is paid.

Read them through `billing.claim_facts`, which holds the claim they belong to.
Source: QĐ 130/2023, 4750/2023, 3176/2024, 1931/2026, tables 2 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFacts:
    """How one line is split, VND with two decimals; rates in percent.

    total_hospital = fund + co_payment + self_payment + other_sources, always.
    """

    scope: str = "1"
    item_rate: Decimal
    total_hospital: Decimal
    total_insured: Decimal
    benefit_rate: Decimal
    fund: Decimal
    co_payment: Decimal
    self_payment: Decimal
    other_state: Decimal = Decimal(0)
    other_foreign: Decimal = Decimal(0)
    other_domestic: Decimal = Decimal(0)
    other_rest: Decimal = Decimal(0)
    other_sources: Decimal = Decimal(0)
    payment_method: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugLineFacts:
    """One drug row (XML2). `charge_id` and `order_id` lead back to our rows (G29)."""

    sequence: int
    charge_id: int
    order_id: int
    drug_code: str
    processing_codes: tuple[str, ...] = ()
    source_facility: str = ""
    cost_group: str
    name: str
    unit: str
    strength: str = ""
    route: str
    dosage_form: str = ""
    dosage: str
    usage: str = ""
    registration_number: str = ""
    tender: str = ""
    quantity: Decimal
    unit_price: Decimal
    money: MoneyFacts
    department_code: str
    prescribers: tuple[str, ...]
    service_codes: tuple[str, ...] = ()
    ordered_at: datetime
    executed_at: datetime | None = None
    funding_source: str = "1"
    recurrent_wound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLineFacts:
    """One service, bed, supply or transport row (XML3)."""

    sequence: int
    charge_id: int
    order_id: int
    service_code: str = ""
    procedure_codes: tuple[str, ...] = ()
    supply_code: str = ""
    cost_group: str
    supply_package: str = ""
    supply_name: str = ""
    service_name: str = ""
    fuel_code: str = ""
    unit: str
    quantity: Decimal
    unit_price_hospital: Decimal
    unit_price_insured: Decimal
    tender: str = ""
    service_rate: Decimal = Decimal(100)
    ceiling: Decimal | None = None
    money: MoneyFacts
    department_code: str
    bed_codes: tuple[str, ...] = ()
    prescribers: tuple[str, ...] = ()
    performers: tuple[str, ...] = ()
    icd_codes: tuple[str, ...] = ()
    traditional_codes: tuple[str, ...] = ()
    ordered_at: datetime | None = None
    executed_at: datetime | None = None
    resulted_at: datetime | None = None
    recurrent_wound: bool = False
    anaesthesia: str = ""
    body_site: str = ""
    machine_codes: tuple[str, ...] = ()
    product_model: str = ""
    reused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFacts:
    """One indicator or report of a paraclinical service (XML4)."""

    sequence: int
    service_code: str
    indicator_code: str = ""
    indicator_name: str
    value: str = ""
    unit: str = ""
    description: str = ""
    conclusion: str = ""
    resulted_at: datetime | None = None
    reader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """One note on the course of disease (XML5)."""

    sequence: int
    text: str
    stage: str = ""
    consultation: str = ""
    operation: str = ""
    noted_at: datetime
    writers: tuple[str, ...]
