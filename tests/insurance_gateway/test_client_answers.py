"""From an answer of the gateway to our own terms: the body first, then the HTTP status."""

from __future__ import annotations

import json
from datetime import date

import pytest

from insurance_gateway.client import (
    CardOutcome,
    ContentRejected,
    FailureGround,
    OutcomeUnknown,
    PermanentFailure,
    TemporaryFailure,
)
from insurance_gateway.client.answers import card_answer_of, receipt_of
from insurance_gateway.client.codes import code_meanings
from insurance_gateway.client.transport import Lost, Reply

PAGE = "<html><body>502 Bad Gateway</body></html>"


def reply(body: object = None, *, status: int = 200, text: str | None = None) -> Reply:
    return Reply(
        status=status,
        text=json.dumps(body) if text is None else text,
        body=body if isinstance(body, dict) else None,
        date_text="",
    )


def test_receipt_holds_what_the_gateway_said() -> None:
    body = {
        "maKetQua": 200,
        "maGiaoDich": 17,
        "thoiGianTiepNhan": "20261123081612",
        "thongDiep": "Tiếp nhận hồ sơ thành công",
    }

    receipt = receipt_of(reply(body))

    assert receipt.transaction_code == "17"
    assert receipt.received_at_text == "20261123081612"
    assert json.loads(receipt.raw) == body


@pytest.mark.parametrize("missing", [{}, {"maGiaoDich": None}, {"maGiaoDich": " "}])
def test_success_without_transaction_code_is_unknown(missing) -> None:
    with pytest.raises(OutcomeUnknown):
        receipt_of(reply({"maKetQua": "200"} | missing))


@pytest.mark.parametrize("code", ["123", "124", "202", "204", "205", "1001", "777"])
def test_refused_content_is_a_work_item(code) -> None:
    with pytest.raises(ContentRejected) as refused:
        receipt_of(reply({"maKetQua": code, "thongDiep": "vì sao"}))

    assert (refused.value.code, refused.value.message) == (code, "vì sao")


@pytest.mark.parametrize(
    ("code", "ground"),
    [
        ("401", FailureGround.ACCOUNT),
        ("403", FailureGround.ACCOUNT),
        ("402", FailureGround.FACILITY),
        ("125", FailureGround.SIGNATURE),
    ],
)
def test_what_a_person_must_mend_is_named(code, ground) -> None:
    with pytest.raises(PermanentFailure) as refused:
        receipt_of(reply({"maKetQua": code}, status=400))

    assert refused.value.ground is ground


def test_body_counts_before_the_status() -> None:
    body = {"maKetQua": "200", "maGiaoDich": "x", "thoiGianTiepNhan": ""}

    assert receipt_of(reply(body, status=500)).transaction_code == "x"


def test_refusal_that_says_already_there_is_recognised() -> None:
    with pytest.raises(ContentRejected) as refused:
        receipt_of(reply({"maKetQua": "124", "thongDiep": "Hồ sơ ĐÃ TỒN TẠI"}))

    assert refused.value.says_already_received


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, OutcomeUnknown),
        (204, OutcomeUnknown),
        (302, PermanentFailure),
        (400, ContentRejected),
        (401, PermanentFailure),
        (403, PermanentFailure),
        (404, PermanentFailure),
        (408, OutcomeUnknown),
        (413, ContentRejected),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (502, TemporaryFailure),
        (503, TemporaryFailure),
        (504, OutcomeUnknown),
    ],
)
def test_page_instead_of_a_receipt_is_judged_by_its_status(status, failure) -> None:
    with pytest.raises(failure) as raised:
        receipt_of(reply(status=status, text=PAGE))

    assert (raised.value.http_status, raised.value.raw) == (status, PAGE)


def test_lost_line_is_unknown_only_when_the_file_may_have_left() -> None:
    with pytest.raises(TemporaryFailure):
        receipt_of(Lost(delivered=False, reason="ConnectTimeout"))
    with pytest.raises(OutcomeUnknown):
        receipt_of(Lost(delivered=True, reason="ReadTimeout"))


def test_lost_line_of_a_look_up_is_temporary() -> None:
    with pytest.raises(TemporaryFailure):
        card_answer_of(Lost(delivered=True, reason="ReadTimeout"))


def test_failure_text_holds_no_personal_data() -> None:
    with pytest.raises(ContentRejected) as refused:
        receipt_of(reply({"maKetQua": "124", "thongDiep": "Nguyễn Văn Mẫu"}))

    assert str(refused.value) == "124 (http_status=200)"


def test_card_answer_carries_every_field() -> None:
    answer = card_answer_of(
        reply(
            {
                "maKetQua": "003",
                "ghiChu": "Thẻ cũ",
                "maThe": "GD4010100000017",
                "gtTheTu": "01/01/2026",
                "gtTheDen": "",
                "ngayDu5Nam": "01/06/2027",
                "maTheMoi": "HC4010100000017",
                "gtTheTuMoi": "01/11/2026",
                "dsLichSuKT2018": [
                    {
                        "userKT": "01888_BV",
                        "thoiGianKT": "202611221015",
                        "thongBao": "",
                        "maLoi": "000",
                    }
                ],
            }
        )
    )

    assert (answer.outcome, answer.code) == (CardOutcome.VALID, "003")
    assert (answer.valid_from, answer.valid_to) == (date(2026, 1, 1), None)
    assert (answer.new_number, answer.new_valid_from) == ("HC4010100000017", date(2026, 11, 1))
    assert answer.five_years_on == date(2027, 6, 1)
    assert [check.account for check in answer.checks_elsewhere] == ["01888_BV"]


@pytest.mark.parametrize(
    "body",
    [
        {"maKetQua": 0},
        {"maKetQua": "000", "dsLichSuKT2018": None, "gtTheTu": None},
        {"maKetQua": "000", "dsLichSuKT2018": ["?"], "gtTheTu": 20260101, "maThe": {}},
    ],
)
def test_odd_types_and_missing_keys_do_no_harm(body) -> None:
    answer = card_answer_of(reply(body))

    assert (answer.outcome, answer.code, answer.valid_from) == (CardOutcome.VALID, "000", None)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("000", CardOutcome.VALID),
        ("004", CardOutcome.VALID),
        ("010", CardOutcome.REFUSED),
        ("050", CardOutcome.REFUSED),
        ("130", CardOutcome.REFUSED),
        ("054", CardOutcome.UNANSWERED),
        ("100", CardOutcome.UNANSWERED),
        ("205", CardOutcome.UNANSWERED),
        ("500", CardOutcome.UNANSWERED),
        ("999", CardOutcome.UNANSWERED),
    ],
)
def test_only_a_judgement_on_the_card_refuses_it(code, outcome) -> None:
    assert card_answer_of(reply({"maKetQua": code}, status=400)).outcome is outcome


def test_every_card_code_in_the_data_has_an_outcome() -> None:
    outcomes = {row.outcome for (service, _), row in code_meanings().items() if service == "card"}

    assert outcomes == {*CardOutcome, "refresh", "account"}


def test_every_code_has_a_sentence_for_people() -> None:
    for row in code_meanings().values():
        assert row.meaning
        assert row.action or row.outcome in ("accepted", "valid")
