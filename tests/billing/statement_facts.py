"""Frozen facts of invented visits for the tests of the printed papers, and their text read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2

from billing.claim_facts import (
    ClaimFacts,
    DrugLineFacts,
    MoneyFacts,
    ServiceLineFacts,
    TotalsFacts,
    decode,
)
from billing.statement.fields import StatementExtras
from billing.vietqr import PaymentAccount

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "1931" / "facts.json"
ACCOUNT = PaymentAccount(bank="970400", number="0000123456789", bank_name="Ngân hàng Mẫu")
EXTRAS = StatementExtras(
    parent_name="Sở Y tế tỉnh Mẫu",
    facility_name="Bệnh viện Đa khoa tỉnh Mẫu",
    departments={"K01": "Khoa Khám bệnh", "K02": "Khoa Nội"},
    facilities={"01999": "Bệnh viện Đa khoa tỉnh Mẫu"},
    prepared_by="Bùi Thị Thu Ngân",
    prepared_on=date(2026, 11, 23),
)
PACKAGED = {"10", "11"}


def golden_facts() -> ClaimFacts:
    """Return the visit whose claim tables are kept as golden files: two cards, one rate."""
    return decode(GOLDEN.read_bytes())


def money(total: str, *, rate: str = "80", fund: str | None = None) -> MoneyFacts:
    """Return how a line is paid: the fund by the rate, the patient the rest."""
    whole = Decimal(total)
    paid = Decimal(fund) if fund is not None else whole * Decimal(rate) / 100
    return MoneyFacts(
        item_rate=Decimal(100),
        total_hospital=whole,
        total_insured=whole if Decimal(rate) else Decimal(0),
        benefit_rate=Decimal(rate),
        fund=paid,
        co_payment=whole - paid if Decimal(rate) else Decimal(0),
        self_payment=Decimal(0) if Decimal(rate) else whole,
    )


def service(group: str, total: str, *, rate: str = "80", **fields: object) -> ServiceLineFacts:
    """Return one row of the services, beds and supplies."""
    values: dict[str, object] = {
        "sequence": 1,
        "charge_id": 1,
        "order_id": 1,
        "cost_group": group,
        "service_name": f"Dịch vụ nhóm {group}",
        "unit": "Lần",
        "quantity": Decimal(1),
        "unit_price_hospital": Decimal(total),
        "unit_price_insured": Decimal(total),
        "money": money(total, rate=rate),
        "department_code": "K01",
        "ordered_at": datetime.fromisoformat("2026-11-10T08:30:00+07:00"),
    }
    return ServiceLineFacts(**{**values, **fields})


def drug(group: str, total: str, *, rate: str = "80", **fields: object) -> DrugLineFacts:
    """Return one row of the drugs or blood."""
    sample = golden_facts().drugs[0]
    values: dict[str, object] = {
        "cost_group": group,
        "name": f"Thuốc nhóm {group}",
        "quantity": Decimal(1),
        "unit_price": Decimal(total),
        "money": money(total, rate=rate),
    }
    return replace(sample, **{**values, **fields})


def visit(
    services: Iterable[ServiceLineFacts] = (),
    drugs: Iterable[DrugLineFacts] = (),
    *,
    cards: int = 1,
    ended_at: str = "2026-11-10T10:10:00+07:00",
    **fields: object,
) -> ClaimFacts:
    """Return a visit with these lines, its totals summed; `fields` are those of the visit."""
    base = golden_facts()
    services, drugs = tuple(services), tuple(drugs)
    ended = datetime.fromisoformat(ended_at)
    shown = base.cards[1:] if cards == 1 else base.cards[:cards]
    return replace(
        base,
        cards=shown,
        services=services,
        drugs=drugs,
        visit=replace(base.visit, ended_at=ended, **fields),
        totals=totals_of([*(row.money for row in services), *(row.money for row in drugs)]),
    )


def totals_of(lines: Iterable[MoneyFacts]) -> TotalsFacts:
    """Return the sums of the lines; what the statement does not print is 0."""
    rows = list(lines)

    def total(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), Decimal(0))

    return TotalsFacts(
        drugs=Decimal(0),
        supplies=Decimal(0),
        hospital=total("total_hospital"),
        insured=total("total_insured"),
        self_payment=total("self_payment"),
        co_payment=total("co_payment"),
        fund=total("fund"),
        other_sources=total("other_sources"),
        fund_fee_for_service=total("fund"),
    )


def pages_read(data: bytes) -> list[str]:
    """Return the text of each page of a PDF file, white space as single spaces."""
    file = pypdfium2.PdfDocument(data)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in file]
    finally:
        file.close()
