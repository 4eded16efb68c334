"""Refusals of the benefit rules: what was given cannot be computed."""

from __future__ import annotations

from billing.benefit.trace import gettext_noop
from billing.errors import BillingError
from billing.params import param_table


class BenefitRefused(BillingError):
    """The facts given cannot be computed; nothing is. `code` says why, never with personal data."""


MESSAGES = {
    "param_not_in_force": gettext_noop("Không có quy định {name} có hiệu lực ngày {day}."),
    "route_code_not_in_force": gettext_noop(
        "Mã đối tượng đến khám {route} không có hiệu lực ngày {day}."
    ),
    "route_ratio_missing": gettext_noop(
        "Mã đối tượng đến khám {route} không có tỷ lệ cho loại hình {visit_type} ngày {day}; "
        "kiểm tra lại mã đối tượng hoặc loại hình khám chữa bệnh."
    ),
    "level_not_in_force": gettext_noop(
        "Mức quyền lợi {level} trên thẻ không có hiệu lực ngày {day}."
    ),
    "card_number_invalid": gettext_noop(
        "Số thẻ thứ {card} không đúng dạng 15 ký tự; tra cứu lại thẻ."
    ),
    "card_period_reversed": gettext_noop("Thẻ thứ {card} có hạn dùng kết thúc trước khi bắt đầu."),
    "moment_without_zone": gettext_noop("Thời điểm {field} không có múi giờ."),
    "visit_ends_before_arrival": gettext_noop("Giờ ra trước giờ vào."),
    "visit_not_ended": gettext_noop("Lượt khám chưa kết thúc nên chưa tính được theo ngày ra."),
    "line_position_repeated": gettext_noop("Số thứ tự dòng {line} bị trùng."),
    "line_number_invalid": gettext_noop("Dòng {line}: {field} không phải là số hợp lệ."),
    "line_ratio_out_of_range": gettext_noop("Dòng {line}: {field} phải trong khoảng 0 đến 100."),
    "line_scope_unknown": gettext_noop("Dòng {line}: phạm vi {scope} không có trong danh mục."),
    "other_source_above_total": gettext_noop(
        "Dòng {line}: nguồn khác lớn hơn thành tiền của dòng."
    ),
    "other_source_amount_given": gettext_noop(
        "Dòng {line}: nguồn khác trả phần cùng chi trả thì không nhập số tiền, hệ thống tự tính."
    ),
    "stay_reversed": gettext_noop("Giờ ra trước giờ vào nội trú."),
    "departments_missing": gettext_noop("Không có khoa nào trong ngày để chia ngày giường."),
    "count_negative": gettext_noop("Số lượng phải từ 0 trở lên."),
    "route_list_not_in_force": gettext_noop(
        "Ngày {day} chưa áp dụng danh mục mã đối tượng của QĐ 3276/2025."
    ),
    "field_missing": gettext_noop("Thiếu trường {field}."),
    "field_invalid": gettext_noop("Trường {field} không đúng định dạng."),
    "kind_unknown": gettext_noop("Không có loại phép tính {kind}."),
    "case_unreadable": gettext_noop("Dòng không phải là một đối tượng JSON."),
}


def message(error: BillingError) -> str:
    """Return the Vietnamese sentence for a refusal; a number of the law goes by its label."""
    facts = dict(error.facts)
    if error.code == "param_not_in_force":
        facts["name"] = f"“{param_table(str(facts['name'])).label}”"
    return MESSAGES[error.code].format(**facts)
