"""Forms of the hospital screens."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from hospital.models import Encounter

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class DayForm(forms.Form):
    """Which day a list shows; a wrong day says so and the list stays on today."""

    day = forms.DateField(
        label=_("Ngày"),
        required=False,
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Tất cả")), *Encounter.State.choices],
        widget=forms.HiddenInput,
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(_shown(data), initial={"day": today})
        self.today = today

    def chosen(self) -> tuple[date, str]:
        """Return the day and the state to show, today and all when nothing valid is asked."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return values.get("day") or self.today, values.get("state", "")


def _shown(data: Any) -> Any:
    """Return the query with the day of a link (2026-11-24) written as people write days."""
    try:
        day = date.fromisoformat(data["day"])
    except (KeyError, TypeError, ValueError):
        return data
    return {**data.dict(), "day": f"{day:%d/%m/%Y}"}


class PatientSearchForm(forms.Form):
    """What is known of the person. Sent by POST: nothing personal stands in an address."""

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
