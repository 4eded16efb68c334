"""Part II of the statement as values: items, tables, sums; they equal the claim tables sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from billing.statement.fields import field_values
from billing.statement.forms import CERTAINTIES, FOLDER, form_on, rows
from billing.statement.tables import cost_lines, cost_tables, grand_totals
from insurance_gateway.document.reading import table_open
from insurance_gateway.document.tables import tables_of
from tests.billing.statement_facts import (
    EXTRAS,
    drug,
    golden_facts,
    money,
    service,
    totals_of,
    visit,
)

FORM = form_on(date(2026, 11, 10))
EVERY_ITEM = {
    "1": service("13", "1000"),
    "2.1": service("14", "1000"),
    "2.2": service("15", "1000"),
    "2.3": service("16", "1000"),
    "3": service("1", "1000"),
    "4": service("2", "1000"),
    "5": service("3", "1000"),
    "6": service("8", "1000"),
    "7": drug("7", "1000"),
    "8": drug("4", "1000"),
    "9": service("10", "1000"),
    "10.1": service("11", "1000", supply_package="G1"),
    "11": service("12", "1000"),
    "12": service("19", "1000"),
}


def numbers(facts) -> list[str]:
    return [item.number for table in cost_tables(facts, FORM) for item in table.items]


def with_lines(lines):
    services = [line for line in lines if hasattr(line, "service_name")]
    return visit(services, [line for line in lines if not hasattr(line, "service_name")])


@pytest.mark.parametrize("number", list(EVERY_ITEM))
def test_each_item_keeps_its_number_when_it_stands_alone(number):
    found = numbers(with_lines([EVERY_ITEM[number]]))

    assert found == [number] if "." not in number else found == [number.split(".")[0], number]


def test_all_items_stand_in_the_order_of_their_numbers():
    found = numbers(with_lines(list(reversed(EVERY_ITEM.values()))))

    assert found == [
        "1",
        "2",
        "2.1",
        "2.2",
        "2.3",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "10.1",
        "11",
        "12",
    ]


@pytest.mark.parametrize(
    ("group", "number"),
    [("18", "6"), ("8", "6"), ("17", "7"), ("5", "8"), ("6", "8"), ("11", "9"), ("9", "12")],
)
def test_cost_groups_that_share_an_item(group, number):
    assert FORM.item_of(group).number == number


def test_an_unknown_cost_group_is_not_put_anywhere():
    with pytest.raises(LookupError, match="99"):
        FORM.item_of("99")


def test_packages_of_supplies_are_parts_of_item_10_each_with_its_ceiling():
    lines = [
        service("10", "100", supply_package="G2"),
        service("10", "200", supply_package="G1", ceiling=Decimal("113850000")),
        service("10", "400", supply_package="G1"),
    ]

    [table] = cost_tables(visit(lines), FORM)

    assert [(item.number, item.sums.hospital) for item in table.items] == [
        ("10", 700),
        ("10.1", 600),
        ("10.2", 100),
    ]
    assert table.items[1].title == "Gói thiết bị y tế 1 (trần thanh toán 113.850.000 đồng)"


def test_an_item_without_costs_is_left_out():
    assert numbers(visit([service("13", "0"), service("1", "50")])) == ["3"]


def test_two_rates_make_two_tables_each_with_its_sums():
    lines = [service("13", "1000", rate="80"), service("1", "500", rate="100")]

    tables = cost_tables(visit(lines), FORM)

    assert [(table.rate, table.sums.hospital, table.sums.fund) for table in tables] == [
        (80, 1000, 800),
        (100, 500, 500),
    ]


def test_two_cards_make_two_tables_in_the_order_of_the_cards():
    earlier = datetime.fromisoformat("2026-11-08T09:00:00+07:00")
    lines = [service("1", "500"), service("13", "1000", ordered_at=earlier)]

    tables = cost_tables(visit(lines, cards=2, arrived_at=earlier), FORM)

    assert [table.card.number[:2] for table in tables] == ["GD", "DN"]
    assert [(table.first_on.day, table.last_on.day) for table in tables] == [(8, 8), (10, 10)]


def test_a_line_that_the_fund_pays_nothing_of_stands_with_the_others_of_its_card():
    lines = [service("1", "300", rate="0"), service("13", "1000", rate="80")]

    [table] = cost_tables(visit(lines), FORM)

    assert table.rate == 80
    assert table.sums.self_payment == 300


def test_without_a_card_there_is_one_table_without_a_rate():
    lines = [service("13", "1000", rate="0"), service("1", "500", rate="0")]

    [table] = cost_tables(visit(lines, cards=0, route_code="9"), FORM)

    assert (table.card, table.rate, table.sums.self_payment) == (None, 0, 1500)


def test_tables_lines_and_totals_equal_the_claim_tables_sent():
    facts = golden_facts()
    sent = {name: table_open(name, data) for name, data in tables_of(facts).items()}
    tables = cost_tables(facts, FORM)

    [head] = sent["XML1"]
    printed = {
        "T_TONGCHI_BV": sum(table.sums.hospital for table in tables),
        "T_TONGCHI_BH": sum(table.sums.insured for table in tables),
        "T_BHTT": sum(table.sums.fund for table in tables),
        "T_BNCCT": sum(table.sums.co_payment for table in tables),
        "T_BNTT": sum(table.sums.self_payment for table in tables),
        "T_NGUONKHAC": sum(table.sums.other_sources for table in tables),
    }
    assert {name: Decimal(head[name]) for name in printed} == printed

    names = ("THANH_TIEN_BV", "THANH_TIEN_BH", "T_BHTT", "T_BNCCT", "T_BNTT", "T_NGUONKHAC")
    rows_sent = [*sent["XML3"], *sent["XML2"]]
    assert [tuple(Decimal(row[name]) for name in names) for row in rows_sent] == [
        (
            line.money.total_hospital,
            line.money.total_insured,
            line.money.fund,
            line.money.co_payment,
            line.money.self_payment,
            line.money.other_sources,
        )
        for line in cost_lines(facts)
    ]
    assert sum(len(item.lines) for table in tables for item in table.items) == len(rows_sent)


def test_grand_totals_are_whole_dong_and_the_patient_is_asked_one_rounded_sum():
    line = replace(
        money("100.50", fund="80.00"), co_payment=Decimal("20.25"), self_payment=Decimal("0.25")
    )

    totals = grand_totals(totals_of([line]))

    assert (totals.hospital, totals.fund, totals.patient) == (101, 80, 21)
    assert (totals.co_payment, totals.self_payment) == (20, 0)
    assert not totals.adds_up


@pytest.mark.parametrize(
    ("day", "edition", "route_fields"),
    [
        (date(2026, 6, 30), "6556", {"emergency", "right_route", "open_route", "off_route"}),
        (date(2026, 7, 1), "697", {"route_code"}),
    ],
)
def test_the_form_changes_with_the_day_the_visit_ended(day, edition, route_fields):
    form = form_on(day)

    values = {field.value for field in form.fields}
    assert form.edition == edition
    assert (
        values & {"emergency", "right_route", "open_route", "off_route", "route_code"}
        == route_fields
    )


@pytest.mark.parametrize(("day", "last"), [(date(2026, 6, 30), 20), (date(2026, 7, 1), 18)])
def test_the_fields_of_part_one_are_numbered_without_a_gap(day, last):
    told = [int(field.number) for field in form_on(day).fields_in_order if field.number]

    assert told == list(range(1, last + 1))


def test_before_the_first_form_there_is_none():
    with pytest.raises(LookupError, match="2018-10-29"):
        form_on(date(2018, 10, 29))


@pytest.mark.parametrize("day", [date(2026, 6, 30), date(2026, 7, 1)])
def test_every_line_of_the_form_fits_the_paper_and_every_value_is_known(day):
    form, facts = form_on(day), golden_facts()
    known = field_values(facts, EXTRAS, form)

    for line in {field.line for field in form.fields}:
        assert sum(field.width for field in form.fields if field.line == line) <= 277
    assert sum(column.width for column in form.columns) == 277
    assert [column.number for column in form.columns] == [str(n) for n in range(1, 14)]
    assert {field.value for field in form.fields if not field.is_per_card} <= set(known)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.csv")))
def test_every_row_of_the_form_names_its_source_and_how_certain_it_is(name):
    assert all(row["source"] and row["certainty"] in CERTAINTIES for row in rows(name))


@pytest.mark.parametrize(
    ("route", "tick"),
    [("2", "emergency"), ("1.1", "right_route"), ("1.12", "open_route"), ("1.13", "off_route")],
)
def test_the_older_form_ticks_one_route(route, tick):
    form = form_on(date(2026, 6, 30))
    values = field_values(visit(route_code=route), EXTRAS, form)

    ticked = [
        name for name in ("emergency", "right_route", "open_route", "off_route") if values[name]
    ]
    assert ticked == [tick]


def test_diagnoses_are_parted_only_when_every_part_has_its_code():
    whole = "Tăng huyết áp; Viêm dạ dày"
    parted = field_values(visit(final_diagnosis=whole, other_icds=("K29.7",)), EXTRAS, FORM)
    unparted = field_values(visit(final_diagnosis=whole, other_icds=()), EXTRAS, FORM)

    assert (parted["main_diagnosis"], parted["other_diagnoses"]) == (
        "Tăng huyết áp",
        "Viêm dạ dày",
    )
    assert (unparted["main_diagnosis"], unparted["other_diagnoses"]) == (whole, "")
