"""Reading the code of a citizen card (CCCD from 2021, căn cước from 2024-07-01).

Fields by position: number, former number, name, birth, sex, residence, day of issue. Newer cards
carry more fields after these; they are not read. The code is not signed: it fills a form and proves
nothing.
"""

from __future__ import annotations

from hospital.identity.kinds import CitizenScan, ScanWarning
from hospital.identity.values import (
    is_damaged_address,
    is_damaged_name,
    partial_birth,
    sex_code,
    whole_date,
)
from hospital.text import clean_text

LEAST_FIELDS = 6
MALE, FEMALE = "1", "2"


def read_citizen(fields: list[str]) -> CitizenScan | None:
    """Return the card of the fields of its code, None when there are too few of them."""
    if len(fields) < LEAST_FIELDS:
        return None
    personal_id, former_id, name, birth, sex, address, issued = [*fields, ""][:7]
    warnings: list[ScanWarning] = []
    if is_damaged_name(name) or is_damaged_address(address):
        warnings.append(ScanWarning.DAMAGED_TEXT)
    known_birth, known_sex = partial_birth(birth), sex_code(sex) or _sex_in(personal_id)
    if not known_birth:
        warnings.append(ScanWarning.BIRTH_UNREADABLE)
    elif known_birth[:4] != _birth_year_in(personal_id):
        warnings.append(ScanWarning.BIRTH_YEAR_DISAGREES)
    if known_sex != _sex_in(personal_id):
        warnings.append(ScanWarning.SEX_DISAGREES)
    return CitizenScan(
        personal_id=personal_id,
        former_id=former_id if former_id.isdecimal() and len(former_id) == 9 else "",
        full_name="" if is_damaged_name(name) else clean_text(name),
        birth=known_birth,
        sex=known_sex,
        address="" if is_damaged_address(address) else clean_text(address),
        issued_on=whole_date(issued),
        warnings=tuple(warnings),
    )


def _sex_in(personal_id: str) -> str:
    """Digit 4 counts centuries in pairs: even male, odd female."""
    return FEMALE if int(personal_id[3]) % 2 else MALE


def _birth_year_in(personal_id: str) -> str:
    return f"{19 + int(personal_id[3]) // 2}{personal_id[4:6]}"
