"""The tables of the claim document, written from the frozen facts.

Each table of each edition is compiled once into a row template and the writers of its values; a row
is then one `%` over native values. No tree is built. One field stands on one line, so that a
difference between two documents reads as one.
Source: QĐ 130/2023 as patched; element names CV 1245/BHXH-CNTT 2024 (D01, D08).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from operator import attrgetter, call
from typing import Any

from billing.claim_facts import CheckInFacts, ClaimFacts
from insurance_gateway.document.editions import TABLES, Field, Table, fields_of
from insurance_gateway.document.formats import WRITERS, Writer
from insurance_gateway.document.sources import Source, line_type, source_of

Values = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Block:
    """Some fields of a row that are read from one root."""

    writers: tuple[Writer, ...]
    values: Values

    def texts(self, facts: object) -> tuple[str, ...]:
        return tuple(map(call, self.writers, self.values(facts)))


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A row template: `%s` is filled once per document (`whole`), `%%s` once per row (`line`)."""

    opening: str
    template: str
    closing: str
    whole: Block
    line: Block

    def body(self, facts: object, lines: Iterable[object]) -> str:
        """Return the rows in order, one per line of facts."""
        row = self.template % tuple(value.replace("%", "%%") for value in self.whole.texts(facts))
        return "".join([row % self.line.texts(line) for line in lines])

    def document(self, facts: object, lines: Iterable[object]) -> str:
        return f"{self.opening}{self.body(facts, lines)}{self.closing}"


def tables_of(facts: ClaimFacts) -> dict[str, bytes]:
    """Return the packed documents of a claim by table name, ascending; only tables with rows.

    Raises EditionUnknown when the facts name an edition that is not carried.
    """
    documents = {}
    for table in TABLES.values():
        lines = lines_of(facts, table)
        if lines:
            text = compiled(facts.edition, table.name).document(facts, lines)
            documents[table.name] = text.encode()
    return documents


def check_in_list(facts: CheckInFacts) -> str:
    """Return the XML0 list with its one announcement; the signature stands beside the list."""
    return compiled(facts.edition, "XML0").document(facts, (facts,))


def lines_of(facts: ClaimFacts, table: Table) -> tuple[object, ...]:
    if not table.is_packed or not table.items or facts.visit.visit_type in table.not_with:
        return ()
    if table.items == "claim":
        return (facts,)
    lines: tuple[object, ...] = attrgetter(table.items.removeprefix("claim."))(facts)
    return lines


@cache
def compiled(edition: str, table_name: str) -> CompiledTable:
    """Return the compiled table; raises LookupError for a schema row that cannot be written."""
    table = TABLES[table_name]
    fields = fields_of(edition, table_name)
    row_type = line_type(table.items)
    sources = {
        field.name: source_of(field.source, line=row_type) for field in fields if field.source
    }
    own_root = table.items if table.items in ("claim", "check_in") else "line"
    elements = "".join(element(field, sources.get(field.name), own_root) for field in fields)
    opening, closing = wrapping(table)
    start, end = (f"<{table.item}>\n", f"</{table.item}>\n") if table.item else ("", "")
    return CompiledTable(
        opening=opening,
        template=f"{start}{elements}{end}",
        closing=closing,
        whole=block(fields, sources, lambda source: source.root != own_root),
        line=block(fields, sources, lambda source: source.root == own_root),
    )


def element(field: Field, source: Source | None, own_root: str) -> str:
    mark = "" if source is None else "%%s" if source.root == own_root else "%s"
    return f"<{field.name}>{mark}</{field.name}>\n"


def wrapping(table: Table) -> tuple[str, str]:
    """Return what stands before and after the rows. The root of XML0 belongs to its envelope."""
    names = [name for name in (table.root, table.list_name) if name]
    if table.is_signed:
        names.remove(table.root)
    opening = "".join(f"<{name}>\n" for name in names)
    return opening, "\n".join(f"</{name}>" for name in reversed(names))


def block(
    fields: Iterable[Field], sources: dict[str, Source], belongs: Callable[[Source], bool]
) -> Block:
    picked = [(field, sources[field.name]) for field in fields if field.name in sources]
    picked = [(field, source) for field, source in picked if belongs(source)]
    writers = tuple(writer_of(field, source) for field, source in picked)
    return Block(writers, values_reader([source for _, source in picked]))


def writer_of(field: Field, source: Source) -> Writer:
    """Return the writer of a value; a value behind a missing step, such as no card, is empty."""
    writer = WRITERS[field.type, source.native]
    if source.is_plain:
        return writer
    return lambda value: "" if value is None else writer(value)


def values_reader(sources: list[Source]) -> Values:
    """Return one function that reads all values; in C when no step of any path can be missing."""
    if len(sources) > 1 and all(source.is_plain for source in sources):
        return attrgetter(*(source.path for source in sources))
    readers = tuple(source.reader for source in sources)
    return lambda facts: tuple(reader(facts) for reader in readers)
