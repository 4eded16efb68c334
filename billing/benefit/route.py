"""Ratio of the route by which the patient came.

Source: QĐ 3276/QĐ-BYT 2025 PL1, Law 51/2024 Đ22 k4, NĐ 188/2025 Đ19; QĐ 824/2023 before 2025-07-01.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from billing.benefit.errors import BenefitRefused
from billing.benefit.facts import VisitInput, local_day
from billing.benefit.law import Law
from billing.benefit.tables import Route, route_found, route_on
from billing.benefit.trace import TraceStep, gettext_noop, short_number
from billing.params import param_in_force

INPATIENT = gettext_noop("Mã đối tượng {code}, nội trú, ngày {day}: tỷ lệ tuyến {ratio}%.")
OUTPATIENT = gettext_noop("Mã đối tượng {code}, ngoại trú, ngày {day}: tỷ lệ tuyến {ratio}%.")
NOT_PAID = gettext_noop(
    "Mã đối tượng {code}, ngày {day}: tỷ lệ tuyến 0%, quỹ không trả; người bệnh tự trả."
)


class RouteRatio(NamedTuple):
    """`ratio` in percent for this kind of visit; `fixed_base` replaces the rate of the card."""

    code: str
    ratio: Decimal
    fixed_base: Decimal | None
    source: str
    step: TraceStep


def route_ratio(visit: VisitInput, law: Law) -> RouteRatio:
    """Return the ratio of the visit; raises BenefitRefused when the list decides none."""
    day = day_of(law.choice("route_ratio_date", visit.arrived_on).value, visit)
    row = route_on(visit.route_code, day)
    ratio, is_inpatient = _ratio(row, visit, day, law)
    law.note(f"route:{row.code}", short_number(ratio), row.valid_from, row.source)
    return RouteRatio(
        code=row.code,
        ratio=ratio,
        fixed_base=_fixed_base(visit, row, day),
        source=_source(row),
        step=TraceStep(
            "route_ratio",
            ratio > 0,
            _text(ratio, is_inpatient),
            {"code": row.code, "ratio": ratio, "day": day},
            _source(row),
        ),
    )


def day_of(choice: str, visit: VisitInput) -> date:
    """Return the day which a dated choice names: `arrival` or `end` of the visit."""
    if choice == "arrival":
        return visit.arrived_on
    if visit.ended_at is None:
        raise BenefitRefused("visit_not_ended")
    return local_day(visit.ended_at)


def is_inpatient_type(visit_type: str, day: date, law: Law) -> bool:
    """Return whether a kind of visit takes the inpatient ratio of its route."""
    return visit_type in law.codes("inpatient_visit_types", day).value


def _ratio(row: Route, visit: VisitInput, day: date, law: Law) -> tuple[Decimal, bool]:
    is_inpatient = is_inpatient_type(visit.visit_type, day, law)
    ratio = row.inpatient if is_inpatient else row.outpatient
    if ratio is None:
        ratio = _pickup_ratio(row.code, visit, day, law)
    if ratio is None:
        raise BenefitRefused(
            "route_ratio_missing", route=row.code, visit_type=visit.visit_type, day=day.isoformat()
        )
    return ratio, is_inpatient


def _pickup_ratio(code: str, visit: VisitInput, day: date, law: Law) -> Decimal | None:
    """Return the ratio of medicine picked up: of the visit that ordered it, or the default."""
    if not param_in_force("pickup_route_codes", day):
        return None
    if code not in law.codes("pickup_route_codes", day).value:
        return None
    if visit.ordering_route_ratio is not None:
        return visit.ordering_route_ratio
    return law.number("pickup_route_ratio", day).value


def _fixed_base(visit: VisitInput, row: Route, day: date) -> Decimal | None:
    """Return the base which a code fixes on the day of arrival (1.2 since QĐ 3276/2025)."""
    on_arrival = row if day == visit.arrived_on else route_found(row.code, visit.arrived_on)
    return on_arrival.fixed_base if on_arrival else None


def _text(ratio: Decimal, is_inpatient: bool) -> str:
    if not ratio:
        return NOT_PAID
    return INPATIENT if is_inpatient else OUTPATIENT


def _source(row: Route) -> str:
    return f"{row.source}; {row.legal_basis}" if row.legal_basis else row.source
