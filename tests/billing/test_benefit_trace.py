"""What a quote tells about each decision: the rule, whether it applied, why, by which text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import (
    CoPaymentPaid,
    LineTable,
    OtherSourceMode,
    OtherSources,
    quote_visit,
)
from tests.billing.benefit_facts import (
    Told,
    a_card,
    a_line,
    a_visit,
    moment,
    quoted,
    told,
)

D = Decimal
LEVELS = "QĐ 1351/QĐ-BHXH 2015; QĐ 1697/QĐ-BHXH 2023; QĐ 1018/QĐ-BHXH 2024"
ROUTES = "QĐ 3276/QĐ-BYT 17/10/2025 PL1"
CODE_31 = f"{ROUTES}; Điểm g khoản 4 Điều 22 Luật BHYT"
FORMULA = "QĐ 4750/2023, bảng 2 và 3"
SHOWN = "NĐ 188/2025 Đ38 k1, Đ50 k6"
EMERGENCY = "Luật 51/2024 Đ22 k5; NĐ 188/2025 Đ38"
EXEMPTION = "Luật 51/2024 Đ22 k1; NĐ 188/2025 Đ18 k2"
FIVE_YEARS = date(2024, 1, 1)


def supply(price: str) -> Any:
    return a_line(1, price, cost_group="10", package="G1")


def source(mode: OtherSourceMode, state: int = 0) -> Any:
    return a_line(other_sources=OtherSources(mode=mode, state=Decimal(state)))


def paid(amount: str) -> tuple[CoPaymentPaid, ...]:
    return (CoPaymentPaid(date(2026, 8, 1), Decimal(amount)),)


def test_decisions_are_told_in_the_order_they_are_taken() -> None:
    line = a_line(1, price_insured=D(900000), item_ratio=D(50), package="G1", cost_group="10")
    lines = quoted(line, a_line(2), route_code="3.1", card_shown_at=moment("2026-09-01 08:00"))

    assert [step.rule for step in lines[0].trace] == [
        "card",
        "card_shown",
        "item_ratio",
        "price",
        "small_cost",
        "exemption",
        "card_level",
        "route_ratio",
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {},
            (
                "route_ratio",
                True,
                "Mã đối tượng 1.1, nội trú, ngày 01/09/2026: tỷ lệ tuyến 100%.",
                ROUTES,
            ),
        ),
        (
            {"visit_type": "01", "route_code": "1.14"},
            (
                "route_ratio",
                True,
                "Mã đối tượng 1.14, ngoại trú, ngày 01/09/2026: tỷ lệ tuyến 50%.",
                f"{ROUTES}; k3 Điều 19 NĐ 188/2025",
            ),
        ),
    ],
)
def test_the_visit_tells_its_route_and_the_test_of_the_small_cost(
    facts: dict[str, Any], expected: Told
) -> None:
    steps = told(quote_visit(a_visit(**facts)).trace)

    assert steps[0] == expected
    assert [rule for rule, *_ in steps] == ["route_ratio", "small_cost"]


@pytest.mark.parametrize("facts", [{"cards": ()}, {"lines": (a_line(scope="2"),)}])
def test_without_money_inside_the_scope_no_small_cost_is_told(facts: dict[str, Any]) -> None:
    steps = quote_visit(a_visit(**facts)).trace

    assert [step.rule for step in steps] == ["route_ratio"]


@pytest.mark.parametrize(
    ("line", "facts", "expected"),
    [
        (
            a_line(7, price_insured=D(1100000)),
            {},
            (
                "price_insured_above_hospital",
                True,
                "Dòng 7: đơn giá BHYT 1.100.000 đồng cao hơn đơn giá bệnh viện 1.000.000 đồng; "
                "tính theo giá bệnh viện.",
                FORMULA,
            ),
        ),
        (
            a_line(7, price_insured=D(900000), table=LineTable.DRUG),
            {},
            (
                "drug_has_two_prices",
                True,
                "Dòng 7: thuốc chỉ có một đơn giá nhưng được nhập hai giá 1.000.000 đồng và "
                "900.000 đồng.",
                FORMULA,
            ),
        ),
        (
            source(OtherSourceMode.PATIENT, 300000),
            {},
            (
                "fund_formula_differs",
                True,
                "Nguồn khác đã trả thay phần cùng chi trả hoặc phần quỹ: tổng T_BHTT các dòng là "
                "700.000 đồng, còn công thức T_TONGCHI_BH - T_BNCCT cho 1.000.000 đồng. "
                "Người phụ trách cần xem trước khi gửi.",
                "QĐ 4750/2023, bảng 1",
            ),
        ),
        (
            a_line(),
            {"cards": (a_card(), a_card("DN1790000000001"))},
            (
                "object_code_unknown",
                True,
                "Thẻ thứ 2: DN1 không có trong danh mục mã đối tượng và mức quyền lợi; "
                "mức hưởng tính theo chữ số in trên thẻ, cần tra cứu lại thẻ.",
                "",
            ),
        ),
    ],
)
def test_a_warning_says_what_to_look_at(line: Any, facts: dict[str, Any], expected: Told) -> None:
    assert told(quote_visit(a_visit(line, **facts)).warnings) == [expected]


@pytest.mark.parametrize(
    "line", [a_line(), a_line(price_insured=D(900000)), a_line(table=LineTable.DRUG)]
)
def test_nothing_to_look_at_is_no_warning(line: Any) -> None:
    assert quote_visit(a_visit(line)).warnings == ()


def test_an_insured_price_below_is_not_told_of_a_line_that_is_not_paid() -> None:
    line = quoted(a_line(price_insured=D(900000), scope="2"))[0]

    assert [step.rule for step in line.trace] == ["card", "scope"]
