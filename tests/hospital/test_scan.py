"""hospital.identity.scan: telling the kinds apart, typed numbers, our own codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.identity.own import own_code
from hospital.identity.scan import (
    CardScan,
    CitizenScan,
    OwnCodeScan,
    OwnKind,
    PrescriptionScan,
    TypedCard,
    TypedCitizenId,
    UnknownScan,
    read_scan,
)


@pytest.mark.parametrize("ending", ["", "\r\n", "\t", " \n"])
def test_a_scanner_may_end_with_enter_or_tab(ending):
    assert read_scan(f"001090000017{ending}") == TypedCitizenId("001090000017")


@pytest.mark.parametrize("typed", ["GD4010100000017", "gd4010100000017", "GD 4 01 01 00000017"])
def test_a_typed_card_number_is_known_in_any_case_and_spacing(typed):
    assert read_scan(typed) == TypedCard("GD4010100000017")


@pytest.mark.parametrize("kind", "cnhytCNHYT")
def test_a_prescription_code_is_kept_as_it_is(kind):
    assert read_scan(f"01999a1b2c3d-{kind}") == PrescriptionScan(
        f"01999a1b2c3d-{kind}", facility_code="01999", kind=kind.lower()
    )


def test_a_prescription_code_of_another_kind_is_unknown():
    assert read_scan("01999a1b2c3d-x") == UnknownScan("01999a1b2c3d-x")


@pytest.mark.parametrize("kind", list(OwnKind))
def test_our_printed_codes_are_read_back(kind):
    printed = own_code(kind, "BN260000001")

    assert read_scan(printed) == OwnCodeScan(kind, "BN260000001")
    assert read_scan(f"{printed.lower()}\n") == OwnCodeScan(kind, "BN260000001")


def test_our_code_of_an_unknown_kind_is_unknown():
    assert isinstance(read_scan("HIS-Q-1"), UnknownScan)


@pytest.mark.parametrize("number", ["", "có dấu", "a|b", "X" * 33])
def test_a_code_that_could_not_be_read_back_is_not_printed(number):
    with pytest.raises(ValueError, match="printed code"):
        own_code(OwnKind.PATIENT, number)


@pytest.mark.parametrize(
    "text",
    ["", "https://vneid.example/x", "0100000017", "09123", "a|b|c", "001090000017|x", "GD4|1|2"],
)
def test_anything_else_is_shown_and_does_nothing(text):
    assert read_scan(text) == UnknownScan(text)


def test_a_wrong_sign_for_every_bar_is_understood():
    text = "001090000017~010000017~Nguyễn Văn Mẫu~05031990~Nam~Phường Mẫu, Hà Nội~15062021"

    found = read_scan(text)

    assert isinstance(found, CitizenScan)
    assert (found.full_name, found.birth) == ("Nguyễn Văn Mẫu", "1990-03-05")


@given(st.text())
def test_no_text_is_an_error(text):
    read_scan(text)


FIELD = st.text(st.characters(blacklist_characters="|"), max_size=30)


@given(st.lists(FIELD, min_size=1, max_size=18))
def test_no_fields_of_a_card_are_an_error(fields):
    citizen = read_scan("|".join(["001090000017", *fields]))
    card = read_scan("|".join(["GD4010100000017", *fields]))

    assert isinstance(citizen, CitizenScan | UnknownScan)
    assert isinstance(card, CardScan | UnknownScan | TypedCard)
