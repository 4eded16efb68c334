"""The end of the statement: totals in figures and words, where to pay the rest, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from billing.amount_words import amount_words
from billing.claim_facts import ClaimFacts
from billing.statement.drawing import BODY, BODY_LEADING, qr_draw, text_at
from billing.statement.fields import StatementExtras
from billing.statement.heading import PAGE_WIDTH
from billing.statement.pages import Block
from billing.statement.tables import Totals, grand_totals
from billing.statement.typeface import BOLD, ITALIC, REGULAR, text_width, text_wrapped
from billing.vietqr import PaymentAccount, payment_purpose, vietqr_payload
from hospital.formatting import quantity

QR_SIDE = 27 * mm
PAY_WIDTH = 92 * mm
SIGNATURE_HEIGHT = 26 * mm
NAME_GAP = 17 * mm
UNDATED = "Ngày ..... tháng ..... năm ........"


def closing_blocks(facts: ClaimFacts, extras: StatementExtras, *, left: float) -> Iterator[Block]:
    """Yield totals and signatures as one run; a provisional statement is not signed."""
    totals = grand_totals(facts.totals)
    yield _totals_block(facts, totals, extras, left)
    if not extras.is_provisional:
        yield _signatures_block(extras, left)


def _totals_block(facts: ClaimFacts, totals: Totals, extras: StatementExtras, left: float) -> Block:
    due = totals.patient - extras.paid
    is_payable = due > 0 and extras.account is not None
    width = PAGE_WIDTH - (PAY_WIDTH if is_payable else 0)
    lines = _total_lines(totals, extras.paid, width)
    height = len(lines) * BODY_LEADING + 8

    def draw(canvas: Canvas, top: float) -> None:
        for number, (indent, text, amount, face) in enumerate(lines):
            y = top - 14 - number * BODY_LEADING
            text_at(canvas, left + indent * mm, y, text, face=face)
            if amount:
                x = left + indent * mm + text_width(text, face, BODY) + 3
                text_at(canvas, x, y, amount, face=BOLD)
        if is_payable and extras.account is not None:
            x = left + PAGE_WIDTH - PAY_WIDTH
            transfer_draw(canvas, extras.account, due, facts.link_code, x=x, top=top - 4)

    return Block(max(height, QR_SIDE + 12 if is_payable else 0), draw, keeps_next=True)


def _total_lines(totals: Totals, paid: Decimal, width: float) -> list[tuple[int, str, str, str]]:
    """Return indent in mm, text, amount and face of each line under the tables."""
    title = "Tổng chi phí lần khám bệnh/cả đợt điều trị (làm tròn đến đơn vị đồng):"
    words = f"(Viết bằng chữ: {amount_words(totals.hospital)})"
    lines = [(0, title, _dong(totals.hospital), BOLD)]
    lines += [(0, line, "", ITALIC) for line in text_wrapped(words, ITALIC, BODY, width)]
    lines += [
        (0, "Trong đó, số tiền do:", "", REGULAR),
        (3, "- Quỹ BHYT thanh toán:", _dong(totals.fund), REGULAR),
        (3, "- Người bệnh trả, trong đó:", _dong(totals.patient), REGULAR),
        (7, "+ Cùng trả trong phạm vi BHYT:", _dong(totals.co_payment), REGULAR),
        (7, "+ Các khoản phải trả khác:", _dong(totals.self_payment), REGULAR),
        (3, "- Nguồn khác:", _dong(totals.other_sources), REGULAR),
    ]
    if not totals.adds_up:
        note = "(Mỗi số tiền trên được làm tròn riêng đến đồng từ tổng các dòng.)"
        lines.append((0, note, "", ITALIC))
    return [*lines, *_paid_lines(totals.patient, paid)]


def _paid_lines(share: Decimal, paid: Decimal) -> list[tuple[int, str, str, str]]:
    due = share - paid
    lines = [(0, "Người bệnh đã nộp:", _dong(paid), REGULAR)] if paid else []
    if due > 0:
        lines.append((0, "Người bệnh còn phải nộp:", _dong(due), BOLD))
    elif due < 0:
        lines.append((0, "Trả lại người bệnh:", _dong(-due), BOLD))
    return lines


def transfer_draw(
    canvas: Canvas, account: PaymentAccount, due: Decimal, reference: str, *, x: float, top: float
) -> None:
    """Draw the payment code for what is due, and the same in words for who types it."""
    purpose = payment_purpose(reference)
    payload = vietqr_payload(account, amount=due, purpose=purpose)
    qr_draw(canvas, payload, x, top - QR_SIDE, side=QR_SIDE)
    texts = (
        ("Quét mã VietQR để chuyển khoản", BOLD),
        (f"Số tiền: {_dong(due)}", REGULAR),
        (f"Ngân hàng: {account.bank_name or account.bank}", REGULAR),
        (f"Số tài khoản: {account.number}", REGULAR),
        (f"Nội dung: {purpose}", REGULAR),
    )
    for number, (text, face) in enumerate(texts):
        y = top - 9 - number * BODY_LEADING
        text_at(canvas, x + QR_SIDE + 4 * mm, y, text, face=face)


def _signatures_block(extras: StatementExtras, left: float) -> Block:
    rows = _signers(extras)

    def draw(canvas: Canvas, top: float) -> None:
        for number, row in enumerate(rows):
            for place, (dated, title, hint, name) in enumerate(row):
                x = left + PAGE_WIDTH * (1 + 2 * place) / 4
                y = top - 9 - number * SIGNATURE_HEIGHT
                text_at(canvas, x, y, dated, face=ITALIC, align="centre")
                text_at(canvas, x, y - 11, title, face=BOLD, align="centre")
                text_at(canvas, x, y - 21, hint, face=ITALIC, size=8, align="centre")
                text_at(canvas, x, y - 9 - NAME_GAP, name, face=BOLD, align="centre")

    return Block(len(rows) * SIGNATURE_HEIGHT + 4, draw)


def _signers(extras: StatementExtras) -> tuple[tuple[tuple[str, str, str, str], ...], ...]:
    """Return two rows of two: date, title, hint and name.

    In a commune station the head of the unit signs instead of the accountant, and the examiner may.
    """
    signed, made_on = "(Ký, ghi rõ họ tên)", extras.prepared_on
    dated = f"Ngày {made_on:%d} tháng {made_on:%m} năm {made_on:%Y}"
    accountant = "THỦ TRƯỞNG ĐƠN VỊ" if extras.is_commune_station else "KẾ TOÁN VIỆN PHÍ"
    examiner = "(Ký, ghi rõ họ tên; nếu có)" if extras.is_commune_station else signed
    films = "(Ký, ghi rõ họ tên. Tôi đã nhận ...... phim ...... X-quang/CT/MRI)"
    return (
        (
            ("", "NGƯỜI LẬP BẢNG KÊ", signed, extras.prepared_by),
            (dated, accountant, signed, ""),
        ),
        (
            ("", "XÁC NHẬN CỦA NGƯỜI BỆNH", films, ""),
            (UNDATED, "GIÁM ĐỊNH BHYT", examiner, ""),
        ),
    )


def _dong(amount: Decimal) -> str:
    return f"{quantity(amount)} đồng"
