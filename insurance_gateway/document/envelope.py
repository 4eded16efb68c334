"""The two documents that leave the house: the claim envelope and the check-in, ready to be signed.

Both end in an empty CHUKYDONVI, the place of the signature.
Source: CV 1245/BHXH-CNTT 2024 (names), TT 48/2017 Đ4 (UTF-8, one dossier per episode), D01, D02.
"""

from __future__ import annotations

from binascii import b2a_base64
from datetime import date

from billing.claim_facts import CheckInFacts, ClaimFacts
from insurance_gateway.document.editions import TABLES
from insurance_gateway.document.formats import day, text
from insurance_gateway.document.tables import check_in_list, tables_of

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
SIGNATURE_PLACE = "<CHUKYDONVI/>"

ENVELOPE = (
    DECLARATION
    + '<GIAMDINHHS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    + ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">\n'
    + "<THONGTINDONVI><MACSKCB>{facility}</MACSKCB></THONGTINDONVI>\n"
    + "<THONGTINHOSO>\n<NGAYLAP>{prepared_on}</NGAYLAP>\n<SOLUONGHOSO>1</SOLUONGHOSO>\n"
    + "<DANHSACHHOSO>\n<HOSO>\n{files}</HOSO>\n</DANHSACHHOSO>\n</THONGTINHOSO>\n"
    + f"{SIGNATURE_PLACE}\n</GIAMDINHHS>\n"
)
FILE = "<FILEHOSO><LOAIHOSO>{table}</LOAIHOSO><NOIDUNGFILE>{content}</NOIDUNGFILE></FILEHOSO>\n"


def claim_document(facts: ClaimFacts, *, prepared_on: date) -> bytes:
    """Return the unsigned GIAMDINHHS document of one episode, UTF-8 with declaration.

    Raises EditionUnknown when the facts name an edition that is not carried.
    """
    files = "".join(
        FILE.format(table=table, content=b2a_base64(content, newline=False).decode("ascii"))
        for table, content in tables_of(facts).items()
    )
    return ENVELOPE.format(
        facility=text(facts.visit.facility_code), prepared_on=day(prepared_on), files=files
    ).encode()


def check_in_document(facts: CheckInFacts) -> bytes:
    """Return the unsigned XML0 document of one announcement, UTF-8 with declaration."""
    root = TABLES["XML0"].root
    body = check_in_list(facts)
    return f"{DECLARATION}<{root}>\n{body}\n{SIGNATURE_PLACE}\n</{root}>\n".encode()
