"""Every dated row of the code lists, seen in a visit: before its first day, on it, after its last.

The rows are read a second way from the files, so a new row is tested as it is written.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.benefit import BenefitRefused, VisitQuote, quote_visit
from billing.benefit.route_code import RouteFacts, route_decide
from billing.benefit.tables import (
    level_on,
    object_code_known,
    override_on,
    route_found,
    routes_in_order,
)
from tests.billing.benefit_facts import a_card, a_line, a_visit, moment
from tests.billing.published_law import FIRST_COMPLETE_DAY, edges, row_on, rows, said

IN, OUT = "03", "01"
ROUTES = rows("beneficiary_route")
LEVELS = rows("benefit_level")
OVERRIDES = rows("benefit_level_override")
OBJECT_CODES = rows("object_code")


def quoted_on(day: date, *lines: Any, number: str = "DN4790000000001", **facts: Any) -> VisitQuote:
    """Return the quote of a visit on one day; the card is valid for ever."""
    visit = {
        "arrived_at": datetime.combine(day, moment("2026-01-01 08:00").timetz()),
        "ended_at": datetime.combine(day, moment("2026-01-01 20:00").timetz()),
        "cards": (a_card(number, since="2015-12-01", until=""),),
    }
    return quote_visit(a_visit(*lines, **visit | facts))


def rate_of(quote: VisitQuote) -> Decimal:
    return quote.lines[0].benefit_rate


def dated(lists: list[dict[str, str]], *key: str) -> list[Any]:
    """Return each edge of each row once, with the values that name it."""
    found = {
        (*(row[column] for column in key), day)
        for row in lists
        for day in edges(row)
        if day >= FIRST_COMPLETE_DAY
    }
    return sorted(found)


def facts_of(row: Any) -> dict[str, str]:
    """Return a row of the code under test as its file writes it."""
    words = {True: "y", False: "n", None: ""}
    written = {}
    for column in row.__dataclass_fields__:
        value = getattr(row, column)
        written[column] = (
            words[value] if value is None or value is True or value is False else (str(value))
        )
    return written


@pytest.mark.parametrize("visit_type", [IN, OUT])
@pytest.mark.parametrize(("code", "day"), dated(ROUTES, "code"))
def test_the_ratio_of_a_route_code_is_that_of_its_row_of_the_day(
    code: str, day: date, visit_type: str
) -> None:
    row = row_on("beneficiary_route", day, code=code)
    ratio = row and row["rate_inpatient" if visit_type == IN else "rate_outpatient"]
    if row and not ratio and code in (said("pickup_route_codes", day) or ()):
        ratio = said("pickup_route_ratio", day)

    if not ratio:
        with pytest.raises(BenefitRefused) as refused:
            quoted_on(day, route_code=code, visit_type=visit_type)
        assert refused.value.code == ("route_ratio_missing" if row else "route_code_not_in_force")
        assert refused.value.facts["day"] == day.isoformat()
        assert refused.value.facts["route"] == code
        return
    base = Decimal(row["fixed_base_rate"] or 80)
    found = quoted_on(day, route_code=code, visit_type=visit_type)
    assert rate_of(found) == base * Decimal(ratio) / 100
    used = {param.name: param for param in found.parameters}[f"route:{code}"]
    assert (used.value, used.since.isoformat()) == (ratio, row["valid_from"])
    assert used.source == row["source"]


@pytest.mark.parametrize(("code", "day"), dated(ROUTES, "code"))
def test_a_route_row_is_read_as_it_is_written(code: str, day: date) -> None:
    row = row_on("beneficiary_route", day, code=code)
    read = route_found(code, day)

    assert (read is None) is (row is None)
    if row and read:
        assert facts_of(read) == {
            "code": row["code"],
            "order": row["order"],
            "name": row["name_vi"],
            "legal_basis": row["legal_basis"],
            "inpatient": row["rate_inpatient"],
            "outpatient": row["rate_outpatient"],
            "fixed_base": row["fixed_base_rate"],
            **{name: row[name] for name in ("valid_from", "valid_to", "source", "certainty")},
        }


@pytest.mark.parametrize("day", sorted({day for row in ROUTES for day in edges(row)}))
def test_codes_are_chosen_in_the_official_order(day: date) -> None:
    in_force = [
        row
        for row in ROUTES
        if row["order"] and row["valid_from"] <= str(day) <= (row["valid_to"] or "9999")
    ]

    expected = [row["code"] for row in sorted(in_force, key=lambda row: int(row["order"]))]
    assert [row.code for row in routes_in_order(day)] == expected


def test_the_code_list_is_used_from_its_first_day() -> None:
    first = date(2025, 7, 1)

    assert route_decide(RouteFacts(day=first, visit_type=OUT, care_level="primary")).code == "1.11"


@pytest.mark.parametrize("row", LEVELS, ids=lambda row: row["code"])
def test_a_level_grants_what_its_row_says(row: dict[str, str]) -> None:
    day = date(2026, 9, 1)
    number = f"DN{row['code']}790000000001"
    limited, wide, moved, boxed = (
        a_line(1, item_ratio=Decimal(30)),
        a_line(2, scope="3"),
        a_line(3, cost_group="12"),
        a_line(4, "500000000", cost_group="10", package="G1"),
    )

    lines = quoted_on(day, limited, wide, moved, boxed, number=number).lines

    assert {line.benefit_rate for line in lines} - {0} == {Decimal(row["rate"])}
    assert lines[0].item_ratio == (30 if row["ratio_limit_applies"] == "y" else 100)
    assert lines[1].item_ratio == (100 if row["scope_three_covered"] == "y" else 0)
    assert lines[2].item_ratio == (100 if row["transport_covered"] == "y" else 0)
    assert (lines[3].ceiling is not None) is (row["supply_cap_applies"] == "y")
    assert (lines[3].self_payment > 0) is (row["supply_cap_applies"] == "y")


@pytest.mark.parametrize("row", LEVELS, ids=lambda row: row["code"])
def test_a_level_row_is_read_as_it_is_written(row: dict[str, str]) -> None:
    for day in edges(row):
        if row_on("benefit_level", day, code=row["code"]) is None:
            with pytest.raises(BenefitRefused) as refused:
                level_on(row["code"], day)
            assert refused.value.code == "level_not_in_force"
            assert refused.value.facts == {"level": row["code"], "day": day.isoformat()}
    read = facts_of(level_on(row["code"], date.fromisoformat(row["valid_from"])))

    assert read == {name: row[name] for name in read}


@pytest.mark.parametrize(
    ("letters", "printed", "day"), dated(OVERRIDES, "object_code", "printed_level")
)
def test_a_printed_level_is_replaced_from_its_day(letters: str, printed: str, day: date) -> None:
    key = {"object_code": letters, "printed_level": printed}
    row = row_on("benefit_level_override", day, **key)
    level = row["effective_level"] if row else printed
    number = f"{letters}{printed}790000000001"

    quote = quoted_on(day, number=number)

    assert rate_of(quote) == Decimal(row_on("benefit_level", day, code=level)["rate"])
    used = {param.name: param for param in quote.parameters}
    assert (f"benefit_level_override:{letters}{printed}" in used) is (row is not None)
    if row:
        read = facts_of(override_on(letters, printed, day))
        assert read == {name: row[name] for name in read}
        note = used[f"benefit_level_override:{letters}{printed}"]
        assert (note.value, note.source) == (level, row["source"])


@pytest.mark.parametrize(("letters", "level", "day"), dated(OBJECT_CODES, "code", "benefit_level"))
def test_a_card_is_doubted_when_such_cards_are_not_issued_on_its_first_day(
    letters: str, level: str, day: date
) -> None:
    number = f"{letters}{level}790000000001"
    issued = row_on("object_code", day, code=letters, benefit_level=level)
    raised = row_on("benefit_level_override", day, object_code=letters, printed_level=level)

    quote = quoted_on(day, cards=(a_card(number, since=str(day), until=""),))

    doubts = [step.rule for step in quote.warnings]
    assert doubts == ([] if issued or raised else ["object_code_unknown"])


def test_every_pair_of_letters_and_level_is_known_on_its_days_only() -> None:
    for row in OBJECT_CODES:
        for day in edges(row):
            known = row_on("object_code", day, code=row["code"], benefit_level=row["benefit_level"])
            found = object_code_known(row["code"], row["benefit_level"], day)
            assert found is (known is not None)
