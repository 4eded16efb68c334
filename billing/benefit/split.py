"""Who pays a line: the fund, the patient, other sources.

Source: QĐ 4750/2023 table 2 and 3, T_NGUONKHAC points a (for the patient), b (for the facility),
c (co-payment of ARV drugs and similar).
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from billing import rounding
from billing.benefit.facts import OtherSourceKind, OtherSourceMode, OtherSources
from billing.benefit.trace import TraceStep, gettext_noop

RULE = "other_sources"
SOURCE = "QĐ 4750/2023, T_NGUONKHAC"

FOR_PATIENT = gettext_noop(
    "Nguồn khác hỗ trợ người bệnh {amount} đồng: trừ vào phần tự trả trước, rồi cùng chi trả, "
    "rồi phần quỹ trả."
)
FOR_FACILITY = gettext_noop(
    "Nguồn khác trả cho cơ sở {amount} đồng: quỹ và người bệnh chỉ chia phần còn lại {rest} đồng."
)
FOR_CO_PAYMENT = gettext_noop("Nguồn khác trả toàn bộ phần cùng chi trả {amount} đồng.")

NOTHING = rounding.ZERO


class LineSplit(NamedTuple):
    """The four payers of a line, and the four columns of the other sources; VND, two decimals."""

    fund: Decimal
    co_payment: Decimal
    self_payment: Decimal
    other_sources: Decimal
    state: Decimal = NOTHING
    foreign: Decimal = NOTHING
    domestic: Decimal = NOTHING
    rest: Decimal = NOTHING
    steps: tuple[TraceStep, ...] = ()


def line_split(
    hospital: Decimal, insured: Decimal, *, benefit_rate: Decimal, other: OtherSources | None
) -> LineSplit:
    """Return who pays `hospital`, of which `insured` is inside the scope."""
    fund = rounding.fund_share(insured, benefit_rate)
    co_payment = insured - fund
    if other is None:
        return LineSplit(fund, co_payment, hospital - insured, NOTHING)
    if other.mode == OtherSourceMode.PATIENT:
        return _for_patient(fund, co_payment, hospital - insured, other)
    if other.mode == OtherSourceMode.FACILITY:
        rest = hospital - other.amount
        facts = {"amount": other.amount, "rest": rest}
        step = TraceStep(RULE, True, FOR_FACILITY, facts, SOURCE)
        return _with(other, LineSplit(fund, co_payment, rest - insured, other.amount), step)
    step = TraceStep(RULE, True, FOR_CO_PAYMENT, {"amount": co_payment}, SOURCE)
    paid = _column(other.co_payment_by, co_payment)
    return _with(paid, LineSplit(fund, NOTHING, hospital - insured, co_payment), step)


def _column(kind: OtherSourceKind, amount: Decimal) -> OtherSources:
    """Return the four columns with the whole amount in one of them."""
    return OtherSources(
        mode=OtherSourceMode.CO_PAYMENT,
        state=amount if kind == OtherSourceKind.STATE else NOTHING,
        foreign=amount if kind == OtherSourceKind.FOREIGN else NOTHING,
        domestic=amount if kind == OtherSourceKind.DOMESTIC else NOTHING,
        rest=amount if kind == OtherSourceKind.REST else NOTHING,
    )


def _for_patient(
    fund: Decimal, co_payment: Decimal, self_payment: Decimal, other: OtherSources
) -> LineSplit:
    left = other.amount
    from_self = min(left, self_payment)
    left -= from_self
    from_co_payment = min(left, co_payment)
    left -= from_co_payment
    split = LineSplit(
        fund - left, co_payment - from_co_payment, self_payment - from_self, other.amount
    )
    return _with(other, split, TraceStep(RULE, True, FOR_PATIENT, {"amount": other.amount}, SOURCE))


def _with(other: OtherSources, split: LineSplit, step: TraceStep) -> LineSplit:
    return LineSplit(
        split.fund,
        split.co_payment,
        split.self_payment,
        split.other_sources,
        state=other.state,
        foreign=other.foreign,
        domestic=other.domestic,
        rest=other.rest,
        steps=(step,),
    )
