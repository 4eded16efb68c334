"""Strokes shared by all papers: texts, labelled values, boxes, QR pictures."""

from __future__ import annotations

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from billing.statement.typeface import BOLD, REGULAR, text_width, text_wrapped

HAIRLINE = 0.4
BODY = 9.0
BODY_LEADING = 11.5
BOX_HEIGHT = 9.5
PAD = 2.0
GAP = 4.0


def text_at(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    face: str = REGULAR,
    size: float = BODY,
    align: str = "left",
) -> None:
    """Draw one line of text; `x` is its left end, middle or right end, `y` its base line."""
    canvas.setFont(face, size)
    if align == "right":
        canvas.drawRightString(x, y, text)
    elif align == "centre":
        canvas.drawCentredString(x, y, text)
    else:
        canvas.drawString(x, y, text)


def labelled(canvas: Canvas, x: float, y: float, label: str, value: str, *, width: float) -> None:
    """Draw `label: value` on one or more lines from `x`; dots stand for an empty value."""
    text_at(canvas, x, y, label)
    start = x + text_width(label, REGULAR, BODY) + PAD
    room = x + width - start - PAD
    if not value:
        dots(canvas, start, y, room - GAP)
        return
    for number, line in enumerate(text_wrapped(value, BOLD, BODY, room)):
        text_at(canvas, start, y - number * BODY_LEADING, line, face=BOLD)


def labelled_lines(label: str, value: str, *, width: float) -> int:
    """Return on how many lines `labelled` draws."""
    room = width - text_width(label, REGULAR, BODY) - 2 * PAD
    return len(text_wrapped(value, BOLD, BODY, room))


def dots(canvas: Canvas, x: float, y: float, width: float) -> None:
    """Draw a dotted line to be written on."""
    canvas.saveState()
    canvas.setLineWidth(HAIRLINE)
    canvas.setDash(0.5, 1.8)
    canvas.line(x, y - 1, x + max(width, 0), y - 1)
    canvas.restoreState()


def boxed(canvas: Canvas, x: float, y: float, text: str, *, least: float = 6 * mm) -> float:
    """Draw a frame around one line of text and return the x at which it ends."""
    width = max(least, text_width(text, BOLD, BODY) + 2 * PAD)
    canvas.setLineWidth(0.6)
    canvas.rect(x, y - 2.4, width, BOX_HEIGHT)
    text_at(canvas, x + width / 2, y, text, face=BOLD, align="centre")
    return x + width


def qr_draw(canvas: Canvas, text: str, x: float, y: float, *, side: float) -> None:
    """Draw a QR code into a square with its lower left corner at `x`, `y`; `side` in points."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    cell = side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for start, length in _dark_runs(row):
            path.rect(x + start * cell, y + side - (number + 1) * cell, length * cell, cell)
    canvas.drawPath(path, stroke=0, fill=1)


def _dark_runs(row: list[int]) -> list[tuple[int, int]]:
    """Return start and length of each run of dark cells, so that no seams show between them."""
    runs: list[tuple[int, int]] = []
    for position, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == position:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif is_dark:
            runs.append((position, 1))
    return runs
