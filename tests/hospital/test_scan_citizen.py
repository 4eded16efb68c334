"""Reading citizen cards: CCCD, căn cước, VNeID, and what damaged scanners send."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from hospital.identity.scan import CitizenScan, ScanWarning, read_scan

PRINTED = (
    "001090000017|010000017|Nguyễn Văn Mẫu|05031990|Nam|"
    "Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Mẫu, Hà Nội|15062021"
)


def citizen(text: str) -> CitizenScan:
    found = read_scan(text)
    assert isinstance(found, CitizenScan)
    return found


def test_the_chip_card_fills_every_field():
    assert citizen(PRINTED) == CitizenScan(
        personal_id="001090000017",
        former_id="010000017",
        full_name="Nguyễn Văn Mẫu",
        birth="1990-03-05",
        sex="1",
        address="Số 1 Đường Thử Nghiệm, Phường Mẫu, Quận Mẫu, Hà Nội",
        issued_on=date(2021, 6, 15),
    )


def test_the_former_number_may_be_missing():
    found = citizen(
        "079196000028||Trần Thị Thử|29021996|Nữ|Thôn Mẫu, Xã Mẫu, Huyện Mẫu, Hà Nam|01022022"
    )

    assert (found.former_id, found.birth, found.sex, found.warnings) == ("", "1996-02-29", "2", ())


def test_fields_after_the_seventh_are_not_read():
    found = citizen(
        "001324000039||Lê Bé Mẫu|10112024|Nữ|Số 2 Đường Thử Nghiệm, Phường Mẫu, Hà Nội|20112025|"
        "|Nguyễn Văn Mẫu|Trần Thị Thử|"
    )

    assert (found.full_name, found.birth, found.sex) == ("Lê Bé Mẫu", "2024-11-10", "2")
    assert found.warnings == ()


def test_six_fields_are_enough():
    assert citizen(PRINTED.rpartition("|")[0]).issued_on is None


@pytest.mark.parametrize(
    ("printed", "birth"),
    [
        ("05031990", "1990-03-05"),
        ("031990", "1990-03"),
        ("1990", "1990"),
        ("00031990", "1990-03"),
        ("00001990", "1990"),
    ],
)
def test_an_unknown_day_or_month_stays_unknown(printed, birth):
    assert citizen(PRINTED.replace("05031990", printed)).birth == birth


@pytest.mark.parametrize("printed", ["30021990", "", "mẫu", "1", "00000000"])
def test_a_birth_that_is_no_day_is_asked_for(printed):
    found = citizen(PRINTED.replace("05031990", printed))

    assert (found.birth, found.warnings) == ("", (ScanWarning.BIRTH_UNREADABLE,))


def test_sex_and_birth_year_are_compared_with_the_number():
    found = citizen(PRINTED.replace("|Nam|", "|Nữ|").replace("05031990", "05031991"))

    assert found.sex == "2"
    assert found.birth == "1991-03-05"
    assert set(found.warnings) == {ScanWarning.SEX_DISAGREES, ScanWarning.BIRTH_YEAR_DISAGREES}


def test_a_missing_sex_is_taken_from_the_number():
    found = citizen(PRINTED.replace("|Nam|", "||"))

    assert (found.sex, found.warnings) == ("1", ())


@pytest.mark.parametrize(
    "name",
    [
        "Nguy?n V?n M?u",
        "Nguy\ufffdn",
        "Nguyễn Văn Mẫu".encode().decode("latin-1"),
        "LÊ THỊ MẪU".encode().decode("cp1252", "replace"),
        "Nguye64n",
    ],
)
def test_a_damaged_name_is_asked_for_and_the_numbers_stay(name):
    found = citizen(PRINTED.replace("Nguyễn Văn Mẫu", name))

    assert found.full_name == ""
    assert (found.personal_id, found.birth) == ("001090000017", "1990-03-05")
    assert found.warnings == (ScanWarning.DAMAGED_TEXT,)


@pytest.mark.parametrize("name", ["Y-Mẫu K’Thử", "LÃ THỊ MẪU", "H' Bia Mẫu", "Nguyễn ĐỨC ƯỚC"])
def test_unusual_names_are_no_damage(name):
    assert citizen(PRINTED.replace("Nguyễn Văn Mẫu", name)).full_name == name


def test_a_decomposed_name_is_composed():
    found = citizen(unicodedata.normalize("NFD", PRINTED))

    assert found.full_name == "Nguyễn Văn Mẫu"
    assert found.sex == "1"
