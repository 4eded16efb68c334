"""Reading insurance cards in their three layouts."""

from __future__ import annotations

from datetime import date

import pytest

from hospital.identity.scan import CardScan, ScanWarning, UnknownScan, read_scan

NAME, WARD = (
    "4e677579e1bb856e2056c4836e204de1baab75",
    "5068c6b0e1bb9d6e67204de1baab752c2048c3a0204ee1bb9969",
)
SHORT = f"GD4010100000017|{NAME}|05/03/1990|1|{WARD}|01 - 999|01/01/2026|31/12/2026|05/01/2026|$"
LONG = (
    f"GD4010100000017|{NAME}|05/03/1990|1|{WARD}|01 - 999|01/01/2026|-|05/01/2026|01010100000017|"
    "-|4|01/06/2027|0123456789abcdef-7102|$"
)
NEW = (
    f"0100000017|{NAME}|05/03/1990|1|-|01 - 999|01/01/2026|-|05/01/2026|01010100000017|-|4|"
    " 01/06/2027|0123456789abcdef-1202|4|"
    "5175e1baad6e204de1baab752c205468c3a06e68207068e1bb912048c3a0204ee1bb9969|$"
)


def card(text: str) -> CardScan:
    found = read_scan(text)
    assert isinstance(found, CardScan)
    return found


def test_the_short_layout():
    assert card(SHORT) == CardScan(
        number="GD4010100000017",
        social_number="0100000017",
        full_name="Nguyễn Văn Mẫu",
        birth="1990-03-05",
        sex="1",
        address="Phường Mẫu, Hà Nội",
        registered_facility="01999",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        issued_on=date(2026, 1, 5),
    )


def test_the_long_layout_has_five_years_and_no_last_day():
    found = card(LONG)

    assert found.valid_to is None
    assert found.five_years_on == date(2027, 6, 1)
    assert found.management_code == "01010100000017"
    assert found.guardian_name == ""


def test_the_new_card_has_ten_digits_and_no_card_number():
    found = card(NEW)

    assert (found.number, found.social_number) == ("", "0100000017")
    assert (found.full_name, found.address) == ("Nguyễn Văn Mẫu", "")
    assert found.five_years_on == date(2027, 6, 1)
    assert found.issued_by == "Quận Mẫu, Thành phố Hà Nội"


@pytest.mark.parametrize("text", [SHORT, LONG, NEW])
def test_the_closing_dollar_may_be_missing(text):
    assert card(text.removesuffix("|$")) == card(text)


@pytest.mark.parametrize(
    ("printed", "birth"), [("1990", "1990"), ("05031990", "1990-03-05"), ("03/1990", "1990-03")]
)
def test_birth_is_printed_in_several_ways(printed, birth):
    assert card(SHORT.replace("05/03/1990", printed)).birth == birth


@pytest.mark.parametrize("name", ["Nguyễn Văn Mẫu", "abc"])
def test_text_that_is_not_hexadecimal_is_text(name):
    assert card(SHORT.replace(NAME, name)).full_name == name


def test_hexadecimal_of_damaged_text_is_kept_as_it_came():
    assert card(SHORT.replace(NAME, "ff")).full_name == "ff"


def test_a_name_with_question_marks_is_asked_for():
    found = card(SHORT.replace(NAME, "Nguy?n"))

    assert (found.full_name, found.warnings) == ("", (ScanWarning.DAMAGED_TEXT,))


def test_a_registered_facility_may_hold_letters():
    assert card(SHORT.replace("01 - 999", "01 - a99")).registered_facility == "01A99"


def test_a_benefit_level_that_no_card_has_is_pointed_out():
    found = card(SHORT.replace("GD4", "GD9"))

    assert found.number == "GD9010100000017"
    assert found.warnings == (ScanWarning.CARD_NUMBER_UNUSUAL,)


def test_a_card_cut_off_by_the_scanner_is_unknown():
    assert isinstance(read_scan(SHORT[:60]), UnknownScan)
