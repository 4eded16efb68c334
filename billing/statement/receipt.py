"""Receipts and requests for payment as PDF files, A5 on its side.

A receipt proves money that changed hands; a request carries the payment code for what is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from billing.amount_words import amount_words
from billing.rounding import statement_total
from billing.statement.closing import transfer_draw
from billing.statement.document import canvas_open
from billing.statement.drawing import labelled, labelled_lines, text_at
from billing.statement.typeface import BOLD, ITALIC, typefaces_register
from billing.vietqr import PaymentAccount
from hospital.formatting import quantity

PAGE = landscape(A5)
LEFT, TOP = 14 * mm, 12 * mm
WIDTH = PAGE[0] - 2 * LEFT
LEADING = 15.0
TRANSFER_WIDTH = 92 * mm
CANCELLED = "ĐÃ HỦY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """What stands on the paper. `number` empty: a request for payment, not a receipt.

    `signers` are the titles under which somebody signs, with the printed name; `cancelled` says why
    the receipt no longer counts. With an `account` the paper carries the payment code.
    """

    title: str
    number: str
    made_on: date
    parent_name: str
    facility_name: str
    facility_address: str
    person: str
    patient_number: str
    reference: str
    record_number: str
    reason: str
    amount: Decimal
    method: str = ""
    signers: tuple[tuple[str, str], ...] = ()
    cancelled: str = ""
    account: PaymentAccount | None = None


def receipt_pdf(paper: ReceiptPaper) -> bytes:
    """Return the paper as a PDF file; the amount is printed in whole đồng."""
    typefaces_register()
    sink = BytesIO()
    canvas = canvas_open(sink, f"{paper.title} {paper.number or paper.record_number}", size=PAGE)
    _heading_draw(canvas, paper)
    y = _fields_draw(canvas, paper, PAGE[1] - TOP - 78)
    if paper.account is not None and paper.amount > 0:
        due = statement_total(paper.amount)
        transfer_draw(canvas, paper.account, due, paper.reference, x=LEFT, top=y - 8)
    _signers_draw(canvas, paper, y - 14)
    if paper.cancelled:
        _cancelled_draw(canvas, paper)
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


def _heading_draw(canvas: Canvas, paper: ReceiptPaper) -> None:
    top = PAGE[1] - TOP
    for number, line in enumerate((paper.parent_name, paper.facility_name)):
        text_at(canvas, LEFT, top - 9 - number * 12, line, face=BOLD, size=9.5)
    text_at(canvas, LEFT, top - 33, paper.facility_address, size=8)
    if paper.number:
        text_at(canvas, LEFT + WIDTH, top - 9, f"Số: {paper.number}", face=BOLD, align="right")
    middle = PAGE[0] / 2
    text_at(canvas, middle, top - 54, paper.title, face=BOLD, size=15, align="centre")
    made_on = paper.made_on
    dated = f"Ngày {made_on:%d} tháng {made_on:%m} năm {made_on:%Y}"
    text_at(canvas, middle, top - 67, dated, face=ITALIC, align="centre")


def _fields_draw(canvas: Canvas, paper: ReceiptPaper, y: float) -> float:
    """Draw the labelled lines and return the height under them."""
    amount = statement_total(paper.amount)
    rows = [
        ("Họ và tên người bệnh:", paper.person),
        ("Mã số người bệnh:", paper.patient_number),
        ("Số khám bệnh:", paper.reference),
        ("Nội dung:", paper.reason),
        ("Số tiền:", f"{quantity(amount)} đồng"),
        ("Viết bằng chữ:", amount_words(amount)),
    ]
    if paper.method:
        rows.append(("Hình thức:", paper.method))
    for label, value in rows:
        labelled(canvas, LEFT, y - 10, label, value, width=WIDTH)
        y -= LEADING + (labelled_lines(label, value, width=WIDTH) - 1) * 11.5
    return y


def _signers_draw(canvas: Canvas, paper: ReceiptPaper, y: float) -> None:
    """Draw who signs; a payment code takes the left half of the paper."""
    start = LEFT + (TRANSFER_WIDTH if paper.account is not None else 0)
    width = (LEFT + WIDTH - start) / max(len(paper.signers), 1)
    for place, (title, name) in enumerate(paper.signers):
        x = start + (place + 0.5) * width
        text_at(canvas, x, y, title, face=BOLD, align="centre")
        text_at(canvas, x, y - 10, "(Ký, ghi rõ họ tên)", face=ITALIC, size=8, align="centre")
        text_at(canvas, x, y - 62, name, face=BOLD, align="centre")


def _cancelled_draw(canvas: Canvas, paper: ReceiptPaper) -> None:
    canvas.saveState()
    canvas.setFillAlpha(0.12)
    canvas.translate(PAGE[0] / 2, PAGE[1] / 2)
    canvas.rotate(25)
    text_at(canvas, 0, -25, CANCELLED, face=BOLD, size=80, align="centre")
    canvas.restoreState()
    text_at(canvas, LEFT, 10 * mm, f"{CANCELLED}: {paper.cancelled}", face=BOLD)
