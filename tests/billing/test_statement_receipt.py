"""Receipts and requests for payment, read back from the PDF file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.statement.receipt import ReceiptPaper, receipt_pdf
from tests.billing.statement_facts import ACCOUNT, pages_read


def paper(**fields: object) -> ReceiptPaper:
    values: dict[str, object] = {
        "title": "BIÊN LAI THU TIỀN",
        "number": "BL260000001",
        "made_on": date(2026, 11, 23),
        "parent_name": "Sở Y tế tỉnh Mẫu",
        "facility_name": "Bệnh viện Đa khoa tỉnh Mẫu",
        "facility_address": "Số 1 Đường Thử Nghiệm",
        "person": "Nguyễn Văn Mẫu",
        "patient_number": "BN26000017",
        "reference": "01999.26.0000017",
        "record_number": "MAU-BA-000017",
        "reason": "Thu tiền khám bệnh, chữa bệnh",
        "amount": Decimal("1000015.00"),
        "method": "Tiền mặt",
        "signers": (("NGƯỜI NỘP TIỀN", ""), ("NGƯỜI THU TIỀN", "Bùi Thị Thu Ngân")),
    }
    return ReceiptPaper(**{**values, **fields})


def test_a_receipt_shows_the_amount_in_figures_and_words():
    [text] = pages_read(receipt_pdf(paper()))

    for expected in (
        "Số: BL260000001",
        "Số tiền: 1.000.015 đồng",
        "Viết bằng chữ: Một triệu không trăm mười lăm đồng",
        "Hình thức: Tiền mặt",
        "Bùi Thị Thu Ngân",
    ):
        assert expected in text
    assert "VietQR" not in text
    assert "ĐÃ HỦY" not in text


def test_a_cancelled_receipt_says_why():
    [text] = pages_read(receipt_pdf(paper(cancelled="Thu nhầm lượt khám")))

    assert "ĐÃ HỦY: Thu nhầm lượt khám" in text


def test_a_request_for_payment_carries_the_transfer():
    [text] = pages_read(receipt_pdf(paper(number="", account=ACCOUNT)))

    assert "Nội dung: VP 01999260000017" in text
    assert "Số tài khoản: 0000123456789" in text
