"""Amounts of money in Vietnamese words, as papers about money write them.

Formal reading: a group of three figures that follows others is read with its hundreds ("không
trăm") and a missing ten as "linh"; a group of zeros is not read at all. The library num2words
leaves the hundreds out (1.000.015 → "một triệu lẻ mười lăm"), hence this module.
"""

from __future__ import annotations

from decimal import Decimal

FIGURES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu")
BILLION = 10**9


def amount_words(amount: Decimal | int) -> str:
    """Return `Một trăm hai mươi nghìn đồng`; `amount` in whole đồng.

    Raises ValueError for a negative amount or one with a fraction of a đồng.
    """
    whole = int(amount)
    if whole != amount or whole < 0:
        raise ValueError("only a whole amount of đồng from 0 upwards has words")
    words = f"{number_words(whole)} đồng"
    return words[0].upper() + words[1:]


def number_words(number: int) -> str:
    """Return a whole number from 0 upwards in words, `tỷ` repeated above a thousand of them."""
    if number == 0:
        return FIGURES[0]
    billions, rest = divmod(number, BILLION)
    parts = [f"{number_words(billions)} tỷ"] if billions else []
    for position in (2, 1, 0):
        group, rest = divmod(rest, 1000**position)
        if group:
            parts.append(f"{_group_words(group, is_first=not parts)}{GROUPS[position]}")
    return " ".join(parts)


def _group_words(group: int, *, is_first: bool) -> str:
    """Return 1 to 999; only the first group of a number drops its empty hundreds and tens."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if hundreds or not is_first:
        words.append(f"{FIGURES[hundreds]} trăm")
    if tens == 1:
        words.append("mười")
    elif tens:
        words.append(f"{FIGURES[tens]} mươi")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_ones_word(ones, tens))
    return " ".join(words)


def _ones_word(ones: int, tens: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 5 and tens:
        return "lăm"
    return FIGURES[ones]
