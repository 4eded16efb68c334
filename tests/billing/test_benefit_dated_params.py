"""Every dated number of the law, seen in what it does, the day before it changes and on the day.

Days and values come from the files of the law, read a second way; a new row is tested as it is
written, and a new parameter has to say here what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import BenefitRefused, CoPaymentPaid
from billing.benefit.exemption import co_payment_year
from billing.benefit.law import Law
from billing.benefit.quantity import (
    DepartmentOnDay,
    Operation,
    OperationKind,
    bed_days,
    bed_split,
    desk_ratio,
    exam_ratios,
    shared_bed_ratio,
    stretcher_ratio,
    surgery_ratios,
)
from billing.benefit.route_code import CareLevel, RouteFacts, route_decide
from billing.errors import ParamNotInForce
from billing.params import choice_at, codes_at, numbers_at, param_at, param_in_force, param_table
from tests.billing.benefit_facts import (
    CHILD,
    PENSIONER,
    a_card,
    a_line,
    law_changed,
    moment,
    quoted,
    rates,
)
from tests.billing.published_law import (
    DAY,
    FIRST_COMPLETE_DAY,
    LATE_DAY,
    days_to_look_at,
    history,
    names,
    said,
)

CENT, MINUTE = Decimal("0.01"), timedelta(minutes=1)
VISIT_TYPES = [f"{number:02}" for number in range(1, 17)]
READERS: dict[str, Callable[[str, date], Any]] = {
    "number": lambda name, day: param_at(name, day).value,
    "numbers": lambda name, day: numbers_at(name, day).value,
    "choice": lambda name, day: choice_at(name, day).value,
    "codes": lambda name, day: codes_at(name, day).value,
}


def at(day: date, clock: str = "08:00") -> datetime:
    return moment(f"{day} {clock}")


def rates_on(day: date, *lines: Any, **changes: Any) -> list[Decimal]:
    """Return the rates of a visit that arrives on a day; the card is valid for ever."""
    facts = {
        "arrived_at": at(day),
        "ended_at": at(day, "20:00"),
        "cards": (a_card(since="2015-12-01", until=""),),
    }
    return rates(*lines, **facts | changes)


def level(day: date) -> Decimal:
    return Decimal(said("reference_level", day))


def operations(*acts: tuple[OperationKind, bool]) -> list[Operation]:
    return [Operation(kind, same_team=same) for kind, same in acts]


def low_points(day: date, value: str) -> None:
    if day < date(2025, 7, 1):
        return
    codes = [basic_code(day, Decimal(value) - step) for step in (CENT, 0 * CENT)]
    assert codes[0] == "1.12"
    assert codes[1] != "1.12"


def high_points(day: date, value: str) -> None:
    if day < date(2025, 7, 1):
        return
    codes = [basic_code(day, Decimal(value) - step) for step in (CENT, 0 * CENT)]
    assert codes == ["1.13", None]


def basic_code(day: date, points: Decimal) -> str | None:
    facts = RouteFacts(day=day, visit_type="01", care_level=CareLevel.BASIC, points=points)
    return route_decide(facts).code


def short_stay(day: date, value: str) -> None:
    hours = timedelta(hours=int(value))
    stays = [hours - MINUTE, hours, hours + MINUTE]
    assert [bed_days(at(day), ended_at=at(day) + stay) for stay in stays] == [0, 0, 1]
    two_long = [DepartmentOnDay(Decimal(n), Decimal(value) + CENT) for n in (1, 2)]
    third = [DepartmentOnDay(Decimal(3), Decimal(value) + more) for more in (0 * CENT, CENT)]
    shares = [bed_split([*two_long, stay], day=day) for stay in third]
    assert [share and share[2] > 0 for share in shares] == [False, True]


def full_day(day: date, value: str) -> None:
    hours = timedelta(hours=int(value))
    stays = [hours - MINUTE, hours, hours + MINUTE]
    found = [bed_days(at(day), ended_at=at(day) + stay, special=True) for stay in stays]
    extra = int(said("bed_special_extra_days", day))
    assert found == [1, 1 + extra, 1 + extra]


def extra_days(day: date, value: str) -> None:
    start, end = at(day), at(day + 3 * DAY)
    assert bed_days(start, ended_at=end) == 3
    assert bed_days(start, ended_at=end, special=True) == 3 + int(value)


def shared_bed(day: date, value: list[str]) -> None:
    found = [shared_bed_ratio(persons, day=day) for persons in range(1, len(value) + 2)]
    assert found == [Decimal(ratio) for ratio in [*value, value[-1]]]


def stretcher(day: date, value: str) -> None:
    assert stretcher_ratio(day=day) == Decimal(value)


def transfer(day: date, value: str) -> None:
    two = [DepartmentOnDay(Decimal(5), Decimal(12))] * 2
    assert bed_split(two, day=day) == (Decimal(value), Decimal(value))


def shown_in_emergency(day: date, value: str) -> None:
    assert value == "whole_stay"
    shown = {"route_code": "2", "card_shown_at": at(day, "19:00")}
    assert rates_on(day, **shown) == [80]


def shown_late(day: date, value: str) -> None:
    assert value == "from_presentation"
    lines = (a_line(1, on=f"{day} 18:59"), a_line(2, on=f"{day} 19:00"))
    assert rates_on(day, *lines, card_shown_at=at(day, "19:00")) == [0, 80]


def commune(day: date, value: str | None) -> None:
    assert rates_on(day, commune_station=True) == [80 if value is None else Decimal(value)]


def desk_limit(day: date, value: str) -> None:
    places = (int(value) - 1, int(value), int(value) + 1)
    over = Decimal(said("desk_overload_ratio", day))
    assert [desk_ratio(place, day=day) for place in places] == [100, 100, over]


def desk_over(day: date, value: str) -> None:
    assert desk_ratio(int(said("desk_full_price_exams", day)) + 1, day=day) == Decimal(value)


def exams(day: date, value: list[str]) -> None:
    found = exam_ratios(len(value) + 2, day=day)
    assert found == tuple(Decimal(ratio) for ratio in [*value, "0", "0"])
    for count in range(len(found) + 1):
        assert sum(exam_ratios(count, day=day)) <= 200


def least_route(day: date, value: str) -> None:
    paper = {"exempt_from": at(day, "00:00")}
    assert rates_on(day, **paper) == [100]
    assert rates_on(day, route_code="3.1", **paper) == [100 if Decimal(value) <= 40 else 32]


def months(day: date, value: str) -> None:
    threshold = Decimal(value) * level(day)
    assert co_payment_year((), day, Law()).threshold == threshold
    for more, rate in ((-CENT, 80), (0 * CENT, 80), (CENT, 100)):
        stays = (CoPaymentPaid(day, threshold + more),)
        assert rates_on(day, five_years_on=day, copay_history=stays) == [rate]


def exempt_rate(day: date, value: str) -> None:
    assert rates_on(day, exempt_from=at(day, "00:00")) == [Decimal(value)]


def grace(day: date, value: str) -> None:
    for since_end, rate in ((int(value), 80), (int(value) + 1, 0)):
        last = day - since_end * DAY
        cards = (a_card(since="2015-12-01", until=str(last)),)
        line = a_line(on=f"{day} 10:00")
        assert rates_on(last, line, cards=cards, ended_at=at(day, "20:00")) == [rate]


def grace_types(day: date, value: list[str]) -> None:
    cards = (a_card(since="2015-12-01", until=str(day)),)
    line = a_line(on=f"{day + DAY} 10:00")
    for visit_type in VISIT_TYPES:
        facts = {"visit_type": visit_type, "cards": cards, "ended_at": at(day + DAY, "20:00")}
        assert rates_on(day, line, **facts) == [80 if visit_type in value else 0], visit_type


def inpatient_types(day: date, value: list[str]) -> None:
    for visit_type in VISIT_TYPES:
        found = rates_on(day, route_code="3.1", visit_type=visit_type)
        assert found == [32 if visit_type in value else 0], visit_type


def small_cost(day: date, _: str) -> None:
    limit = Decimal(said("low_cost_share", day)) * level(day)
    small = Decimal(said("small_cost_rate", day))
    for total, rate in ((limit - CENT, small), (limit, 80), (limit + CENT, 80)):
        assert rates_on(day, a_line(price=str(total))) == [rate]


def pick_up(day: date, _: Any) -> None:
    codes = said("pickup_route_codes", day)
    if codes is None:
        return
    ratio = Decimal(said("pickup_route_ratio", day))
    for code in codes:
        assert rates_on(day, route_code=code, visit_type="07") == [80 * ratio / 100]
    with pytest.raises(BenefitRefused):
        rates_on(day, route_code="8", visit_type="07")


def by_arrival(day: date, value: str) -> None:
    assert value == "arrival"  # what it does is seen where the numbers change, below
    assert rates_on(day, a_line(), ended_at=None) == [80]


def best_card(day: date, value: str) -> None:
    assert value == "highest_rate"
    cards = tuple(a_card(number, since="2015-12-01", until="") for number in (PENSIONER, CHILD))
    assert rates_on(day, cards=cards) == [100]


def cap(day: date, _: str) -> None:
    ceiling = Decimal(said("supply_cap_months", day)) * level(day)
    assert said("supply_cap_base", day) == "in_scope_cost"
    for more, kept in ((-CENT, -CENT), (0 * CENT, 0), (CENT, 0)):
        line = a_line(1, str(ceiling + more), cost_group="10", package="G1")
        assert insured_on(day, line) == ceiling + kept


def insured_on(day: date, line: Any) -> Decimal:
    return quoted(
        line,
        arrived_at=at(day),
        ended_at=at(day, "20:00"),
        cards=(a_card(since="2015-12-01", until=""),),
    )[0].total_insured


def surgery(place: int) -> Callable[[date, str], None]:
    session = operations(
        (OperationKind.SURGERY, True),
        (OperationKind.SURGERY, True),
        (OperationKind.SURGERY, False),
        (OperationKind.PROCEDURE, False),
    )

    def seen(day: date, value: str) -> None:
        assert surgery_ratios(session, day=day)[place] == Decimal(value)

    return seen


WHAT_IT_DOES: dict[str, Callable[[date, Any], None]] = {
    "basic_high_points": high_points,
    "basic_low_points": low_points,
    "bed_full_day_hours": full_day,
    "bed_shared_ratios": shared_bed,
    "bed_short_stay_hours": short_stay,
    "bed_special_extra_days": extra_days,
    "bed_stretcher_ratio": stretcher,
    "bed_transfer_share": transfer,
    "card_shown_in_emergency": shown_in_emergency,
    "card_shown_late": shown_late,
    "commune_station_rate": commune,
    "desk_full_price_exams": desk_limit,
    "desk_overload_ratio": desk_over,
    "exam_ratios": exams,
    "exempt_min_route_ratio": least_route,
    "exemption_months": months,
    "exemption_rate": exempt_rate,
    "grace_days": grace,
    "grace_visit_types": grace_types,
    "inpatient_visit_types": inpatient_types,
    "low_cost_share": small_cost,
    "pickup_route_codes": pick_up,
    "pickup_route_ratio": pick_up,
    "reference_level": small_cost,
    "route_ratio_date": by_arrival,
    "several_cards": best_card,
    "small_cost_date": by_arrival,
    "small_cost_rate": small_cost,
    "supply_cap_base": cap,
    "supply_cap_months": cap,
    "surgery_main_ratio": surgery(0),
    "surgery_other_team_ratio": surgery(2),
    "surgery_procedure_ratio": surgery(3),
    "surgery_same_team_ratio": surgery(1),
}
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
