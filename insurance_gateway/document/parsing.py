"""XML from outside, parsed without trust: no entities, no DTD, no network, no giant trees.

Source: D02 (UTF-8); gateway guide: an unreadable file is refused as a whole.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator

from lxml import etree

from insurance_gateway.errors import DocumentUnreadable


def parse(data: bytes, **where: object) -> etree._Element:
    """Return the root of a UTF-8 document; a byte order mark is accepted.

    Raises DocumentUnreadable: empty, not_utf8, doctype, not_xml. `where` goes into its facts.
    """
    data = data.removeprefix(BOM_UTF8)
    if not data.strip():
        raise DocumentUnreadable("empty", **where)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentUnreadable("not_utf8", **where) from error
    if b"<!DOCTYPE" in data:
        raise DocumentUnreadable("doctype", **where)
    try:
        root = etree.fromstring(data, careful_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentUnreadable("not_xml", **where) from error
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "UTF8", "ASCII"):
        raise DocumentUnreadable("not_utf8", **where)
    return root


def careful_parser() -> etree.XMLParser:
    """Return a new parser. Comments go: no signature covers them, so they must not split a text."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_blank_text=False,
        remove_comments=True,
    )


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements, without comments and processing instructions."""
    return parent.iterchildren("*")


def child(parent: etree._Element, name: str) -> etree._Element:
    """Return the one child of that name; raises DocumentUnreadable missing_element."""
    found = parent.findall(name)
    if len(found) != 1:
        raise DocumentUnreadable("missing_element", element=name, found=len(found))
    return found[0]


def child_text(parent: etree._Element, name: str) -> str:
    """Return the text of the one child of that name without blanks around it."""
    return (child(parent, name).text or "").strip()
