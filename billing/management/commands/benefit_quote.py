"""Compute worked cases of the benefit rules from JSON lines; needs no database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.benefit.cases import CaseAnswer, case_answer

HEADS = ("case_id", "T_TONGCHI_BV", "T_BHTT", "T_BNCCT", "T_BNTT", "T_NGUONKHAC", "MUC_HUONG")
WIDTH = 16


class Command(BaseCommand):
    help = (
        'Read one {"case_id", "kind", "input"} per line from FILE or stdin, write one answer per '
        "line; exit status 1 when a case could not be computed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="JSON lines; stdin when missing or -")
        parser.add_argument("--format", choices=("json", "table"), default="json")
        parser.add_argument("--explain", action="store_true", help="tell why, in Vietnamese")

    def handle(self, *args: Any, **options: Any) -> None:
        is_table, explained = options["format"] == "table", options["explain"]
        failed = False
        if is_table:
            self.stdout.write(_row(HEADS))
        for answer in _answers(_lines(options["file"])):
            failed = failed or answer.error is not None
            text = (
                _table_text(answer, explained) if is_table else answer.as_json(explained=explained)
            )
            self.stdout.write(text)
        if failed:
            sys.exit(1)


def _lines(file: str | None) -> Iterator[str]:
    if file in (None, "-"):
        yield from sys.stdin
        return
    try:
        text = Path(str(file)).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    yield from text.splitlines()


def _answers(lines: Iterable[str]) -> Iterator[CaseAnswer]:
    return (case_answer(line) for line in lines if line.strip())


def _table_text(answer: CaseAnswer, explained: bool) -> str:
    found = answer.result
    if answer.error is not None or found is None:
        error = answer.error or {}
        return f"{answer.case_id!s:<{WIDTH}}{error.get('code')}: {error.get('message')}"
    if "T_BHTT" in found:
        row = _row((answer.case_id, *(found[head] for head in HEADS[1:])))
    else:
        cells = ", ".join(f"{name}: {value}" for name, value in found.items())
        row = f"{answer.case_id!s:<{WIDTH}}{cells}"
    return "\n".join((row, *answer.explanation)) if explained else row


def _row(cells: Iterable[object]) -> str:
    first, *rest = (str(cell) for cell in cells)
    return f"{first:<{WIDTH}}" + "".join(f"{cell:>{WIDTH}}" for cell in rest)
