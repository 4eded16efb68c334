"""The writer of tables: what is left out, what is empty, what is zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.claim_facts import CheckInFacts, ClaimFacts, decode
from insurance_gateway.document.editions import fields_of
from insurance_gateway.document.envelope import check_in_document, claim_document
from insurance_gateway.document.reading import check_in_open, table_open
from insurance_gateway.document.sources import source_of
from insurance_gateway.document.tables import tables_of
from insurance_gateway.errors import EditionUnknown

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture
def facts() -> ClaimFacts:
    return decode((GOLDEN / "1931" / "facts.json").read_bytes())


def rows_of(facts: ClaimFacts, table: str) -> list[dict[str, str]]:
    return table_open(table, tables_of(facts)[table])


def test_tables_without_rows_are_left_out(facts):
    bare = replace(facts, drugs=(), results=(), notes=())

    assert list(tables_of(bare)) == ["XML1", "XML3"]


def test_every_field_stands_in_official_order(facts):
    for table, data in tables_of(facts).items():
        names = [field.name for field in fields_of("1931", table)]
        assert all(list(row) == names for row in table_open(table, data))


def test_money_without_amount_is_zero_and_a_missing_ceiling_is_empty(facts):
    service, supply = rows_of(facts, "XML3")[0], rows_of(facts, "XML3")[4]

    assert service["T_NGUONKHAC"] == "0"
    assert service["T_TRANTT"] == ""
    assert supply["T_TRANTT"] == "15000"


def test_flags_and_absent_moments_are_empty(facts):
    row = rows_of(facts, "XML2")[1]

    assert (row["VET_THUONG_TP"], row["NGAY_TH_YL"]) == ("", "")


def test_a_moment_stored_in_another_zone_is_told_in_ours(facts):
    assert facts.drugs[0].ordered_at.tzinfo is not None

    assert rows_of(facts, "XML2")[0]["NGAY_YL"] == "202611100955"


def test_an_uninsured_visit_has_empty_card_fields(facts):
    row = rows_of(replace(facts, cards=()), "XML1")[0]

    assert [
        row[name] for name in ("MA_THE_BHYT", "GT_THE_TU", "MA_KHUVUC", "NAM_NAM_LIEN_TUC")
    ] == [
        "",
        "",
        "",
        "",
    ]


def test_an_open_card_keeps_its_place_in_the_lists(facts):
    first, second = facts.cards
    cards = (replace(first, valid_to=None), second)

    row = rows_of(replace(facts, cards=cards), "XML1")[0]

    assert row["GT_THE_DEN"] == f";{second.valid_to:%Y%m%d}"


def test_the_height_is_told_since_3176(facts):
    assert rows_of(facts, "XML1")[0]["DU_PHONG"] == "168"
    assert rows_of(replace(facts, edition="4750"), "XML1")[0]["DU_PHONG"] == ""


def test_a_percent_sign_in_any_value_is_only_a_percent_sign(facts):
    drug = replace(facts.drugs[0], name="Glucose 5%s %d", strength="100%")
    odd = replace(facts, link_code="A%sB%%C", drugs=(drug,))

    row = rows_of(odd, "XML2")[0]

    assert (row["MA_LK"], row["TEN_THUOC"], row["HAM_LUONG"]) == (
        "A%sB%%C",
        "Glucose 5%s %d",
        "100%",
    )


def test_an_exemption_computed_during_the_visit_carries_its_minute(facts):
    since = datetime(2026, 11, 10, 2, 30, tzinfo=UTC)
    computed = replace(facts, visit=replace(facts.visit, copay_exempt_from=since))
    by_paper = replace(
        facts, visit=replace(facts.visit, copay_exempt_from=since, copay_exempt_by_paper=True)
    )

    assert rows_of(computed, "XML1")[0]["NGAY_MIEN_CCT"] == "202611100930"
    assert rows_of(by_paper, "XML1")[0]["NGAY_MIEN_CCT"] == "20261110"


def test_a_rate_of_one_half_percent_keeps_its_point(facts):
    money = replace(facts.drugs[0].money, benefit_rate=Decimal("47.50"))
    changed = replace(facts, drugs=(replace(facts.drugs[0], money=money),))

    assert rows_of(changed, "XML2")[0]["MUC_HUONG"] == "47.5"


def test_facts_of_an_unknown_edition_are_refused(facts):
    with pytest.raises(EditionUnknown, match="unknown_edition"):
        tables_of(replace(facts, edition="9999"))


def test_a_document_is_utf8_with_declaration_and_an_empty_place_for_the_signature(facts):
    document = claim_document(facts, prepared_on=date(2026, 11, 23))

    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<GIAMDINHHS ')
    assert document.endswith(b"<CHUKYDONVI/>\n</GIAMDINHHS>\n")
    assert all(not data.startswith(b"\xef\xbb\xbf") for data in tables_of(facts).values())


def test_a_check_in_without_card_has_empty_card_fields(facts):
    check_in = CheckInFacts(
        edition="1931",
        link_code=facts.link_code,
        patient=facts.patient,
        card=None,
        route_code="9",
        visit_type="01",
        facility_code="01999",
        arrived_at=facts.visit.arrived_at,
        drug_code="40.491",
        drug_name="Amlodipin & Mẫu",
        ordered_at=facts.visit.ended_at,
    )

    (row,) = check_in_open(check_in_document(check_in)).rows

    assert (row["MA_THE_BHYT"], row["GT_THE_TU"], row["TEN_THUOC"]) == ("", "", "Amlodipin & Mẫu")
    assert list(row) == [field.name for field in fields_of("1931", "XML0")]


@pytest.mark.parametrize("path", ["claim.nobody", "claim.patient.nobody", "nowhere.at_all"])
def test_a_source_that_does_not_exist_is_a_fault(path):
    with pytest.raises((AttributeError, LookupError)):
        source_of(path)
