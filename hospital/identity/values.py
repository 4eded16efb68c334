"""Single values printed on cards: dates with unknown parts, sex, names a scanner has damaged."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from hospital.text import clean_text

SEX_CODES = {"nam": "1", "nữ": "2", "1": "1", "2": "2", "3": "3"}
DATE_LENGTHS = {4, 6, 8}
VIETNAMESE_MARKS = set("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
NAME_SIGNS = set(" '’-.,")
ADDRESS_SIGNS = NAME_SIGNS | set('/\\()&:;+#"–°')


def partial_birth(text: str) -> str:
    """Return ISO text of the known parts of ddMMyyyy, MMyyyy or yyyy; "" when it is no date."""
    digits = re.sub(r"\D", "", text)
    if len(digits) not in DATE_LENGTHS or int(digits[-4:]) < 1:
        return ""
    parts = [int(digits[-4:])]
    if len(digits) >= 6:
        parts.append(int(digits[-6:-4]))
    if len(digits) == 8:
        parts.append(int(digits[:2]))
    # Some offices print 00 for a day or month nobody knows.
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    padded = [*parts, 1, 1][:3]
    try:
        date(*padded)
    except ValueError:
        return ""
    return "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])


def whole_date(text: str) -> date | None:
    """Return the day of ddMMyyyy or dd/MM/yyyy, None when it is empty or no day."""
    birth = partial_birth(text)
    return date.fromisoformat(birth) if len(birth) == 10 else None


def sex_code(text: str) -> str:
    """Return GIOI_TINH for Nam, Nữ, 1, 2, 3; "" for anything else."""
    return SEX_CODES.get(clean_text(text).lower(), "")


def is_damaged_name(text: str) -> bool:
    """Say whether a name holds what no Vietnamese name holds: ?, digits, foreign letters."""
    return any(_is_foreign(sign, NAME_SIGNS) for sign in clean_text(text))


def is_damaged_address(text: str) -> bool:
    """Say whether an address has been through a wrong code page; digits are at home here."""
    return any(
        _is_foreign(sign, ADDRESS_SIGNS) for sign in clean_text(text) if not sign.isdecimal()
    )


def _is_foreign(sign: str, allowed: set[str]) -> bool:
    if sign in allowed:
        return False
    parts = unicodedata.normalize("NFD", sign)
    is_latin = parts[0].isascii() and parts[0].isalpha()
    return not ((is_latin or parts[0] in "đĐ") and set(parts[1:]) <= VIETNAMESE_MARKS)
