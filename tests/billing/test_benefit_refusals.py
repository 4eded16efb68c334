"""What cannot be computed is refused whole, with a code and the place of the mistake."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import BenefitRefused, OtherSourceMode, OtherSources
from billing.benefit.errors import MESSAGES, message
from tests.billing.benefit_facts import a_card, a_line, moment, quoted

D = Decimal
BARE = datetime(2026, 9, 1, 8)  # noqa: DTZ001  # a moment without a zone, on purpose
CENT = D("0.01")
MODES = [OtherSourceMode.PATIENT, OtherSourceMode.FACILITY]


def refusal(*lines: Any, **changes: Any) -> tuple[str, dict[str, object]]:
    """Return code and facts of the refusal of `a_visit`."""
    with pytest.raises(BenefitRefused) as refused:
        quoted(*lines, **changes)
    assert "{" not in message(refused.value)
    return refused.value.code, refused.value.facts


@pytest.mark.parametrize("field", ["quantity", "price_hospital", "price_insured"])
@pytest.mark.parametrize("wrong", ["-0.001", "NaN", "Infinity", "1000000000000"])
def test_an_amount_of_a_line_must_be_one_a_claim_can_hold(field: str, wrong: str) -> None:
    found = refusal(a_line(1), a_line(7, **{field: D(wrong)}))

    assert found == ("line_number_invalid", {"line": 7, "field": field})


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("quantity", "9999999.999"),
        ("price_hospital", "999999999999.999"),
        ("price_insured", "999999999999.999"),
    ],
)
def test_the_greatest_amount_of_a_claim_is_computed(field: str, most: str) -> None:
    assert quoted(a_line(**{field: D(most)}))
    assert quoted(a_line(**{field: D(0)}))


def test_a_quantity_has_seven_digits_at_most() -> None:
    found = refusal(a_line(quantity=D(10_000_000)))

    assert found == ("line_number_invalid", {"line": 1, "field": "quantity"})


@pytest.mark.parametrize("field", ["service_rate", "item_ratio"])
@pytest.mark.parametrize("wrong", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_ratio_of_a_line_is_a_percent(field: str, wrong: str) -> None:
    found = refusal(a_line(7, **{field: D(wrong)}))

    assert found == ("line_ratio_out_of_range", {"line": 7, "field": field})


@pytest.mark.parametrize("field", ["service_rate", "item_ratio"])
@pytest.mark.parametrize("right", ["0", "100", "33.33"])
def test_a_percent_may_be_nothing_or_all(field: str, right: str) -> None:
    assert quoted(a_line(**{field: D(right)}))


def test_a_scope_is_one_of_the_list() -> None:
    assert refusal(a_line(7, scope="4")) == ("line_scope_unknown", {"line": 7, "scope": "4"})


def test_two_lines_with_one_position_are_refused() -> None:
    assert refusal(a_line(7), a_line(7)) == ("line_position_repeated", {"line": 7})


@pytest.mark.parametrize("column", ["state", "foreign", "domestic", "rest"])
@pytest.mark.parametrize("wrong", ["-0.01", "0.001", "NaN", "Infinity", "1000000000000"])
def test_another_source_pays_an_amount_in_cents(column: str, wrong: str) -> None:
    source = OtherSources(mode=OtherSourceMode.PATIENT, **{column: D(wrong)})

    found = refusal(a_line(7, other_sources=source))

    assert found == ("line_number_invalid", {"line": 7, "field": "other_sources"})


@pytest.mark.parametrize("mode", MODES)
def test_another_source_pays_no_more_than_the_line(mode: OtherSourceMode) -> None:
    whole = OtherSources(mode=mode, rest=D(999_999), state=D(1))
    above = OtherSources(mode=mode, rest=D(999_999), state=D(1) + CENT)

    found = quoted(a_line(7, other_sources=whole))[0]

    assert (found.fund, found.co_payment, found.self_payment) == (0, 0, 0)
    assert refusal(a_line(7, other_sources=above)) == ("other_source_above_total", {"line": 7})


def test_another_source_may_not_pay_a_line_that_costs_nothing() -> None:
    source = OtherSources(mode=OtherSourceMode.FACILITY, rest=CENT)

    found = refusal(a_line(quantity=D(0), other_sources=source))

    assert found == ("other_source_above_total", {"line": 1})


@pytest.mark.parametrize("mode", MODES)
def test_a_source_that_pays_nothing_changes_nothing(mode: OtherSourceMode) -> None:
    bare, beside = quoted(a_line(1), a_line(2, other_sources=OtherSources(mode=mode)))

    assert beside._replace(position=1, trace=bare.trace) == bare


@pytest.mark.parametrize("mode", MODES)
def test_a_line_of_no_money_may_have_a_source_of_no_money(mode: OtherSourceMode) -> None:
    line = quoted(a_line(quantity=D(0), other_sources=OtherSources(mode=mode)))[0]

    assert line.total_hospital == line.self_payment == line.fund == 0


def test_the_source_of_the_co_payment_is_given_no_amount() -> None:
    source = OtherSources(mode=OtherSourceMode.CO_PAYMENT, rest=D(1))

    found = refusal(a_line(7, other_sources=source))

    assert found == ("other_source_amount_given", {"line": 7})


@pytest.mark.parametrize("field", ["arrived_at", "ended_at", "card_shown_at", "exempt_from"])
def test_a_moment_of_a_visit_has_a_zone(field: str) -> None:
    assert refusal(**{field: BARE}) == ("moment_without_zone", {"field": field})


def test_a_moment_of_a_line_has_a_zone() -> None:
    found = refusal(a_line(7, ordered_at=BARE))

    assert found == ("moment_without_zone", {"field": "line 7 ordered_at"})


def test_a_visit_may_end_when_it_begins_and_not_before() -> None:
    assert quoted(ended_at=moment("2026-09-01 08:00"))
    assert refusal(ended_at=moment("2026-09-01 07:59")) == ("visit_ends_before_arrival", {})


@pytest.mark.parametrize(
    "number",
    [
        "",
        "DN479",
        "DN6790000000001",
        "DN0790000000001",
        "dn4790000000001",
        "DN47900000000012",
        "XDN4790000000001",
        "DN479000000000A",
        "D44790000000001",
    ],
)
def test_a_card_number_has_its_form(number: str) -> None:
    found = refusal(cards=(a_card(), a_card(number)))

    assert found == ("card_number_invalid", {"card": 2})


def test_a_card_may_hold_for_one_day_and_not_for_less() -> None:
    assert quoted(cards=(a_card(since="2026-09-01", until="2026-09-01"),))
    found = refusal(cards=(a_card(), a_card(since="2026-09-02", until="2026-09-01")))
    assert found == ("card_period_reversed", {"card": 2})


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"route_code": "1.12"},
            (
                "route_ratio_missing",
                {"route": "1.12", "visit_type": "03", "day": "2026-09-01"},
            ),
        ),
        (
            {"route_code": "8", "visit_type": "01"},
            ("route_ratio_missing", {"route": "8", "visit_type": "01", "day": "2026-09-01"}),
        ),
        (
            {"route_code": "1.8"},
            ("route_code_not_in_force", {"route": "1.8", "day": "2026-09-01"}),
        ),
    ],
)
def test_a_route_the_list_does_not_decide_is_refused(
    changes: dict[str, Any], found: tuple[str, dict[str, object]]
) -> None:
    assert refusal(**changes) == found


def test_every_refusal_has_a_sentence_without_a_card_number() -> None:
    for sentence in MESSAGES.values():
        assert sentence[-1] == "."
        assert "{number}" not in sentence
