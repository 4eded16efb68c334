"""Reading the code of an insurance card.

Three layouts are in use: short (9 fields), long (14) and the new card with 10 digits (16), each
closed by `$`. Names are hexadecimal UTF-8, `-` is empty. The meaning of fields 12 and 15 is not
certain and the check field 14 has no published rule: none of them is read.
"""

from __future__ import annotations

import re

from hospital.identity.kinds import CardScan, ScanWarning
from hospital.identity.values import partial_birth, sex_code, whole_date
from hospital.text import clean_text

LEAST_FIELDS = 8
CARD_NUMBER = re.compile(r"^[A-Z]{2}[1-5][0-9]{12}$")
MANAGEMENT, GUARDIAN, FIVE_YEARS, ISSUER = 9, 10, 12, 15


def read_card(fields: list[str]) -> CardScan | None:
    """Return the card of the fields of its code, None when there are too few of them."""
    values = ["" if text == "-" else text for text in (field.strip() for field in fields)]
    if "$" in values:
        values = values[: values.index("$")]
    if len(values) < LEAST_FIELDS:
        return None
    values += [""] * (ISSUER + 1 - len(values))
    name, number = _hex_text(values[1]), values[0].upper()
    is_full = len(number) == 15
    warnings: list[ScanWarning] = []
    if is_full and not CARD_NUMBER.match(number):
        warnings.append(ScanWarning.CARD_NUMBER_UNUSUAL)
    if "\ufffd" in name or "?" in name:
        warnings.append(ScanWarning.DAMAGED_TEXT)
        name = ""
    birth = partial_birth(values[2])
    if not birth:
        warnings.append(ScanWarning.BIRTH_UNREADABLE)
    return CardScan(
        number=number if is_full else "",
        social_number=number[-10:],
        full_name=name,
        birth=birth,
        sex=sex_code(values[3]),
        address=_hex_text(values[4]),
        registered_facility=re.sub(r"[\s-]", "", values[5]).upper(),
        valid_from=whole_date(values[6]),
        valid_to=whole_date(values[7]),
        issued_on=whole_date(values[8]),
        five_years_on=whole_date(values[FIVE_YEARS]),
        management_code=values[MANAGEMENT],
        guardian_name=_hex_text(values[GUARDIAN]),
        issued_by=_hex_text(values[ISSUER]),
        warnings=tuple(warnings),
    )


def _hex_text(text: str) -> str:
    """Return the text behind hexadecimal digits; anything else is text already."""
    try:
        return clean_text(bytes.fromhex(text).decode())
    except ValueError:
        return clean_text(text)
