"""Whether the insurance covers a line at all: route above 0, a card, and the card shown.

Source: NĐ 188/2025 Đ38 k1, Đ50 k4 and k6; Law 51/2024 Đ22 k5 (emergency).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from billing.benefit.card import Cards, LineCard
from billing.benefit.facts import EMERGENCY_ROUTE, LineInput, VisitInput, local_day
from billing.benefit.law import Law
from billing.benefit.route import RouteRatio
from billing.benefit.trace import TraceStep, gettext_noop

SHOWN_RULE = "card_shown"

SHOWN_LATE = gettext_noop(
    "Chi phí lúc {moment} phát sinh trước khi xuất trình thẻ ({shown}): người bệnh tự trả rồi "
    "thanh toán trực tiếp với cơ quan BHXH."
)
SHOWN_IN_TIME = gettext_noop("Đã xuất trình thẻ ({shown}) khi phát sinh chi phí lúc {moment}.")
EMERGENCY_SHOWN = gettext_noop(
    "Cấp cứu: đã xuất trình thẻ lúc {shown}, trước khi ra viện; quỹ trả cả đợt."
)
EMERGENCY_TOO_LATE = gettext_noop(
    "Cấp cứu: xuất trình thẻ lúc {shown}, sau khi ra viện ({ended}): người bệnh tự trả."
)


class CoveredLine(NamedTuple):
    """A line with its moment, its day and the card that decides it; `card` None: not covered."""

    line: LineInput
    moment: datetime
    day: date
    card: LineCard | None
    steps: tuple[TraceStep, ...]


def line_coverage(
    line: LineInput, visit: VisitInput, route: RouteRatio, cards: Cards
) -> CoveredLine:
    """Return whether a line is covered, with the reasons."""
    moment = line.ordered_at or visit.arrived_at
    day = local_day(moment)
    if route.ratio == 0:
        return CoveredLine(line, moment, day, None, (route.step,))
    answer = cards.on(day)
    if answer.card is None:
        return CoveredLine(line, moment, day, None, (answer.step,))
    shown = _shown(visit, moment, cards.law)
    if shown is None:
        return CoveredLine(line, moment, day, answer.card, (answer.step,))
    card = answer.card if shown.applied else None
    return CoveredLine(line, moment, day, card, (answer.step, shown))


def _shown(visit: VisitInput, moment: datetime, law: Law) -> TraceStep | None:
    """Return the step about a card shown after arrival; None when it was shown on arrival."""
    shown_at = visit.card_shown_at
    if shown_at is None:
        return None
    if visit.route_code == EMERGENCY_ROUTE:
        return _shown_in_emergency(visit, shown_at, law)
    in_time = moment >= shown_at
    text = SHOWN_IN_TIME if in_time else SHOWN_LATE
    source = law.choice("card_shown_late", local_day(moment)).source
    return TraceStep(SHOWN_RULE, in_time, text, {"moment": moment, "shown": shown_at}, source)


def _shown_in_emergency(visit: VisitInput, shown_at: datetime, law: Law) -> TraceStep:
    in_time = visit.ended_at is None or shown_at <= visit.ended_at
    text = EMERGENCY_SHOWN if in_time else EMERGENCY_TOO_LATE
    facts = {"shown": shown_at, "ended": visit.ended_at}
    source = law.choice("card_shown_in_emergency", visit.arrived_on).source
    return TraceStep(SHOWN_RULE, in_time, text, facts, source)
