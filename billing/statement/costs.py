"""Part II on paper: one table for each card and rate, its head repeated on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from billing.statement.drawing import BODY_LEADING, HAIRLINE, boxed, labelled, text_at
from billing.statement.fields import card_parts
from billing.statement.forms import Column, Form
from billing.statement.pages import Block
from billing.statement.tables import CostLine, CostTable, ItemRows, Sums
from billing.statement.typeface import BOLD, REGULAR, text_width, text_wrapped
from hospital.formatting import day, quantity

SIZE, LEADING, PAD = 8.0, 9.4, 1.8
HEAD_SIZE, HEAD_LEADING = 7.5, 8.6
SHADE = 0.93
LEFT_ALIGNED = frozenset({"name", "unit"})
SUMMED = ("hospital", "insured", "fund", "co_payment", "other_sources", "self_payment")

LINE_VALUES: dict[str, Callable[[CostLine], Decimal]] = {
    "quantity": lambda line: line.quantity,
    "price_hospital": lambda line: line.price_hospital,
    "price_insured": lambda line: line.price_insured,
    "service_rate": lambda line: line.service_rate,
    "hospital": lambda line: line.money.total_hospital,
    "item_rate": lambda line: line.money.item_rate,
    "insured": lambda line: line.money.total_insured,
    "fund": lambda line: line.money.fund,
    "co_payment": lambda line: line.money.co_payment,
    "other_sources": lambda line: line.money.other_sources,
    "self_payment": lambda line: line.money.self_payment,
}


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns on paper: their left edges and the right edge of the last, in points."""

    columns: tuple[Column, ...]
    edges: tuple[float, ...]
    is_insured: bool

    def shows(self, column: Column) -> bool:
        """Return whether a column is filled: without insurance five of them stay empty."""
        return self.is_insured or not column.is_insured_only


def grid_of(form: Form, *, left: float, is_insured: bool) -> Grid:
    """Return the grid of the form with its left edge at `left`."""
    edges = [left]
    for column in form.columns:
        edges.append(edges[-1] + column.width * mm)
    return Grid(form.columns, tuple(edges), is_insured)


def table_blocks(table: CostTable, grid: Grid) -> Iterator[Block]:
    """Yield a table: what it is for, its head, items with their lines, the sum.

    The sum keeps to the last line. It is the caller's to bind what follows the table to it.
    """
    yield _caption(table, grid)
    head = _head(grid)
    yield head
    rows = [row for item in table.items for row in _item_blocks(item, grid, head)]
    yield from rows[:-1]
    if rows:
        last = rows[-1]
        yield Block(last.height, last.draw, keeps_next=True, head=head)
    yield _row(grid, {"name": "Cộng:"} | _sums(table.sums), head, is_bold=True)


def _caption(table: CostTable, grid: Grid) -> Block:
    """Card, days of the card, rate and days of the costs."""

    def draw(canvas: Canvas, top: float) -> None:
        left, y = grid.edges[0], top - 10
        text_at(canvas, left, y, "Mã thẻ BHYT:")
        x = left + 56
        for part in card_parts(table.card.number if table.card else ""):
            x = boxed(canvas, x, y, part) + 1
        since = day(table.card.valid_from) if table.card else ""
        until = day(table.card.valid_to) if table.card else ""
        labelled(canvas, left + 66 * mm, y, "Giá trị từ:", since, width=36 * mm)
        labelled(canvas, left + 102 * mm, y, "đến:", until, width=30 * mm)
        text_at(canvas, left + 134 * mm, y, "Mức hưởng (%):")
        boxed(canvas, left + 134 * mm + 66, y, quantity(table.rate) if table.card else "")
        period = f"(Chi phí KBCB tính từ ngày {day(table.first_on)} đến ngày {day(table.last_on)})"
        text_at(canvas, grid.edges[-1], y, period, align="right")

    return Block(BODY_LEADING + 5, draw, keeps_next=True)


def _head(grid: Grid) -> Block:
    titles = [
        text_wrapped(column.title, BOLD, HEAD_SIZE, column.width * mm - PAD)
        for column in grid.columns
    ]
    group_height = HEAD_LEADING + 2 * PAD
    title_height = group_height + max(
        len(title) * HEAD_LEADING + 2 * PAD - (0 if column.group else group_height)
        for title, column in zip(titles, grid.columns, strict=True)
    )
    height = title_height + HEAD_LEADING + 2 * PAD

    def draw(canvas: Canvas, top: float) -> None:
        canvas.setLineWidth(HAIRLINE)
        for column, title, x, end in _placed(grid, titles):
            start = top - (group_height if column.group else 0)
            canvas.rect(x, top - title_height, end - x, start - top + title_height)
            middle = (start + top - title_height) / 2 + len(title) * HEAD_LEADING / 2
            for number, line in enumerate(title):
                y = middle - number * HEAD_LEADING - HEAD_SIZE + 1
                _centred(canvas, (x + end) / 2, y, line, BOLD)
            canvas.rect(x, top - height, end - x, height - title_height)
            _centred(canvas, (x + end) / 2, top - height + PAD + 1.6, f"({column.number})", REGULAR)
        _group_draw(canvas, grid, top, group_height)

    return Block(height, draw, keeps_next=True)


def _placed(
    grid: Grid, titles: list[tuple[str, ...]]
) -> Iterator[tuple[Column, tuple[str, ...], float, float]]:
    yield from zip(grid.columns, titles, grid.edges[:-1], grid.edges[1:], strict=True)


def _group_draw(canvas: Canvas, grid: Grid, top: float, height: float) -> None:
    """Draw the heading that the columns of the payers share."""
    grouped = [number for number, column in enumerate(grid.columns) if column.group]
    start, end = grid.edges[grouped[0]], grid.edges[grouped[-1] + 1]
    canvas.rect(start, top - height, end - start, height)
    title = grid.columns[grouped[0]].group
    _centred(canvas, (start + end) / 2, top - height + PAD + 1.6, title, BOLD)


def _centred(canvas: Canvas, x: float, y: float, text: str, face: str) -> None:
    text_at(canvas, x, y, text, face=face, size=HEAD_SIZE, align="centre")


def _item_blocks(item: ItemRows, grid: Grid, head: Block) -> Iterator[Block]:
    title = {"name": f"{item.number}. {item.title}"} | _sums(item.sums)
    yield _row(grid, title, head, is_bold=True, is_shaded=True)
    for line in item.lines:
        yield _row(grid, _line(line), head)


def _line(line: CostLine) -> dict[str, str]:
    cells = {
        name: (amount if name in SUMMED else quantity)(value(line))
        for name, value in LINE_VALUES.items()
    }
    return {"name": line.name, "unit": line.unit} | cells


def _sums(sums: Sums) -> dict[str, str]:
    return {name: amount(getattr(sums, name)) for name in SUMMED}


def amount(value: Decimal) -> str:
    """Return an amount of money as the line holds it: no decimals, or both of them."""
    if value == value.to_integral_value():
        return quantity(value)
    whole, _, cents = f"{value:.2f}".partition(".")
    return f"{quantity(Decimal(whole))},{cents}"


def _row(
    grid: Grid,
    cells: dict[str, str],
    head: Block,
    *,
    is_bold: bool = False,
    is_shaded: bool = False,
) -> Block:
    """Return one row; a heading (shaded) keeps to the line under it."""
    face = BOLD if is_bold else REGULAR
    placed = [
        (column, cells[column.value], x, end)
        for column, x, end in zip(grid.columns, grid.edges[:-1], grid.edges[1:], strict=True)
        if column.value in cells and grid.shows(column)
    ]
    texts = [
        text_wrapped(text, face, SIZE, end - x - 2 * PAD)
        if column.value in LEFT_ALIGNED
        else (text,)
        for column, text, x, end in placed
    ]
    height = max(map(len, texts)) * LEADING + 2 * PAD

    def draw(canvas: Canvas, top: float) -> None:
        _frame(canvas, grid, top, height, is_shaded=is_shaded)
        for (column, _, x, end), lines in zip(placed, texts, strict=True):
            for number, line in enumerate(lines):
                y = top - PAD - SIZE + 0.6 - number * LEADING
                if column.value in LEFT_ALIGNED:
                    text_at(canvas, x + PAD, y, line, face=face, size=SIZE)
                else:
                    _number(canvas, end - PAD, y, line, face, room=end - x - 2 * PAD)

    return Block(height, draw, keeps_next=is_shaded, head=head)


def _number(canvas: Canvas, x: float, y: float, text: str, face: str, *, room: float) -> None:
    """Draw a figure to the right edge, smaller when it is wider than its column."""
    width = text_width(text, face, SIZE)
    size = SIZE if width <= room else SIZE * room / width
    text_at(canvas, x, y, text, face=face, size=size, align="right")


def _frame(canvas: Canvas, grid: Grid, top: float, height: float, *, is_shaded: bool) -> None:
    left, right = grid.edges[0], grid.edges[-1]
    if is_shaded:
        canvas.saveState()
        canvas.setFillGray(SHADE)
        canvas.rect(left, top - height, right - left, height, stroke=0, fill=1)
        canvas.restoreState()
    canvas.setLineWidth(HAIRLINE)
    canvas.lines(
        [
            *((x, top, x, top - height) for x in grid.edges),
            (left, top, right, top),
            (left, top - height, right, top - height),
        ]
    )
