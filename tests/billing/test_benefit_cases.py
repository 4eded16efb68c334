"""Every carried worked case, compared as numbers, lines included."""

from __future__ import annotations

import csv
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from billing.benefit.cases import KINDS, case_answer

CASES = Path(__file__).parent.parent / "cases" / "benefit_cases.csv"
TOTALS = (
    "T_TONGCHI_BV",
    "T_TONGCHI_BH",
    "T_BHTT",
    "T_BNCCT",
    "T_BNTT",
    "T_NGUONKHAC",
    "T_BHTT_GDV",
    "MUC_HUONG",
)


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def comparable(value: Any) -> Any:
    """Return the value with every number exact, whatever its zeros."""
    if isinstance(value, dict):
        return {name: comparable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    if isinstance(value, str) and ";" in value:
        return [comparable(part) for part in value.split(";")]
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case_id"])
def test_worked_case(case: dict[str, str]) -> None:
    asked = {name: case[name] for name in ("case_id", "kind")}
    expected = json.loads(case["expected_json"])
    if case["kind"] == "visit":
        expected |= {name: case[name] for name in TOTALS}

    answer = case_answer(json.dumps(asked | {"input": json.loads(case["input_json"])}))

    assert answer.error is None
    assert comparable(answer.result) == comparable(expected)
    assert answer.explanation


def test_the_carried_cases_hold_every_kind() -> None:
    assert {case["kind"] for case in cases()} == set(KINDS)


def ask(kind: str, **fields: Any) -> Any:
    return case_answer(json.dumps({"case_id": "X", "kind": kind, "input": fields}))


@pytest.mark.parametrize(
    ("departments", "quantities"),
    [
        ([(312200, 24)], ["1"]),
        ([(5, 5), (5, 5), (5, 5)], ["0.5", "0.5", "0"]),
        ([(3, 5), (5, 5), (5, 5)], ["0.5", "0.5", "0"]),
        ([(3, 5), (9, 4), (5, 15)], ["0.5", "0", "0.5"]),
    ],
)
def test_bed_split_takes_highest_and_lowest_of_the_long_stays(
    departments: list[tuple[int, int]], quantities: list[str]
) -> None:
    found = ask("bed_split", khoa=[{"gia": price, "gio": hours} for price, hours in departments])

    assert found.result == {"so_luong": quantities}


def test_bed_split_with_one_long_stay_of_three_asks_a_person() -> None:
    stays = [{"gia": 1, "gio": 20}, {"gia": 2, "gio": 2}, {"gia": 3, "gio": 2}]

    assert ask("bed_split", khoa=stays).result == {"so_luong": None, "review": True}


def test_threshold_after_two_stays_around_a_change() -> None:
    history = [
        {"ngay_ra": "20260401", "t_bncct": "2340000"},
        {"ngay_ra": "20260701", "t_bncct": "5000000"},
        {"ngay_ra": "20251231", "t_bncct": "9000000"},
    ]

    found = ask("copay_threshold", history=history, ngay="20260801").result

    assert found == {
        "nguong_ca_nam": "14990000.00",  # 2,340,000 + 5 x 2,530,000
        "luy_ke": "7340000.00",
        "du_nguong": False,
        "con_thieu": "7650000.00",
    }


@pytest.mark.parametrize(
    ("fields", "ratio", "rate"),
    [
        ({"ma_doituong_kcb": "3.1", "ma_loai_kcb": "03", "duoi_15": True}, "40", "40"),
        ({"ma_doituong_kcb": "1.2", "ma_loai_kcb": "01"}, "100", "100"),
        ({"ma_doituong_kcb": "7.2", "ma_loai_kcb": "07"}, "100", "80"),
        ({"ma_doituong_kcb": "9", "ma_loai_kcb": "01", "ma_the": ""}, "0", "0"),
    ],
)
def test_route_ratio(fields: dict[str, Any], ratio: str, rate: str) -> None:
    found = ask("route_ratio", **({"ma_the": "DN4790000000001", "ngay_vao": "20260915"} | fields))

    assert found.result == {"ty_le_tuyen": ratio, "muc_huong": rate}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("not json", "case_unreadable"),
        ("[1]", "case_unreadable"),
        ('{"case_id": "A", "kind": "dance", "input": {}}', "kind_unknown"),
        ('{"case_id": "A", "kind": "visit"}', "field_missing"),
        ('{"case_id": "A", "kind": "visit", "input": {"ngay_vao": "2026"}}', "field_missing"),
        ('{"case_id": "A", "kind": "exam_ratio", "input": {"so_lan": "x"}}', "field_invalid"),
        ('{"case_id": "A", "kind": "exam_ratio", "input": {"so_lan": -1}}', "count_negative"),
        ('{"case_id": "A", "kind": "exam_ratio", "input": {"so_lan": NaN}}', "field_invalid"),
        (
            '{"case_id": "A", "kind": "bed_days", "input": '
            '{"vao": "202609020800", "ra": "202609010800"}}',
            "stay_reversed",
        ),
        (
            '{"case_id": "A", "kind": "route_ratio", "input": {"ma_doituong_kcb": "1.12", '
            '"ma_loai_kcb": "03", "ma_the": "DN4790000000001", "ngay_vao": "20260915"}}',
            "route_ratio_missing",
        ),
        (
            '{"case_id": "A", "kind": "route_ratio", "input": {"ma_doituong_kcb": "3.5", '
            '"ma_loai_kcb": "01", "ma_the": "DN4790000000001", "ngay_vao": "20260915"}}',
            "route_code_not_in_force",
        ),
        (
            '{"case_id": "A", "kind": "copay_threshold", "input": {"ngay": "20180101"}}',
            "param_not_in_force",
        ),
    ],
)
def test_a_case_that_cannot_be_computed_is_an_error_with_a_sentence(line: str, code: str) -> None:
    answer = case_answer(line)

    assert answer.result is None
    assert answer.error is not None
    assert answer.error["code"] == code
    assert "{" not in answer.error["message"]
