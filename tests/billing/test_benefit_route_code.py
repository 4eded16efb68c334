"""MA_DOITUONG_KCB: one visit for each row of the official list, and where rows meet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import BenefitRefused
from billing.benefit.route_code import (
    RULES,
    CareLevel,
    FormerClass,
    Purpose,
    RouteFacts,
    route_decide,
)
from billing.benefit.tables import routes_in_order

DAY = date(2026, 9, 1)
IN, OUT = "03", "01"
BASIC: dict[str, Any] = {"care_level": CareLevel.BASIC}
INTENSIVE: dict[str, Any] = {"care_level": CareLevel.INTENSIVE}
PROVINCE: dict[str, Any] = {"former_class": FormerClass.PROVINCE}
CENTRAL: dict[str, Any] = {"former_class": FormerClass.CENTRAL}
DISTRICT: dict[str, Any] = {"former_class": FormerClass.DISTRICT}
MIDDLE: dict[str, Any] = {"points": Decimal(60)}

ROWS: list[tuple[str, str, dict[str, Any]]] = [
    ("1.1", OUT, BASIC | {"is_registered_here": True}),
    ("1.2", OUT, {"is_commune_station": True, "is_registered_here": True}),
    ("1.3", OUT, INTENSIVE | CENTRAL | {"has_referral": True}),
    ("1.4", OUT, BASIC | {"changed_residence": True}),
    ("1.5", OUT, INTENSIVE | {"has_appointment": True}),
    ("1.6", IN, INTENSIVE | {"is_organ_donor": True}),
    ("1.7", IN, BASIC | {"is_newborn": True}),
    ("1.11", OUT, {}),
    ("1.12", OUT, BASIC),
    ("1.12", OUT, BASIC | {"points": Decimal("49.99")}),
    ("1.13", OUT, BASIC | {"points": Decimal(50)}),
    ("1.13", OUT, BASIC | {"points": Decimal("69.99")}),
    ("1.14", OUT, BASIC | PROVINCE),
    ("1.14", OUT, BASIC | CENTRAL | MIDDLE),
    ("1.15", IN, BASIC | PROVINCE),
    ("1.16", OUT, BASIC | MIDDLE | {"appendix_two_disease": True}),
    ("1.16", OUT, BASIC | PROVINCE | {"appendix_two_disease": True}),
    ("1.17", IN, INTENSIVE | CENTRAL | {"appendix_one_disease": True}),
    ("1.18", OUT, INTENSIVE | PROVINCE),
    ("2", IN, INTENSIVE | CENTRAL | {"is_emergency": True}),
    ("2", OUT, INTENSIVE | PROVINCE | {"is_emergency": True}),
    ("3.1", IN, INTENSIVE | CENTRAL),
    ("3.1", OUT, INTENSIVE | CENTRAL),
    ("3.2", IN, INTENSIVE | PROVINCE),
    ("3.3", OUT, INTENSIVE | DISTRICT),
    ("3.3", OUT, BASIC | DISTRICT | {"points": Decimal(70)}),
    ("3.6", IN, INTENSIVE | {"lives_in_priority_area": True}),
    ("7", OUT, BASIC | {"purpose": Purpose.PICK_UP_EPIDEMIC}),
    ("7.2", OUT, BASIC | {"purpose": Purpose.PICK_UP_BY_PROXY}),
    ("7.3", OUT, BASIC | {"purpose": Purpose.PICK_UP_ELSEWHERE}),
    ("7.4", OUT, BASIC | {"purpose": Purpose.DELIVERY}),
    ("8", OUT, BASIC | {"purpose": Purpose.WITHDRAWAL}),
    ("9", OUT, BASIC | {"is_insured": False, "is_registered_here": True}),
    ("10", OUT, BASIC | {"purpose": Purpose.PICK_UP}),
]


def facts(visit_type: str = OUT, **changes: Any) -> RouteFacts:
    base: dict[str, Any] = {"day": DAY, "visit_type": visit_type, "care_level": CareLevel.PRIMARY}
    return RouteFacts(**base | changes)


@pytest.mark.parametrize(("code", "visit_type", "changes"), ROWS)
def test_each_row_of_the_list(code: str, visit_type: str, changes: dict[str, Any]) -> None:
    decision = route_decide(facts(visit_type, **changes))

    assert decision.code == code
    assert [step.rule for step in decision.trace if step.applied] == [f"route_code:{code}"]


def test_every_row_has_a_rule_and_a_visit() -> None:
    codes = [row.code for row in routes_in_order(DAY)]

    assert codes == list(RULES)
    assert {code for code, _, _ in ROWS} == set(codes)


def test_the_trace_tells_the_rows_refused_before() -> None:
    decision = route_decide(facts(has_referral=True))

    assert [(step.rule, step.applied) for step in decision.trace] == [
        ("route_code:1.1", False),
        ("route_code:1.2", False),
        ("route_code:1.3", True),
    ]


@pytest.mark.parametrize(
    ("visit_type", "changes", "code", "better"),
    [
        (OUT, BASIC | DISTRICT | MIDDLE, "1.13", "3.3"),
        (IN, INTENSIVE | CENTRAL | {"lives_in_priority_area": True}, "3.1", "3.6"),
    ],
)
def test_a_later_row_that_pays_more_asks_for_a_person(
    visit_type: str, changes: dict[str, Any], code: str, better: str
) -> None:
    decision = route_decide(facts(visit_type, **changes))

    assert (decision.code, decision.others, decision.review) == (code, (better,), True)
    assert better in decision.trace[-1].why


def test_seventy_points_outpatient_fit_no_row_and_ask_for_a_person() -> None:
    decision = route_decide(facts(**BASIC, points=Decimal(70)))

    assert (decision.code, decision.review) == (None, True)


def test_where_no_row_fits_every_row_was_asked() -> None:
    decision = route_decide(facts(**BASIC, points=Decimal(70)))

    *asked, last = decision.trace
    assert decision.others == ()
    assert [step.rule for step in asked] == [f"route_code:{code}" for code in RULES]
    assert (last.rule, last.applied, last.why, last.source) == (
        "route_code:",
        False,
        "Không mã nào trong danh mục khớp; cần người chọn.",
        "QĐ 3276/QĐ-BYT 17/10/2025 PL1",
    )


def test_a_later_row_that_pays_the_same_needs_no_person() -> None:
    decision = route_decide(facts(**BASIC, is_registered_here=True, has_referral=True))

    assert (decision.code, decision.others, decision.review) == ("1.1", ("1.3",), False)
    assert decision.trace[-1].rule == "route_code:1.1"


def test_only_the_ratio_of_this_kind_of_visit_is_compared() -> None:
    decision = route_decide(facts(OUT, **BASIC | DISTRICT))

    assert (decision.code, decision.others, decision.review) == ("1.12", ("3.3",), False)


def test_each_row_asked_is_told_with_its_ground() -> None:
    refused, matched = route_decide(facts(is_commune_station=True)).trace

    assert (refused.rule, refused.applied, refused.why, refused.source) == (
        "route_code:1.1",
        False,
        "Không phải 1.1: Đến KCB đúng nơi đăng ký KCB BHYT ban đầu (trừ mã 1.2).",
        "QĐ 3276/QĐ-BYT 17/10/2025 PL1",
    )
    assert (matched.rule, matched.applied, matched.source) == (
        "route_code:1.2",
        True,
        "Điểm c k1, điểm c k4 Điều 22 Luật BHYT; Điều 3 TT 01/2025/TT-BYT",
    )
    assert matched.why.startswith("1.2: KCB tại cơ sở cấp ban đầu: trạm y tế, ")


def test_the_doubt_about_a_better_row_names_both() -> None:
    doubt = route_decide(facts(**BASIC | DISTRICT | MIDDLE)).trace[-1]

    assert (doubt.rule, doubt.applied, doubt.why, doubt.source) == (
        "route_code:1.13",
        False,
        "Theo thứ tự danh mục chọn 1.13, nhưng mã 3.3 cũng đúng và có tỷ lệ cao hơn; cần người "
        "xem.",
        "QĐ 3276/QĐ-BYT 17/10/2025 PL1",
    )


def test_the_doubt_compares_what_the_kind_of_visit_is_paid() -> None:
    in_ward = route_decide(facts(IN, **INTENSIVE | CENTRAL, lives_in_priority_area=True))
    in_clinic = route_decide(facts(OUT, **INTENSIVE | CENTRAL, lives_in_priority_area=True))

    assert (in_ward.others, in_ward.review) == (("3.6",), True)
    assert (in_clinic.others, in_clinic.review) == ((), False)


def test_the_list_is_not_used_before_its_day() -> None:
    with pytest.raises(BenefitRefused) as refused:
        route_decide(facts(day=date(2025, 6, 30)))

    assert refused.value.code == "route_list_not_in_force"
    assert refused.value.facts == {"day": "2025-06-30"}
