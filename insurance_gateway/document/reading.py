"""Reading a claim or a check-in, of any vendor and any edition, into rows of text.

Nothing is judged here but readability: names, order and values are the business of `conformity`.
Signed and unsigned documents read alike; CDATA, a declaration, a byte order mark and line breaks
inside base64 are accepted, and so are tables left empty.
Source: CV 1245/BHXH-CNTT 2024 (envelope), TT 48/2017 Đ4; forms seen in files of other vendors.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import date

from lxml import etree

from insurance_gateway.document.editions import TABLES, Table
from insurance_gateway.document.parsing import child, child_text, elements, parse
from insurance_gateway.document.value_types import is_day
from insurance_gateway.errors import DocumentUnreadable

Row = dict[str, str]
Tables = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class OpenedClaim:
    """One dossier of an envelope; rows by table, with their fields in the order they stood."""

    facility_code: str
    prepared_on: date
    tables: Tables


@dataclass(frozen=True, slots=True)
class OpenedCheckIn:
    """The announcements of one XML0 document; `facility_code` is that of the first one."""

    facility_code: str
    rows: list[Row]


def claim_open(data: bytes) -> OpenedClaim:
    """Return the one dossier of an envelope.

    Raises DocumentUnreadable, with code dossier_count when there is not exactly one.
    """
    claims = claims_open(data)
    if len(claims) != 1:
        raise DocumentUnreadable("dossier_count", found=len(claims))
    return claims[0]


def claims_open(data: bytes) -> list[OpenedClaim]:
    """Return every dossier of an envelope, in order; raises DocumentUnreadable."""
    root = parse(data)
    if root.tag != "GIAMDINHHS":
        raise DocumentUnreadable("wrong_root", expected="GIAMDINHHS")
    facility_code = child_text(child(root, "THONGTINDONVI"), "MACSKCB")
    info = child(root, "THONGTINHOSO")
    prepared_on = day_read(child_text(info, "NGAYLAP"))
    dossiers = child(info, "DANHSACHHOSO").findall("HOSO")
    if child_text(info, "SOLUONGHOSO") != str(len(dossiers)):
        raise DocumentUnreadable("dossier_count", found=len(dossiers))
    return [OpenedClaim(facility_code, prepared_on, tables_read(dossier)) for dossier in dossiers]


def check_in_open(data: bytes) -> OpenedCheckIn:
    """Return the announcements of an XML0 document; raises DocumentUnreadable."""
    table = TABLES["XML0"]
    root = parse(data)
    if root.tag != table.root:
        raise DocumentUnreadable("wrong_root", expected=table.root)
    rows = rows_read(root, table)
    if not rows:
        raise DocumentUnreadable("missing_element", element=table.item, found=0)
    return OpenedCheckIn(rows[0].get("MA_CSKCB", ""), rows)


def table_open(table_name: str, data: bytes) -> list[Row]:
    """Return the rows of one decoded table document; raises DocumentUnreadable."""
    table = TABLES[table_name]
    root = parse(data, table=table_name)
    if root.tag != table.root:
        raise DocumentUnreadable("wrong_root", table=table_name, expected=table.root)
    return rows_read(root, table)


def tables_read(dossier: etree._Element) -> Tables:
    tables: Tables = {}
    for file in dossier.findall("FILEHOSO"):
        name = child_text(file, "LOAIHOSO")
        if name not in TABLES or not TABLES[name].is_packed:
            raise DocumentUnreadable("unknown_table", table=name[:8])
        if name in tables:
            raise DocumentUnreadable("table_twice", table=name)
        data = content_read(child(file, "NOIDUNGFILE"), name)
        rows = table_open(name, data) if data else []
        if rows:
            tables[name] = rows
    return tables


def content_read(holder: etree._Element, table_name: str) -> bytes:
    """Return the decoded table document; some tools write it as plain elements instead."""
    nested = next(elements(holder), None)
    if nested is not None:
        return etree.tostring(nested, encoding="utf-8", with_tail=False)
    try:
        return b64decode("".join((holder.text or "").split()), validate=True)
    except (Base64Error, ValueError) as error:
        raise DocumentUnreadable("not_base64", table=table_name) from error


def rows_read(root: etree._Element, table: Table) -> list[Row]:
    if not table.list_name:
        return [row_read(root, table, 1)]
    rows = []
    for position, item in enumerate(elements(child(root, table.list_name)), start=1):
        if item.tag != table.item:
            raise DocumentUnreadable("wrong_element", table=table.name, row=position)
        rows.append(row_read(item, table, position))
    return rows


def row_read(item: etree._Element, table: Table, position: int) -> Row:
    """Return the fields of a row. A signature beside them (XML13, XML14) is not a field."""
    row: Row = {}
    for field in elements(item):
        if field.tag == "CHUKYDONVI":
            continue
        if field.tag in row:
            raise DocumentUnreadable("field_twice", table=table.name, row=position, field=field.tag)
        row[field.tag] = str(field.xpath("string()")) if len(field) else field.text or ""
    return row


def day_read(text: str) -> date:
    if not is_day(text):
        raise DocumentUnreadable("bad_date", element="NGAYLAP")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
