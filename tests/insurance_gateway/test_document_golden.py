"""Whole documents, byte for byte, in every edition carried.

`tests/golden/<edition>/facts.json` holds the frozen facts of one invented outpatient visit; the XML
files beside it are what they must become. After a wanted change run

    GOLDEN_REFRESH=1 pytest tests/insurance_gateway/test_document_golden.py

and review the difference like code.
"""

from __future__ import annotations

import os
from base64 import b64decode
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from billing.claim_facts import CheckInFacts, ClaimFacts, decode
from insurance_gateway.document.conformity import check_in_deviations, claim_deviations
from insurance_gateway.document.editions import EDITIONS, edition_for
from insurance_gateway.document.envelope import check_in_document, claim_document
from insurance_gateway.document.reading import check_in_open, claim_open, table_open
from insurance_gateway.document.tables import tables_of

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
PREPARED_ON = date(2026, 11, 23)


def facts_of(edition: str) -> ClaimFacts:
    return decode((GOLDEN / edition / "facts.json").read_bytes())


def check_in_of(facts: ClaimFacts) -> CheckInFacts:
    first = facts.services[0]
    assert first.ordered_at is not None
    return CheckInFacts(
        edition=facts.edition,
        link_code=facts.link_code,
        patient=facts.patient,
        card=facts.cards[0],
        route_code="1" if facts.edition == "130" else facts.visit.route_code,
        visit_type=facts.visit.visit_type,
        facility_code=facts.visit.facility_code,
        arrived_at=facts.visit.arrived_at,
        service_code=first.service_code,
        service_name=first.service_name,
        ordered_at=first.ordered_at,
    )


def documents_of(facts: ClaimFacts) -> dict[str, bytes]:
    return {
        **tables_of(facts),
        "XML0": check_in_document(check_in_of(facts)),
        "envelope": claim_document(facts, prepared_on=PREPARED_ON),
    }


def is_refreshing() -> bool:
    return os.environ.get("GOLDEN_REFRESH") == "1"


@pytest.mark.parametrize("edition", EDITIONS)
def test_documents_equal_the_golden_files(edition):
    documents = documents_of(facts_of(edition))
    folder = GOLDEN / edition

    if is_refreshing():
        for name, content in documents.items():
            (folder / f"{name}.xml").write_bytes(content)

    assert {path.stem for path in folder.glob("*.xml")} == set(documents)
    for name, content in documents.items():
        expected = (folder / f"{name}.xml").read_bytes()
        assert content.decode().splitlines() == expected.decode().splitlines(), name
        assert content == expected, name


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_visit_of_each_golden_folder_ends_in_its_edition(edition):
    facts = facts_of(edition)

    assert facts.edition == edition
    assert edition_for(facts.visit.ended_at.date()) == edition


@pytest.mark.parametrize("edition", EDITIONS)
def test_golden_documents_hold_to_their_edition(edition):
    facts = facts_of(edition)

    claim = claim_open(claim_document(facts, prepared_on=PREPARED_ON))
    check_in = check_in_open(check_in_document(check_in_of(facts)))

    assert claim_deviations(claim.tables) == []
    assert check_in_deviations(check_in.rows) == []
    assert (claim.facility_code, claim.prepared_on) == ("01999", PREPARED_ON)
    assert check_in.facility_code == "01999"


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_envelope_packs_exactly_the_tables_in_ascending_order(edition):
    facts = facts_of(edition)

    root = etree.fromstring(claim_document(facts, prepared_on=PREPARED_ON))

    packed = {
        file.findtext("LOAIHOSO"): b64decode(file.findtext("NOIDUNGFILE") or "", validate=True)
        for file in root.iter("FILEHOSO")
    }
    assert list(packed) == ["XML1", "XML2", "XML3", "XML4", "XML5"]
    assert packed == tables_of(facts)


@pytest.mark.parametrize("edition", EDITIONS)
def test_texts_come_back_as_they_were(edition):
    facts = facts_of(edition)

    tables = {name: table_open(name, data) for name, data in tables_of(facts).items()}

    assert tables["XML1"][0]["HO_TEN"] == facts.patient.full_name
    assert tables["XML2"][1]["CACH_DUNG"] == facts.drugs[1].usage
    assert tables["XML4"][1]["MO_TA"] == facts.results[1].description
    assert tables["XML5"][0]["DIEN_BIEN_LS"] == facts.notes[0].text
    assert tables["XML1"][0]["MA_THE_BHYT"].split(";") == [card.number for card in facts.cards]
