"""The table of a demo day: what each visit cost in the bill, in the claim and at the gateway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from billing.models import ClaimVersion
from billing.selectors.bill import bill_of
from hospital.formatting import quantity
from hospital.models import Encounter
from insurance_gateway.document.reading import claim_open
from insurance_gateway.models import Submission

ACCEPTED = Submission.State.ACCEPTED
Sums = tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One visit. `fund`, `co_payment`, `self_payment` in VND; `agrees` when bill, frozen claim and
    the XML1 that was sent hold the same sums.
    """

    facility: str
    link_code: str
    card: str
    rates: str
    total: Decimal
    fund: Decimal
    co_payment: Decimal
    self_payment: Decimal
    agrees: bool
    state: str
    is_insured: bool
    is_accepted: bool


def day_rows(day: date) -> list[DayRow]:
    """Return one row for each closed visit of a day, by facility and time of arrival."""
    encounters = Encounter.objects.filter(
        Q(arrived_at__date=day) | Q(ended_at__date=day), state=Encounter.State.ENDED
    ).select_related("facility", "card")
    return [_row(encounter) for encounter in encounters.order_by("facility", "arrived_at", "pk")]


def _row(encounter: Encounter) -> DayRow:
    bill = bill_of(encounter)
    billed: Sums = (
        bill.totals.hospital,
        bill.totals.fund,
        bill.totals.co_payment,
        bill.totals.self_payment,
    )
    version = ClaimVersion.objects.filter(claim__encounter=encounter).order_by("-number").first()
    submission = Submission.objects.filter(version=version).first() if version else None
    rates = dict.fromkeys(line.money.benefit_rate for line in bill.lines if line.money.benefit_rate)
    return DayRow(
        facility=encounter.facility.short_name,
        link_code=encounter.link_code,
        card=encounter.card.number[:3] if encounter.card else "-",
        rates=" ".join(quantity(rate) for rate in rates) or "-",
        total=billed[0],
        fund=billed[1],
        co_payment=billed[2],
        self_payment=billed[3],
        agrees=version is not None and _agree(billed, version, submission),
        state=_state(encounter, submission),
        is_insured=encounter.card is not None,
        is_accepted=submission is not None and submission.state == ACCEPTED,
    )


def _agree(billed: Sums, version: ClaimVersion, submission: Submission | None) -> bool:
    frozen = (version.total_hospital, version.fund, version.co_payment, version.self_payment)
    if billed != frozen:
        return False
    if submission is None or submission.document is None:
        return not version.claim.is_insured
    sent = claim_open(bytes(submission.document.content)).tables["XML1"][0]
    names = ("T_TONGCHI_BV", "T_BHTT", "T_BNCCT", "T_BNTT")
    return billed == tuple(Decimal(sent[name]) for name in names)


def _state(encounter: Encounter, submission: Submission | None) -> str:
    if encounter.card is None:
        return "không BHYT"
    return submission.get_state_display() if submission else encounter.get_state_display()


HEADS = (
    "Mã đợt điều trị",
    "Thẻ",
    "Mức",
    "Tổng chi",
    "Quỹ trả",
    "Cùng trả",
    "Tự trả",
    "Khớp",
    "Cổng",
)
WIDTHS = (20, 4, 7, 12, 12, 12, 12, 5, 12)


def table_lines(rows: Iterable[DayRow]) -> Iterator[str]:
    """Return the lines of the table, facilities apart, with their sums."""
    by_facility: dict[str, list[DayRow]] = {}
    for row in rows:
        by_facility.setdefault(row.facility, []).append(row)
    for facility, group in by_facility.items():
        yield ""
        yield facility
        yield _line(HEADS)
        yield "─" * (sum(WIDTHS) + len(WIDTHS) - 1)
        for row in group:
            yield _line(
                (
                    row.link_code,
                    row.card,
                    row.rates,
                    *(quantity(amount) for amount in _amounts(row)),
                    "có" if row.agrees else "KHÔNG",
                    row.state,
                )
            )
        sums = [sum(amounts, Decimal(0)) for amounts in zip(*map(_amounts, group), strict=True)]
        yield _line((f"{len(group)} lượt", "", "", *(quantity(total) for total in sums), "", ""))


def _amounts(row: DayRow) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return row.total, row.fund, row.co_payment, row.self_payment


def _line(cells: Iterable[str]) -> str:
    placed = [
        cell.rjust(width) if 3 <= position <= 6 else cell.ljust(width)
        for position, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ]
    return " ".join(placed).rstrip()


def summary_lines(rows: list[DayRow]) -> Iterator[str]:
    """Return the sums of the day and every claim that was not accepted."""
    insured = [row for row in rows if row.is_insured]
    accepted = [row for row in insured if row.is_accepted]
    different = [row for row in rows if not row.agrees]
    yield ""
    yield (
        f"{len(rows)} lượt khám · {len(insured)} có BHYT · {len(accepted)} Cổng đã nhận · "
        f"{len(insured) - len(accepted)} chưa nhận · {len(different)} lệch số tiền"
    )
    for row in insured:
        if not row.is_accepted:
            yield f"  chưa nhận: {row.link_code} ({row.state})"
    for row in different:
        yield f"  lệch tiền: {row.link_code}"


def is_complete(rows: list[DayRow], *, planned: int) -> bool:
    """Return whether all planned visits were closed, insured ones accepted, all sums right."""
    return len(rows) >= planned and all(
        row.agrees and (row.is_accepted or not row.is_insured) for row in rows
    )
