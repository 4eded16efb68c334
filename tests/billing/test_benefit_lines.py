"""What of a line is inside the scope, the supply cap, other sources."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import (
    LineQuote,
    LineTable,
    OtherSourceKind,
    OtherSourceMode,
    OtherSources,
    quote_visit,
)
from tests.billing.benefit_facts import (
    CHILD,
    EMPLOYEE,
    PENSIONER,
    POOR,
    SOLDIER,
    a_card,
    a_line,
    a_visit,
    law_changed,
    moment,
    quoted,
    rates,
)

FULL, NOTHING = Decimal(100), Decimal(0)


def supply(position: int, price: str, **changes: Any) -> Any:
    return a_line(position, price, cost_group="10", package="G1", **changes)


@pytest.mark.parametrize(
    ("number", "scope", "ratio"),
    [
        (EMPLOYEE, "1", 50),
        (EMPLOYEE, "2", 0),
        (EMPLOYEE, "3", 0),
        (POOR, "1", 50),
        (CHILD, "1", 100),
        (CHILD, "2", 0),
        (CHILD, "3", 0),
        (SOLDIER, "1", 100),
        (SOLDIER, "2", 0),
        (SOLDIER, "3", 100),
    ],
)
def test_the_list_ratio_by_scope_and_level(number: str, scope: str, ratio: int) -> None:
    line = quoted(a_line(item_ratio=Decimal(50), scope=scope), cards=(a_card(number),))[0]

    assert line.item_ratio == ratio


def test_a_recurrent_wound_lifts_the_ratio_of_its_line_only() -> None:
    wound = a_line(1, item_ratio=Decimal(30), recurrent_wound=True)

    found = quoted(wound, a_line(2, item_ratio=Decimal(30)))

    assert [line.item_ratio for line in found] == [100, 30]


@pytest.mark.parametrize(
    ("number", "paid"),
    [(CHILD, True), (POOR, True), (SOLDIER, True), (PENSIONER, False), (EMPLOYEE, False)],
)
def test_transport_is_paid_for_the_levels_that_have_it(number: str, paid: bool) -> None:
    line = quoted(a_line(cost_group="12"), cards=(a_card(number),))[0]

    assert (line.total_insured > 0) is paid
    assert line.item_ratio == (100 if paid else 0)


def test_an_insured_price_above_the_hospital_price_is_cut_with_a_warning() -> None:
    line = a_line(price_hospital=Decimal(900), price_insured=Decimal(1000))

    quote = quote_visit(a_visit(line))

    assert quote.lines[0].total_insured == Decimal("900.00")
    assert [step.rule for step in quote.warnings] == ["price_insured_above_hospital"]


def test_the_service_rate_does_not_touch_a_drug() -> None:
    drug = a_line(table=LineTable.DRUG, service_rate=Decimal(50))

    assert quoted(drug)[0].total_hospital == Decimal("1000000.00")


def test_a_covered_line_of_no_money_keeps_its_ratio_and_has_no_rate() -> None:
    line = quoted(a_line(quantity=Decimal(0)))[0]

    assert (line.item_ratio, line.benefit_rate) == (FULL, NOTHING)


@pytest.mark.parametrize(
    ("total", "rate"), [("379499.99", 100), ("379500.00", 80), ("379500.01", 80)]
)
def test_a_visit_below_fifteen_percent_has_no_co_payment(total: str, rate: int) -> None:
    assert rates(a_line(price=total)) == [rate]


def test_what_is_outside_the_scope_does_not_count_in_the_small_sum() -> None:
    found = rates(a_line(1, "300000"), a_line(2, "300000", scope="2"))

    assert found == [100, 0]


def test_a_source_for_the_facility_lowers_the_small_sum() -> None:
    source = OtherSources(mode=OtherSourceMode.FACILITY, domestic=Decimal(700000))

    assert rates(a_line(other_sources=source)) == [100]


@pytest.mark.parametrize(("on", "rate"), [("2025-06-30", 100), ("2025-07-01", 80)])
def test_the_commune_flag_is_read_until_code_one_two_exists(on: str, rate: int) -> None:
    found = rates(
        cards=(a_card(since="2025-01-01"),),
        arrived_at=moment(f"{on} 08:00"),
        ended_at=moment(f"{on} 10:00"),
        visit_type="01",
        commune_station=True,
    )

    assert found == [rate]


@pytest.mark.parametrize(("second", "cut"), [("23850000", "0"), ("23850000.01", "0.01")])
def test_a_package_at_the_cap_is_not_cut_and_above_it_is(second: str, cut: str) -> None:
    lines = quoted(supply(1, "90000000"), supply(2, second))

    assert lines[0].total_insured == Decimal(90000000)
    assert lines[1].self_payment == Decimal(cut)
    assert lines[1].ceiling == Decimal(113850000)


def test_the_excess_leaves_the_last_line_in_time_and_then_the_one_before() -> None:
    lines = quoted(
        supply(1, "70000000", on="2026-09-04"),
        supply(2, "60000000", on="2026-09-02"),
        supply(3, "60000000", on="2026-09-03"),
    )

    assert [line.total_insured for line in lines] == [0, Decimal(60000000), Decimal(53850000)]
    assert [line.item_ratio for line in lines] == [100, 100, 100]
    assert [line.benefit_rate for line in lines] == [0, 80, 80]


def test_each_package_has_a_cap_and_a_supply_with_a_ratio_is_outside() -> None:
    lines = quoted(
        supply(1, "113850000"),
        a_line(2, "113850000", cost_group="10", package="G2"),
        supply(3, "10000000", item_ratio=Decimal(50)),
    )

    assert [line.total_insured for line in lines] == [113850000, 113850000, 5000000]
    assert lines[2].ceiling is None


def test_the_cap_follows_the_day_of_the_technique() -> None:
    lines = quoted(
        supply(1, "100000000", on="2026-06-30"),
        supply(2, "100000000", on="2026-07-02"),
        arrived_at=moment("2026-06-28 08:00"),
        ended_at=moment("2026-07-05 08:00"),
    )

    assert sum(line.total_insured for line in lines) == Decimal(105300000)


def test_the_cap_may_be_read_as_a_limit_of_the_fund_share(monkeypatch: pytest.MonkeyPatch) -> None:
    law_changed(monkeypatch, "supply_cap_base", '"in_scope_cost"', '"fund_share"')

    lines = quoted(supply(1, "90000000"), supply(2, "65000000"))

    assert sum(line.fund for line in lines) == Decimal(113850000)
    assert lines[1].self_payment == Decimal("12687500.00")


def test_a_source_for_the_patient_above_his_share_lowers_the_fund_with_a_warning() -> None:
    source = OtherSources(mode=OtherSourceMode.PATIENT, state=Decimal(300000), rest=Decimal(1))

    quote = quote_visit(a_visit(a_line(other_sources=source)))

    line = quote.lines[0]
    assert (line.co_payment, line.fund) == (NOTHING, Decimal("699999.00"))
    assert (line.other_state, line.other_rest) == (Decimal(300000), Decimal(1))
    assert [step.rule for step in quote.warnings] == ["fund_formula_differs"]


@pytest.mark.parametrize("kind", OtherSourceKind)
def test_a_source_for_the_co_payment_is_written_to_its_column(kind: OtherSourceKind) -> None:
    source = OtherSources(mode=OtherSourceMode.CO_PAYMENT, co_payment_by=kind)

    line = quoted(a_line(other_sources=source))[0]

    assert columns(line) == [200000 if other == kind else 0 for other in OtherSourceKind]
    assert (line.other_sources, line.co_payment) == (Decimal(200000), NOTHING)


@pytest.mark.parametrize("mode", [OtherSourceMode.PATIENT, OtherSourceMode.FACILITY])
def test_each_source_keeps_its_column(mode: OtherSourceMode) -> None:
    source = OtherSources(
        mode=mode, state=Decimal(1), foreign=Decimal(2), domestic=Decimal(3), rest=Decimal(4)
    )

    line = quoted(a_line(other_sources=source))[0]

    assert (columns(line), line.other_sources) == ([1, 2, 3, 4], Decimal(10))


def columns(line: LineQuote) -> list[Decimal]:
    """Return the four columns of the other sources in their official order."""
    return [line.other_state, line.other_foreign, line.other_domestic, line.other_rest]


def test_letters_issued_with_another_level_are_a_warning_only() -> None:
    quote = quote_visit(a_visit(cards=(a_card("DN1790000000001"),)))

    assert quote.lines[0].benefit_rate == 100
    assert [step.rule for step in quote.warnings] == ["object_code_unknown"]


def test_a_quote_names_the_numbers_of_the_law_it_used() -> None:
    quote = quote_visit(a_visit())

    used = {param.name: (param.value, param.since.isoformat()) for param in quote.parameters}
    assert used["reference_level"] == ("2530000", "2026-07-01")
    assert used["low_cost_share"] == ("0.15", "2025-01-01")
    assert used["benefit_level:4"] == ("80", "2015-12-01")
    assert used["route:1.1"] == ("100", "2025-07-01")


def test_a_line_tells_why_in_vietnamese() -> None:
    line = quoted(a_line(item_ratio=Decimal(50)), route_code="3.1")[0]

    told = {step.rule: (step.applied, step.why) for step in line.trace}
    assert told["card"] == (True, "Thẻ thứ 1 (DN4, mức 4) có hiệu lực ngày 01/09/2026.")
    assert told["route_ratio"] == (True, "Mức hưởng 80% × tỷ lệ tuyến 40% = 32%.")
    assert told["small_cost"][0] is False
    assert "500.000 đồng" in told["small_cost"][1]
    assert all(step.source for step in line.trace)


def test_medicine_picked_up_takes_the_ratio_of_the_visit_that_ordered_it() -> None:
    changes: dict[str, Any] = {"route_code": "7.2", "visit_type": "07"}

    assert rates(**changes) == [80]
    assert rates(**changes, ordering_route_ratio=Decimal(50)) == [40]
    assert rates(**changes, ordering_route_ratio=Decimal(0)) == [0]
