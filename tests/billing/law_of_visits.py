"""What each dated number does to a visit, seen on one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import BenefitRefused, CoPaymentPaid
from billing.benefit.exemption import co_payment_year
from billing.benefit.law import Law
from billing.benefit.route_code import CareLevel, RouteFacts, route_decide
from tests.billing.benefit_facts import (
    CHILD,
    PENSIONER,
    a_card,
    a_line,
    moment,
    quoted,
    rates,
)
from tests.billing.published_law import (
    DAY,
    said,
)

CENT = Decimal("0.01")
VISIT_TYPES = [f"{number:02}" for number in range(1, 17)]


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


VISITS: dict[str, Callable[[date, Any], None]] = {
    "basic_high_points": high_points,
    "basic_low_points": low_points,
    "card_shown_in_emergency": shown_in_emergency,
    "card_shown_late": shown_late,
    "commune_station_rate": commune,
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
}
