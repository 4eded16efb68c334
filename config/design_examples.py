"""Invented content of the example page, in the shapes that the presenters of the apps give."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

SAMPLE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<CHI_TIET_THUOC><STT>1</STT><MA_THUOC>40.48</MA_THUOC><!-- hàng mẫu --><TEN_THUOC>Paracetamol Mẫu \
500mg</TEN_THUOC><HAM_LUONG>500mg</HAM_LUONG><LIEU_DUNG>3 lần/ngày * 1 viên * 3 ngày</LIEU_DUNG>\
<SO_LUONG>9</SO_LUONG><DON_GIA>480</DON_GIA><THANH_TIEN_BV>4320</THANH_TIEN_BV></CHI_TIET_THUOC>"""


class ExampleForm(forms.Form):
    """A reception form with one field of each kind."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=255)
    birth = forms.DateField(
        label=_("Ngày sinh"), help_text=_("Ngày, tháng, năm; ví dụ 05/09/1984 hoặc 05091984")
    )
    sex = forms.ChoiceField(
        label=_("Giới tính"), choices=[("1", _("Nam")), ("2", _("Nữ"))], widget=forms.RadioSelect
    )
    room = forms.ChoiceField(
        label=_("Phòng khám"),
        choices=[("", _("Chọn phòng")), ("PK01", "Phòng khám Nội 1"), ("PK02", "Phòng khám Nhi")],
    )
    reason = forms.CharField(
        label=_("Lý do đến khám"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    is_emergency = forms.BooleanField(label=_("Cấp cứu, vào khám ngay"), required=False)


class ExampleFilter(forms.Form):
    """The filter of a list."""

    q = forms.CharField(label=_("Tên hoặc mã lượt khám"), required=True)
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        choices=[("", _("Tất cả")), ("1", _("Đang chờ")), ("2", _("Đang khám"))],
    )


class CancelForm(forms.Form):
    """The reason that a cancelled order keeps."""

    reason = forms.CharField(label=_("Lý do huỷ"))


def design_examples(query: QueryDict) -> dict[str, Any]:
    """Return the context of the example page; `loi=1` shows the form refused."""
    data = {"full_name": "Nguyễn Thị Ngọc Mẫu", "birth": "31/02/1984"} if "loi" in query else None
    return {
        "form": ExampleForm(data),
        "filter_form": ExampleFilter(auto_id="filter_%s"),
        "cancel_form": CancelForm(auto_id="cancel_%s"),
        "crumbs": [(_("Lượt khám hôm nay"), "/"), ("Nguyễn Thị Ngọc Mẫu", "/")],
        "page": Paginator(range(238), 20).get_page(query.get("page", "4")),
        "xml": SAMPLE_XML,
        **_patient(),
        **_lists(),
        **_story(),
        **_money(),
    }


def _patient() -> dict[str, Any]:
    return {
        "patient": {
            "name": "Nguyễn Thị Ngọc Mẫu",
            "url": "#banner",
            "code": "BN 26.000.417",
            "sex": "Nữ",
            "age": "42 tuổi",
            "born": "05/09/1984",
            "allergies": ["Penicilin", "Tôm, cua"],
            "card": {"label": "Còn hạn, đã tra cổng", "kind": "ok", "number": "DN 4 01 0000000512",
                     "until": "31/12/2026"},
            "visit": "Khám ngoại trú, Phòng khám Nội 1",
        },
        "patient_plain": {
            "name": "Trần Văn Thử",
            "code": "BN 26.000.418",
            "sex": "Nam",
            "age": "7 tháng",
            "allergies": None,
            "card": None,
        },
        "facts": [
            {"label": "Mã lượt khám", "value": "01999.26.0004171"},
            {"label": "Vào lúc", "value": "07:42 25/11/2026"},
            {"label": "Đối tượng", "value": "Bảo hiểm y tế, đúng tuyến", "hint": "Mã đối tượng 1"},
            {"label": "Thẻ", "value": "Còn hạn", "kind": "ok"},
            {"label": "Chẩn đoán chính", "value": "I10 Tăng huyết áp vô căn (nguyên phát)"},
            {"label": "Ra viện", "value": ""},
        ],
    }  # fmt: skip


def _lists() -> dict[str, Any]:
    rows = [
        ("Nguyễn Thị Ngọc Mẫu", "01999.26.0004171", "07:42", "Phòng khám Nội 1",
         ("Đang khám", "info", ""), "486.200 đ"),
        ("Trần Văn Thử", "01999.26.0004172", "07:48", "Phòng khám Nhi",
         ("Chờ khám", "neutral", "wait"), "39.800 đ"),
        ("Lê Hữu Ví Dụ", "01999.26.0004173", "07:55", "Phòng xét nghiệm",
         ("Chờ kết quả", "warn", "wait"), "1.254.700 đ"),
        ("Phạm Thanh Giả Định", "01999.26.0004160", "07:05", "Quầy thu ngân",
         ("Đã xong", "ok", ""), "212.500 đ"),
        ("Hoàng Đức Nháp", "01999.26.0004158", "06:58", "Phòng khám Nội 1",
         ("Cổng từ chối", "bad", ""), "97.300 đ"),
    ]  # fmt: skip
    return {
        "table": {
            "caption": "Lượt khám hôm nay",
            "columns": [
                {"label": "Người bệnh"},
                {"label": "Giờ đến", "kind": "number"},
                {"label": "Đang ở", "is_optional": True},
                {"label": "Trạng thái"},
                {"label": "Chi phí", "kind": "number"},
            ],
            "rows": [
                {"url": "#bang", "cells": [
                    {"text": name, "under": code}, at, room,
                    {"text": state[0], "kind": state[1], "icon": state[2]}, cost]}
                for name, code, at, room, state, cost in rows
            ],
            "footer": ["Cộng", "", "", "", "2.090.500 đ"],
        },
        "tabs": [
            {"label": "Tất cả", "url": "#tabs", "is_current": True, "count": 5},
            {"label": "Chờ khám", "url": "#tabs", "count": 1},
            {"label": "Cần sửa", "url": "#tabs", "count": 1},
            {"label": "Đã gửi", "url": "#tabs", "count": 0},
        ],
    }  # fmt: skip


def _story() -> dict[str, Any]:
    return {
        "events": [
            {"at": "07:42", "day": "25/11/2026", "title": "Tiếp đón, quét căn cước", "kind": "ok",
             "who": "Trần Thị Tiếp Đón"},
            {"at": "07:43", "title": "Thẻ bảo hiểm còn hạn", "kind": "ok",
             "text": "Cổng trả lời sau 0,8 giây; mức hưởng 80%"},
            {"at": "08:05", "title": "Khám tại Phòng khám Nội 1", "kind": "info",
             "who": "BS Nguyễn Văn Khám Mẫu", "url": "#timeline"},
            {"at": "08:31", "title": "Kali máu 5,9 mmol/L, cao", "kind": "warn",
             "text": "Xét nghiệm sinh hoá, máy SH.1.01999.002"},
            {"at": "09:10", "title": "Chờ phát thuốc"},
        ],
        "steps": [
            {"label": "Đã xếp hàng", "state": "done", "at": "09:32:04"},
            {"label": "Đã ký số", "state": "done", "at": "09:32:05"},
            {"label": "Đang gửi", "state": "current", "text": "Lần 2 trong 5"},
            {"label": "Cổng tiếp nhận", "state": "todo"},
        ],
        "steps_failed": [
            {"label": "Đã xếp hàng", "state": "done", "at": "09:20:41"},
            {"label": "Đã ký số", "state": "done", "at": "09:20:42"},
            {"label": "Cổng từ chối", "state": "failed", "at": "09:20:44",
             "text": "Mã giấy phép hành nghề chưa khai báo"},
        ],
    }  # fmt: skip


def _money() -> dict[str, Any]:
    return {
        "total": Decimal("486200"),
        "fund": Decimal("324800"),
        "co_pay": Decimal("81200"),
        "self_pay": Decimal("80200"),
        "paid": Decimal("100000"),
        "due": Decimal("61400"),
        "nothing": None,
        "qr_text": "00020101021238000010A00000072701240006970000011099990000015303704540561400",
    }
