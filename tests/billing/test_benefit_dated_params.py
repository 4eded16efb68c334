"""Every dated number of the law, seen in what it does, the day before it changes and on the day.

Days and values come from the files of the law, read a second way; a new row is tested as it is
written, and a new parameter has to say what it does in `law_of_…`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import BenefitRefused
from billing.errors import ParamNotInForce
from billing.params import choice_at, codes_at, numbers_at, param_at, param_in_force, param_table
from tests.billing.benefit_facts import (
    a_card,
    a_line,
    law_changed,
    quoted,
)
from tests.billing.law_of_quantities import QUANTITIES
from tests.billing.law_of_visits import VISITS, at, level, rates_on
from tests.billing.published_law import (
    DAY,
    FIRST_COMPLETE_DAY,
    LATE_DAY,
    days_to_look_at,
    history,
    names,
    said,
)

CENT = Decimal("0.01")
READERS: dict[str, Callable[[str, date], Any]] = {
    "number": lambda name, day: param_at(name, day).value,
    "numbers": lambda name, day: numbers_at(name, day).value,
    "choice": lambda name, day: choice_at(name, day).value,
    "codes": lambda name, day: codes_at(name, day).value,
}
WHAT_IT_DOES = QUANTITIES | VISITS
PAIRS = [(name, day) for name in names() for day in days_to_look_at(name)]
LEVEL_CHANGES = [day for day in history("reference_level") if day > FIRST_COMPLETE_DAY]


def test_every_number_of_the_law_is_seen_in_what_it_does() -> None:
    assert sorted(WHAT_IT_DOES) == names()


@pytest.mark.parametrize(("name", "day"), PAIRS)
def test_the_value_of_the_day_is_the_one_written_last_before_it(name: str, day: date) -> None:
    value = said(name, day)
    read = READERS[param_table(name).kind]

    assert param_in_force(name, day) is (value is not None)
    if value is None:
        with pytest.raises(ParamNotInForce):
            read(name, day)
    elif isinstance(value, list):
        assert [str(cell) for cell in read(name, day)] == value
    else:
        assert str(read(name, day)) == value


@pytest.mark.parametrize(
    ("name", "day"),
    [
        (name, day)
        for name, day in [*PAIRS, *((name, FIRST_COMPLETE_DAY) for name in names())]
        if day >= FIRST_COMPLETE_DAY
    ],
)
def test_the_value_of_the_day_does_what_it_says(name: str, day: date) -> None:
    value = said(name, day)

    if value is not None or name == "commune_station_rate":
        WHAT_IT_DOES[name](day, value)


@pytest.mark.parametrize("change", LEVEL_CHANGES)
@pytest.mark.parametrize("rule", ["arrival", "end"])
def test_a_visit_over_a_change_takes_the_small_cost_of_one_day(
    monkeypatch: pytest.MonkeyPatch, rule: str, change: date
) -> None:
    law_changed(monkeypatch, "small_cost_date", 'value: "arrival"', f'value: "{rule}"')
    day = change - DAY if rule == "arrival" else change
    limit = Decimal(said("low_cost_share", day)) * level(day)

    for total, rate in ((limit - CENT, 100), (limit, 80)):
        line = a_line(price=str(total))
        assert rates_on(change - DAY, line, ended_at=at(change)) == [rate]


@pytest.mark.parametrize("rule", ["arrival", "end"])
def test_a_visit_over_a_change_takes_the_route_of_one_day(
    monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    law_changed(monkeypatch, "route_ratio_date", 'value: "arrival"', f'value: "{rule}"')
    facts = {"route_code": "1.14", "visit_type": "01", "ended_at": at(date(2026, 7, 1), "00:30")}

    assert rates_on(date(2026, 6, 30), **facts) == [0 if rule == "arrival" else 40]


@pytest.mark.parametrize("name", ["route_ratio_date", "small_cost_date"])
def test_an_open_visit_has_no_last_day_to_go_by(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    law_changed(monkeypatch, name, 'value: "arrival"', 'value: "end"')

    with pytest.raises(BenefitRefused) as refused:
        rates_on(LATE_DAY, ended_at=None)

    assert refused.value.code == "visit_not_ended"


@pytest.mark.parametrize("change", LEVEL_CHANGES)
def test_the_cap_of_a_package_is_that_of_the_day_of_its_first_line(change: date) -> None:
    for first, day in ((change - DAY, change - DAY), (change, change)):
        ceiling = Decimal(said("supply_cap_months", day)) * level(day)
        lines = [
            a_line(1, str(ceiling), cost_group="10", package="G1", on=f"{first} 23:30"),
            a_line(2, "0.01", cost_group="10", package="G1", on=f"{change} 23:40"),
        ]
        facts = {"arrived_at": at(change - DAY), "ended_at": at(change + DAY)}
        found = quoted(*lines, cards=(a_card(since="2015-12-01", until=""),), **facts)
        assert [line.total_insured for line in found] == [ceiling, 0]
