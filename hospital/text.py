"""Text as it is stored and as it is searched.

Names reach us composed and decomposed, with the Icelandic Ð in place of the Vietnamese Đ, and with
stray spaces; the gateway compares letter by letter, so text is brought to one form on entry.
"""

from __future__ import annotations

import re
import unicodedata

LOOKALIKES = str.maketrans({"\u00d0": "\u0110", "\u00f0": "\u0111"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
MARKS = re.compile("[\u0300-\u036f]+")
NOT_SEARCHED = re.compile(r"[\W_]+")


def clean_text(text: str) -> str:
    """Return `text` composed (NFC), with Đ for Ð, without control characters, single-spaced."""
    visible = INVISIBLE.sub("", text)
    composed = unicodedata.normalize("NFC", visible).translate(LOOKALIKES)
    return SPACES.sub(" ", composed).strip()


def search_key(text: str) -> str:
    """Return the searched form: lower case, no marks, đ as d, words of letters and digits."""
    lowered = INVISIBLE.sub("", text).translate(LOOKALIKES).lower().replace("\u0111", "d")
    bare = MARKS.sub("", unicodedata.normalize("NFD", lowered))
    return NOT_SEARCHED.sub(" ", unicodedata.normalize("NFC", bare)).strip()
