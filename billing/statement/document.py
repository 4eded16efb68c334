"""The cost statement 01/KBCB as a PDF file: A4 on its side, letters embedded, pages numbered.

The same facts and extras give the same bytes. Source: QĐ 697/QĐ-BYT 2026, QĐ 6556/QĐ-BYT 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from billing.benefit.facts import local_day
from billing.claim_facts import ClaimFacts
from billing.statement.closing import closing_blocks
from billing.statement.costs import grid_of, table_blocks
from billing.statement.drawing import text_at
from billing.statement.fields import StatementExtras
from billing.statement.forms import Form, form_on
from billing.statement.heading import PROVISIONAL, field_blocks, heading_block, heading_of
from billing.statement.pages import Block, pages_of
from billing.statement.tables import cost_tables
from billing.statement.typeface import BOLD, typefaces_register

PAGE = landscape(A4)
LEFT, TOP, BOTTOM = 10 * mm, 9 * mm, 12 * mm


def statement_pdf(facts: ClaimFacts, extras: StatementExtras) -> bytes:
    """Return the statement of one visit as a PDF file.

    Raises BenefitRefused when no card rule fits the facts, LookupError for a code unknown to the
    form.
    """
    typefaces_register()
    form = form_on(local_day(facts.visit.ended_at))
    pages = pages_of(list(_blocks(facts, extras, form)), room=PAGE[1] - TOP - BOTTOM)
    sink = BytesIO()
    canvas = canvas_open(sink, f"Bảng kê chi phí {facts.visit.record_number}", size=PAGE)
    for number, blocks in enumerate(pages, start=1):
        _page_draw(canvas, blocks)
        _foot_draw(canvas, facts, form, f"Trang {number}/{len(pages)}")
        if extras.is_provisional:
            _mark_draw(canvas)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def canvas_open(sink: BytesIO, title: str, *, size: tuple[float, float]) -> Canvas:
    """Return an empty PDF file with title and language; a title names no person."""
    canvas = Canvas(sink, pagesize=size, pageCompression=1, invariant=1, lang="vi-VN")
    canvas.setTitle(title)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def _blocks(facts: ClaimFacts, extras: StatementExtras, form: Form) -> Iterator[Block]:
    yield heading_block(heading_of(facts, extras, form), left=LEFT)
    yield from field_blocks(facts, extras, form, left=LEFT)
    grid = grid_of(form, left=LEFT, is_insured=facts.is_insured)
    tables = cost_tables(facts, form)
    for number, table in enumerate(tables, start=1):
        *rows, total = table_blocks(table, grid)
        yield from rows
        yield replace(total, keeps_next=True) if number == len(tables) else total
    yield from closing_blocks(facts, extras, left=LEFT)


def _page_draw(canvas: Canvas, blocks: list[Block]) -> None:
    top = PAGE[1] - TOP
    for block in blocks:
        block.draw(canvas, top)
        top -= block.height


def _foot_draw(canvas: Canvas, facts: ClaimFacts, form: Form, page: str) -> None:
    text_at(canvas, LEFT, 7 * mm, f"Số khám bệnh: {facts.link_code}", size=7.5)
    text_at(canvas, PAGE[0] / 2, 7 * mm, f"{form.sample} · {form.source}", size=7.5, align="centre")
    text_at(canvas, PAGE[0] - LEFT, 7 * mm, page, size=7.5, align="right")


def _mark_draw(canvas: Canvas) -> None:
    """Draw the mark of a provisional statement across the page, pale enough to read through."""
    canvas.saveState()
    canvas.setFillAlpha(0.09)
    canvas.translate(PAGE[0] / 2, PAGE[1] / 2)
    canvas.rotate(25)
    text_at(canvas, 0, -25, PROVISIONAL, face=BOLD, size=96, align="centre")
    canvas.restoreState()
