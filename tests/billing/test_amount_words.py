"""Amounts in words: the cases on which papers go wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from num2words import num2words

from billing.amount_words import amount_words, number_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (4, "Bốn đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi bốn đồng"),
        (25, "Hai mươi lăm đồng"),
        (100, "Một trăm đồng"),
        (101, "Một trăm linh một đồng"),
        (105, "Một trăm linh năm đồng"),
        (110, "Một trăm mười đồng"),
        (115, "Một trăm mười lăm đồng"),
        (121, "Một trăm hai mươi mốt đồng"),
        (1_000, "Một nghìn đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (1_021, "Một nghìn không trăm hai mươi mốt đồng"),
        (35_325, "Ba mươi lăm nghìn ba trăm hai mươi lăm đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_000_015, "Một triệu không trăm mười lăm đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (
            1_234_567,
            "Một triệu hai trăm ba mươi bốn nghìn năm trăm sáu mươi bảy đồng",
        ),
        (20_000_300, "Hai mươi triệu ba trăm đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (10_000_000_001, "Mười tỷ không trăm linh một đồng"),
        (2_000_050_000_000, "Hai nghìn tỷ không trăm năm mươi triệu đồng"),
        (1_000_005_000_000_000, "Một triệu không trăm linh năm tỷ đồng"),
    ],
)
def test_amounts_are_read_as_papers_write_them(amount, words):
    assert amount_words(amount) == words
    assert amount_words(Decimal(amount)) == words


def test_numbers_below_a_thousand_read_as_the_library_reads_them():
    ours = [number_words(number) for number in range(1000)]

    assert ours == [num2words(n, lang="vi").replace("lẻ", "linh") for n in range(1000)]


def test_no_two_amounts_read_the_same():
    numbers = {base + step for base in (0, 10**3, 10**6, 10**9, 10**12) for step in range(0, 1200)}

    assert len({number_words(number) for number in numbers}) == len(numbers)


@pytest.mark.parametrize("amount", [Decimal("-1"), Decimal("1000.5"), -5])
def test_an_amount_without_words_is_refused(amount):
    with pytest.raises(ValueError, match="whole amount"):
        amount_words(amount)
