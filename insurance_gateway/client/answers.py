"""From an answer of the gateway to our own terms. Pure functions.

The body counts first, the HTTP status when the body says nothing; wording is stored, never parsed.
Source: CV 1923/BHXH-CNTT annex 03 (card), CV 1245/BHXH-CNTT (sending).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from insurance_gateway.client.codes import code_meaning
from insurance_gateway.client.port import (
    CardAnswer,
    CardOutcome,
    CheckElsewhere,
    ContentRejected,
    FailureGround,
    OutcomeUnknown,
    PermanentFailure,
    ReceiptAnswer,
    TemporaryFailure,
)
from insurance_gateway.client.transport import Lost, Reply

RAW_LIMIT = 20_000
GROUNDS = {
    "account": FailureGround.ACCOUNT,
    "refresh": FailureGround.ACCOUNT,
    "facility": FailureGround.FACILITY,
    "signature": FailureGround.SIGNATURE,
}
MESSAGE_KEYS = ("thongDiep", "ghiChu", "GhiChu", "message")


def receipt_of(reply: Reply | Lost) -> ReceiptAnswer:
    """Return the receipt; success needs code 200 and a transaction code.

    Raises TemporaryFailure, PermanentFailure, ContentRejected, OutcomeUnknown.
    """
    if isinstance(reply, Lost):
        if reply.delivered:
            raise OutcomeUnknown("lost_after_sending", message=reply.reason)
        raise TemporaryFailure("not_connected", message=reply.reason)
    if not reply.code:
        _raise_by_status(reply, may_have_arrived=True)
    meaning = code_meaning("send", reply.code)
    outcome = meaning.outcome if meaning else "content"
    facts = _facts(reply)
    if outcome == "accepted":
        if transaction := _text(reply.body, "maGiaoDich"):
            received = _text(reply.body, "thoiGianTiepNhan")
            return ReceiptAnswer(
                transaction, received, message_of(reply), reply.status, facts["raw"]
            )
        raise OutcomeUnknown("no_transaction_code", **facts)
    if outcome == "temporary":
        raise TemporaryFailure(reply.code, **facts)
    if outcome in GROUNDS:
        raise PermanentFailure(reply.code, ground=GROUNDS[outcome], **facts)
    raise ContentRejected(reply.code, **facts)


def card_answer_of(reply: Reply | Lost) -> CardAnswer:
    """Return what the gateway says of a card; a code no document names is UNANSWERED.

    Raises TemporaryFailure when there is no answer, PermanentFailure when the account is refused.
    """
    if isinstance(reply, Lost):
        raise TemporaryFailure("no_answer", message=reply.reason)
    if not reply.code:
        _raise_by_status(reply, may_have_arrived=False)
    meaning = code_meaning("card", reply.code)
    outcome = meaning.outcome if meaning else CardOutcome.UNANSWERED
    if outcome in GROUNDS:
        raise PermanentFailure(reply.code, ground=GROUNDS[outcome], **_facts(reply))
    return _card_answer(reply, CardOutcome(outcome))


def message_of(reply: Reply) -> str:
    """Return the sentence for people in an answer, as received."""
    for key in MESSAGE_KEYS:
        if message := _text(reply.body, key):
            return message
    return ""


def _card_answer(reply: Reply, outcome: CardOutcome) -> CardAnswer:
    body = reply.body
    return CardAnswer(
        outcome=outcome,
        code=reply.code,
        message=message_of(reply),
        number=_text(body, "maThe"),
        full_name=_text(body, "hoTen"),
        birth=_text(body, "ngaySinh"),
        sex=_text(body, "gioiTinh"),
        address=_text(body, "diaChi"),
        registered_facility=_text(body, "maDKBD"),
        insurer=_text(body, "cqBHXH"),
        valid_from=_day(body, "gtTheTu"),
        valid_to=_day(body, "gtTheDen"),
        area_code=_text(body, "maKV"),
        five_years_on=_day(body, "ngayDu5Nam"),
        insurance_number=_text(body, "maSoBHXH"),
        old_number=_text(body, "maTheCu"),
        new_number=_text(body, "maTheMoi"),
        new_valid_from=_day(body, "gtTheTuMoi"),
        new_valid_to=_day(body, "gtTheDenMoi"),
        new_registered_facility=_text(body, "maDKBDMoi"),
        new_registered_facility_name=_text(body, "tenDKBDMoi"),
        checks_elsewhere=_checks_elsewhere(body),
        raw=reply.text,
    )


def _checks_elsewhere(body: Mapping[str, Any] | None) -> tuple[CheckElsewhere, ...]:
    rows = (body or {}).get("dsLichSuKT2018")
    return tuple(
        CheckElsewhere(
            account=_text(row, "userKT"),
            checked_at_text=_text(row, "thoiGianKT"),
            code=_text(row, "maLoi"),
            message=_text(row, "thongBao"),
        )
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    )


def _raise_by_status(reply: Reply, *, may_have_arrived: bool) -> NoReturn:
    """Judge an answer without a code: an HTML page of a proxy, an empty body."""
    status, code, facts = reply.status, f"http_{reply.status}", _facts(reply)
    if status in (401, 403):
        raise PermanentFailure(code, ground=FailureGround.ACCOUNT, **facts)
    if may_have_arrived and (status < 300 or status in (408, 504)):
        raise OutcomeUnknown(code, **facts)
    if status < 300 or status in (408, 429) or status >= 500:
        raise TemporaryFailure(code, **facts)
    if status in (400, 413, 422):
        raise ContentRejected(code, **facts)
    raise PermanentFailure(code, ground=FailureGround.SETUP, **facts)


def _facts(reply: Reply) -> dict[str, Any]:
    return {
        "http_status": reply.status,
        "message": message_of(reply),
        "raw": reply.text[:RAW_LIMIT],
    }


def _text(body: Mapping[str, Any] | None, key: str) -> str:
    """Return a field as text: the gateway changes types and leaves keys out."""
    value = (body or {}).get(key)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def _day(body: Mapping[str, Any] | None, key: str) -> date | None:
    try:
        return datetime.strptime(_text(body, key), "%d/%m/%Y").date()  # noqa: DTZ007 (a day)
    except ValueError:
        return None
