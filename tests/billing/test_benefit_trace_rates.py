"""What a line tells about its rate, its cap and who else pays."""

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
    NEAR_POOR,
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


@pytest.mark.parametrize(("line", "facts", "expected"), TOLD)
def test_a_line_tells_how_its_rate_was_found(
    line: Any, facts: dict[str, Any], expected: Told
) -> None:
    assert expected in told(quoted(line, **facts)[0].trace)
