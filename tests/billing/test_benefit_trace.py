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
    TraceStep,
    quote_visit,
)
from tests.billing.benefit_facts import (
    CHILD,
    NEAR_POOR,
    SOLDIER,
    a_card,
    a_line,
    a_visit,
    moment,
    quoted,
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


TOLD: list[tuple[Any, dict[str, Any], tuple[str, bool, str, str]]] = [
    (
        a_line(),
        {},
        (
            "card",
            True,
            "Thẻ thứ 1 (DN4, mức 4) có hiệu lực ngày 01/09/2026.",
            "NĐ 188/2025 Đ21",
        ),
    ),
    (
        a_line(on="2026-09-06"),
        {"cards": (a_card(until="2026-09-05"),)},
        (
            "card",
            True,
            "Thẻ thứ 1 (DN4, mức 4) hết hạn 05/09/2026 giữa đợt điều trị; ngày 06/09/2026 còn "
            "trong 15 ngày được thanh toán thêm.",
            "NĐ 188/2025 Đ50 k4",
        ),
    ),
    (
        a_line(on="2026-09-21"),
        {"cards": (a_card(until="2026-09-05"),), "ended_at": moment("2026-09-30")},
        (
            "card",
            False,
            "Thẻ thứ 1 hết hạn 05/09/2026; ngày 21/09/2026 đã quá 15 ngày được thanh toán thêm: "
            "người bệnh tự trả.",
            "NĐ 188/2025 Đ50 k4",
        ),
    ),
    (
        a_line(),
        {"cards": ()},
        (
            "card",
            False,
            "Không có thẻ nào có hiệu lực ngày 01/09/2026: người bệnh tự trả.",
            "NĐ 188/2025 Đ21",
        ),
    ),
    (
        a_line(),
        {"card_shown_at": moment("2026-09-01 09:30")},
        (
            "card_shown",
            False,
            "Chi phí lúc 01/09/2026 08:00 phát sinh trước khi xuất trình thẻ (01/09/2026 09:30): "
            "người bệnh tự trả rồi thanh toán trực tiếp với cơ quan BHXH.",
            SHOWN,
        ),
    ),
    (
        a_line(on="2026-09-02 10:00"),
        {"card_shown_at": moment("2026-09-01 09:30")},
        (
            "card_shown",
            True,
            "Đã xuất trình thẻ (01/09/2026 09:30) khi phát sinh chi phí lúc 02/09/2026 10:00.",
            SHOWN,
        ),
    ),
    (
        a_line(),
        {"route_code": "2", "card_shown_at": moment("2026-09-10 09:00")},
        (
            "card_shown",
            True,
            "Cấp cứu: đã xuất trình thẻ lúc 10/09/2026 09:00, trước khi ra viện; quỹ trả cả đợt.",
            EMERGENCY,
        ),
    ),
    (
        a_line(),
        {"route_code": "2", "card_shown_at": moment("2026-09-10 09:01")},
        (
            "card_shown",
            False,
            "Cấp cứu: xuất trình thẻ lúc 10/09/2026 09:01, sau khi ra viện (10/09/2026 09:00): "
            "người bệnh tự trả.",
            EMERGENCY,
        ),
    ),
    (
        a_line(scope="2"),
        {},
        ("scope", True, "Ngoài phạm vi hưởng (PHAM_VI 2): người bệnh tự trả.", FORMULA),
    ),
    (
        a_line(scope="3"),
        {},
        (
            "scope",
            True,
            "Chi phí PHAM_VI 3 chỉ được trả cho thẻ quân đội, công an, cơ yếu (mức 5); "
            "thẻ mức 4: người bệnh tự trả.",
            LEVELS,
        ),
    ),
    (
        a_line(scope="3"),
        {"cards": (a_card(SOLDIER),)},
        ("scope", True, "Chi phí PHAM_VI 3 được trả cho thẻ mức 5.", LEVELS),
    ),
    (
        a_line(cost_group="12"),
        {},
        (
            "transport",
            True,
            "Thẻ mức 4 không được thanh toán vận chuyển: người bệnh tự trả.",
            f"NĐ 188/2025 Đ14; {LEVELS}",
        ),
    ),
    (
        a_line(item_ratio=D(30)),
        {"cards": (a_card(CHILD),)},
        (
            "item_ratio",
            True,
            "Thẻ mức 1 không bị giới hạn tỷ lệ 30% của danh mục: tính 100%.",
            LEVELS,
        ),
    ),
    (
        a_line(item_ratio=D(30), recurrent_wound=True),
        {},
        (
            "item_ratio",
            True,
            "Vết thương tái phát của thương binh: không bị giới hạn tỷ lệ 30% của danh mục, "
            "tính 100%.",
            FORMULA,
        ),
    ),
    (
        a_line(item_ratio=D(30)),
        {},
        (
            "item_ratio",
            True,
            "Danh mục chỉ thanh toán 30% dịch vụ này; phần còn lại người bệnh tự trả.",
            FORMULA,
        ),
    ),
    (
        a_line(price_insured=D("900000.5")),
        {},
        (
            "price",
            True,
            "Giá bệnh viện 1.000.000 đồng cao hơn giá BHYT 900.000,5 đồng; "
            "phần chênh lệch người bệnh tự trả.",
            "NĐ 188/2025 Đ20",
        ),
    ),
    (
        a_line(),
        {"route_code": "1.2"},
        (
            "fixed_base",
            True,
            "Mã đối tượng 1.2: mức hưởng 100% không phụ thuộc mức trên thẻ.",
            f"{ROUTES}; Điểm c k1, điểm c k4 Điều 22 Luật BHYT; Điều 3 TT 01/2025/TT-BYT",
        ),
    ),
    (
        a_line(),
        {
            "commune_station": True,
            "arrived_at": moment("2025-06-30 08:00"),
            "ended_at": moment("2025-06-30 18:00"),
            "cards": (a_card(since="2025-01-01"),),
        },
        (
            "commune_station",
            True,
            "Khám chữa bệnh tại tuyến xã trước khi có mã 1.2: 100%.",
            "Luật 46/2014 Đ22 k1; NĐ 146/2018 Đ14",
        ),
    ),
    (
        a_line(price="379499.99"),
        {},
        (
            "small_cost",
            True,
            "Chi phí thấp: tổng trong phạm vi 379.499,99 đồng, dưới 379.500 đồng "
            "(15% × mức tham chiếu 2.530.000 đồng), nên mức hưởng là 100%.",
            "Luật 51/2024 Đ22 k1",
        ),
    ),
    (
        a_line(price="379500"),
        {},
        (
            "small_cost",
            False,
            "Không phải chi phí thấp: tổng trong phạm vi 379.500 đồng, từ 379.500 đồng trở lên "
            "(15% × mức tham chiếu 2.530.000 đồng).",
            "Luật 51/2024 Đ22 k1",
        ),
    ),
    (
        a_line(),
        {"exempt_from": moment("2026-08-01 10:30")},
        (
            "exemption",
            True,
            "Đã được miễn cùng chi trả từ 01/08/2026 10:30 đến hết năm 2026.",
            EXEMPTION,
        ),
    ),
    (
        a_line(),
        {"exempt_from": moment("2026-08-01 10:30"), "route_code": "3.1"},
        (
            "exemption",
            False,
            "Tỷ lệ tuyến 40% dưới 100%: không được miễn cùng chi trả.",
            "Luật 51/2024 Đ22 k1 (trừ trường hợp tự đi không đúng quy định)",
        ),
    ),
    (
        a_line(),
        {},
        (
            "exemption",
            False,
            "Không xét miễn cùng chi trả: chưa có ngày đủ 5 năm liên tục.",
            EXEMPTION,
        ),
    ),
    (
        a_line(),
        {"five_years_on": date(2026, 10, 1), "copay_history": paid("99000000")},
        (
            "exemption",
            False,
            "Chưa được miễn cùng chi trả: đến 01/10/2026 mới đủ 5 năm liên tục.",
            EXEMPTION,
        ),
    ),
    (
        a_line(),
        {"five_years_on": FIVE_YEARS, "copay_history": paid("15180000")},
        (
            "exemption",
            False,
            "Chưa được miễn cùng chi trả: đã cùng chi trả 15.180.000 đồng trong năm 2026, "
            "chưa vượt ngưỡng 15.180.000 đồng.",
            EXEMPTION,
        ),
    ),
    (
        a_line(),
        {"five_years_on": FIVE_YEARS, "copay_history": paid("15180000.5")},
        (
            "exemption",
            True,
            "Đủ 5 năm liên tục từ 01/01/2024; đã cùng chi trả 15.180.000,5 đồng trong năm 2026, "
            "đủ ngưỡng 15.180.000 đồng: miễn cùng chi trả đến hết năm.",
            EXEMPTION,
        ),
    ),
    (a_line(), {}, ("card_level", True, "Mức hưởng của thẻ DN4, mức 4: 80%.", LEVELS)),
    (
        a_line(),
        {"cards": (a_card(NEAR_POOR),)},
        (
            "card_level",
            True,
            "Thẻ CN3 được hưởng theo mức 2 thay cho mức in trên thẻ: 100%.",
            LEVELS,
        ),
    ),
    (
        a_line(),
        {"route_code": "3.1"},
        ("route_ratio", True, "Mức hưởng 80% × tỷ lệ tuyến 40% = 32%.", CODE_31),
    ),
    (
        a_line(),
        {"route_code": "9"},
        (
            "route_ratio",
            False,
            "Mã đối tượng 9, ngày 01/09/2026: tỷ lệ tuyến 0%, quỹ không trả; người bệnh tự trả.",
            ROUTES,
        ),
    ),
    (
        supply("113850000"),
        {},
        (
            "supply_cap",
            False,
            "Gói vật tư G1 chưa vượt trần 45 tháng mức tham chiếu (113.850.000 đồng).",
            "TT 04/2017/TT-BYT Đ3 k2 b",
        ),
    ),
    (
        supply("113850000.01"),
        {},
        (
            "supply_cap",
            True,
            "Gói vật tư G1 vượt trần 45 tháng mức tham chiếu (113.850.000 đồng): "
            "phần vượt 0,01 đồng của dòng này người bệnh tự trả.",
            "TT 04/2017/TT-BYT Đ3 k2 b",
        ),
    ),
    (
        source(OtherSourceMode.PATIENT, 300000),
        {},
        (
            "other_sources",
            True,
            "Nguồn khác hỗ trợ người bệnh 300.000 đồng: trừ vào phần tự trả trước, rồi cùng chi "
            "trả, rồi phần quỹ trả.",
            "QĐ 4750/2023, T_NGUONKHAC",
        ),
    ),
    (
        source(OtherSourceMode.FACILITY, 300000),
        {},
        (
            "other_sources",
            True,
            "Nguồn khác trả cho cơ sở 300.000 đồng: quỹ và người bệnh chỉ chia phần còn lại "
            "700.000 đồng.",
            "QĐ 4750/2023, T_NGUONKHAC",
        ),
    ),
    (
        source(OtherSourceMode.CO_PAYMENT),
        {},
        (
            "other_sources",
            True,
            "Nguồn khác trả toàn bộ phần cùng chi trả 200.000 đồng.",
            "QĐ 4750/2023, T_NGUONKHAC",
        ),
    ),
]


def told(steps: tuple[TraceStep, ...]) -> list[tuple[str, bool, str, str]]:
    return [(step.rule, step.applied, step.why, step.source) for step in steps]


@pytest.mark.parametrize(("line", "facts", "expected"), TOLD, ids=lambda part: str(part)[:40])
def test_a_line_tells_each_decision_with_its_ground(
    line: Any, facts: dict[str, Any], expected: tuple[str, bool, str, str]
) -> None:
    assert expected in told(quoted(line, **facts)[0].trace)


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
    facts: dict[str, Any], expected: tuple[str, bool, str, str]
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
def test_a_warning_says_what_to_look_at(
    line: Any, facts: dict[str, Any], expected: tuple[str, bool, str, str]
) -> None:
    assert told(quote_visit(a_visit(line, **facts)).warnings) == [expected]


@pytest.mark.parametrize(
    "line", [a_line(), a_line(price_insured=D(900000)), a_line(table=LineTable.DRUG)]
)
def test_nothing_to_look_at_is_no_warning(line: Any) -> None:
    assert quote_visit(a_visit(line)).warnings == ()


def test_an_insured_price_below_is_not_told_of_a_line_that_is_not_paid() -> None:
    line = quoted(a_line(price_insured=D(900000), scope="2"))[0]

    assert [step.rule for step in line.trace] == ["card", "scope"]
