"""The tables of a sent document, read back from its exact bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insurance_gateway.document.editions import TABLES, fields_of
from insurance_gateway.document.reading import check_in_open, claim_open
from insurance_gateway.errors import SignatureRefused
from insurance_gateway.models import OutboundDocument, Submission
from insurance_gateway.presenters.wording import Tag
from insurance_gateway.signing.xmldsig import signature_check

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class TableTab:
    label: str
    url: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True)
class FieldLine:
    name: str
    meaning: str
    value: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of the table; empty fields are left out and counted."""

    number: int
    fields: list[FieldLine]
    empty_count: int


@dataclass(frozen=True, slots=True)
class DocumentProof:
    """Whether the stored bytes are still those that were signed and sent."""

    digest: str
    digest_tag: Tag
    signed_by: str
    signature_tag: Tag


def document_tables(submission: Submission, content: bytes) -> dict[str, Rows]:
    """Return the rows by table; raises DocumentUnreadable."""
    if submission.kind == Submission.Kind.CHECK_IN:
        return {"XML0": check_in_open(content).rows}
    return dict(claim_open(content).tables)


def table_tabs(submission: Submission, tables: Mapping[str, Rows], current: str) -> list[TableTab]:
    return [
        TableTab(
            label=name,
            url=reverse("insurance_gateway:claim-xml", args=[submission.encounter_id, name])
            + f"?submission={submission.pk}",
            is_current=name == current,
            count=len(tables[name]),
        )
        for name in TABLES
        if name in tables
    ]


def table_rows(table: str, edition: str, rows: Rows) -> list[TableRow]:
    """Return the rows in the order of the document.

    The meaning of a field stands beside it in English, the language of the editions' data.
    """
    is_english = (get_language() or "").startswith("en")
    fields = fields_of(edition, table) if is_english else ()
    meanings = {field.name: field.meaning for field in fields}
    return [
        TableRow(
            number=number,
            fields=[
                FieldLine(name, meanings.get(name, ""), value)
                for name, value in row.items()
                if value
            ],
            empty_count=sum(1 for value in row.values() if not value),
        )
        for number, row in enumerate(rows, start=1)
    ]


def document_proof(document: OutboundDocument, content: bytes) -> DocumentProof:
    """Recompute the hash and check the signature of the bytes as they are stored."""
    is_same = hashlib.sha256(content).hexdigest() == document.digest
    try:
        signed_by, is_signed = signature_check(content).subject, True
    except SignatureRefused:
        signed_by, is_signed = "", False
    return DocumentProof(
        digest=document.digest,
        digest_tag=Tag("ok", _("Khớp mã băm")) if is_same else Tag("bad", _("Không khớp mã băm")),
        signed_by=signed_by,
        signature_tag=Tag("ok", _("Chữ ký hợp lệ"))
        if is_signed
        else Tag("bad", _("Chữ ký không hợp lệ")),
    )
