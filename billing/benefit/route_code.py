"""Which MA_DOITUONG_KCB a visit has: the first matching row of the official order, told at its end.

Self-referred means with a card, for an examination, not by emergency, and by none of the ways that
the list names before. Where a later row also matches and pays more, the answer asks for a person.
Source: QĐ 3276/QĐ-BYT 17/10/2025 PL1; Law 51/2024 Đ22 k4, k5; NĐ 188/2025 Đ19; TT 01/2025/TT-BYT.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.benefit.errors import BenefitRefused
from billing.benefit.law import Law
from billing.benefit.route import is_inpatient_type
from billing.benefit.tables import Route, routes_in_order
from billing.benefit.trace import TraceStep, gettext_noop
from billing.params import param_at

NO_RATIO = Decimal(0)

MATCHES = gettext_noop("{code}: {name}.")
NO_MATCH = gettext_noop("Không phải {code}: {name}.")
BETTER_LATER = gettext_noop(
    "Theo thứ tự danh mục chọn {code}, nhưng mã {later} cũng đúng và có tỷ lệ cao hơn; "
    "cần người xem."
)
NONE_MATCHES = gettext_noop("Không mã nào trong danh mục khớp; cần người chọn.")


class CareLevel(StrEnum):
    """Professional levels since 2025-01-01."""

    PRIMARY = "primary"
    BASIC = "basic"
    INTENSIVE = "intensive"


class FormerClass(StrEnum):
    """Class of a facility on 2024-12-31."""

    NONE = ""
    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    CENTRAL = "central"


class Purpose(StrEnum):
    """What the visit is for."""

    EXAMINATION = "examination"
    PICK_UP = "pick_up"
    PICK_UP_EPIDEMIC = "pick_up_epidemic"
    PICK_UP_BY_PROXY = "pick_up_by_proxy"
    PICK_UP_ELSEWHERE = "pick_up_elsewhere"
    DELIVERY = "delivery"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts:
    """What decides the code. `day` is the day of arrival; `points` None: provisionally classed.

    `is_commune_station` means a facility of code 1.2 (commune station, family medicine, …).
    `lives_in_priority_area` means a person of Law 51/2024 Đ22 k4 b (minority or poor in difficult
    areas, islands).
    """

    day: date
    visit_type: str
    care_level: str
    points: Decimal | None = None
    former_class: str = FormerClass.NONE
    is_commune_station: bool = False
    is_insured: bool = True
    purpose: Purpose = Purpose.EXAMINATION
    is_registered_here: bool = False
    has_referral: bool = False
    changed_residence: bool = False
    has_appointment: bool = False
    is_organ_donor: bool = False
    is_newborn: bool = False
    is_emergency: bool = False
    appendix_one_disease: bool = False
    appendix_two_disease: bool = False
    lives_in_priority_area: bool = False

    @property
    def is_inpatient(self) -> bool:
        return is_inpatient_type(self.visit_type, self.day, Law())

    @property
    def is_exam(self) -> bool:
        return self.is_insured and self.purpose == Purpose.EXAMINATION

    @property
    def came_by_right(self) -> bool:
        return (
            self.is_registered_here
            or self.is_commune_station
            or self.has_referral
            or self.changed_residence
            or self.has_appointment
            or self.is_organ_donor
            or self.is_newborn
            or self.is_emergency
        )

    @property
    def is_self_referred(self) -> bool:
        return self.is_exam and not self.came_by_right

    @property
    def was_above_district(self) -> bool:
        return self.former_class in (FormerClass.PROVINCE, FormerClass.CENTRAL)

    @property
    def is_basic_outpatient(self) -> bool:
        return self._at(CareLevel.BASIC) and not self.is_inpatient

    @property
    def is_intensive(self) -> bool:
        return self._at(CareLevel.INTENSIVE)

    @property
    def below_low_points(self) -> bool:
        return self.points is None or self.points < param_at("basic_low_points", self.day).value

    @property
    def below_high_points(self) -> bool:
        high = param_at("basic_high_points", self.day).value
        return not self.below_low_points and self.points is not None and self.points < high

    def _at(self, level: CareLevel) -> bool:
        return self.is_self_referred and self.care_level == level


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """`code` None: no row matches. `others` match too, in order. `review` asks for a person."""

    code: str | None
    others: tuple[str, ...]
    review: bool
    trace: tuple[TraceStep, ...]


RULES: dict[str, Callable[[RouteFacts], bool]] = {
    "1.1": lambda f: f.is_exam and f.is_registered_here and not f.is_commune_station,
    "1.2": lambda f: f.is_exam and f.is_commune_station,
    "1.3": lambda f: f.is_exam and f.has_referral,
    "1.4": lambda f: f.is_exam and f.changed_residence,
    "1.5": lambda f: f.is_exam and f.has_appointment,
    "1.6": lambda f: f.is_exam and f.is_organ_donor,
    "1.7": lambda f: f.is_exam and f.is_newborn,
    "1.11": lambda f: f.is_self_referred and f.care_level == CareLevel.PRIMARY,
    "1.12": lambda f: f.is_basic_outpatient and f.below_low_points and not f.was_above_district,
    "1.13": lambda f: (
        f.is_basic_outpatient
        and f.below_high_points
        and not f.was_above_district
        and not f.appendix_two_disease
    ),
    "1.14": lambda f: f.is_basic_outpatient and f.was_above_district and not f.appendix_two_disease,
    "1.15": lambda f: f.is_self_referred and f.care_level == CareLevel.BASIC and f.is_inpatient,
    "1.16": lambda f: (
        f.is_self_referred and f.care_level == CareLevel.BASIC and f.appendix_two_disease
    ),
    "1.17": lambda f: f.is_intensive and f.appendix_one_disease,
    "1.18": lambda f: (
        f.is_intensive
        and not f.is_inpatient
        and f.former_class == FormerClass.PROVINCE
        and not f.appendix_one_disease
    ),
    "2": lambda f: f.is_exam and f.is_emergency,
    "3.1": lambda f: f.is_intensive and f.former_class == FormerClass.CENTRAL,
    "3.2": lambda f: f.is_intensive and f.is_inpatient and f.former_class == FormerClass.PROVINCE,
    "3.3": lambda f: (
        f.is_self_referred
        and f.care_level in (CareLevel.BASIC, CareLevel.INTENSIVE)
        and f.former_class == FormerClass.DISTRICT
    ),
    "3.6": lambda f: f.is_intensive and f.is_inpatient and f.lives_in_priority_area,
    "7": lambda f: f.is_insured and f.purpose == Purpose.PICK_UP_EPIDEMIC,
    "7.2": lambda f: f.is_insured and f.purpose == Purpose.PICK_UP_BY_PROXY,
    "7.3": lambda f: f.is_insured and f.purpose == Purpose.PICK_UP_ELSEWHERE,
    "7.4": lambda f: f.is_insured and f.purpose == Purpose.DELIVERY,
    "8": lambda f: f.is_insured and f.purpose == Purpose.WITHDRAWAL,
    "9": lambda f: not f.is_insured,
    "10": lambda f: f.is_insured and f.purpose == Purpose.PICK_UP,
}


def route_decide(facts: RouteFacts) -> RouteDecision:
    """Return the code of a visit with the rows asked up to it.

    Raises BenefitRefused for a day before the list of QĐ 3276/2025.
    """
    rows = routes_in_order(facts.day)
    if not any(row.code == "9" for row in rows):
        raise BenefitRefused("route_list_not_in_force", day=facts.day.isoformat())
    matching = [row for row in rows if RULES[row.code](facts)]
    if not matching:
        return RouteDecision(None, (), True, (*_refused(rows), _step("", False, NONE_MATCHES)))
    first, *later = matching
    better = _better(first, later, facts)
    trace = [*_refused(rows[: rows.index(first)]), _row_step(first, True, MATCHES)]
    if better:
        trace.append(_step(first.code, False, BETTER_LATER, code=first.code, later=better))
    return RouteDecision(
        first.code, tuple(row.code for row in later), better is not None, tuple(trace)
    )


def _better(first: Route, later: list[Route], facts: RouteFacts) -> str | None:
    """Return the first later row that pays more for this kind of visit, None when there is none."""
    chosen = _ratio(first, facts)
    return next((row.code for row in later if _ratio(row, facts) > chosen), None)


def _ratio(row: Route, facts: RouteFacts) -> Decimal:
    return (row.inpatient if facts.is_inpatient else row.outpatient) or NO_RATIO


def _refused(rows: tuple[Route, ...]) -> list[TraceStep]:
    return [_row_step(row, False, NO_MATCH) for row in rows]


def _row_step(row: Route, applied: bool, text: str) -> TraceStep:
    source = row.legal_basis or row.source
    facts = {"code": row.code, "name": row.name}
    return TraceStep(f"route_code:{row.code}", applied, text, facts, source)


def _step(rule_code: str, applied: bool, text: str, **facts: object) -> TraceStep:
    return TraceStep(
        f"route_code:{rule_code}", applied, text, facts, "QĐ 3276/QĐ-BYT 17/10/2025 PL1"
    )
