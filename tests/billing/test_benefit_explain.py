"""A quote as a clerk reads it, sentence by sentence."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import OtherSourceMode, OtherSources, TraceStep, quote_visit
from billing.benefit.cases import case_answer
from billing.benefit.explain import step_explained, visit_explained
from billing.benefit.trace import number_text, plain, short_number
from tests.billing.benefit_facts import NEAR_POOR, a_card, a_line, a_visit, moment

WHOLE_VISIT = """\
Lượt khám
  Mã đối tượng 3.1, nội trú, ngày 01/09/2026: tỷ lệ tuyến 40%. \
[QĐ 3276/QĐ-BYT 17/10/2025 PL1; Điểm g khoản 4 Điều 22 Luật BHYT]
  – Không phải chi phí thấp: tổng trong phạm vi 1.700.000,15 đồng, từ 379.500 đồng trở lên \
(15% × mức tham chiếu 2.530.000 đồng). [Luật 51/2024 Đ22 k1]
Dòng 1: thành tiền 1.000.000,5 đồng, trong phạm vi 700.000,15 đồng, mức hưởng 32%: \
quỹ trả 224.000,05, cùng chi trả 476.000,1, tự trả 0,35, nguồn khác 300.000 đồng.
  Thẻ thứ 1 (DN4, mức 4) có hiệu lực ngày 01/09/2026. [NĐ 188/2025 Đ21]
  Giá bệnh viện 1.000.000,5 đồng cao hơn giá BHYT 1.000.000 đồng; phần chênh lệch người bệnh tự \
trả. [NĐ 188/2025 Đ20]
  – Không xét miễn cùng chi trả: chưa có ngày đủ 5 năm liên tục. \
[Luật 51/2024 Đ22 k1; NĐ 188/2025 Đ18 k2]
  Mức hưởng của thẻ DN4, mức 4: 80%. \
[QĐ 1351/QĐ-BHXH 2015; QĐ 1697/QĐ-BHXH 2023; QĐ 1018/QĐ-BHXH 2024]
  Mức hưởng 80% × tỷ lệ tuyến 40% = 32%. \
[QĐ 3276/QĐ-BYT 17/10/2025 PL1; Điểm g khoản 4 Điều 22 Luật BHYT]
  Nguồn khác trả cho cơ sở 300.000 đồng: quỹ và người bệnh chỉ chia phần còn lại 700.000,5 đồng. \
[QĐ 4750/2023, T_NGUONKHAC]
Dòng 2: thành tiền 1.000.000 đồng, trong phạm vi 1.000.000 đồng, mức hưởng 32%: \
quỹ trả 320.000, cùng chi trả 680.000, tự trả 0, nguồn khác 0 đồng.
  Thẻ thứ 1 (DN4, mức 4) có hiệu lực ngày 01/09/2026. [NĐ 188/2025 Đ21]
  – Không xét miễn cùng chi trả: chưa có ngày đủ 5 năm liên tục. \
[Luật 51/2024 Đ22 k1; NĐ 188/2025 Đ18 k2]
  Mức hưởng của thẻ DN4, mức 4: 80%. \
[QĐ 1351/QĐ-BHXH 2015; QĐ 1697/QĐ-BHXH 2023; QĐ 1018/QĐ-BHXH 2024]
  Mức hưởng 80% × tỷ lệ tuyến 40% = 32%. \
[QĐ 3276/QĐ-BYT 17/10/2025 PL1; Điểm g khoản 4 Điều 22 Luật BHYT]
Cộng: 2.000.000,5 đồng; quỹ trả 544.000,05, người bệnh trả 1.156.000,45 \
(cùng chi trả 1.156.000,1, tự trả 0,35), nguồn khác 300.000 đồng.
Lưu ý: Thẻ thứ 2: DN1 không có trong danh mục mã đối tượng và mức quyền lợi; \
mức hưởng tính theo chữ số in trên thẻ, cần tra cứu lại thẻ."""


def explained(*lines: Any, **facts: Any) -> list[str]:
    return list(visit_explained(quote_visit(a_visit(*lines, **facts))))


def parameters(*lines: Any, **facts: Any) -> list[str]:
    sentences = explained(*lines, **facts)
    return sentences[sentences.index("Số liệu theo quy định") + 1 :]


def test_a_whole_visit_is_told_from_the_route_to_the_sum() -> None:
    source = OtherSources(mode=OtherSourceMode.FACILITY, domestic=Decimal(300000))
    line = a_line(1, "1000000", price_hospital=Decimal("1000000.5"), other_sources=source)
    later = a_card("DN1790000000001", since="2027-01-01", until="")

    told = explained(line, a_line(2), route_code="3.1", cards=(a_card(), later))

    assert "\n".join(told[: told.index("Số liệu theo quy định")]) == WHOLE_VISIT


@pytest.mark.parametrize(
    "sentence",
    [
        "Mức hưởng của thẻ mức 2: 100%, từ ngày 01/12/2015. "
        "[QĐ 1351/QĐ-BHXH 2015; QĐ 1697/QĐ-BHXH 2023; QĐ 1018/QĐ-BHXH 2024]",
        "Mức tính thay cho mức in trên thẻ CN3: 2, từ ngày 01/01/2026. "
        "[NQ 261/2025/QH15 Đ2 k1 a; CV 38/BYT-BH 06/01/2026]",
        "Tỷ lệ tuyến của mã đối tượng 1.1: 100%, từ ngày 01/07/2025. "
        "[QĐ 3276/QĐ-BYT 17/10/2025 PL1]",
        "Mức tham chiếu (hiện bằng mức lương cơ sở): 2.530.000 đồng một tháng, từ ngày 01/07/2026. "
        "[NĐ 161/2026/NĐ-CP; Luật 51/2024 Đ3 k5 b]",
        "Chi phí thấp (không cùng chi trả) là chi phí một lần khám dưới phần này của mức tham "
        "chiếu: 15%, từ ngày 01/01/2025. [Luật 51/2024 Đ22 k1]",
        "Mức hưởng khi chi phí thấp: 100%, từ ngày 01/01/2025. [Luật 51/2024 Đ22 k1]",
        "Cùng chi trả trong năm vượt số tháng mức tham chiếu này thì được miễn: 6 tháng, "
        "từ ngày 01/01/2025. [Luật 51/2024 Đ22 k1; NĐ 188/2025 Đ18 k2]",
        "Thẻ hết hạn giữa đợt điều trị, còn được thanh toán thêm: 15 ngày, từ ngày 01/07/2025. "
        "[NĐ 188/2025 Đ50 k4]",
        "Khi có nhiều thẻ còn hiệu lực, tính theo: thẻ có mức hưởng cao nhất, "
        "từ ngày 15/08/2025. [NĐ 188/2025 Đ21]",
        "Loại hình khám chữa bệnh tính tỷ lệ nội trú: 03, 04, 09, từ ngày 01/09/2023. "
        "[QĐ 824/QĐ-BYT 2023 PL1, PL2 mã 3.2 (nội trú, nội trú ban ngày)]",
    ],
)
def test_the_numbers_of_the_law_are_told_in_words_and_units(sentence: str) -> None:
    found = parameters(a_line(on="2026-09-06"), cards=(a_card(NEAR_POOR, until="2026-09-05"),))

    assert f"  {sentence}" in found


def test_no_sentence_shows_a_key_of_the_program() -> None:
    lines = (a_line(1, "200000000", cost_group="10", package="G1"), a_line(2, on="2026-09-12"))

    text = "\n".join(
        parameters(
            *lines,
            cards=(a_card(until="2026-09-05"),),
            card_shown_at=moment("2026-09-01 08:00"),
            five_years_on=date(2020, 1, 1),
            ended_at=moment("2026-09-20"),
        )
    )

    assert "_" not in text.replace("MA_LOAI_KCB", "").replace("NGAY_VAO", "")
    assert "arrival" not in text


def test_a_number_without_a_unit_of_its_own_is_told_bare() -> None:
    quote = quote_visit(a_visit())
    points = quote.parameters[0].__class__(
        name="basic_low_points", value="50", since=date(2025, 1, 1), source="X"
    )
    told = visit_explained(
        quote.__class__(
            lines=(),
            totals=quote.totals,
            benefit_rates=(),
            parameters=(points,),
            trace=(),
            warnings=(),
        )
    )

    assert told[-1].endswith("(mã 1.12): 50, từ ngày 01/01/2025. [X]")


def test_a_step_without_a_source_has_no_brackets() -> None:
    assert step_explained(TraceStep("r", True, "Có {n}.", {"n": 1})) == "Có 1."
    assert step_explained(TraceStep("r", False, "Có.", {}, "Luật")) == "– Có. [Luật]"


def test_every_sentence_can_be_told_in_another_language() -> None:
    def shouted(template: str) -> str:
        return f"<{template}>"

    told = visit_explained(quote_visit(a_visit(cards=(a_card("DN1790000000001"),))), shouted)

    assert all(sentence.lstrip().startswith("<") for sentence in told)
    assert "  <<<– {why}>" not in "".join(told)
    assert told[1] == (
        "  <<Mã đối tượng 1.1, nội trú, ngày 01/09/2026: tỷ lệ tuyến 100%.> "
        "[QĐ 3276/QĐ-BYT 17/10/2025 PL1]>"
    )
    assert told[2].startswith("  <<– <Không phải chi phí thấp")
    assert any(sentence.startswith("<Lưu ý: <Thẻ thứ 1") for sentence in told)
    assert any(": <2.530.000 đồng một tháng>, từ ngày" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.50"), "1.234.567,5"),
        (Decimal("100"), "100"),
        (Decimal("1000"), "1.000"),
        (Decimal("0.05"), "0,05"),
        (Decimal("1E+2"), "100"),
        (Decimal("10.00"), "10"),
        (datetime.fromisoformat("2026-12-31T20:30:00+00:00"), "01/01/2027 03:30"),
        (date(2026, 12, 31), "31/12/2026"),
        ("G1", "G1"),
        (15, "15"),
    ],
)
def test_facts_are_written_as_a_clerk_writes_them(value: Any, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("100", "100"), ("47.50", "47.5"), ("80.00", "80"), ("1E+2", "100"), ("0.10", "0.1")],
)
def test_a_rate_is_written_as_the_claim_writes_it(value: str, text: str) -> None:
    assert short_number(Decimal(value)) == text
    assert number_text(Decimal(value)) == text.replace(".", ",")


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        (
            "bed_days",
            {"vao": "202609011400", "ra": "202609060930", "dac_biet": True},
            "Nằm viện 115,5 giờ, ra ngày 06/09/2026: tử vong, nặng xin về hoặc chuyển viện, "
            "tính 6 ngày giường.",
        ),
        (
            "bed_days",
            {"vao": "202609011400", "ra": "202609060900"},
            "Nằm viện 115 giờ, ra ngày 06/09/2026: tính 5 ngày giường.",
        ),
        (
            "bed_split",
            {"khoa": [{"gia": 5, "gio": 6}, {"gia": 9, "gio": 8}, {"gia": 2, "gio": 10}]},
            "Chia ngày giường: khoa thứ 1: 0 ngày; khoa thứ 2: 0,5 ngày; khoa thứ 3: 0,5 ngày.",
        ),
        (
            "bed_split",
            {"khoa": [{"gia": 5, "gio": 1}, {"gia": 9, "gio": 2}, {"gia": 2, "gio": 3}]},
            "Nằm từ 3 khoa mà chưa đến 2 khoa có trên 4 giờ: người phụ trách phải quyết định.",
        ),
        (
            "exam_ratio",
            {"so_lan": 2},
            "Tỷ lệ thanh toán: lần khám thứ 1: 100% giá; lần khám thứ 2: 30% giá.",
        ),
        (
            "surgery_ratio",
            {
                "dvkt": [
                    {"loai": "phau_thuat"},
                    {"loai": "phau_thuat", "kip": "chinh"},
                    {"loai": "phau_thuat", "kip": "khac"},
                ]
            },
            "Tỷ lệ thanh toán: dịch vụ thứ 1: 100% giá; dịch vụ thứ 2: 50% giá; "
            "dịch vụ thứ 3: 80% giá.",
        ),
        (
            "copay_threshold",
            {"history": [{"ngay_ra": "20260630", "t_bncct": "13000000"}], "ngay": "20260701"},
            "Đến 01/07/2026 đã cùng chi trả 13.000.000 đồng trong năm, ngưỡng 14.124.444,44 đồng: "
            "còn thiếu 1.124.444,44 đồng.",
        ),
        (
            "copay_threshold",
            {"history": [{"ngay_ra": "20260520", "t_bncct": "14040000"}], "ngay": "20260801"},
            "Đến 01/08/2026 đã cùng chi trả 14.040.000 đồng trong năm, ngưỡng 14.040.000 đồng: "
            "đã đủ mức miễn cùng chi trả.",
        ),
        (
            "copay_threshold",
            {"history": [{"ngay_ra": "20260520", "t_bncct": "14040000"}], "ngay": "20260601"},
            "Đến 01/06/2026 đã cùng chi trả 14.040.000 đồng trong năm, ngưỡng 14.040.000 đồng: "
            "bằng ngưỡng nhưng chưa vượt nên chưa được miễn.",
        ),
        (
            "route_ratio",
            {
                "ma_doituong_kcb": "3.1",
                "ma_loai_kcb": "04",
                "ma_the": "HT3790000000002",
                "ngay_vao": "20260915",
            },
            "Mã đối tượng 3.1, nội trú, ngày 15/09/2026: tỷ lệ tuyến 40%. "
            "[QĐ 3276/QĐ-BYT 17/10/2025 PL1; Điểm g khoản 4 Điều 22 Luật BHYT]\nMức hưởng 38%.",
        ),
    ],
)
def test_the_other_questions_are_explained_too(
    kind: str, fields: dict[str, Any], told: str
) -> None:
    answer = case_answer(json.dumps({"case_id": "X", "kind": kind, "input": fields}))

    assert "\n".join(answer.explanation) == told


def test_a_law_that_is_missing_goes_by_its_label() -> None:
    line = json.dumps({"kind": "copay_threshold", "input": {"ngay": "20180101"}})

    error = case_answer(line).error

    assert error == {
        "code": "param_not_in_force",
        "message": "Không có quy định “Mức tham chiếu (hiện bằng mức lương cơ sở)” "
        "có hiệu lực ngày 2018-01-01.",
    }
