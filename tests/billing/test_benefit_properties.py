"""What must hold for any visit that can be computed.

HYPOTHESIS_PROFILE=thorough looks much longer, =brief hardly at all.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from billing.benefit import (
    CoPaymentPaid,
    LineInput,
    LineTable,
    OtherSourceMode,
    OtherSources,
    VisitInput,
    quote_visit,
)
from tests.billing.benefit_facts import (
    CHILD,
    EMPLOYEE,
    NEAR_POOR,
    PENSIONER,
    SOLDIER,
    a_card,
    moment,
)

settings.register_profile("brief", max_examples=5, deadline=None)
settings.register_profile("usual", max_examples=60, deadline=None)
settings.register_profile("thorough", max_examples=5000, deadline=None)
searched = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

ARRIVED = moment("2026-06-20 08:00")
amounts = st.decimals(min_value=0, max_value=60_000_000, places=3)
ratios = st.sampled_from([Decimal(n) for n in (0, 30, 33, 50, 100)])


@st.composite
def lines(draw: st.DrawFn, position: int) -> LineInput:
    line = LineInput(
        position=position,
        table=draw(st.sampled_from(LineTable)),
        cost_group=draw(st.sampled_from(["2", "4", "8", "10", "12", "13"])),
        quantity=draw(st.decimals(min_value=0, max_value=40, places=3)),
        price_hospital=draw(amounts),
        price_insured=draw(amounts),
        service_rate=draw(ratios),
        item_ratio=draw(ratios),
        scope=draw(st.sampled_from(["1", "1", "1", "2", "3"])),
        ordered_at=ARRIVED + timedelta(hours=draw(st.integers(0, 500))),
        package=draw(st.sampled_from(["", "", "G1", "G2"])),
        payment_method=draw(st.sampled_from(["1", "3"])),
        recurrent_wound=draw(st.booleans()),
    )
    return replace(line, other_sources=draw(st.none() | sources(line)))


def sources(line: LineInput) -> st.SearchStrategy[OtherSources]:
    """Return other sources that do not exceed the line."""
    rate = line.service_rate if line.table == LineTable.SERVICE else Decimal(100)
    most = (line.quantity * line.price_hospital * rate / 100).quantize(
        Decimal("0.01"), "ROUND_DOWN"
    )
    given_modes = st.sampled_from([OtherSourceMode.PATIENT, OtherSourceMode.FACILITY])
    paid = st.builds(
        OtherSources, mode=given_modes, state=st.decimals(min_value=0, max_value=most, places=2)
    )
    return paid | st.just(OtherSources(mode=OtherSourceMode.CO_PAYMENT))


@st.composite
def visits(draw: st.DrawFn) -> VisitInput:
    cards = st.builds(
        a_card,
        number=st.sampled_from([EMPLOYEE, PENSIONER, CHILD, SOLDIER, NEAR_POOR]),
        since=st.sampled_from(["2026-01-01", "2026-06-25"]),
        until=st.sampled_from(["2026-06-24", "2026-07-02", "2026-12-31", ""]),
    ).filter(lambda card: card.valid_to is None or card.valid_from <= card.valid_to)
    return VisitInput(
        arrived_at=ARRIVED,
        ended_at=ARRIVED + timedelta(hours=500),
        visit_type="03",
        route_code=draw(st.sampled_from(["1.1", "1.2", "1.15", "2", "3.1"])),
        cards=tuple(draw(st.lists(cards, max_size=3))),
        card_shown_at=draw(st.sampled_from([None, ARRIVED + timedelta(hours=30)])),
        five_years_on=draw(st.sampled_from([None, ARRIVED.date()])),
        copay_history=(CoPaymentPaid(ARRIVED.date(), draw(amounts).quantize(Decimal(1))),),
        lines=tuple(draw(lines(place)) for place in range(1, draw(st.integers(0, 6)) + 1)),
    )


@searched
@given(visits())
def test_every_line_and_the_visit_are_paid_in_full_and_nothing_is_negative(
    visit: VisitInput,
) -> None:
    quote = quote_visit(visit)

    for line in quote.lines:
        parts = (line.fund, line.co_payment, line.self_payment, line.other_sources)
        assert sum(parts) == line.total_hospital
        assert min(parts) >= 0
        assert 0 <= line.total_insured <= line.total_hospital
        assert 0 <= line.benefit_rate <= 100
        assert (line.benefit_rate == 0) == (line.total_insured == 0)
        sources_sum = line.other_state + line.other_foreign + line.other_domestic + line.other_rest
        assert sources_sum == line.other_sources
    totals = quote.totals
    assert totals.hospital == (
        totals.fund + totals.co_payment + totals.self_payment + totals.other_sources
    )


@searched
@given(visits())
def test_the_totals_are_the_sums_of_the_lines(visit: VisitInput) -> None:
    quote = quote_visit(visit)

    totals = quote.totals
    for total, name in (
        (totals.hospital, "total_hospital"),
        (totals.insured, "total_insured"),
        (totals.fund, "fund"),
        (totals.co_payment, "co_payment"),
        (totals.self_payment, "self_payment"),
        (totals.other_sources, "other_sources"),
    ):
        assert total == sum(getattr(line, name) for line in quote.lines)
    assert totals.fund_fee_for_service <= totals.fund


@searched
@given(visits())
def test_the_same_visit_gives_the_same_answer_and_tells_its_grounds(visit: VisitInput) -> None:
    first, second = quote_visit(visit), quote_visit(visit)

    assert first == second
    for line in first.lines:
        assert line.trace
        assert all("{" not in step.why for step in line.trace)


@searched
@given(visits(), st.data())
def test_the_order_in_which_lines_are_given_does_not_matter(
    visit: VisitInput, data: st.DataObject
) -> None:
    shuffled = tuple(data.draw(st.permutations(visit.lines)))

    quote, other = quote_visit(visit), quote_visit(replace(visit, lines=shuffled))

    assert sorted(other.lines, key=lambda line: line.position) == list(quote.lines)
    assert [line.position for line in other.lines] == [line.position for line in shuffled]
    assert (other.totals, other.benefit_rates) == (quote.totals, quote.benefit_rates)


@searched
@given(visits(), st.data())
def test_lines_of_one_moment_may_be_numbered_in_any_order(
    visit: VisitInput, data: st.DataObject
) -> None:
    """Only exemption and packages look at the lines before; both are left out."""
    lines = [replace(line, ordered_at=ARRIVED, package="") for line in visit.lines]
    visit = replace(visit, lines=tuple(lines), five_years_on=None)
    turned = tuple(
        replace(line, position=place)
        for line, place in zip(
            visit.lines, data.draw(st.permutations(range(1, len(lines) + 1))), strict=True
        )
    )

    quote, other = quote_visit(visit), quote_visit(replace(visit, lines=turned))

    assert other.totals == quote.totals
    for line, same in zip(quote.lines, other.lines, strict=True):
        assert same._replace(position=line.position) == line


@searched
@given(visits(), st.data())
def test_a_higher_price_never_lowers_the_total(visit: VisitInput, data: st.DataObject) -> None:
    assume(visit.lines)
    chosen = data.draw(st.sampled_from(visit.lines))
    more = data.draw(st.decimals(min_value=0, max_value=1_000_000, places=3))
    dearer = replace(
        chosen,
        price_hospital=chosen.price_hospital + more,
        price_insured=chosen.price_insured + data.draw(st.sampled_from([Decimal(0), more])),
    )
    lines_then = tuple(dearer if line is chosen else line for line in visit.lines)

    quote, then = quote_visit(visit), quote_visit(replace(visit, lines=lines_then))

    assert then.totals.hospital >= quote.totals.hospital
    assert then.totals.insured >= quote.totals.insured


@searched
@given(visits(), st.data())
def test_a_line_in_two_parts_costs_the_same_to_a_dong(
    visit: VisitInput, data: st.DataObject
) -> None:
    """The exemption begins with the next line, so it may begin between two parts: left out."""
    alone = [replace(line, other_sources=None) for line in visit.lines]
    visit = replace(visit, lines=tuple(alone), five_years_on=None)
    assume(visit.lines)
    cut = data.draw(st.sampled_from(visit.lines))
    part = cut.quantity * data.draw(st.integers(0, 8)) / 8
    parts = []
    for line in visit.lines:
        if line is not cut:
            parts.append(replace(line, position=line.position * 2))
            continue
        parts.append(replace(cut, position=cut.position * 2, quantity=part))
        parts.append(replace(cut, position=cut.position * 2 + 1, quantity=cut.quantity - part))

    quote, then = quote_visit(visit), quote_visit(replace(visit, lines=tuple(parts)))

    assume(set(then.benefit_rates) == set(quote.benefit_rates))  # not across a limit by a cent
    for name in ("hospital", "insured", "fund", "co_payment", "self_payment"):
        assert abs(getattr(then.totals, name) - getattr(quote.totals, name)) < 1


class FrozenDay(date):
    """A day that can be asked which day it is."""

    frozen: ClassVar[datetime]

    @classmethod
    def today(cls) -> date:
        return cls.frozen.date()


class FrozenMoment(datetime):
    """A moment that can be asked how late it is."""

    frozen: ClassVar[datetime]

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls.frozen.astimezone(tz)

    @classmethod
    def today(cls) -> Any:
        return cls.frozen.replace(tzinfo=None)


def set_clock(patch: pytest.MonkeyPatch, now: datetime) -> None:
    """Set whatever clock the rules could read."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("billing.benefit", "billing.params", "billing.rounding")):
            for word, frozen in (("date", FrozenDay), ("datetime", FrozenMoment)):
                if hasattr(module, word):
                    patch.setattr(frozen, "frozen", now, raising=False)
                    patch.setattr(module, word, frozen)


@searched
@given(visits())
def test_the_answer_does_not_depend_on_the_day_it_is_asked(visit: VisitInput) -> None:
    answer = quote_visit(visit)

    for day in ("2019-01-01", "2026-06-30", "2026-07-01", "2051-05-05"):
        with pytest.MonkeyPatch.context() as patch:
            set_clock(patch, moment(day))
            assert quote_visit(visit) == answer
