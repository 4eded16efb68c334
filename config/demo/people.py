"""Invented people with invented cards: the same ones at every start.

Names carry the words Mẫu, Thử, Ví Dụ, Giả Định, so that nobody takes them for real. The last three
digits of a card stay above 500, because the simulator answers lower ones with the code they spell.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"]
MIDDLES = {"1": ["Văn", "Hữu", "Đức", "Quang"], "2": ["Thị", "Ngọc", "Thu", "Thanh"]}
GIVENS = ["Mẫu", "Thử", "Ví Dụ", "Giả Định", "Minh Hoạ", "Nháp", "Tạm", "Thí Nghiệm"]
WARDS = [("Phường Mẫu", "00004"), ("Phường Ví Dụ", "00008"), ("Xã Thử Nghiệm", "00025")]
PROVINCE = "01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person. `card` is empty for the uninsured, `personal_id` for small children."""

    full_name: str
    birth: date
    sex: str
    personal_id: str
    phone: str
    address: str
    commune_code: str
    card: str
    registered_facility: str
    five_years_on: date | None
    guardian: str

    @property
    def sex_text(self) -> str:
        return "Nam" if self.sex == "1" else "Nữ"

    def citizen_qr(self) -> str:
        """Return the text of the chip card's QR (TT 06/2021/TT-BCA)."""
        born = f"{self.birth:%d%m%Y}"
        return (
            f"{self.personal_id}||{self.full_name}|{born}|{self.sex_text}|{self.address}|01012022"
        )

    def card_qr(self, valid_from: date, valid_to: date) -> str:
        """Return the text of the insurance card's QR, short layout."""
        registered = f"{self.registered_facility[:2]} - {self.registered_facility[2:]}"
        return "|".join(
            [
                self.card,
                self.full_name.encode().hex(),
                f"{self.birth:%d/%m/%Y}",
                self.sex,
                self.address.encode().hex(),
                registered,
                f"{valid_from:%d/%m/%Y}",
                f"{valid_to:%d/%m/%Y}",
                f"{valid_from:%d/%m/%Y}",
                "$",
            ]
        )


def person_invent(number: int, *, kind: str, registered_facility: str, today: date) -> Person:
    """Return invented person `number`; `kind` is a card head such as DN4, TE1, or empty."""
    draw = random.Random(f"tỉnh Mẫu {number}")
    is_child = kind == "TE1"
    sex = draw.choice("12")
    family = FAMILIES[number % len(FAMILIES)]
    given = GIVENS[(number // len(FAMILIES)) % len(GIVENS)]
    name = f"{family} {'Bé' if is_child else draw.choice(MIDDLES[sex])} {given}"
    birth = _birth(draw, is_child, kind, today)
    ward, commune_code = draw.choice(WARDS)
    return Person(
        full_name=name,
        birth=birth,
        sex=sex,
        personal_id="" if is_child else _personal_id(number, birth, sex),
        phone=f"0900{number:06d}",
        address=f"Số {draw.randint(1, 99)} Đường Thử Nghiệm, {ward}, tỉnh Mẫu",
        commune_code=commune_code,
        card=f"{kind}{PROVINCE}{number:07d}{501 + number % 498:03d}" if kind else "",
        registered_facility=registered_facility,
        five_years_on=None if is_child else date(2020 + number % 9, 1 + number % 12, 1),
        guardian=f"{family} Thị Phụ Huynh" if is_child else "",
    )


def _birth(draw: random.Random, is_child: bool, kind: str, today: date) -> date:
    if is_child:
        return date(today.year - draw.randint(1, 4), draw.randint(1, 12), draw.randint(1, 28))
    oldest, youngest = (88, 61) if kind.startswith("HT") else (60, 20)
    year = today.year - draw.randint(youngest, oldest)
    return date(year, draw.randint(1, 12), draw.randint(1, 28))


def _personal_id(number: int, birth: date, sex: str) -> str:
    century = (birth.year // 100 - 19) * 2 + (1 if sex == "2" else 0)
    return f"001{century}{birth.year % 100:02d}{number:06d}"


def insured_row(person: Person, *, valid_from: date, valid_to: date) -> dict[str, str]:
    """Return what the insurer knows of an insured person, as the simulator reads it."""
    return {
        "maThe": person.card,
        "cccd": person.personal_id,
        "hoTen": person.full_name,
        "ngaySinh": f"{person.birth:%d/%m/%Y}",
        "gioiTinh": person.sex_text,
        "diaChi": person.address,
        "maDKBD": person.registered_facility,
        "gtTheTu": f"{valid_from:%d/%m/%Y}",
        "gtTheDen": f"{valid_to:%d/%m/%Y}",
        "maKV": "",
        "ngayDu5Nam": f"{person.five_years_on:%d/%m/%Y}" if person.five_years_on else "",
    }
