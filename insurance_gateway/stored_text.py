"""Texts from outside as the database can hold them."""

from __future__ import annotations

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MARK = "\ufffd"


def storable(text: str) -> str:
    """Return the text with a mark for each character that PostgreSQL refuses: NUL, half a pair."""
    return UNSTORABLE.sub(MARK, text)
