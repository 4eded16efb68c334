"""Refusals of the benefit rules: what was given cannot be computed."""

from __future__ import annotations

from billing.errors import BillingError


class BenefitRefused(BillingError):
    """The facts given cannot be computed; nothing is. `code` says why, never with personal data."""


MESSAGES = {
    "param_not_in_force": "Không có quy định {name} có hiệu lực ngày {day}.",
    "route_code_not_in_force": "Mã đối tượng đến khám {route} không có hiệu lực ngày {day}.",
    "route_ratio_missing": (
        "Mã đối tượng đến khám {route} không có tỷ lệ cho loại hình {visit_type} ngày {day}; "
        "kiểm tra lại mã đối tượng hoặc loại hình khám chữa bệnh."
    ),
    "level_not_in_force": "Mức quyền lợi {level} trên thẻ không có hiệu lực ngày {day}.",
    "card_number_invalid": "Số thẻ thứ {card} không đúng dạng 15 ký tự; tra cứu lại thẻ.",
    "card_period_reversed": "Thẻ thứ {card} có hạn dùng kết thúc trước khi bắt đầu.",
    "moment_without_zone": "Thời điểm {field} không có múi giờ.",
    "visit_ends_before_arrival": "Giờ ra trước giờ vào.",
    "visit_not_ended": "Lượt khám chưa kết thúc nên chưa tính được theo ngày ra.",
    "line_position_repeated": "Số thứ tự dòng {line} bị trùng.",
    "line_number_invalid": "Dòng {line}: {field} không phải là số hợp lệ.",
    "line_ratio_out_of_range": "Dòng {line}: {field} phải trong khoảng 0 đến 100.",
    "line_scope_unknown": "Dòng {line}: phạm vi {scope} không có trong danh mục.",
    "other_source_above_total": "Dòng {line}: nguồn khác lớn hơn thành tiền của dòng.",
    "other_source_amount_given": (
        "Dòng {line}: nguồn khác trả phần cùng chi trả thì không nhập số tiền, hệ thống tự tính."
    ),
    "stay_reversed": "Giờ ra trước giờ vào nội trú.",
    "departments_missing": "Không có khoa nào trong ngày để chia ngày giường.",
    "count_negative": "Số lượng phải từ 0 trở lên.",
    "route_list_not_in_force": "Ngày {day} chưa áp dụng danh mục mã đối tượng của QĐ 3276/2025.",
    "field_missing": "Thiếu trường {field}.",
    "field_invalid": "Trường {field} không đúng định dạng.",
    "kind_unknown": "Không có loại phép tính {kind}.",
    "case_unreadable": "Dòng không phải là một đối tượng JSON.",
}


def message(error: BillingError) -> str:
    """Return the Vietnamese sentence for a refusal."""
    return MESSAGES[error.code].format(**error.facts)
