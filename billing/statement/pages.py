"""Pieces of a paper and how they fall on pages: what belongs together is not parted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that is never divided. `draw` gets the canvas and the height of its upper edge, both
    in points. `keeps_next` binds it to the piece after it; `head` is repeated above it when it
    opens a page.
    """

    height: float
    draw: Callable[[Canvas, float], None]
    keeps_next: bool = False
    head: Block | None = None


def pages_of(blocks: Sequence[Block], *, room: float) -> list[list[Block]]:
    """Return the pieces page by page, heads repeated; `room` is the height of a page in points.

    A bound run that is higher than a page is divided, which nothing can avoid.
    """
    pages: list[list[Block]] = [[]]
    left = room
    for chain in _chains(blocks):
        for run in _fitting(chain, room):
            if _height(run) > left and pages[-1]:
                pages.append([run[0].head] if run[0].head else [])
                left = room - _height(pages[-1])
            pages[-1] += run
            left -= _height(run)
    return pages


def _chains(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the runs of pieces that are bound together."""
    chain: list[Block] = []
    for block in blocks:
        chain.append(block)
        if not block.keeps_next:
            yield chain
            chain = []
    if chain:
        yield chain


def _fitting(chain: list[Block], room: float) -> list[list[Block]]:
    head = chain[0].head.height if chain[0].head else 0.0
    if _height(chain) + head <= room:
        return [chain]
    return [[block] for block in chain]


def _height(blocks: Sequence[Block]) -> float:
    return sum(block.height for block in blocks)
