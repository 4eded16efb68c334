"""Each row of MA_DOITUONG_KCB alone: what it asks for, and visits that lack one thing of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billing.benefit.route_code import RULES, Purpose
from tests.billing.test_benefit_route_code import (
    BASIC,
    CENTRAL,
    DISTRICT,
    IN,
    INTENSIVE,
    MIDDLE,
    OUT,
    PROVINCE,
    ROWS,
    facts,
)

BY_RIGHT = (
    "is_registered_here",
    "is_commune_station",
    "has_referral",
    "changed_residence",
    "has_appointment",
    "is_organ_donor",
    "is_newborn",
    "is_emergency",
)
SELF_REFERRED_CODES = {
    *("1.11", "1.12", "1.13", "1.14", "1.15", "1.16", "1.17", "1.18"),
    *("3.1", "3.2", "3.3", "3.6"),
}
SELF_REFERRED = [row for row in ROWS if row[0] in SELF_REFERRED_CODES]
LACKING: list[tuple[str, str, dict[str, Any]]] = [
    ("1.1", OUT, {}),
    ("1.1", OUT, {"is_registered_here": True, "is_commune_station": True}),
    ("1.2", OUT, {"is_registered_here": True}),
    ("1.3", OUT, {"has_appointment": True}),
    ("1.4", OUT, {"has_referral": True}),
    ("1.5", OUT, {"changed_residence": True}),
    ("1.6", IN, {"is_newborn": True}),
    ("1.7", IN, {"is_organ_donor": True}),
    ("1.11", OUT, BASIC),
    ("1.11", OUT, INTENSIVE),
    ("1.12", IN, BASIC),
    ("1.12", OUT, INTENSIVE),
    ("1.12", OUT, {}),
    ("1.12", OUT, BASIC | {"points": Decimal(50)}),
    ("1.12", OUT, BASIC | PROVINCE),
    ("1.12", OUT, BASIC | CENTRAL),
    ("1.13", IN, BASIC | MIDDLE),
    ("1.13", OUT, INTENSIVE | MIDDLE),
    ("1.13", OUT, BASIC),
    ("1.13", OUT, BASIC | {"points": Decimal("49.99")}),
    ("1.13", OUT, BASIC | {"points": Decimal(70)}),
    ("1.13", OUT, BASIC | MIDDLE | PROVINCE),
    ("1.13", OUT, BASIC | MIDDLE | CENTRAL),
    ("1.13", OUT, BASIC | MIDDLE | {"appendix_two_disease": True}),
    ("1.14", IN, BASIC | PROVINCE),
    ("1.14", OUT, INTENSIVE | PROVINCE),
    ("1.14", OUT, BASIC),
    ("1.14", OUT, BASIC | DISTRICT),
    ("1.14", OUT, BASIC | PROVINCE | {"appendix_two_disease": True}),
    ("1.15", OUT, BASIC),
    ("1.15", IN, INTENSIVE),
    ("1.16", OUT, BASIC),
    ("1.16", OUT, INTENSIVE | {"appendix_two_disease": True}),
    ("1.17", IN, INTENSIVE),
    ("1.17", IN, INTENSIVE | {"appendix_two_disease": True}),
    ("1.17", IN, BASIC | {"appendix_one_disease": True}),
    ("1.18", IN, INTENSIVE | PROVINCE),
    ("1.18", OUT, BASIC | PROVINCE),
    ("1.18", OUT, INTENSIVE | CENTRAL),
    ("1.18", OUT, INTENSIVE | PROVINCE | {"appendix_one_disease": True}),
    ("2", IN, INTENSIVE),
    ("3.1", IN, BASIC | CENTRAL),
    ("3.1", IN, INTENSIVE | PROVINCE),
    ("3.1", IN, INTENSIVE),
    ("3.2", OUT, INTENSIVE | PROVINCE),
    ("3.2", IN, INTENSIVE | CENTRAL),
    ("3.2", IN, BASIC | PROVINCE),
    ("3.3", OUT, DISTRICT),
    ("3.3", OUT, BASIC | PROVINCE),
    ("3.3", OUT, INTENSIVE | CENTRAL),
    ("3.6", OUT, INTENSIVE | {"lives_in_priority_area": True}),
    ("3.6", IN, BASIC | {"lives_in_priority_area": True}),
    ("3.6", IN, INTENSIVE),
]


@pytest.mark.parametrize("right", BY_RIGHT)
@pytest.mark.parametrize(("code", "visit_type", "changes"), SELF_REFERRED)
def test_who_comes_by_right_is_not_self_referred(
    code: str, visit_type: str, changes: dict[str, Any], right: str
) -> None:
    assert not RULES[code](facts(visit_type, **changes | {right: True}))


@pytest.mark.parametrize(("code", "visit_type", "changes"), ROWS)
def test_a_row_fits_only_who_is_insured_and_comes_for_it(
    code: str, visit_type: str, changes: dict[str, Any]
) -> None:
    purpose = changes.get("purpose", Purpose.EXAMINATION)
    insured = changes.get("is_insured", True)

    assert RULES[code](facts(visit_type, **changes))
    assert not RULES[code](facts(visit_type, **changes | {"is_insured": not insured}))
    for other in set(Purpose) - {purpose}:
        found = RULES[code](facts(visit_type, **changes | {"purpose": other}))
        assert found is (code == "9")


@pytest.mark.parametrize(("code", "visit_type", "changes"), LACKING)
def test_a_row_does_not_fit_a_visit_that_lacks_one_thing(
    code: str, visit_type: str, changes: dict[str, Any]
) -> None:
    assert not RULES[code](facts(visit_type, **changes))
