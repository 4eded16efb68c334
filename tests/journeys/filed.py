"""What went to the gateway on a day, read without the product's own reader."""

from __future__ import annotations

import base64
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from insurance_gateway.models import Submission
from tests.insurance_gateway.gateway_process import RunningSimulator

CONSOLIDATED = Path(__file__).resolve().parents[1] / "cases" / "claim_fields_1931.csv"
FOLDERS = {"claim": "dossiers", "check_in": "check_ins"}
LISTS = {
    "XML2": "DSACH_CHI_TIET_THUOC",
    "XML3": "DSACH_CHI_TIET_DVKT",
    "XML4": "DSACH_CHI_TIET_CLS",
    "XML5": "DSACH_CHI_TIET_DIEN_BIEN_BENH",
}
Row = list[tuple[str, str]]


@dataclass(frozen=True)
class Filed:
    """One sent document: our stored bytes and every version the gateway holds, oldest first."""

    submission: Submission
    link_code: str
    content: bytes
    versions: list[bytes]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def tables(self) -> dict[str, list[Row]]:
        """Return the rows by table, each the pairs of element and text as they stand."""
        root = etree.fromstring(self.content)
        if self.submission.kind == Submission.Kind.CHECK_IN:
            return {"XML0": [row_of(item) for item in root.iter("TRANG_THAI_KCB")]}
        return {
            str(file.findtext("LOAIHOSO")): list(rows_of(file)) for file in root.iter("FILEHOSO")
        }

    def table(self, name: str) -> list[dict[str, str]]:
        return [dict(row) for row in self.tables.get(name, [])]

    @property
    def head(self) -> dict[str, str]:
        return self.table("XML1")[0]


def rows_of(file: etree._Element) -> Iterator[Row]:
    """Yield the rows of one packed table; XML1 is its own only row."""
    table = etree.fromstring(base64.b64decode(str(file.findtext("NOIDUNGFILE"))))
    name = LISTS.get(str(file.findtext("LOAIHOSO")))
    for item in [table] if name is None else table.iterfind(f"{name}/*"):
        yield row_of(item)


def row_of(item: etree._Element) -> Row:
    return [(str(field.tag), field.text or "") for field in item]


def filed(simulator: RunningSimulator) -> list[Filed]:
    """Return every submission that has a document, with what the gateway holds of it."""
    rows = Submission.objects.exclude(document=None).select_related("document", "encounter")
    return [
        Filed(
            submission=row,
            link_code=row.encounter.link_code,
            content=bytes(row.document.content),
            versions=versions_of(simulator, row),
        )
        for row in rows.order_by("kind", "pk")
    ]


def versions_of(simulator: RunningSimulator, submission: Submission) -> list[bytes]:
    """Return the files in the gateway's own folder."""
    link_code = submission.encounter.link_code
    folder = simulator.data / FOLDERS[submission.kind] / link_code[:5] / link_code
    files = sorted(folder.glob("*.xml"), key=lambda file: int(file.stem))
    return [file.read_bytes() for file in files]


def official_fields() -> dict[str, list[str]]:
    """Return the field names of each table of QĐ 1931 in the official order."""
    fields: dict[str, list[str]] = {}
    with CONSOLIDATED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            fields.setdefault(row["table"], []).append(row["name"])
    return fields
