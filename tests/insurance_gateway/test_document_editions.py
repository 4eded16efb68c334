"""The schema rows: layers add up to the official tables, sources exist, days choose editions."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from insurance_gateway.document.editions import EDITIONS, TABLES, edition_for, fields_of, layer_rows
from insurance_gateway.document.formats import WRITERS
from insurance_gateway.document.formulas import AMOUNTS, LINE_TABLES, product_of
from insurance_gateway.document.sources import line_type, source_of
from insurance_gateway.document.value_types import TYPES
from insurance_gateway.errors import EditionUnknown

CONSOLIDATED = Path(__file__).resolve().parents[1] / "cases" / "claim_fields_1931.csv"
FILLED_TABLES = ("XML0", "XML1", "XML2", "XML3", "XML4", "XML5")
NO_SOURCE = {"DU_PHONG"}


def consolidated() -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = {}
    with CONSOLIDATED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            tables.setdefault(row["table"], []).append(row)
    return tables


@pytest.mark.parametrize("table", consolidated())
def test_merged_layers_of_1931_equal_the_consolidated_table(table):
    expected = consolidated()[table]

    merged = fields_of("1931", table)

    assert [
        (field.name, field.type, field.max_length, field.need, field.condition, field.formula)
        for field in merged
    ] == [
        (
            row["name"],
            row["type"],
            None if row["max_length"] == "n" else int(row["max_length"]),
            row["required"],
            row["condition"],
            row["sum_or_formula"],
        )
        for row in expected
    ]


@pytest.mark.parametrize(
    ("edition", "counts"),
    [
        ("130", [18, 65, 38, 47, 12, 9, 31, 25, 22, 34, 12, 22, 35, 0, 0, 0]),
        ("4750", [26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 39, 22, 20]),
        ("3176", [26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 37, 22, 20]),
        ("1931", [26, 66, 39, 47, 12, 9, 47, 26, 22, 35, 13, 23, 35, 37, 22, 20]),
    ],
)
def test_every_edition_has_the_official_number_of_fields(edition, counts):
    assert [len(fields_of(edition, table)) for table in TABLES] == counts


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", FILLED_TABLES)
def test_every_source_is_a_path_into_the_facts_with_a_writer(edition, table):
    row_type = line_type(TABLES[table].items)

    for field in fields_of(edition, table):
        if not field.source:
            assert field.name in NO_SOURCE
            continue
        source = source_of(field.source, line=row_type)
        assert (field.type, source.native) in WRITERS, field.name


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", TABLES)
def test_every_type_is_known_and_every_rule_names_its_decision(edition, table):
    for field in fields_of(edition, table):
        assert field.type in TYPES
        assert field.need in ("always", "conditional", "optional")
        assert field.legal.startswith("QĐ ")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", LINE_TABLES)
def test_the_amounts_of_a_line_are_products_the_checker_understands(edition, table):
    formulas = {field.name: field.formula for field in fields_of(edition, table)}

    assert all(product_of(formulas[name]) for name in AMOUNTS)


def test_only_130_leaves_the_service_rate_out_of_the_hospital_amount():
    formulas = {
        edition: field.formula
        for edition in EDITIONS
        for field in fields_of(edition, "XML3")
        if field.name == "THANH_TIEN_BV"
    }

    assert [edition for edition in formulas if "TYLE_TT_DV" not in formulas[edition]] == ["130"]


def test_a_layer_names_every_field_once():
    for edition in EDITIONS:
        for table in TABLES:
            rows = [(row["name"], row["need"] == "removed") for row in layer_rows(edition, table)]
            assert len(rows) == len(set(rows)), (edition, table)


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2023, 1, 18), "130"),
        (date(2024, 6, 30), "130"),
        (date(2024, 7, 1), "4750"),
        (date(2024, 12, 31), "4750"),
        (date(2025, 1, 1), "3176"),
        (date(2026, 6, 30), "3176"),
        (date(2026, 7, 1), "1931"),
        (date(2030, 1, 1), "1931"),
    ],
)
def test_the_end_of_the_visit_decides_the_edition(day, edition):
    assert edition_for(day) == edition


def test_a_day_before_the_first_edition_is_refused():
    with pytest.raises(EditionUnknown, match="no_edition_on"):
        edition_for(date(2023, 1, 17))


def test_an_edition_that_is_not_carried_is_refused():
    with pytest.raises(EditionUnknown, match="unknown_edition"):
        fields_of("4210", "XML1")


@pytest.mark.parametrize(("edition", "limit"), [("130", 3), ("4750", 3), ("3176", 3), ("1931", 4)])
def test_the_benefit_rate_grew_to_four_characters_with_1931(edition, limit):
    limits = {field.name: field.max_length for field in fields_of(edition, "XML2")}

    assert limits["MUC_HUONG"] == limit


def test_3176_renames_the_places_of_a_referral():
    before = {field.name for field in fields_of("4750", "XML13")}
    after = {field.name for field in fields_of("3176", "XML13")}

    assert before - after == {"MA_NOI_DI", "MA_NOI_DEN", "TEN_DICH_VU", "TEN_THUOC", "PP_DIEU_TRI"}
    assert after - before == {"MA_CSKCB_DI", "MA_CSKCB_DEN", "TINH_TRANG_CT"}
