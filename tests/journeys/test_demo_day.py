"""The demo day from the scan at reception to the receipt of the gateway, over a real socket.

The day is played and sent once for this file; every test looks at what came of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import ClaimVersion
from billing.selectors.bill import bill_of
from config.demo.plan import VISITS, Visit
from hospital.models import AuditEntry, CardCheck, Encounter, Facility, User
from hospital.selectors.audit import audit_faults, audit_state
from hospital.services.audit_seal import audit_seal
from insurance_gateway.document.conformity import check_in_deviations, claim_deviations
from insurance_gateway.document.reading import check_in_open, claim_open
from insurance_gateway.models import Receipt, Submission
from tests.counts import sent_requests
from tests.demo_province import DAY, Province, planned, province_running
from tests.journeys.filed import Filed, filed, official_fields
from tests.journeys.log_capture import log_captured, secrets_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Kind = Submission.Kind
LOW_COST = Decimal("0.15") * 2_530_000  # NĐ 161/2026: the reference level since 01/07/2026
SUMS = ("T_TONGCHI_BV", "T_BHTT", "T_BNCCT", "T_BNTT")


@dataclass(frozen=True)
class PlayedDay:
    """What is left of the day: the plan, the log of all that ran, what was sent, and how many HTTP
    requests that took.
    """

    province: Province
    plan: list[Visit]
    log: str
    sent: list[Filed]
    requests: int

    @property
    def claims(self) -> list[Filed]:
        return [item for item in self.sent if item.submission.kind == Kind.CLAIM]


@pytest.fixture(scope="module")
def day(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[PlayedDay]:
    """Sixty-eight visits, played by the real services and sent by the real client."""
    folder = tmp_path_factory.mktemp("province")
    with province_running(folder, django_db_blocker) as province:
        before = sent_requests["all"]
        with log_captured() as log:
            plan = province.play(planned(*VISITS))
            province.send()
            pages_open(plan[0])
        requests = sent_requests["all"] - before
        yield PlayedDay(province, plan, log.getvalue(), filed(province.simulator), requests)


def pages_open(visit: Visit) -> None:
    """Look a person up as the insurance desk does, so that requests reach the log too."""
    encounter = Encounter.objects.get(patient__full_name=visit.person.full_name)
    client = Client()
    client.force_login(User.objects.get(username="bhyt"), "hospital.permissions.RoleBackend")
    client.post(reverse("hospital:patients"), {"query": visit.person.full_name})
    client.post(reverse("insurance_gateway:claims-search"), {"query": visit.person.full_name})
    client.get(reverse("hospital:encounter", args=[encounter.pk]))


def encounters() -> dict[str, Encounter]:
    """Return the visits of the day by MA_LK."""
    rows = Encounter.objects.select_related("card", "facility")
    return {row.link_code: row for row in rows}


def test_every_insured_visit_is_accepted_with_a_receipt(day, record_property):
    record_property("requests", day.requests)
    insured = {code for code, row in encounters().items() if row.card_id}

    accepted = Receipt.objects.filter(submission__kind=Kind.CLAIM, submission__state="accepted")

    assert len(encounters()) == len(day.plan) == 68
    assert len(insured) == sum(bool(visit.person.card) for visit in day.plan)
    assert sorted(accepted.values_list("submission__encounter__link_code", flat=True)) == sorted(
        insured
    )


def test_insured_visit_is_announced_once_and_uninsured_never(day):
    insured = {code for code, row in encounters().items() if row.card_id}

    announced = [item.link_code for item in day.sent if item.submission.kind == Kind.CHECK_IN]

    assert sorted(announced) == sorted(insured)
    assert len(encounters()) > len(insured)
    assert {item.submission.state for item in day.sent} == {Submission.State.ACCEPTED}


def test_every_card_is_asked_at_arrival_and_before_closing(day):
    moments = Counter(CardCheck.objects.values_list("moment", "outcome"))

    cards = sum(bool(visit.person.card) for visit in day.plan)
    assert moments[CardCheck.Moment.ARRIVAL, CardCheck.Outcome.VALID] == cards
    assert moments[CardCheck.Moment.CLOSING, CardCheck.Outcome.VALID] == cards


def test_sums_are_the_same_in_bill_version_xml_and_gateway(day):
    by_code = encounters()
    held = {row["MA_LK"]: row["totals"] for row in day.province.simulator.dossiers()}

    different = []
    for item in day.claims:
        totals = bill_of(by_code[item.link_code]).totals
        version = item.submission.version
        billed = [totals.hospital, totals.fund, totals.co_payment, totals.self_payment]
        frozen = [version.total_hospital, version.fund, version.co_payment, version.self_payment]
        sent = [Decimal(item.head[name]) for name in SUMS]
        known = [Decimal(held[item.link_code][name]) for name in SUMS]
        if not billed == frozen == sent == known:
            different.append((item.link_code, billed, frozen, sent, known))

    assert different == []
    assert sum(item.submission.version.fund for item in day.claims) > 1_000_000


def test_uninsured_bill_equals_its_frozen_version(day):
    versions = ClaimVersion.objects.filter(claim__is_insured=False).select_related("claim")

    bills = [bill_of(version.claim.encounter).totals for version in versions]

    assert [version.self_payment for version in versions] == [bill.hospital for bill in bills]
    assert len(bills) == sum(not visit.person.card for visit in day.plan)


def test_gateway_holds_the_very_bytes_that_are_stored(day):
    told = {
        (kind, row["MA_LK"]): [version["digest"] for version in row["versions"]]
        for kind in Kind.values
        for row in day.province.simulator.dossiers(kind)
    }

    differing = [
        item.link_code
        for item in day.sent
        if item.versions != [item.content]
        or item.submission.document.digest != item.digest
        or told[item.submission.kind, item.link_code] != [item.digest]
    ]

    assert differing == []
    assert len(told) == len(day.sent) == 124


def test_no_document_deviates_from_its_edition(day):
    found = []
    for item in day.sent:
        if item.submission.kind == Kind.CLAIM:
            found += claim_deviations(claim_open(item.content).tables)
        else:
            found += check_in_deviations(check_in_open(item.content).rows)

    assert found == []


def test_fields_stand_in_the_official_order(day):
    official = official_fields()
    seen = Counter()
    wrong = set()
    for item in day.sent:
        for table, rows in item.tables.items():
            seen[table] += len(rows)
            wrong |= {table for row in rows if [name for name, _ in row] != official[table]}

    assert wrong == set()
    assert set(seen) == {"XML0", "XML1", "XML2", "XML3", "XML4", "XML5", "XML7", "XML8"}
    assert min(seen.values()) >= 2


def test_xmlsec1_verifies_every_signed_file_and_no_altered_one(day, tmp_path):
    contents = [item.content for item in day.sent]
    altered = contents[0].replace(b"<DU_PHONG>", b"<DU_PHONG>1", 1)

    refused = [place for place, content in enumerate(contents) if not verified(content, tmp_path)]

    assert refused == []
    assert altered != contents[0]
    assert not verified(altered, tmp_path)


def xmlsec1() -> str:
    program = shutil.which("xmlsec1")
    if program is None and not os.environ.get("CI"):
        pytest.skip("xmlsec1 is the referee of signatures: apt-get install xmlsec1")
    assert program, "with CI set, xmlsec1 must be there"
    return program


def verified(content: bytes, folder: Path) -> bool:
    file = folder / "signed.xml"
    file.write_bytes(content)
    command = [xmlsec1(), "--verify", "--insecure", str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_rates_are_those_of_cards_and_of_low_cost(day):
    seen = set()
    for item in day.claims:
        rates = {row["MUC_HUONG"] for name in ("XML2", "XML3") for row in item.table(name)}
        is_low = Decimal(item.head["T_TONGCHI_BH"]) < LOW_COST
        seen.add((item.head["MA_THE_BHYT"][:3], is_low, " ".join(sorted(rates - {"0"}))))

    assert {("GD4", True, "100"), ("GD4", False, "80")} <= seen
    assert {("HT3", True, "100"), ("HT3", False, "95")} <= seen
    assert ("TE1", True, "100") in seen
    assert {rates for _head, is_low, rates in seen if is_low} == {"100"}


def test_small_children_laboratory_imaging_operation_and_bed_occur(day):
    ages = {DAY.year - int(item.head["NGAY_SINH"][:4]) for item in day.claims}
    groups = {row["MA_NHOM"] for item in day.claims for row in item.table("XML3")}
    values = [row for item in day.claims for row in item.table("XML4")]

    assert min(ages) < 6
    assert {"1", "2", "8", "13"} <= groups  # laboratory, imaging, operation, examination
    assert groups & {"14", "15", "16"}  # a bed by the day
    assert any(row["GIA_TRI"] for row in values)
    assert any(row["MO_TA"] for row in values)


def test_log_names_nobody(day):
    hidden = secrets_of(day.plan)

    told = sorted({word for word in hidden if word in day.log})

    assert told == []
    assert day.log.count('"event": "request"') == 3


def test_audit_names_nobody_and_its_chain_is_whole(day):
    hidden = secrets_of(day.plan)
    facts = " ".join(map(str, AuditEntry.objects.values_list("facts", flat=True)))

    for facility in Facility.objects.all():
        audit_seal(facility, now=timezone.now())

    assert [word for word in hidden if word in facts] == []
    for facility in Facility.objects.all():
        state = audit_state(facility)
        assert state.sealed > 50
        assert (state.unsealed, list(audit_faults(facility))) == (0, [])


def test_playing_the_day_again_changes_nothing(day, capsys):
    lines = AuditEntry.objects.order_by("pk")
    before, last = rows_counted(), lines.last().pk

    day.province.load()
    call_command("demo_day", day=DAY)

    assert rows_counted() == before
    assert set(lines.filter(pk__gt=last).values_list("action", flat=True)) <= {"catalogue.import"}
    assert "68 lượt khám · 62 có BHYT · 62 Cổng đã nhận" in capsys.readouterr().out


def rows_counted() -> list[object]:
    """Return how many rows each table has, the audit log apart, and where the outbox stands."""
    models = [model for model in apps.get_models() if model is not AuditEntry]
    outbox = Submission.objects.order_by("pk").values_list("pk", "state", "tries", "document_id")
    return [*((model._meta.label, model._default_manager.count()) for model in models), *outbox]
