"""The printed statement, read back from the PDF file."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest

from billing.statement import pages
from billing.statement.document import statement_pdf
from billing.statement.pages import Block, pages_of
from billing.statement.tables import grand_totals
from billing.statement.typeface import BOLD, REGULAR, text_width, text_wrapped
from hospital.formatting import quantity
from tests.billing.statement_facts import (
    ACCOUNT,
    EXTRAS,
    drug,
    golden_facts,
    pages_read,
    service,
    visit,
)


def printed(facts, **extras: object) -> str:
    return " ".join(pages_read(statement_pdf(facts, replace(EXTRAS, **extras))))


def test_heading_names_facility_department_and_the_numbers_of_the_visit():
    text = printed(golden_facts())

    for expected in (
        "Bộ Y tế/Sở Y tế/Y tế ngành: Sở Y tế tỉnh Mẫu",
        "Cơ sở khám bệnh, chữa bệnh: Bệnh viện Đa khoa tỉnh Mẫu",
        "Khoa: Khoa Nội",
        "Mã khoa: K02",
        "Mẫu số: 01/KBCB",
        "Mã số người bệnh: BN26000017",
        "Số khám bệnh: 01999.26.0000017",
        "BẢNG KÊ CHI PHÍ ĐIỀU TRỊ NGOẠI TRÚ",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("visit_type", "title", "box"),
    [
        ("01", "BẢNG KÊ CHI PHÍ KHÁM BỆNH", "01"),
        ("02", "BẢNG KÊ CHI PHÍ ĐIỀU TRỊ NGOẠI TRÚ", "02"),
        ("03", "BẢNG KÊ CHI PHÍ ĐIỀU TRỊ NỘI TRÚ", "03"),
        ("04", "BẢNG KÊ CHI PHÍ ĐIỀU TRỊ BAN NGÀY", "04"),
        ("09", "BẢNG KÊ CHI PHÍ ĐIỀU TRỊ NỘI TRÚ", "03"),
    ],
)
def test_title_and_box_follow_the_kind_of_visit(visit_type, title, box):
    text = printed(visit([service("13", "1000")], visit_type=visit_type))

    assert f"{title} {box}" in text


def test_part_one_says_who_was_treated_when_and_for_what():
    text = printed(golden_facts())

    for expected in (
        "(1) Họ tên người bệnh: NGUYỄN VĂN MẪU",
        "Ngày, tháng, năm sinh: 15/05/1980",
        "Giới tính: Nam",
        "(2) Địa chỉ hiện tại: Số 1 phố Mẫu, phường Mẫu, tỉnh Mẫu",
        "(3) Mã khu vực (K1/K2/K3): K1",
        "(4) Mã thẻ BHYT: GD 4 01 9900000017",
        "(4) Mã thẻ BHYT: DN 4 01 9900000017",
        "(5) Nơi đăng ký KCB ban đầu: Bệnh viện Đa khoa tỉnh Mẫu",
        "(6) Mã: 01999",
        "(7) Đến khám: 08 giờ 05, ngày 10/11/2026",
        "(9) Kết thúc khám/điều trị: 10 giờ 10, ngày 10/11/2026",
        "Tổng số ngày điều trị: 1",
        "(10) Tình trạng ra viện: 1",
        "(11) Mã đối tượng đến KCB: 1.1",
        "(12) Chẩn đoán xác định: Tăng huyết áp nguyên phát; Viêm dạ dày",
        "(13) Mã bệnh: I10",
        "(15) Mã bệnh kèm theo: K29.7; R51",
        "(16) Thời điểm đủ 05 năm liên tục từ ngày: 01/06/2027",
    ):
        assert expected in text


def test_the_older_form_prints_its_own_numbers():
    lines = [service("10", "1000")]

    text = printed(visit(lines, ended_at="2026-06-30T10:00:00+07:00", route_code="2"))

    assert "(11) Cấp cứu: ×" in text
    assert "(14) Trái tuyến:" in text
    assert "(20) Miễn cùng chi trả trong năm từ ngày:" in text
    assert "9. Vật tư y tế" in text


def test_a_line_shows_all_thirteen_columns():
    text = printed(golden_facts())

    assert "Siêu âm ổ bụng Lần 1 90.000 58.600 100 90.000 100 58.600 46.880 3.120 40.000 0" in text
    assert all(f"({number})" in text for number in range(1, 14))


def test_sums_and_totals_on_paper_equal_the_facts():
    facts = golden_facts()
    totals = grand_totals(facts.totals)

    text = printed(facts)

    assert "Cộng: 226.325,24 188.750,25 151.000,20 29.150,05 40.000 6.174,99" in text
    assert f"(làm tròn đến đơn vị đồng): {quantity(totals.hospital)} đồng" in text
    assert "(Viết bằng chữ: Hai trăm hai mươi sáu nghìn ba trăm hai mươi lăm đồng)" in text
    assert f"- Quỹ BHYT thanh toán: {quantity(totals.fund)} đồng" in text
    assert f"- Người bệnh trả, trong đó: {quantity(totals.patient)} đồng" in text
    assert f"+ Cùng trả trong phạm vi BHYT: {quantity(totals.co_payment)} đồng" in text
    assert f"+ Các khoản phải trả khác: {quantity(totals.self_payment)} đồng" in text
    assert f"- Nguồn khác: {quantity(totals.other_sources)} đồng" in text


def test_two_rates_are_two_tables_on_paper():
    text = printed(visit([service("13", "1000", rate="80"), service("1", "500", rate="100")]))

    assert re.findall(r"Mức hưởng \(%\): (\d+)", text) == ["80", "100"]
    assert text.count("Cộng:") == 2


def test_without_insurance_the_five_insurance_columns_are_empty():
    facts = visit([service("13", "45000", rate="0")], cards=0, route_code="9")

    text = printed(facts)

    assert "Dịch vụ nhóm 13 Lần 1 45.000 100 45.000 0 45.000" in text
    assert "1. Khám bệnh 45.000 0 45.000" in text
    assert "Cộng: 45.000 0 45.000" in text


def test_signatures_of_a_hospital_and_of_a_commune_station():
    facts = visit([service("13", "1000")])
    hospital, station = printed(facts), printed(facts, is_commune_station=True)

    for title in ("NGƯỜI LẬP BẢNG KÊ", "XÁC NHẬN CỦA NGƯỜI BỆNH", "GIÁM ĐỊNH BHYT"):
        assert title in hospital
        assert title in station
    assert "KẾ TOÁN VIỆN PHÍ" in hospital
    assert "THỦ TRƯỞNG ĐƠN VỊ" not in hospital
    assert "THỦ TRƯỞNG ĐƠN VỊ" in station
    assert "KẾ TOÁN VIỆN PHÍ" not in station
    assert "Ngày 23 tháng 11 năm 2026" in hospital
    assert "Bùi Thị Thu Ngân" in hospital


@pytest.mark.parametrize("count", range(1, 48))
def test_signatures_never_stand_on_a_page_without_a_cost_row(count):
    lines = [service("13", "1000", service_name=f"Khám số {n:03}") for n in range(count)]

    pages = pages_read(statement_pdf(visit(lines), EXTRAS))

    [signed] = [page for page in pages if "NGƯỜI LẬP BẢNG KÊ" in page]
    assert f"Khám số {count - 1:03}" in signed
    assert "GIÁM ĐỊNH BHYT" in signed


def test_head_is_repeated_and_pages_are_numbered():
    lines = [service("13", "1000", service_name=f"Khám số {n:03}") for n in range(90)]

    pages = pages_read(statement_pdf(visit(lines), EXTRAS))

    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"Trang {number}/{len(pages)}" in page
        assert "Tỷ lệ thanh toán BHYT (%)" in page
        assert "Số khám bệnh: 01999.26.0000017" in page


def test_no_item_heading_is_left_at_the_foot_of_a_page():
    for count in range(8, 30):
        lines = [service("13", "1000") for _ in range(count)] + [
            service("1", "1") for _ in range(40)
        ]

        pages = pages_read(statement_pdf(visit(lines), EXTRAS))

        [page] = [page for page in pages if "3. Xét nghiệm" in page]
        assert "Dịch vụ nhóm 1 Lần" in page.partition("3. Xét nghiệm")[2]


def test_two_thousand_lines_all_stand_on_paper_once():
    services = [service("1", "1000", service_name=f"Xét nghiệm {n:04}") for n in range(1000)]
    drugs = [drug("4", "500", name=f"Thuốc thử {n:04}") for n in range(1000)]

    text = printed(visit(services, drugs))

    names = re.findall(r"(?:Xét nghiệm|Thuốc thử) \d{4}", text)
    assert (len(names), len(set(names))) == (2000, 2000)
    assert "Cộng: 1.500.000 1.500.000 1.200.000 300.000 0 0" in text


def test_long_names_are_wrapped_and_stay_whole():
    name = "Phẫu thuật nội soi " + " ".join(f"đoạn{n}" for n in range(40))

    text = printed(visit([service("8", "1000", service_name=name)]))

    assert all(f"đoạn{n}" in text for n in range(40))


def test_a_word_wider_than_its_column_is_cut_not_lost():
    lines = text_wrapped("X" * 100, REGULAR, 8, 60)

    assert "".join(lines) == "X" * 100
    assert all(text_width(line, REGULAR, 8) <= 60 for line in lines)


def test_a_provisional_statement_says_so_on_every_page_and_is_not_signed():
    lines = [service("13", "1000") for _ in range(60)]

    pages = pages_read(statement_pdf(visit(lines), replace(EXTRAS, is_provisional=True)))

    assert len(pages) > 1
    assert all("BẢN TẠM TÍNH" in page for page in pages)
    assert not any("NGƯỜI LẬP BẢNG KÊ" in page for page in pages)


def test_a_frozen_statement_is_not_marked_provisional():
    assert "BẢN TẠM TÍNH" not in printed(golden_facts())


def test_a_payment_code_is_offered_only_for_what_is_still_due():
    facts = golden_facts()

    owing = printed(facts, account=ACCOUNT, paid=Decimal(30000))
    settled = printed(facts, account=ACCOUNT, paid=Decimal(35325))
    overpaid = printed(facts, account=ACCOUNT, paid=Decimal(40000))

    assert "Người bệnh còn phải nộp: 5.325 đồng" in owing
    assert "Nội dung: VP 01999260000017" in owing
    assert "VietQR" not in settled
    assert "Trả lại người bệnh: 4.675 đồng" in overpaid
    assert "VietQR" not in overpaid


def test_the_file_names_its_language_and_no_person():
    data = statement_pdf(golden_facts(), EXTRAS)
    file = pypdfium2.PdfDocument(BytesIO(data))

    title = file.get_metadata_dict()["Title"]
    file.close()

    assert title == "Bảng kê chi phí MAU-BA-000017"
    assert b"/Lang (vi-VN)" in data
    assert b"FontFile2" in data


def test_the_same_facts_give_the_same_bytes():
    assert statement_pdf(golden_facts(), EXTRAS) == statement_pdf(golden_facts(), EXTRAS)


def test_every_vietnamese_letter_is_in_the_letters_embedded():
    letters = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    pieces = " ".join(letters[at : at + 10] for at in range(0, len(letters), 10))

    text = printed(visit([service("13", "1000", service_name=f"{pieces} {pieces.upper()}")]))

    assert set(letters + letters.upper()) <= set(text)


def test_pieces_bound_together_move_to_the_next_page_together():
    def piece(height: float, **options: object) -> Block:
        return Block(height, lambda canvas, top: None, **options)

    head = piece(10)
    rows = [piece(30, head=head), piece(30, head=head, keeps_next=True), piece(40)]

    assert [[block.height for block in page] for page in pages_of(rows, room=90)] == [
        [30],
        [10, 30, 40],
    ]


def test_a_bound_run_higher_than_a_page_is_divided():
    rows = [Block(60, lambda canvas, top: None, keeps_next=True) for _ in range(3)]

    assert [len(page) for page in pages.pages_of(rows, room=100)] == [1, 1, 1]


def test_bold_and_regular_letters_differ_in_width():
    assert text_width("Cộng", BOLD, 8) > text_width("Cộng", REGULAR, 8)
