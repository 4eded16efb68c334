"""Files as a facility would send them: right in structure, their values mostly empty."""

from __future__ import annotations

from base64 import b64encode

from insurance_gateway.document.editions import TABLES, fields_of

EDITION = "1931"
CARD = "GD4010100000917"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def table_xml(table: str, edition: str = EDITION, **values: str) -> str:
    """Return one row of a table with every tag of the edition, in order; other values are empty."""
    names = [field.name for field in fields_of(edition, table)]
    return "".join(f"<{name}>{values.get(name, '')}</{name}>" for name in names)


def claim_file(
    ma_lk: str, *, facility: str = "01999", edition: str = EDITION, **values: str
) -> bytes:
    """Return an unsigned claim with XML1 only; `values` override fields of XML1."""
    fields = {
        "MA_LK": ma_lk,
        "MA_CSKCB": facility,
        "MA_THE_BHYT": CARD,
        "NGAY_VAO": "202611230800",
        "NGAY_RA": "202611231000",
        "CHAN_DOAN_RV": "Viêm họng (mẫu)",
        "MA_DOITUONG_KCB": "1.1",
        "T_TONGCHI_BV": "150000.00",
        "T_BNCCT": "30000.00",
        "T_BHTT": "120000.00",
        **values,
    }
    row = table_xml("XML1", edition, **fields)
    return envelope_file(f"<TONG_HOP>{row}</TONG_HOP>", facility=facility)


def envelope_file(xml1: str, *, facility: str = "01999") -> bytes:
    """Return an unsigned envelope around the text of an XML1 document."""
    content = b64encode(xml1.encode()).decode()
    return (
        f"{DECLARATION}<GIAMDINHHS><THONGTINDONVI><MACSKCB>{facility}</MACSKCB></THONGTINDONVI>"
        "<THONGTINHOSO><NGAYLAP>20261123</NGAYLAP><SOLUONGHOSO>1</SOLUONGHOSO><DANHSACHHOSO><HOSO>"
        f"<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>{content}</NOIDUNGFILE></FILEHOSO>"
        "</HOSO></DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>"
    ).encode()


def check_in_file(ma_lk: str, *, facility: str = "01999") -> bytes:
    """Return an unsigned check-in of one visit."""
    table = TABLES["XML0"]
    row = table_xml(
        "XML0", MA_LK=ma_lk, MA_CSKCB=facility, MA_THE_BHYT=CARD, NGAY_YL="202611230815"
    )
    return (
        f"{DECLARATION}<{table.root}><{table.list_name}><{table.item}>{row}</{table.item}>"
        f"</{table.list_name}><CHUKYDONVI/></{table.root}>"
    ).encode()
