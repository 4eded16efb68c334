"""hospital.working_days: the calendar that deadlines count in."""

from __future__ import annotations

from datetime import date

import pytest

from hospital.working_days import add_working_days, is_working_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 11, 29), False),  # Sunday
        (date(2026, 11, 24), False),  # Vietnam Cultural Day, first held in 2026
        (date(2025, 11, 24), True),
        (date(2026, 2, 16), False),  # eve of the lunar new year
        (date(2026, 2, 20), False),
        (date(2026, 2, 23), True),
        (date(2026, 4, 27), False),  # Hung Kings' day fell on the Sunday before
        (date(2026, 8, 31), False),  # exchanged for the Saturday of the week before
        (date(2026, 8, 22), True),
        (date(2026, 8, 29), False),
    ],
)
def test_public_holidays_and_exchanged_days_are_known(day, works):
    assert is_working_day(day) is works


def test_our_own_rows_win_over_the_package():
    assert not is_working_day(date(2026, 1, 2))
    assert is_working_day(date(2026, 1, 10))


def test_working_days_are_counted_from_the_day_after():
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert add_working_days(date(2026, 11, 23), 7) == date(2026, 12, 3)


def test_a_working_saturday_counts():
    assert add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)
    assert add_working_days(date(2026, 8, 28), 1) == date(2026, 9, 3)


def test_no_days_later_is_the_day_itself_or_the_next_working_day():
    assert add_working_days(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 28), 0) == date(2026, 11, 30)


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forward"):
        add_working_days(date(2026, 11, 23), -1)
