"""Reading cells and files of catalogues."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from hospital.catalogues import cells
from hospital.catalogues.files import table_open
from hospital.catalogues.keys import joined_key, numeric_key
from hospital.catalogues.refusals import REASONS, Refusal, ValueRefused
from hospital.errors import InputRefused

MONEY = cells.number(places=3, most=999_999_999_999)


def refused(read, cell) -> str:
    with pytest.raises(ValueRefused) as caught:
        read(cell)
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("15000", "15000"),
        ("15000.5", "15000.5"),
        ("1234,5", "1234.5"),
        ("0.125", "0.125"),
        (" 1 500 ", "1500"),
        (1500, "1500"),
        (1234.5, "1234.5"),
        (0, "0"),
    ],
)
def test_numbers_that_can_be_read_in_one_way(cell, amount):
    assert MONEY(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["15.000", "15,000", "1.234.567", "150.000,000"])
def test_numbers_that_can_be_read_in_two_ways_are_refused(cell):
    assert refused(MONEY, cell) in {"ambiguous_number", "not_a_number"}


@pytest.mark.parametrize("cell", ["-1", "mười", "1e5", "nan", -1, float("nan"), float("inf")])
def test_what_is_no_amount_is_refused(cell):
    assert refused(MONEY, cell) == "not_a_number"


def test_amounts_have_three_places_and_a_limit():
    assert refused(MONEY, "1.2345") == "too_many_places"
    assert refused(MONEY, 10**12) == "too_large"
    assert refused(cells.whole(most=10), "1.5") == "too_many_places"
    assert cells.whole(most=10)("10") == 10


@pytest.mark.parametrize(
    "cell",
    ["20260701", "01/07/2026", "1-7-2026", "2026-07-01", "2026-07-01T00:00:00", date(2026, 7, 1),
     datetime(2026, 7, 1, 8, tzinfo=UTC), 20260701, 20260701.0],
)  # fmt: skip
def test_days_come_in_many_forms(cell):
    assert cells.day(cell) == date(2026, 7, 1)


@pytest.mark.parametrize("cell", ["20260230", "32/01/2026", "46204", "hôm nay", 46204])
def test_what_is_no_day_is_refused(cell):
    assert refused(cells.day, cell) == "not_a_day"


def test_a_code_that_lost_its_zero_in_a_spreadsheet_is_refused_not_guessed():
    route = cells.shaped(r"[0-9]\.[0-9]{2}", "1.01")

    assert route("2.10") == "2.10"
    assert refused(route, 2.1) == "wrong_shape"


@pytest.mark.parametrize(("cell", "answer"), [("x", True), ("1", True), ("0", False), ("Có", True)])
def test_flags(cell, answer):
    assert cells.flag(cell) is answer


def test_a_flag_of_another_word_is_refused():
    assert refused(cells.flag, "maybe") == "not_a_choice"


def test_long_keys_stay_distinct_within_their_length():
    first, second = joined_key("a" * 600, "1"), joined_key("a" * 600, "2")

    assert first != second
    assert len(first) == len(second) == 512


def test_numeric_keys_are_stable_and_fit_the_range_of_the_constraint():
    assert numeric_key("ma_nhom", "1") == numeric_key("ma_nhom", "1")
    assert numeric_key("a", "bc") != numeric_key("ab", "c")
    assert 0 <= numeric_key("icd10", "J18.9") < 2**62


def test_every_reason_is_a_sentence_with_its_facts():
    facts = {
        "length": 9, "most": 5, "choices": "1, 2", "example": "K01", "facility": "01998",
        "list": "ma_nhom", "other": 3,
    }  # fmt: skip

    for code in REASONS:
        reason = Refusal(7, "MA_THUOC", code, facts).reason
        assert reason
        assert "{" not in reason


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_file_is_read_with_any_separator_comment_and_byte_order_mark(
    tmp_path, separator, mark
):
    path = tmp_path / "khoa.csv"
    lines = ["# nguồn: mẫu", "STT;MA_KHOA;TEN_KHOA", '1;K01;"Khoa;\nKhám"', ";;", "2;K02;Khoa Nội"]
    text = "\n".join([lines[0], *(line.replace(";", separator) for line in lines[1:])])
    path.write_text(f"{mark}{text}\n", encoding="utf-8")

    with table_open(path, marker="MA_KHOA") as table:
        rows = list(table.rows)

    assert table.headers == ("STT", "MA_KHOA", "TEN_KHOA")
    assert [(number, row["MA_KHOA"]) for number, row in rows] == [(3, "K01"), (6, "K02")]
    assert cells.text(rows[0][1]["TEN_KHOA"]).startswith("Khoa")


def test_a_spreadsheet_is_read_below_its_title_and_by_its_spelled_headers(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (["DANH MỤC KHOA"], [], ["STT", "Mã khoa", "ten khoa"], [1, "K01", "Khám"], [2]):
        sheet.append(line)
    book.save(tmp_path / "khoa.xlsx")

    with table_open(tmp_path / "khoa.xlsx", marker="MA_KHOA") as table:
        rows = list(table.rows)

    assert table.headers == ("STT", "MA_KHOA", "TEN_KHOA")
    assert [number for number, _ in rows] == [4, 5]
    assert rows[0][1] == {"STT": 1, "MA_KHOA": "K01", "TEN_KHOA": "Khám"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("khoa.csv", "STT,TEN_KHOA\n1,Khám\n".encode(), "catalogue_columns_missing"),
        ("khoa.csv", b"", "catalogue_columns_missing"),
        ("khoa.csv", "STT,MA_KHOA\n1,Khám\n".encode("utf-16"), "catalogue_file_not_utf8"),
        ("khoa.xlsx", b"not a workbook", "catalogue_file_unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(InputRefused) as caught, table_open(path, marker="MA_KHOA") as table:
        list(table.rows)

    assert caught.value.code == code
