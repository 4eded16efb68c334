"""Lists the texts of the screens that have no English yet, ready to paste into the catalogue.

Runs inside the environment (it asks Django how templates mark texts):
`python -m scripts.missing_messages [FOLDER…]` prints .po entries and exits 1 when some are missing.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from scripts.compile_messages import LOCALE, catalog_read

REPOSITORY = LOCALE.parent.parent
APPS = ("config", "hospital", "billing", "insurance_gateway", "fhir")
MARKERS = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"})
MARKED = re.compile(r"(?<!\w)(?:n?gettext|_)\(\s*u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")


def missing_messages(*folders: Path) -> dict[str, list[Path]]:
    """Return the texts under `folders` without an English translation, each with its files."""
    known = {key.partition("\0")[0] for key in catalog_read(LOCALE / "en/LC_MESSAGES/django.po")}
    return {text: files for text, files in marked_texts(*folders).items() if text not in known}


def marked_texts(*folders: Path) -> dict[str, list[Path]]:
    """Return every text marked for translation under `folders`, with the files that hold it."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if "migrations" in path.parts or path.suffix not in (".py", ".html", ".txt"):
                continue
            source = path.read_text(encoding="utf-8")
            texts = _of_python(source) if path.suffix == ".py" else _of_template(source)
            for text in texts:
                found.setdefault(text, []).append(path)
    return found


def _of_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        text = node.args[0]
        if name in MARKERS and isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


def _of_template(source: str) -> Iterator[str]:
    if "{%" in source:
        for match in MARKED.finditer(templatize(source)):
            yield str(ast.literal_eval(match[1]))


def main(names: list[str]) -> int:
    """Print the missing entries; return the exit status."""
    missing = missing_messages(*(REPOSITORY / name for name in names or APPS))
    for text, files in sorted(missing.items(), key=lambda item: (str(item[1][0]), item[0])):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        print(f'#: {files[0].relative_to(REPOSITORY)}\nmsgid "{escaped}"\nmsgstr ""\n')
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
