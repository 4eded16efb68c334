"""Dated numbers of the law: the day before, the day, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.benefit.tables import levels, object_codes, overrides, routes
from billing.errors import ParamNotInForce
from billing.params import (
    CERTAINTIES,
    choice_at,
    codes_at,
    numbers_at,
    param_at,
    param_changes,
    param_in_force,
    param_names,
    param_table,
    table_from_text,
)

TEXT = """
label: Thử
unit: percent
kind: number
values:
  2025-01-01: {value: "0.10", source: "Văn bản A", certainty: sure}
  2026-01-01: {value: null, source: "Văn bản B", certainty: sure}
"""


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        ("2019-07-01", 1_490_000),
        ("2023-06-30", 1_490_000),
        ("2023-07-01", 1_800_000),
        ("2024-06-30", 1_800_000),
        ("2024-07-01", 2_340_000),
        ("2026-06-30", 2_340_000),
        ("2026-07-01", 2_530_000),
        ("2030-01-01", 2_530_000),
    ],
)
def test_the_reference_level_by_day(day: str, amount: int) -> None:
    param = param_at("reference_level", date.fromisoformat(day))

    assert param.value == amount
    assert param.since <= date.fromisoformat(day)
    assert param.source.startswith("NĐ ")


def test_before_the_first_day_nothing_is_in_force() -> None:
    with pytest.raises(ParamNotInForce) as refused:
        param_at("reference_level", date(2019, 6, 30))

    assert refused.value.facts == {"name": "reference_level", "day": "2019-06-30"}


def test_a_repeal_ends_a_parameter() -> None:
    assert param_in_force("commune_station_rate", date(2025, 6, 30))
    assert not param_in_force("commune_station_rate", date(2025, 7, 1))
    with pytest.raises(ParamNotInForce):
        param_at("commune_station_rate", date(2025, 7, 1))


def test_the_changes_of_a_year_leave_out_its_first_day() -> None:
    changes = param_changes("reference_level", after=date(2026, 1, 1), until=date(2026, 7, 1))

    assert [change.since for change in changes] == [date(2026, 7, 1)]
    assert param_changes("reference_level", after=date(2026, 7, 1), until=date(2026, 12, 31)) == ()


def test_lists_choices_and_codes_arrive_as_they_are() -> None:
    day = date(2026, 9, 1)

    assert numbers_at("bed_shared_ratios", day).value == (Decimal(100), Decimal(50), Decimal(33))
    assert choice_at("supply_cap_base", day).value == "in_scope_cost"
    assert codes_at("inpatient_visit_types", day).value == ("03", "04", "09")


def test_a_parameter_is_read_as_what_it_is() -> None:
    with pytest.raises(TypeError):
        param_at("supply_cap_base", date(2026, 9, 1))


def test_an_unknown_name_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        param_at("no_such_number", date(2026, 9, 1))


@pytest.mark.parametrize("name", param_names())
def test_every_file_tells_label_unit_source_and_certainty(name: str) -> None:
    table = param_table(name)

    assert table.label
    assert table.unit
    assert list(table.days) == sorted(table.days)
    for row in table.rows:
        assert row is None or (row.source and row.certainty in CERTAINTIES)


def test_numbers_keep_their_digits() -> None:
    table = table_from_text("t", TEXT)

    assert str(table.rows[0].value if table.rows[0] else "") == "0.10"
    assert table.rows[1] is None


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace('"0.10"', "0.10"),
        TEXT.replace("kind: number", "kind: numbers"),
        TEXT.replace("kind: number", "kind: choice\nchoices: [a, b]"),
        TEXT.replace("2025-01-01", "sometime"),
        TEXT.replace("certainty: sure}", "certainty: maybe}"),
        TEXT.replace('source: "Văn bản B"', "source: null"),
    ],
)
def test_a_file_that_is_not_exact_is_refused(changed: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        table_from_text("t", changed)


def test_rows_of_one_code_never_overlap() -> None:
    keyed = [
        *((("route", row.code), row) for rows in routes().values() for row in rows),
        *((("level", row.code), row) for row in levels()),
        *((("override", row.object_code, row.printed_level), row) for row in overrides()),
        *((("object", row.code, row.level), row) for row in object_codes()),
    ]

    for key, row in keyed:
        starts = [other for name, other in keyed if name == key and other.holds_on(row.valid_from)]
        assert starts == [row], key
        assert row.source
        assert row.certainty


def test_every_route_ratio_is_a_percent() -> None:
    for rows in routes().values():
        for row in rows:
            for ratio in (row.inpatient, row.outpatient, row.fixed_base):
                assert ratio is None or Decimal(0) <= ratio <= Decimal(100)
