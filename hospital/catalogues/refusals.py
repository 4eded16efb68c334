"""Why a row of a catalogue file cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("chưa ghi giá trị"),
    "too_long": _("dài {length} ký tự, tối đa {most}"),
    "not_a_day": _("không phải ngày (ghi dạng yyyymmdd hoặc dd/mm/yyyy)"),
    "not_a_number": _("không phải số không âm"),
    "ambiguous_number": _(
        "không rõ dấu chấm hoặc phẩy là hàng nghìn hay thập phân; bỏ dấu hàng nghìn"
    ),
    "too_many_places": _("có quá {most} chữ số thập phân"),
    "too_large": _("lớn hơn {most}"),
    "not_a_choice": _("chỉ nhận {choices}"),
    "wrong_shape": _("không đúng dạng {example}"),
    "other_facility": _("thuộc cơ sở {facility}, không phải cơ sở đang nhập"),
    "no_such_department": _("chưa có khoa này trong danh mục khoa của cơ sở"),
    "no_such_code": _("không có trong danh mục dùng chung {list}"),
    "ends_before_it_begins": _("đứng trước ngày bắt đầu"),
    "duplicate": _("trùng với dòng {other} nhưng nội dung khác"),
    "same_day_change": _(
        "dòng có cùng ngày bắt đầu đã có với nội dung khác; "
        "không sửa dòng cũ, hãy mở dòng mới từ một ngày sau đó"
    ),
    "reopens": _("dòng này đã đóng sớm hơn; hãy mở dòng mới sau ngày đóng"),
    "overlaps": _("chồng lên một dòng có ngày bắt đầu sau đó; ghi ngày kết thúc hoặc bỏ dòng này"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not taken: its number in the file, the column, and why."""

    row: int
    column: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(REASONS[self.code]).format(**self.facts)


class ValueRefused(Exception):
    """A cell cannot be taken; `column` only where it is not the cell being read."""

    def __init__(self, code: str, *, column: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.facts = facts
