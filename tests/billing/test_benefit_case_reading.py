"""Reading a case: every field arrives, what is missing has its default, what is wrong is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import (
    CardInput,
    CoPaymentPaid,
    LineInput,
    LineTable,
    OtherSourceMode,
    OtherSources,
    VisitInput,
)
from billing.benefit.case_visit import visit_read, visit_result
from billing.benefit.cases import CaseAnswer, case_answer
from billing.benefit.quote import quote_visit
from tests.billing.benefit_facts import a_line, a_visit, law_changed, moment

LEAST_LINE = {
    "bang": "XML3",
    "ma_nhom": 2,
    "so_luong": "1.5",
    "don_gia_bv": 500,
    "don_gia_bh": 400,
}
LEAST = {
    "ngay_vao": "202609010800",
    "ma_loai_kcb": "03",
    "ma_doituong_kcb": "1.1",
    "lines": [LEAST_LINE],
}
LINE = LineInput(
    position=1,
    table=LineTable.SERVICE,
    cost_group="2",
    quantity=Decimal("1.5"),
    price_hospital=Decimal(500),
    price_insured=Decimal(400),
)
VISIT = VisitInput(
    arrived_at=moment("2026-09-01 08:00"),
    ended_at=None,
    visit_type="03",
    route_code="1.1",
    lines=(LINE,),
)


def line_of(**changes: Any) -> LineInput:
    return visit_read(LEAST | {"lines": [LEAST_LINE | changes]}).lines[0]


def ask(kind: str, fields: Any) -> CaseAnswer:
    return case_answer(json.dumps({"case_id": "X", "kind": kind, "input": fields}))


def test_the_least_case_gets_the_defaults() -> None:
    assert visit_read(LEAST) == VISIT
    assert visit_read(LEAST | {"cards": None, "ngay_ra": "", "tuyen_xa": None}) == VISIT


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({"ngay_ra": "202609100930"}, {"ended_at": moment("2026-09-10 09:30")}),
        ({"ngay_ra": "20260910093015"}, {"ended_at": moment("2026-09-10 09:30:15")}),
        ({"ngay_trinh_the": "202609020700"}, {"card_shown_at": moment("2026-09-02 07:00")}),
        ({"ngay_mien_cct": "20260904"}, {"exempt_from": moment("2026-09-04 00:00")}),
        ({"nam_nam_lien_tuc": "20240101"}, {"five_years_on": date(2024, 1, 1)}),
        ({"tuyen_xa": 1}, {"commune_station": True}),
        ({"tuyen_xa": "TRUE"}, {"commune_station": True}),
        ({"tuyen_xa": False}, {"commune_station": False}),
        ({"tuyen_xa": 0}, {"commune_station": False}),
        (
            {"copay_history": [{"ngay_ra": "20260801", "t_bncct": "12.5"}]},
            {"copay_history": (CoPaymentPaid(date(2026, 8, 1), Decimal("12.5")),)},
        ),
        (
            {"cards": [{"ma_the": "DN4790000000001", "tu": "20260101", "den": "20261231"}]},
            {
                "cards": (
                    CardInput(
                        number="DN4790000000001",
                        valid_from=date(2026, 1, 1),
                        valid_to=date(2026, 12, 31),
                    ),
                )
            },
        ),
        (
            {"cards": [{"ma_the": "QN5970000000005", "tu": "20260101", "den": ""}]},
            {"cards": (CardInput(number="QN5970000000005", valid_from=date(2026, 1, 1)),)},
        ),
    ],
)
def test_a_field_of_the_visit_is_read(fields: dict[str, Any], changes: dict[str, Any]) -> None:
    assert visit_read(LEAST | fields) == replace(VISIT, **changes)


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({"bang": "XML2"}, {"table": LineTable.DRUG}),
        ({"ma_nhom": "10"}, {"cost_group": "10"}),
        ({"so_luong": 3}, {"quantity": Decimal(3)}),
        ({"tyle_tt_dv": 50}, {"service_rate": Decimal(50)}),
        ({"tyle_tt_bh": "30"}, {"item_ratio": Decimal(30)}),
        ({"pham_vi": 2}, {"scope": "2"}),
        ({"ngay_yl": "202609020900"}, {"ordered_at": moment("2026-09-02 09:00")}),
        ({"goi_vtyt": "G1"}, {"package": "G1"}),
        ({"ma_pttt": 3}, {"payment_method": "3"}),
        ({"vet_thuong_tp": 1}, {"recurrent_wound": True}),
        ({"nguonkhac": {}}, {"other_sources": None}),
        (
            {"nguonkhac": {"mode": "a", "nsnn": 1, "vtnn": "2", "vttn": 3, "cl": "4.5"}},
            {
                "other_sources": OtherSources(
                    mode=OtherSourceMode.PATIENT,
                    state=Decimal(1),
                    foreign=Decimal(2),
                    domestic=Decimal(3),
                    rest=Decimal("4.5"),
                )
            },
        ),
        (
            {"nguonkhac": {"mode": "b"}},
            {"other_sources": OtherSources(mode=OtherSourceMode.FACILITY)},
        ),
        (
            {"nguonkhac": {"mode": "arv"}},
            {"other_sources": OtherSources(mode=OtherSourceMode.CO_PAYMENT)},
        ),
    ],
)
def test_a_field_of_a_line_is_read(fields: dict[str, Any], changes: dict[str, Any]) -> None:
    assert line_of(**fields) == replace(LINE, **changes)


def test_lines_are_numbered_from_one() -> None:
    found = visit_read(LEAST | {"lines": [LEAST_LINE] * 3}).lines

    assert [line.position for line in found] == [1, 2, 3]


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


STAY = {"vao": "202609010800", "ra": "202609020800"}
ROUTE = {"ma_doituong_kcb": "3.1", "ma_loai_kcb": "03", "ngay_vao": "20260901"}


@pytest.mark.parametrize(
    ("kind", "fields", "code", "field"),
    [
        *(("visit", without(LEAST, name), "field_missing", name) for name in LEAST),
        *(
            ("visit", LEAST | {"lines": [without(LEAST_LINE, name)]}, "field_missing", name)
            for name in LEAST_LINE
        ),
        ("visit", LEAST | {"ngay_vao": ""}, "field_missing", "ngay_vao"),
        ("visit", LEAST | {"cards": [{"tu": "20260101"}]}, "field_missing", "ma_the"),
        ("visit", LEAST | {"cards": [{"ma_the": "X"}]}, "field_missing", "tu"),
        ("visit", LEAST | {"copay_history": [{"t_bncct": 1}]}, "field_missing", "ngay_ra"),
        ("visit", LEAST | {"copay_history": [{"ngay_ra": "20260801"}]}, "field_missing", "t_bncct"),
        ("visit", LEAST | {"lines": {}}, "field_invalid", "lines"),
        ("visit", LEAST | {"lines": [1]}, "field_invalid", "lines"),
        ("visit", LEAST | {"lines": [LEAST_LINE, "x"]}, "field_invalid", "lines"),
        ("visit", LEAST | {"cards": "x"}, "field_invalid", "cards"),
        ("visit", LEAST | {"tuyen_xa": "co"}, "field_invalid", "tuyen_xa"),
        ("visit", LEAST | {"ma_loai_kcb": True}, "field_invalid", "ma_loai_kcb"),
        ("visit", LEAST | {"ma_loai_kcb": ["03"]}, "field_invalid", "ma_loai_kcb"),
        ("visit", LEAST | {"ngay_vao": "2026090108"}, "field_invalid", "ngay_vao"),
        ("visit", LEAST | {"ngay_vao": "20261301"}, "field_invalid", "ngay_vao"),
        ("visit", LEAST | {"ngay_ra": "nay"}, "field_invalid", "ngay_ra"),
        ("visit", LEAST | {"lines": [LEAST_LINE | {"bang": "XML4"}]}, "field_invalid", "bang"),
        ("visit", LEAST | {"lines": [LEAST_LINE | {"so_luong": "x"}]}, "field_invalid", "so_luong"),
        (
            "visit",
            LEAST | {"lines": [LEAST_LINE | {"nguonkhac": 1}]},
            "field_invalid",
            "nguonkhac",
        ),
        (
            "visit",
            LEAST | {"lines": [LEAST_LINE | {"nguonkhac": {"mode": "d"}}]},
            "field_invalid",
            "nguonkhac.mode",
        ),
        ("bed_days", without(STAY, "vao"), "field_missing", "vao"),
        ("bed_days", without(STAY, "ra"), "field_missing", "ra"),
        ("bed_days", STAY | {"dac_biet": 2}, "field_invalid", "dac_biet"),
        ("bed_split", {}, "field_missing", "khoa"),
        ("bed_split", {"khoa": [{"gio": 1}]}, "field_missing", "gia"),
        ("bed_split", {"khoa": [{"gia": 1}]}, "field_missing", "gio"),
        ("exam_ratio", {}, "field_missing", "so_lan"),
        ("exam_ratio", {"so_lan": "1.5"}, "field_invalid", "so_lan"),
        ("exam_ratio", {"so_lan": "Infinity"}, "field_invalid", "so_lan"),
        ("exam_ratio", {"so_lan": "NaN"}, "field_invalid", "so_lan"),
        ("surgery_ratio", {}, "field_missing", "dvkt"),
        ("surgery_ratio", {"dvkt": [{}]}, "field_missing", "loai"),
        ("surgery_ratio", {"dvkt": [{"loai": "mo"}]}, "field_invalid", "loai"),
        (
            "surgery_ratio",
            {"dvkt": [{"loai": "thu_thuat", "kip": "ai"}]},
            "field_invalid",
            "kip",
        ),
        ("copay_threshold", {}, "field_missing", "ngay"),
        *(("route_ratio", without(ROUTE, name), "field_missing", name) for name in ROUTE),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(
    kind: str, fields: dict[str, Any], code: str, field: str
) -> None:
    sentence = {
        "field_missing": f"Thiếu trường {field}.",
        "field_invalid": f"Trường {field} không đúng định dạng.",
    }[code]

    answer = ask(kind, fields)

    assert answer == CaseAnswer("X", None, error={"code": code, "message": sentence})


@pytest.mark.parametrize(
    ("line", "case_id", "error"),
    [
        ("{", None, ("case_unreadable", "Dòng không phải là một đối tượng JSON.")),
        ("[]", None, ("case_unreadable", "Dòng không phải là một đối tượng JSON.")),
        ('{"case_id": 7}', 7, ("field_missing", "Thiếu trường kind.")),
        (
            '{"case_id": 7, "kind": "bay"}',
            7,
            ("kind_unknown", "Không có loại phép tính bay."),
        ),
        (
            '{"case_id": 7, "kind": "visit", "input": []}',
            7,
            ("field_missing", "Thiếu trường input."),
        ),
        (
            '{"kind": "exam_ratio", "input": {"so_lan": -1}}',
            None,
            ("count_negative", "Số lượng phải từ 0 trở lên."),
        ),
    ],
)
def test_a_case_that_cannot_be_asked_is_refused(
    line: str, case_id: object, error: tuple[str, str]
) -> None:
    code, message = error

    assert case_answer(line) == CaseAnswer(case_id, None, error={"code": code, "message": message})


def test_a_number_in_json_keeps_its_digits() -> None:
    fields = json.dumps(LEAST).replace('"1.5"', "1.10")

    answer = case_answer(f'{{"kind": "visit", "input": {fields}}}')

    assert answer.result is not None
    assert answer.result["T_TONGCHI_BV"] == "550.00"


def test_an_answer_carries_the_id_of_its_case() -> None:
    assert ask("exam_ratio", {"so_lan": 1}).case_id == "X"


def test_an_answer_is_one_line_of_json_with_vietnamese_as_it_is() -> None:
    answer = CaseAnswer("A", {"x": "1"}, ("Đủ.",))
    refused = CaseAnswer("B", None, error={"code": "c", "message": "Thiếu."})

    assert answer.as_json(explained=False) == '{"case_id": "A", "result": {"x": "1"}}'
    assert answer.as_json(explained=True) == (
        '{"case_id": "A", "result": {"x": "1"}, "explanation": ["Đủ."]}'
    )
    told = '{"case_id": "B", "error": {"code": "c", "message": "Thiếu."}}'
    assert refused.as_json(explained=True) == refused.as_json(explained=False) == told


def test_a_visit_is_answered_with_official_names() -> None:
    source = OtherSources(mode=OtherSourceMode.PATIENT, rest=Decimal(1000))
    drug = a_line(2, "100000", table=LineTable.DRUG, payment_method="3", other_sources=source)
    supply = a_line(3, "200000", cost_group="10", item_ratio=Decimal(50))

    result = visit_result(quote_visit(a_visit(a_line(1), drug, supply, route_code="3.1")))

    lines = result.pop("lines")
    assert isinstance(lines, list)
    assert result == {
        "T_TONGCHI_BV": "1300000.00",
        "T_TONGCHI_BH": "1200000.00",
        "T_BHTT": "384000.00",
        "T_BNCCT": "815000.00",
        "T_BNTT": "100000.00",
        "T_NGUONKHAC": "1000.00",
        "T_BHTT_GDV": "352000.00",
        "MUC_HUONG": "32",
        "T_THUOC": "100000.00",
        "T_VTYT": "200000.00",
    }
    assert lines[1] == {
        "stt": 2,
        "thanh_tien_bv": "100000.00",
        "tyle_tt_bh": "100",
        "thanh_tien_bh": "100000.00",
        "muc_huong": "32",
        "t_nguonkhac": "1000.00",
        "t_bhtt": "32000.00",
        "t_bncct": "67000.00",
        "t_bntt": "0.00",
    }


@pytest.mark.parametrize(
    ("fields", "rate"),
    [
        ({"ma_the": "HT3790000000002"}, "38"),
        ({}, "0"),
        ({"ma_the": "HT3790000000002", "duoi_15": 1}, "40"),
        ({"ma_the": "CN3790000000006", "ngay_vao": "20251231"}, "38"),
        ({"ma_the": "CN3790000000006", "ngay_vao": "20260101"}, "40"),
        ({"ma_the": "DN4790000000001", "ma_doituong_kcb": "1.2"}, "100"),
    ],
)
def test_the_rate_of_a_route_without_a_visit(fields: dict[str, Any], rate: str) -> None:
    answer = ask("route_ratio", ROUTE | fields)

    assert answer.result is not None
    assert answer.result["muc_huong"] == rate


def test_the_card_of_a_route_question_must_have_its_form() -> None:
    answer = ask("route_ratio", ROUTE | {"ma_the": "DN4"})

    assert answer.error == {
        "code": "card_number_invalid",
        "message": "Số thẻ thứ 1 không đúng dạng 15 ký tự; tra cứu lại thẻ.",
    }


def test_a_route_question_has_one_day_whatever_day_the_law_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    law_changed(monkeypatch, "route_ratio_date", 'value: "arrival"', 'value: "end"')

    answer = ask("route_ratio", ROUTE)

    assert answer.result == {"ty_le_tuyen": "40", "muc_huong": "0"}


def test_hours_of_a_stay_are_told_to_a_tenth() -> None:
    answer = ask("bed_days", {"vao": "202609010000", "ra": "202609210020"})

    assert answer.explanation[0].startswith("Nằm viện 480,3 giờ, ra ngày 21/09/2026")
