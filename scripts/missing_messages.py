"""Lists the texts of the screens that have no English yet, ready to paste into the catalogue.

Runs inside the environment (it asks Django how templates mark texts):
`python -m scripts.missing_messages [FOLDER…]` prints .po entries and exits 1 when some are missing.
A text is known by its key in the catalogue: context, EOT, singular, NUL, plural.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from django.utils.translation.template import templatize

from scripts.compile_messages import LOCALE, catalog_read

REPOSITORY = LOCALE.parent.parent
APPS = ("config", "hospital", "billing", "insurance_gateway", "fhir")
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"

# What the arguments of each marking function are, in order.
ARGUMENTS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "msgid_plural"),
    "pgettext": ("msgctxt", "msgid"),
    "npgettext": ("msgctxt", "msgid", "msgid_plural"),
}
MARKERS = {
    f"{name}{suffix}": arguments
    for name, arguments in ARGUMENTS.items()
    for suffix in ("", "_lazy", "_noop")
}
LITERAL = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
MARKED = re.compile(rf"(?<!\w)({'|'.join(ARGUMENTS)}|_)\(\s*{LITERAL}((?:\s*,\s*{LITERAL})*)")


class TextComputed(Exception):
    """A text is put together before it is looked up; the message names file and line."""


def missing_messages(*folders: Path) -> dict[str, list[Path]]:
    """Return the keys of the texts under `folders` without English, each with its files."""
    known = set(catalog_read(ENGLISH))
    known |= {key.partition("\0")[0] for key in known}  # a plural entry answers its singular too
    return {key: files for key, files in marked_texts(*folders).items() if key not in known}


def unused_messages(*folders: Path) -> list[str]:
    """Return the keys of the English entries that no text under `folders` asks for."""
    marked = set(marked_texts(*folders)) | {""}
    return [
        key
        for key in catalog_read(ENGLISH)
        if key not in marked and key.partition("\0")[0] not in marked
    ]


def marked_texts(*folders: Path) -> dict[str, list[Path]]:
    """Return the key of every text marked for translation under `folders`, with its files.

    Raises TextComputed where the marked text is an f-string, a sum or a choice: no catalogue can
    hold it.
    """
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if "migrations" in path.parts or path.suffix not in (".py", ".html", ".txt"):
                continue
            source = path.read_text(encoding="utf-8")
            read: Callable[[str], Iterator[str]] = _of_template
            if path.suffix == ".py":
                read = partial(_of_python, path=path)
            for key in dict.fromkeys(read(source)):
                found.setdefault(key, []).append(path)
    return found


def entry_text(key: str) -> str:
    """Return the .po entry of a key, its translation left empty."""
    context, _, text = key.rpartition("\x04")
    singular, _, plural = text.partition("\0")
    lines = [f"msgctxt {_quoted(context)}"] if context else []
    lines.append(f"msgid {_quoted(singular)}")
    if plural:
        lines += [f"msgid_plural {_quoted(plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines)


def _of_python(source: str, path: Path) -> Iterator[str]:
    tree = ast.parse(source)
    markers = {"_": ARGUMENTS["gettext"], **MARKERS, **_imported_markers(tree)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        arguments = markers.get(getattr(node.func, "id", getattr(node.func, "attr", "")), ())
        given = node.args[: len(arguments)]
        for text in given:
            if isinstance(text, ast.JoinedStr | ast.BinOp | ast.IfExp):
                raise TextComputed(f"{path}:{node.lineno}: write the whole text in the marker")
        # A name instead of a text was marked where that name got its text.
        texts = [text.value for text in given if isinstance(text, ast.Constant)]
        if arguments and len(texts) == len(arguments):
            yield _key(arguments, [str(text) for text in texts])


def _imported_markers(tree: ast.AST) -> dict[str, tuple[str, ...]]:
    return {
        alias.asname: MARKERS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.name in MARKERS
    }


def _of_template(source: str) -> Iterator[str]:
    if "{%" not in source and "{{" not in source:
        return
    for match in MARKED.finditer(templatize(source)):
        texts = [str(ast.literal_eval(text)) for text in re.findall(LITERAL, match[0])]
        yield _key(ARGUMENTS["gettext" if match[1] == "_" else match[1]], texts)


def _key(arguments: Iterable[str], texts: Iterable[str]) -> str:
    entry = dict(zip(arguments, texts, strict=True))
    key = entry["msgid"]
    if "msgid_plural" in entry:
        key = f"{key}\0{entry['msgid_plural']}"
    return f"{entry['msgctxt']}\x04{key}" if "msgctxt" in entry else key


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main(names: list[str]) -> int:
    """Print the missing entries; return the exit status."""
    missing = missing_messages(*(REPOSITORY / name for name in names or APPS))
    for key, files in sorted(missing.items(), key=lambda item: (str(item[1][0]), item[0])):
        print(f"#: {files[0].relative_to(REPOSITORY)}\n{entry_text(key)}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
