"""The printed letters: Source Sans Pro, complete for Vietnamese, embedded in every paper."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD, ITALIC = "SourceSansPro-Regular", "SourceSansPro-Bold", "SourceSansPro-It"
LEADING = 1.2


@cache
def typefaces_register() -> None:
    """Make the letters known to the PDF library, once per process."""
    for face in (REGULAR, BOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(face, FOLDER / f"{face}.ttf"))


def text_width(text: str, face: str, size: float) -> float:
    """Return the width of one line in points."""
    typefaces_register()
    return float(pdfmetrics.stringWidth(text, face, size))


@lru_cache(maxsize=4096)
def text_wrapped(text: str, face: str, size: float, width: float) -> tuple[str, ...]:
    """Return the lines of `text` in a column of `width` points; a longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, face, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, face, size, width)
        lines += full
    return (*lines, line) if line or not lines else tuple(lines)


def _cut(word: str, face: str, size: float, width: float) -> list[str]:
    """Return a word in pieces that fit; a piece has at least one letter."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, face, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
