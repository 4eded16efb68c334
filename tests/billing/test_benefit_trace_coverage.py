"""What a line tells about its card and about what of it is inside the scope."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import (
    CoPaymentPaid,
    OtherSourceMode,
    OtherSources,
)
from tests.billing.benefit_facts import (
    CHILD,
    SOLDIER,
    Told,
    a_card,
    a_line,
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


TOLD: list[tuple[Any, dict[str, Any], Told]] = [
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
]


@pytest.mark.parametrize(("line", "facts", "expected"), TOLD)
def test_a_line_tells_what_of_it_is_covered(
    line: Any, facts: dict[str, Any], expected: Told
) -> None:
    assert expected in told(quoted(line, **facts)[0].trace)
