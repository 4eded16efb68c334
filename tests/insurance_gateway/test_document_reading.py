"""Reading documents of any vendor, and refusing what is none."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from pathlib import Path

import pytest

from insurance_gateway.document.reading import check_in_open, claim_open, claims_open
from insurance_gateway.errors import DocumentUnreadable

SAMPLES = Path(__file__).resolve().parents[1] / "golden" / "samples"
XML5 = (
    "<CHITIEU_CHITIET_DIENBIENLAMSANG><DSACH_CHI_TIET_DIEN_BIEN_BENH>{rows}"
    "</DSACH_CHI_TIET_DIEN_BIEN_BENH></CHITIEU_CHITIET_DIENBIENLAMSANG>"
)
ROW = "<CHI_TIET_DIEN_BIEN_BENH><MA_LK>A1</MA_LK>{more}</CHI_TIET_DIEN_BIEN_BENH>"


def packed(table: str, text: str) -> str:
    return filed(table, b64encode(text.encode()).decode())


def filed(table: str, content: str) -> str:
    return f"<FILEHOSO><LOAIHOSO>{table}</LOAIHOSO><NOIDUNGFILE>{content}</NOIDUNGFILE></FILEHOSO>"


def envelope(*files: str, count: str = "1", day: str = "20261110", dossiers: int = 1) -> bytes:
    return (
        "<GIAMDINHHS><THONGTINDONVI><MACSKCB> 01999 </MACSKCB></THONGTINDONVI><THONGTINHOSO>"
        f"<NGAYLAP>{day}</NGAYLAP><SOLUONGHOSO>{count}</SOLUONGHOSO><DANHSACHHOSO>"
        + f"<HOSO>{''.join(files)}</HOSO>" * dossiers
        + "</DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>"
    ).encode()


NOTE = packed("XML5", XML5.format(rows=ROW.format(more="")))


def test_an_official_sample_opens():
    claim = claim_open((SAMPLES / "inpatient" / "envelope.xml").read_bytes())

    counts = {table: len(rows) for table, rows in claim.tables.items()}
    assert (claim.facility_code, claim.prepared_on) == ("99001", date(2026, 11, 16))
    assert counts == {"XML1": 1, "XML2": 11, "XML3": 10, "XML4": 2, "XML5": 4, "XML7": 1, "XML8": 1}


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + XML5.format(rows=ROW.format(more="")),
        '<?xml version="1.0" encoding="UTF-8"?>' + XML5.format(rows=ROW.format(more="")),
        XML5.format(rows=ROW.format(more="").replace("A1", "<![CDATA[A1]]>")),
        XML5.format(rows=ROW.format(more="").replace("A1", "A<!-- x -->1")),
    ],
)
def test_forms_of_other_vendors_read_alike(content):
    claim = claim_open(envelope(packed("XML5", content)))

    assert claim.tables == {"XML5": [{"MA_LK": "A1"}]}
    assert claim.facility_code == "01999"


def test_line_breaks_in_base64_are_accepted():
    content = b64encode(XML5.format(rows=ROW.format(more="")).encode()).decode()
    broken = "\n".join(content[start : start + 20] for start in range(0, len(content), 20))

    assert claim_open(envelope(filed("XML5", broken))).tables == {"XML5": [{"MA_LK": "A1"}]}


def test_a_table_written_as_plain_elements_is_accepted():
    plain = filed("XML5", XML5.format(rows=ROW.format(more="")))

    assert claim_open(envelope(plain)).tables == {"XML5": [{"MA_LK": "A1"}]}


@pytest.mark.parametrize("content", ["", XML5.format(rows="")])
def test_a_table_left_empty_is_no_table(content):
    assert claim_open(envelope(NOTE, packed("XML4", ""), packed("XML2", "") if content else ""))
    assert claim_open(envelope(packed("XML5", content))).tables == {}


def test_a_comment_cannot_split_what_a_signature_covers():
    whole = envelope(NOTE)
    split = whole.replace(b" 01999 ", b"019<!-- x -->99")

    assert claim_open(split) == claim_open(whole)


def test_a_signature_beside_the_fields_is_no_field():
    signed = "<CHUKYDONVI><Signature/></CHUKYDONVI><DU_PHONG><a>x</a>y</DU_PHONG>"

    claim = claim_open(envelope(packed("XML5", XML5.format(rows=ROW.format(more=signed)))))

    assert claim.tables == {"XML5": [{"MA_LK": "A1", "DU_PHONG": "xy"}]}


def test_several_dossiers_open_one_by_one_only():
    data = envelope(NOTE, count="2", dossiers=2)

    assert len(claims_open(data)) == 2
    with pytest.raises(DocumentUnreadable, match="dossier_count"):
        claim_open(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe<", "not_utf8"),
        (b'<?xml version="1.0" encoding="windows-1258"?><GIAMDINHHS/>', "not_utf8"),
        (b"<GIAMDINHHS>", "not_xml"),
        (b"<GIAMDINHHS>&nbsp;</GIAMDINHHS>", "not_xml"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><GIAMDINHHS>&b;</GIAMDINHHS>', "doctype"),
        (b"<TONG_HOP/>", "wrong_root"),
        (b'<GIAMDINHHS xmlns="urn:x"/>', "wrong_root"),
        (b"<GIAMDINHHS/>", "missing_element"),
        (envelope(NOTE, day="2026111"), "bad_date"),
        (envelope(NOTE, day="20261131"), "bad_date"),
        (envelope(NOTE, count="2"), "dossier_count"),
        (envelope(packed("XML0", "<A/>")), "unknown_table"),
        (envelope(packed("XML12", "<A/>")), "unknown_table"),
        (envelope(packed("XML99", "<A/>")), "unknown_table"),
        (envelope(NOTE, NOTE), "table_twice"),
        (envelope(filed("XML5", "a-b_")), "not_base64"),
        (envelope(filed("XML5", "ab+cd")), "not_base64"),
        (envelope(packed("XML5", "<TONG_HOP/>")), "wrong_root"),
        (envelope(packed("XML5", "no xml")), "not_xml"),
        (envelope(packed("XML5", XML5.format(rows="<OTHER/>"))), "wrong_element"),
        (
            envelope(packed("XML5", XML5.format(rows=ROW.format(more="<MA_LK>B</MA_LK>")))),
            "field_twice",
        ),
    ],
)
def test_what_is_no_claim_is_refused_with_its_reason(data, code):
    with pytest.raises(DocumentUnreadable) as refusal:
        claim_open(data)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<GIAMDINHHS/>", "wrong_root"),
        (b"<CHI_TIEU_TRANG_THAI_KCB><CHUKYDONVI/></CHI_TIEU_TRANG_THAI_KCB>", "missing_element"),
        (
            b"<CHI_TIEU_TRANG_THAI_KCB><DSACH_TRANG_THAI_KCB/></CHI_TIEU_TRANG_THAI_KCB>",
            "missing_element",
        ),
    ],
)
def test_what_is_no_check_in_is_refused(data, code):
    with pytest.raises(DocumentUnreadable) as refusal:
        check_in_open(data)

    assert refusal.value.code == code


def test_a_giant_text_is_refused():
    data = b"<GIAMDINHHS>" + b"a" * 11_000_000 + b"</GIAMDINHHS>"

    with pytest.raises(DocumentUnreadable, match="not_xml"):
        claim_open(data)
