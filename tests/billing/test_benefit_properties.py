"""What must hold for any visit that can be computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
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


@given(visits())
def test_the_same_visit_gives_the_same_answer_and_tells_its_grounds(visit: VisitInput) -> None:
    first, second = quote_visit(visit), quote_visit(visit)

    assert first == second
    for line in first.lines:
        assert line.trace
        assert all("{" not in step.why for step in line.trace)


@given(visits())
def test_the_order_in_which_lines_are_given_does_not_matter(visit: VisitInput) -> None:
    turned = quote_visit(replace(visit, lines=visit.lines[::-1]))

    assert turned.lines[::-1] == quote_visit(visit).lines
