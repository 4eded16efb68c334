"""The checks on a received file, in the gateway's order; the first refusal ends them.

base64 (205), well-formed (204), structure by the rows of the edition (123), facility (402),
signature (125), size (1001).
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from insurance_gateway.document.conformity import claim_edition, edition_at
from insurance_gateway.document.editions import fields_of
from insurance_gateway.document.reading import check_in_open, claim_open
from insurance_gateway.errors import DocumentUnreadable, EditionUnknown
from insurance_gateway.simulator.accounts import Account
from insurance_gateway.simulator.archive import Incoming, card_digest
from insurance_gateway.simulator.signatures import SignatureRule

FILE_KINDS = {"claim": ("130", "3176"), "check_in": ("0",)}
UNREADABLE_CODES = {
    "empty": "204",
    "not_utf8": "204",
    "doctype": "204",
    "not_xml": "204",
    "not_base64": "205",
    "bad_date": "202",
}
Tables = dict[str, list[dict[str, str]]]


class Refused(Exception):
    """A file is not taken: the gateway's code and a sentence; `ma_lk` when reading got that far."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.ma_lk = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The form fields of a sending call."""

    kind: str
    file_kind: str
    province: str
    facility: str
    file_base64: str
    now: datetime


@dataclass(frozen=True, slots=True)
class IntakeRules:
    signature: SignatureRule
    size_limit: int


@dataclass(frozen=True, slots=True)
class _Opened:
    """A read file; `facilities` are all codes found in it, `head` its first XML1 or XML0 row."""

    facilities: frozenset[str]
    head: dict[str, str]
    edition: str
    tables: Tables


def incoming_of(delivery: Delivery, *, account: Account, rules: IntakeRules) -> Incoming:
    """Return the file ready to be stored. Raises Refused."""
    content = _decoded(delivery)
    opened = _opened(delivery.kind, content)
    try:
        _check(content, opened, delivery, account, rules)
    except Refused as refused:
        refused.ma_lk = opened.head.get("MA_LK", "")
        raise
    head = opened.head
    return Incoming(
        kind=delivery.kind,
        facility=delivery.facility,
        ma_lk=head["MA_LK"],
        account=account.username,
        content=content,
        totals={name: value for name, value in head.items() if name.startswith("T_")},
        cards=frozenset(map(card_digest, filter(None, head["MA_THE_BHYT"].split(";")))),
    )


def structure_problems(tables: Tables, edition: str) -> Iterator[str]:
    """Yield where a table does not have exactly the tags of the edition, in order."""
    for table, rows in tables.items():
        expected = [field.name for field in fields_of(edition, table)]
        for number, row in enumerate(rows, start=1):
            if list(row) != expected:
                yield f"{table} dòng {number}: {_difference(list(row), expected)}"


def _check(
    content: bytes, opened: _Opened, delivery: Delivery, account: Account, rules: IntakeRules
) -> None:
    for problem in structure_problems(opened.tables, opened.edition):
        raise Refused("123", problem)
    _check_facility(delivery, opened, account)
    if reason := rules.signature.refusal(content, delivery.facility, now=delivery.now):
        raise Refused("125", reason)
    if len(content) > rules.size_limit:
        raise Refused("1001", f"tệp {len(content)} byte")


def _difference(found: list[str], expected: list[str]) -> str:
    missing = [name for name in expected if name not in found]
    if missing:
        return f"thiếu thẻ {missing[0]}"
    surplus = [name for name in found if name not in expected]
    if surplus:
        return f"thừa thẻ {surplus[0]}"
    return f"sai thứ tự thẻ {next(a for a, b in zip(found, expected, strict=True) if a != b)}"


def _decoded(delivery: Delivery) -> bytes:
    if delivery.file_kind not in FILE_KINDS[delivery.kind]:
        raise Refused("205", "loaiHoSo không đúng")
    try:
        content = b64decode(delivery.file_base64, validate=True)
    except (Base64Error, ValueError) as error:
        raise Refused("205", "không giải mã được base64") from error
    if not content or content.startswith(b"\xef\xbb\xbf"):
        raise Refused("205", "tệp trống hoặc có BOM")
    return content


def _opened(kind: str, content: bytes) -> _Opened:
    try:
        return _opened_check_in(content) if kind == "check_in" else _opened_claim(content)
    except DocumentUnreadable as error:
        code = UNREADABLE_CODES.get(error.code, "123")
        raise Refused(code, f"không đọc được ({error.code})") from error
    except EditionUnknown as error:
        raise Refused("123", "không có phiên bản cho ngày này") from error


def _opened_claim(content: bytes) -> _Opened:
    claim = claim_open(content)
    if "XML1" not in claim.tables:
        raise Refused("123", "thiếu XML1")
    head = claim.tables["XML1"][0]
    facilities = frozenset({claim.facility_code, head.get("MA_CSKCB", "")})
    return _Opened(facilities, head, claim_edition(claim.tables), claim.tables)


def _opened_check_in(content: bytes) -> _Opened:
    rows = check_in_open(content).rows
    facilities = frozenset(row.get("MA_CSKCB", "") for row in rows)
    return _Opened(facilities, rows[0], edition_at(rows, "NGAY_YL"), {"XML0": rows})


def _check_facility(delivery: Delivery, opened: _Opened, account: Account) -> None:
    if delivery.facility not in account.facilities:
        raise Refused("402", "tài khoản không thuộc cơ sở")
    if delivery.province != delivery.facility[:2]:
        raise Refused("402", "maTinh không khớp maCSKCB")
    if opened.facilities != {delivery.facility}:
        raise Refused("402", "MACSKCB không khớp maCSKCB")
