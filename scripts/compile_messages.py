"""Compiles the translations (.po to .mo), as the machine may have no gettext tools.

Standard library only. `python3 -m scripts.compile_messages [FOLDER]` writes a .mo beside every .po
that is newer; fuzzy and empty entries are left out, so the source text is shown instead.
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

MAGIC = 0x950412DE
LOCALE = Path(__file__).resolve().parent.parent / "config" / "locale"
KEYWORDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")


class CatalogUnreadable(Exception):
    """A .po file has a line not in its grammar, or an entry twice; the message names them."""


def catalogs_compile(folder: Path = LOCALE) -> list[Path]:
    """Write the .mo of every .po under `folder` that changed since; return those written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        part = target.with_suffix(".mo.part")
        part.write_bytes(catalog_bytes(catalog_read(source)))
        part.replace(target)
        written.append(target)
    return written


def catalog_read(source: Path) -> dict[str, str]:
    """Return the translated entries by .mo key: context, EOT, singular, NUL, plural."""
    messages: dict[str, str] = {}
    for entry in _entries(source):
        forms = [text for name, text in sorted(entry.items()) if name.startswith("msgstr")]
        if not all(forms):
            continue
        key = entry["msgid"]
        if "msgid_plural" in entry:
            key = f"{key}\0{entry['msgid_plural']}"
        if "msgctxt" in entry:
            key = f"{entry['msgctxt']}\x04{key}"
        if key in messages:
            raise CatalogUnreadable(f"{source}: {entry['msgid']!r} stands twice")
        messages[key] = "\0".join(forms)
    return messages


def catalog_bytes(messages: dict[str, str]) -> bytes:
    """Return the catalogue in the format that `gettext.GNUTranslations` reads, keys in order."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    ids, texts = (b"\0".join([*column, b""]) for column in zip(*pairs, strict=True))
    table = 7 * 4
    keys_at = table + 16 * len(pairs)
    texts_at = keys_at + len(ids)
    id_rows, text_rows = b"", b""
    id_offset = text_offset = 0
    for key, text in pairs:
        id_rows += struct.pack("<II", len(key), keys_at + id_offset)
        text_rows += struct.pack("<II", len(text), texts_at + text_offset)
        id_offset += len(key) + 1
        text_offset += len(text) + 1
    count = len(pairs)
    head = struct.pack("<7I", MAGIC, 0, count, table, table + 8 * count, 0, keys_at)
    return head + id_rows + text_rows + ids + texts


def _entries(source: Path) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    name = ""
    is_fuzzy = False
    for number, raw in enumerate(source.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        starts_next = not line or line.startswith(("#", "msgctxt ", "msgid "))
        if starts_next and name.startswith("msgstr"):
            if not is_fuzzy:
                yield entry
            entry, name, is_fuzzy = {}, "", False
        if not line or line.startswith("#"):
            is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")
        if name.partition("[")[0] not in KEYWORDS or not line.startswith('"'):
            raise CatalogUnreadable(f"{source}:{number}: cannot read {raw!r}")
        entry[name] = entry.get(name, "") + str(ast.literal_eval(line))
    if name.startswith("msgstr") and not is_fuzzy:
        yield entry


if __name__ == "__main__":
    for path in catalogs_compile(*map(Path, sys.argv[1:2])):
        print(f"compiled {path}")
