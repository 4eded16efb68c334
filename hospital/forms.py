"""Forms of the hospital screens."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital.models import Encounter


class DayForm(forms.Form):
    """Which day a list shows; a wrong day says so and the list stays on today."""

    day = forms.DateField(
        label=_("Ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Tất cả")), *Encounter.State.choices],
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"day": today.isoformat()})
        self.today = today
        self.fields["day"].widget.format = "%Y-%m-%d"  # what type=date wants

    def chosen(self) -> tuple[date, str]:
        """Return the day and the state to show, today and all of them when nothing valid is asked."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return values.get("day") or self.today, values.get("state", "")


class PatientSearchForm(forms.Form):
    """What is known of the person looked for. Sent by POST: nothing personal stands in an address."""

    query = forms.CharField(
        label=_("Tìm người bệnh"),
        help_text=_(
            "Số thẻ, CCCD, điện thoại, mã người bệnh, hoặc tên có dấu hay không dấu kèm năm sinh"
        ),
        max_length=100,
        min_length=2,
        strip=True,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "type": "search"}),
    )


class FacilitySwitchForm(forms.Form):
    """At which of one's facilities to work."""

    facility = forms.IntegerField(label=_("Cơ sở"))
