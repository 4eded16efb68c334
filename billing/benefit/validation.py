"""Refusals of visits that cannot be computed, and doubts about cards a person should look at."""

from __future__ import annotations

import re
from decimal import Decimal

from billing.benefit.errors import BenefitRefused
from billing.benefit.facts import (
    FULL,
    ZERO,
    CardInput,
    LineInput,
    OtherSourceMode,
    OtherSources,
    Scope,
    VisitInput,
)
from billing.benefit.tables import object_code_known, override_on
from billing.benefit.trace import TraceStep, gettext_noop
from billing.rounding import CENT

CARD_NUMBER = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")
SCOPES = frozenset(Scope)
# What the fields of a claim can hold; sums of such lines stay exact.
MONEY_LIMIT = Decimal(10) ** 12
QUANTITY_LIMIT = Decimal(10) ** 7

UNKNOWN_PAIR = gettext_noop(
    "Thẻ thứ {card}: {object} không có trong danh mục mã đối tượng và mức quyền lợi; "
    "mức hưởng tính theo chữ số in trên thẻ, cần tra cứu lại thẻ."
)


def visit_check(visit: VisitInput) -> None:
    """Raise BenefitRefused when the facts of a visit contradict themselves."""
    for name, moment in (
        ("arrived_at", visit.arrived_at),
        ("ended_at", visit.ended_at),
        ("card_shown_at", visit.card_shown_at),
        ("exempt_from", visit.exempt_from),
    ):
        if moment is not None and moment.tzinfo is None:
            raise BenefitRefused("moment_without_zone", field=name)
    if visit.ended_at is not None and visit.ended_at < visit.arrived_at:
        raise BenefitRefused("visit_ends_before_arrival")
    for place, card in enumerate(visit.cards, start=1):
        if not CARD_NUMBER.fullmatch(card.number):
            raise BenefitRefused("card_number_invalid", card=place)
        if card.valid_to is not None and card.valid_to < card.valid_from:
            raise BenefitRefused("card_period_reversed", card=place)
    seen: set[int] = set()
    for line in visit.lines:
        if line.position in seen:
            raise BenefitRefused("line_position_repeated", line=line.position)
        seen.add(line.position)
        _line_check(line)


def card_warnings(visit: VisitInput) -> tuple[TraceStep, ...]:
    """Return a warning per card whose letters are not issued with its level."""
    return tuple(
        TraceStep(
            "object_code_unknown", True, UNKNOWN_PAIR, {"card": place, "object": card.number[:3]}
        )
        for place, card in enumerate(visit.cards, start=1)
        if not _is_pair_known(card)
    )


def _is_pair_known(card: CardInput) -> bool:
    """Return whether such cards are issued, or keep their old print while the law raises them."""
    pair = (card.number[:2], card.number[2], card.valid_from)
    return object_code_known(*pair) or override_on(*pair) is not None


def _line_check(line: LineInput) -> None:
    if line.ordered_at is not None and line.ordered_at.tzinfo is None:
        raise BenefitRefused("moment_without_zone", field=f"line {line.position} ordered_at")
    if line.scope not in SCOPES:
        raise BenefitRefused("line_scope_unknown", line=line.position, scope=line.scope)
    for name, number, limit in (
        ("quantity", line.quantity, QUANTITY_LIMIT),
        ("price_hospital", line.price_hospital, MONEY_LIMIT),
        ("price_insured", line.price_insured, MONEY_LIMIT),
    ):
        if not _is_amount(number, limit):
            raise BenefitRefused("line_number_invalid", line=line.position, field=name)
    for name, ratio in (("service_rate", line.service_rate), ("item_ratio", line.item_ratio)):
        if not _is_amount(ratio, MONEY_LIMIT) or ratio > FULL:
            raise BenefitRefused("line_ratio_out_of_range", line=line.position, field=name)
    if line.other_sources:
        _other_sources_check(line, line.other_sources)


def _other_sources_check(line: LineInput, other: OtherSources) -> None:
    for amount in (other.state, other.foreign, other.domestic, other.rest):
        if not _is_amount(amount, MONEY_LIMIT) or amount != amount.quantize(CENT):
            raise BenefitRefused("line_number_invalid", line=line.position, field="other_sources")
    if other.mode == OtherSourceMode.CO_PAYMENT and other.amount:
        raise BenefitRefused("other_source_amount_given", line=line.position)


def _is_amount(number: Decimal, limit: Decimal) -> bool:
    return number.is_finite() and ZERO <= number < limit
