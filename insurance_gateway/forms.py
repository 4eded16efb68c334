"""Forms of the insurance desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from insurance_gateway.models import Submission
from insurance_gateway.selectors.claims import ClaimFilter


class ClaimSearchForm(forms.Form):
    """Whose claims are looked for; posted, since a name has no place in an address."""

    query = forms.CharField(
        label=_("Mã lượt khám, mã, số thẻ hoặc tên người bệnh"),
        max_length=255,
        widget=forms.TextInput(attrs={"data-key": "F2", "autocomplete": "off"}),
    )


class ClaimFilterForm(forms.Form):
    """What the list of claims is narrowed to; every field may stay empty."""

    state = forms.ChoiceField(
        choices=[("", _("Tất cả")), *Submission.State.choices],
        required=False,
        widget=forms.HiddenInput,
    )
    since = forms.DateField(label=_("Từ ngày"), required=False)
    until = forms.DateField(label=_("Đến ngày"), required=False)

    def chosen(self) -> ClaimFilter:
        """Return the filter; what cannot be read does not narrow, and the form says so."""
        self.is_valid()
        clean = self.cleaned_data
        return ClaimFilter(
            state=clean.get("state", ""),
            since=clean.get("since"),
            until=clean.get("until"),
        )
