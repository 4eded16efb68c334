"""Forms of the cashier."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Payment


class MoneyForm(forms.Form):
    """One movement of money. The hidden key is drawn with the page, so a double click pays once."""

    amount = forms.DecimalField(
        label=_("Số tiền (đồng)"),
        min_value=Decimal(1),
        max_digits=13,
        decimal_places=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    method = forms.ChoiceField(label=_("Hình thức"), choices=Payment.Method.choices)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, due: Decimal | None = None, prefix: str = "") -> None:
        initial = {"key": uuid.uuid4().hex, "method": Payment.Method.CASH}
        if due is not None and due > 0:
            initial["amount"] = f"{due:.0f}"
        super().__init__(data, initial=initial, prefix=prefix or None)


class RefundForm(MoneyForm):
    """Money given back, with the reason that the receipt shows."""

    reason = forms.CharField(label=_("Lý do"), max_length=255)

    field_order = ("amount", "reason", "method")


class CancelForm(forms.Form):
    """Why a receipt is cancelled; the receipt and its number stay."""

    reason = forms.CharField(label=_("Lý do hủy"), max_length=255)
