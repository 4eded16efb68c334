"""The top of the statement: who issues it, its title, and part I with its numbered fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from billing.claim_facts import ClaimFacts
from billing.statement.drawing import (
    BODY,
    BODY_LEADING,
    PAD,
    boxed,
    labelled,
    labelled_lines,
    qr_draw,
    text_at,
)
from billing.statement.fields import StatementExtras, card_parts, card_values, field_values
from billing.statement.forms import Field, Form
from billing.statement.pages import Block
from billing.statement.typeface import BOLD, ITALIC, REGULAR, text_width, text_wrapped

LEFT_WIDTH = 88 * mm
RIGHT_START = 196 * mm
PAGE_WIDTH = 277 * mm
QR_SIDE = 19 * mm
PROVISIONAL = "BẢN TẠM TÍNH"


@dataclass(frozen=True, slots=True)
class Heading:
    """The texts of the top of the paper."""

    left: tuple[tuple[str, str], ...]
    right: tuple[tuple[str, str], ...]
    box: str
    title: str
    link_code: str
    is_provisional: bool


def heading_of(facts: ClaimFacts, extras: StatementExtras, form: Form) -> Heading:
    """Return the texts of the top of the paper; raises LookupError for an unknown visit type."""
    department = facts.visit.departments[-1] if facts.visit.departments else ""
    box, title = form.titles[facts.visit.visit_type]
    return Heading(
        left=(
            ("Bộ Y tế/Sở Y tế/Y tế ngành:", extras.parent_name),
            ("Cơ sở khám bệnh, chữa bệnh:", extras.facility_name),
            ("Khoa:", extras.departments.get(department, "")),
            ("Mã khoa:", department),
        ),
        right=(
            ("Mẫu số:", form.sample),
            ("Mã số người bệnh:", facts.patient.patient_number),
            ("Số khám bệnh:", facts.link_code),
        ),
        box=box,
        title=f"BẢNG KÊ CHI PHÍ {title}",
        link_code=facts.link_code,
        is_provisional=extras.is_provisional,
    )


def heading_block(heading: Heading, *, left: float) -> Block:
    """Return the top of the first page; `left` is the margin in points."""
    counts = [labelled_lines(label, text, width=LEFT_WIDTH) for label, text in heading.left]
    height = max(sum(counts) * BODY_LEADING, QR_SIDE) + 10

    def draw(canvas: Canvas, top: float) -> None:
        y = top - 9
        for (label, text), lines in zip(heading.left, counts, strict=True):
            labelled(canvas, left, y, label, text, width=LEFT_WIDTH)
            y -= lines * BODY_LEADING
        _title_draw(canvas, heading, left, top)
        for number, (label, text) in enumerate(heading.right):
            width = PAGE_WIDTH - RIGHT_START - QR_SIDE - 2 * mm
            y = top - 9 - number * BODY_LEADING
            labelled(canvas, left + RIGHT_START, y, label, text, width=width)
        x = left + PAGE_WIDTH - QR_SIDE
        qr_draw(canvas, heading.link_code, x, top - QR_SIDE, side=QR_SIDE)

    return Block(height, draw, keeps_next=True)


def _title_draw(canvas: Canvas, heading: Heading, left: float, top: float) -> None:
    size = 12.5
    width = text_width(heading.title, BOLD, size)
    x = left + (LEFT_WIDTH + RIGHT_START - width - 9 * mm) / 2
    y = top - 24
    text_at(canvas, x, y, heading.title, face=BOLD, size=size)
    boxed(canvas, x + width + 3 * mm, y + 1, heading.box)
    if heading.is_provisional:
        middle = left + (LEFT_WIDTH + RIGHT_START) / 2
        text_at(canvas, middle, y - 18, PROVISIONAL, face=BOLD, size=14, align="centre")
        note = "Số liệu có thể thay đổi đến khi kết thúc lượt khám; không dùng để thanh toán BHYT."
        text_at(canvas, middle, y - 29, note, face=ITALIC, size=7.5, align="centre")


def field_blocks(
    facts: ClaimFacts, extras: StatementExtras, form: Form, *, left: float
) -> Iterator[Block]:
    """Yield part I line by line; the lines of a card once for each card."""
    yield _part_title("I. Phần Hành chính:", left)
    values = field_values(facts, extras, form)
    for is_per_card, group in groupby(form.fields_in_order, key=lambda row: row.is_per_card):
        rows = [list(row) for _, row in groupby(group, key=lambda row: row.line)]
        for card in facts.cards or (None,) if is_per_card else (None,):
            known = values | card_values(card, extras) if is_per_card else values
            for row in rows:
                yield _line_block(row, known, left)
    yield _part_title("II. Phần Chi phí khám bệnh, chữa bệnh:", left)


def _part_title(text: str, left: float) -> Block:
    def draw(canvas: Canvas, top: float) -> None:
        text_at(canvas, left, top - 11, text, face=BOLD, size=10)

    return Block(15, draw, keeps_next=True)


def _label(field: Field) -> str:
    return f"({field.number}) {field.label}:" if field.number else f"{field.label}:"


def _line_block(fields: list[Field], values: Mapping[str, str], left: float) -> Block:
    counts = [_lines_of(field, values[field.value]) for field in fields]

    def draw(canvas: Canvas, top: float) -> None:
        x = left
        for field in fields:
            _field_draw(canvas, x, top - 9.5, field, values[field.value])
            x += field.width * mm

    return Block(max(counts) * BODY_LEADING + 1.5, draw)


def _lines_of(field: Field, value: str) -> int:
    if field.shape == "text":
        return labelled_lines(_label(field), value, width=field.width * mm)
    return len(_box_texts(field, value))


def _box_texts(field: Field, value: str) -> tuple[str, ...]:
    """Return the texts of the boxes under each other: a long list of codes is wrapped."""
    room = field.width * mm - text_width(_label(field), REGULAR, BODY) - 4 * PAD
    return text_wrapped(value, BOLD, BODY, room)


def _field_draw(canvas: Canvas, x: float, y: float, field: Field, value: str) -> None:
    if field.shape == "text":
        labelled(canvas, x, y, _label(field), value, width=field.width * mm)
        return
    text_at(canvas, x, y, _label(field))
    start = x + text_width(_label(field), REGULAR, BODY) + PAD
    if field.shape == "card":
        for part in card_parts(value):
            start = boxed(canvas, start, y, part) + PAD / 2
        return
    for number, text in enumerate(_box_texts(field, value)):
        boxed(canvas, start, y - number * BODY_LEADING, text)
