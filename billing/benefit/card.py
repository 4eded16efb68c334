"""Which card decides a line: the best of those valid that day, or one that ended during treatment.

Source: NĐ 188/2025 Đ21 (several cards, change of card), Đ50 k4 (card ends during treatment);
NQ 261/2025/QH15 (printed levels replaced from 2026-01-01).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from billing.benefit.facts import CardInput, VisitInput, local_day
from billing.benefit.law import Law
from billing.benefit.tables import Level, level_on, override_on
from billing.benefit.trace import TraceStep, gettext_noop, short_number

RULE = "card"

VALID = gettext_noop("Thẻ thứ {card} ({object}, mức {level}) có hiệu lực ngày {day}.")
IN_GRACE = gettext_noop(
    "Thẻ thứ {card} ({object}, mức {level}) hết hạn {ended} giữa đợt điều trị; ngày {day} còn "
    "trong {grace} ngày được thanh toán thêm."
)
AFTER_GRACE = gettext_noop(
    "Thẻ thứ {card} hết hạn {ended}; ngày {day} đã quá {grace} ngày được thanh toán thêm: "
    "người bệnh tự trả."
)
NO_CARD = gettext_noop("Không có thẻ nào có hiệu lực ngày {day}: người bệnh tự trả.")


@dataclass(frozen=True, slots=True)
class LineCard:
    """The deciding card: its place among the cards of the visit, from 0, and what it grants."""

    place: int
    object_code: str
    printed_level: str
    level: Level


class CardAnswer(NamedTuple):
    """`card` None: no card covers the day, and `step` says why."""

    card: LineCard | None
    step: TraceStep


def level_of(number: str, day: date, law: Law) -> Level:
    """Return the effective level of a card on `day`, the printed one unless the law replaces it."""
    override = override_on(number[:2], number[2], day)
    if override:
        name = f"benefit_level_override:{override.object_code}{override.printed_level}"
        law.note(name, override.effective_level, override.valid_from, override.source)
    level = level_on(override.effective_level if override else number[2], day)
    law.note(
        f"benefit_level:{level.code}", short_number(level.rate), level.valid_from, level.source
    )
    return level


class Cards:
    """The cards of one visit, asked day by day."""

    def __init__(self, visit: VisitInput, law: Law) -> None:
        self._visit = visit
        self.law = law
        self._known: dict[date, CardAnswer] = {}

    def on(self, day: date) -> CardAnswer:
        """Return the card that decides the lines of a day."""
        if day not in self._known:
            self._known[day] = self._find(day)
        return self._known[day]

    def _find(self, day: date) -> CardAnswer:
        cards = enumerate(self._visit.cards)
        valid = [(place, card) for place, card in cards if _is_valid(card, day)]
        if not valid:
            return self._after_end(day)
        best = self._best(valid, day)
        facts = {"day": day, **_facts(best)}
        source = self.law.choice("several_cards", day).source
        return CardAnswer(best, TraceStep(RULE, True, VALID, facts, source))

    def _best(self, cards: Iterable[tuple[int, CardInput]], day: date) -> LineCard:
        """Return the card with the highest rate; of equal ones that without limits, 5 before 1."""
        found = [
            LineCard(place, card.number[:2], card.number[2], level_of(card.number, day, self.law))
            for place, card in cards
        ]
        return max(found, key=lambda card: _worth(card.level))

    def _after_end(self, day: date) -> CardAnswer:
        source = self.law.choice("several_cards", day).source
        none = CardAnswer(None, TraceStep(RULE, False, NO_CARD, {"day": day}, source))
        ended = self._ended_in_treatment(day)
        if not ended or not self._may_outlast_card(day):
            return none
        last = max(until for until, _, _ in ended)
        grace = self.law.number("grace_days", day)
        best = self._best(((place, card) for until, place, card in ended if until == last), day)
        facts = {"day": day, "ended": last, "grace": grace.value, **_facts(best)}
        if (day - last).days > grace.value:
            return CardAnswer(None, TraceStep(RULE, False, AFTER_GRACE, facts, grace.source))
        return CardAnswer(best, TraceStep(RULE, True, IN_GRACE, facts, grace.source))

    def _ended_in_treatment(self, day: date) -> list[tuple[date, int, CardInput]]:
        """Return the cards that ended from the day of arrival on and before `day`."""
        return [
            (card.valid_to, place, card)
            for place, card in enumerate(self._visit.cards)
            if card.valid_to is not None and self._visit.arrived_on <= card.valid_to < day
        ]

    def _may_outlast_card(self, day: date) -> bool:
        """Return whether the visit began under a card, is a treatment, and still runs on `day`."""
        visit = self._visit
        began = any(_is_valid(card, visit.arrived_on) for card in visit.cards)
        ended = visit.ended_at is not None and day > local_day(visit.ended_at)
        if not began or ended:
            return False
        return visit.visit_type in self.law.codes("grace_visit_types", visit.arrived_on).value


def _is_valid(card: CardInput, day: date) -> bool:
    return card.valid_from <= day and (card.valid_to is None or day <= card.valid_to)


def _worth(level: Level) -> tuple[object, ...]:
    return (level.rate, not level.ratio_limit_applies, level.scope_three_covered)


def _facts(card: LineCard) -> dict[str, object]:
    return {
        "card": card.place + 1,
        "object": f"{card.object_code}{card.printed_level}",
        "level": card.level.code,
    }
