"""How single values are written (D08)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from billing.claim_facts import FACILITY_ZONE
from insurance_gateway.document import formats
from insurance_gateway.document.value_types import is_birth, is_decimal


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1980", "198000000000"),
        ("1980-05", "198005000000"),
        ("1980-05-15", "198005150000"),
        ("1980-05-15T07:30", "198005150730"),
        ("2026-11-01T23:05:00+07:00", "202611012305"),
    ],
)
def test_unknown_parts_of_a_birth_are_zeros(value, written):
    assert formats.birth(value) == written
    assert is_birth(written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (Decimal(0), "0"),
        (Decimal("0.00"), "0"),
        (Decimal("-0.00"), "0"),
        (Decimal("0E+3"), "0"),
        (Decimal("100"), "100"),
        (Decimal("80.00"), "80"),
        (Decimal("47.50"), "47.5"),
        (Decimal("1E+5"), "100000"),
        (Decimal("1.2E+3"), "1200"),
        (Decimal("5E-7"), "0.0000005"),
        (Decimal("12350.125"), "12350.125"),
    ],
)
def test_numbers_have_no_exponent_and_no_spare_zeros(value, written):
    assert formats.number(value) == written


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_a_number_is_read_back_equal(value):
    written = formats.number(value)

    assert is_decimal(written)
    assert Decimal(written) == value


def test_a_moment_is_written_in_the_time_of_the_facility():
    assert formats.moment(datetime(2026, 11, 9, 17, 5, tzinfo=UTC)) == "202611100005"
    assert formats.moment(datetime(2026, 11, 10, 0, 5, tzinfo=FACILITY_ZONE)) == "202611100005"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="without zone"):
        formats.moment(datetime(2026, 11, 10))  # noqa: DTZ001 - the fault under test


def test_an_exemption_is_a_day_by_paper_and_a_moment_when_computed():
    computed = datetime(2026, 11, 10, 9, 30, tzinfo=FACILITY_ZONE)

    assert formats.day_or_moment(date(2026, 11, 10)) == "20261110"
    assert formats.day_or_moment(computed) == "202611100930"
    assert formats.day_or_moment(None) == ""


def test_lists_are_joined_without_blanks_and_keep_their_places():
    assert formats.texts(("I10", "K29.7")) == "I10;K29.7"
    assert formats.texts(()) == ""
    assert formats.days((date(2026, 11, 10), None)) == "20261110;"


def test_a_flag_is_one_or_empty():
    assert (formats.flag(True), formats.flag(False)) == ("1", "")


def test_marks_are_escaped_and_control_characters_removed():
    assert formats.text("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert formats.text("a\x00b\x0bc\r\nd\x7fe\x85f\ufffeg\ud800h\ti") == "abc\ndefgh\ti"


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_survives_a_parser(value):
    written = formats.text(value)

    parsed = etree.fromstring(f"<X>{written}</X>".encode()).text or ""

    assert parsed == value.translate(dict.fromkeys(formats.REMOVED))
