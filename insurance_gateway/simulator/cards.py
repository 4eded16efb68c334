"""What the gateway says of a card.

The last three digits of a card choose its code (`…060` is always 060); all other cards are judged
by the people file. Source of the codes: CV 1923/BHXH-CNTT annex 03.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from insurance_gateway.client.codes import code_meaning, code_meanings
from insurance_gateway.simulator.people import People, Person, successor

NUMBER_LENGTHS = {10, 12, 15, 17}
BIRTH = re.compile(r"((0[1-9]|[12]\d|3[01])/)?(0[1-9]|1[0-2])/\d{4}|\d{4}")
CARD = re.compile(r"[A-Z]{2}\d{13}")
BENEFIT_DIGITS = "12345"
NEVER_BY_DIGITS = {"000", "401", "402", "403"}
BY_DIGITS = {code for service, code in code_meanings() if service == "card"} - NEVER_BY_DIGITS
WITH_DETAILS = {"000", "001", "002", "003", "004", "010"}
WITH_NEW_CARD = {"003", "004"}
NEW_CARD_DIGITS = {successor(f"{'0' * 12}{code}")[-3:] for code in WITH_NEW_CARD}


@dataclass(frozen=True, slots=True)
class LookUp:
    """The five fields of a question, as they came."""

    number: str
    full_name: str
    birth: str
    staff_name: str
    staff_personal_id: str


def card_answer(asked: LookUp, *, people: People, day: date) -> dict[str, object]:
    """Return the body of the answer, code in maKetQua."""
    number = re.sub(r"[\s-]", "", asked.number).upper()
    person = people.find(number)
    if person is None and number[-3:] in NEW_CARD_DIGITS:
        person = _invented(asked, number, day)
    code = (
        _wrong_question(asked, number, people)
        or _wrong_card(number, person)
        or _judged(asked, person, day)
    )
    if code == "205" and not (asked.staff_name and asked.staff_personal_id):
        return {"maKetQua": code, "ghiChu": "Null hoTenCb"}
    if code not in WITH_DETAILS:
        meaning = code_meaning("card", code)
        return {"maKetQua": code, "ghiChu": f"{meaning.meaning if meaning else code}!"}
    return _details(code, person or _invented(asked, number, day), number)


def same_name(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _wrong_question(asked: LookUp, number: str, people: People) -> str:
    """Return 205, 054 or 055 when the question itself is refused."""
    if not (asked.full_name.strip() and asked.staff_name and asked.staff_personal_id):
        return "205"
    if len(number) not in NUMBER_LENGTHS or not BIRTH.fullmatch(asked.birth.strip()):
        return "205"
    employees = people.employees()
    if employees is None:
        return ""
    if asked.staff_personal_id not in employees:
        return "054"
    return "" if same_name(employees[asked.staff_personal_id], asked.staff_name) else "055"


def _wrong_card(number: str, person: Person | None) -> str:
    """Return a code that the card number alone decides, else ""."""
    card = number if len(number) == 15 else (person or {}).get("maThe", "")
    if len(number) == 15 and not CARD.fullmatch(number):
        return "051"
    if card[-3:] in BY_DIGITS:
        return card[-3:]
    if len(number) != 15 or person is not None:
        return ""
    if number[2] not in BENEFIT_DIGITS:
        return "053"
    return "052" if number[3:5] == "00" else ""


def _judged(asked: LookUp, person: Person | None, day: date) -> str:
    if person is None:
        return "050"
    if not same_name(asked.full_name, person["hoTen"]):
        return "061" if _initials(asked.full_name) == _initials(person["hoTen"]) else "060"
    if not _same_birth(asked.birth.strip(), person["ngaySinh"]):
        return "070"
    ends = person.get("gtTheDen", "")
    is_over = ends and datetime.strptime(ends, "%d/%m/%Y").date() < day  # noqa: DTZ007 (a day)
    return "010" if is_over else "000"


def _details(code: str, person: Person, asked_number: str) -> dict[str, object]:
    card = person["maThe"]
    if asked_number == successor(card) and asked_number != card:
        card = asked_number
    texts = {
        key: person.get(key, "")
        for key in ("hoTen", "ngaySinh", "gioiTinh", "diaChi", "maDKBD", "gtTheTu", "gtTheDen")
    }
    return {
        "maKetQua": code,
        "ghiChu": _sentence(code, person),
        "maThe": card,
        **texts,
        "cqBHXH": person.get("cqBHXH", "Bảo hiểm xã hội tỉnh Mẫu"),
        "maKV": person.get("maKV", ""),
        "ngayDu5Nam": person.get("ngayDu5Nam", ""),
        "maSoBHXH": card[-10:],
        "maTheCu": None,
        **_new_card(code, person),
        "dsLichSuKCB2018": None,
    }


def _new_card(code: str, person: Person) -> dict[str, str | None]:
    if code not in WITH_NEW_CARD:
        keys = ("maTheMoi", "gtTheTuMoi", "gtTheDenMoi", "maDKBDMoi", "tenDKBDMoi")
        return dict.fromkeys(keys)
    return {
        "maTheMoi": person.get("maTheMoi") or successor(person["maThe"]),
        "gtTheTuMoi": person.get("gtTheTuMoi") or person.get("gtTheTu", ""),
        "gtTheDenMoi": person.get("gtTheDenMoi") or person.get("gtTheDen", ""),
        "maDKBDMoi": person.get("maDKBDMoi") or person.get("maDKBD", ""),
        "tenDKBDMoi": person.get("tenDKBDMoi", ""),
    }


def _sentence(code: str, person: Mapping[str, str]) -> str:
    meaning = code_meaning("card", code)
    opening = "Thẻ còn giá trị sử dụng" if code == "000" else meaning.meaning if meaning else code
    return (
        f"{opening}! Họ tên: {person['hoTen']}, Ngày sinh: {person['ngaySinh']},"
        f" Giới tính : {person.get('gioiTinh', '')}! (ĐC: {person.get('diaChi', '')};"
        f" Nơi KCBBĐ: {person.get('maDKBD', '')};"
        f" Hạn thẻ: {person.get('gtTheTu', '')} - {person.get('gtTheDen', '')};"
        f" Thời điểm đủ 5 năm liên tục: {person.get('ngayDu5Nam', '')})."
    )


def _invented(asked: LookUp, number: str, day: date) -> Person:
    """Return a person as asked for, for cards whose digits alone choose an answer with details."""
    return {
        "maThe": number,
        "hoTen": asked.full_name,
        "ngaySinh": asked.birth,
        "gtTheTu": f"01/01/{day.year}",
        "gtTheDen": f"31/12/{day.year}",
    }


def _same_birth(asked: str, known: str) -> bool:
    """A shorter date fits when it is the end of the longer one: 1990 fits 05/03/1990."""
    short, long = sorted((asked, known), key=len)
    return long == short or long.endswith(f"/{short}")


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).upper().split())


def _initials(name: str) -> str:
    return "".join(word[0] for word in _plain(name).split())
