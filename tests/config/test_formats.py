"""Numbers, money, days and hours on the screens, and what a person may type."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from hospital.formatting import clock, day, moment, money, percent, quantity

EVENING_IN_GREENWICH = datetime(2026, 11, 24, 18, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1234567"), "1.234.567"),
        (Decimal("1234.50"), "1.234,5"),
        (Decimal("0.125"), "0,125"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1.000"),
        (Decimal("-7450.5"), "−7.450,5"),
        (Decimal("0.00"), "0"),
        (0, "0"),
        (None, ""),
    ],
)
def test_quantity_groups_by_dots_and_keeps_every_decimal(value, shown):
    assert quantity(value) == shown


def test_money_stays_on_one_line():
    assert money(Decimal("486200.00")) == "486.200\u00a0đ"


def test_money_unknown_shows_nothing():
    assert money(None) == ""


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        Template("{% load formats %}{{ price|money }}").render(Context({"price": 0.1}))


@pytest.mark.parametrize(
    ("ratio", "shown"), [(Decimal("0.8"), "80%"), (Decimal("0.955"), "95,5%"), (1, "100%")]
)
def test_percent_shows_a_ratio(ratio, shown):
    assert percent(ratio) == shown


def test_a_moment_shows_the_day_where_the_hospital_is():
    assert moment(EVENING_IN_GREENWICH) == "01:05 25/11/2026"
    assert day(EVENING_IN_GREENWICH) == "25/11/2026"


def test_clock_shows_working_hours():
    assert clock(time(7, 30)) == "07:30"


@pytest.mark.parametrize("shown", [day, clock, moment, percent, quantity])
def test_nothing_known_shows_nothing(shown):
    assert shown(None) == ""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "typed", ["03/04/1984", "03041984", "03-04-1984", "3/4/1984", "1984-04-03"]
)
def test_a_typed_day_is_day_then_month_in_every_language(typed, language):
    with translation.override(language):
        assert forms.DateField().clean(typed) == date(1984, 4, 3)


def test_a_year_of_two_digits_is_refused():
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean("03/04/26")


def test_a_day_is_offered_back_as_it_is_typed():
    field = forms.DateField()

    assert "25/11/2026" in field.widget.render("birth", date(2026, 11, 25))
