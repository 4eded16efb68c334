"""Past visits priced again: the proof of the past, the cost of a proposed law, nothing written."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import InternalError, connection
from django.test.utils import CaptureQueriesContext

from billing.benefit import (
    CoPaymentPaid,
    OtherSourceKind,
    OtherSourceMode,
    OtherSources,
    quote_visit,
)
from billing.claim_facts import MoneyFacts, decode
from billing.models import ClaimVersion
from billing.recompute.other_sources import other_sources_of
from billing.recompute.proposal import ProposedLaw, proposal_read
from billing.recompute.read_only import read_only
from billing.recompute.rebuild import visit_rebuild
from billing.recompute.report import Report
from billing.recompute.rules import RuleChange, Turn, rule_changed
from billing.recompute.run import recompute
from billing.recompute.source import Period, batches, versions_in
from billing.services.visit import version_freeze, visit_close
from hospital.models import Diagnosis, DiseaseCode, Encounter, Facility, Room
from hospital.services import encounter as encounters
from hospital.services import exam, order, prescription
from hospital.services.stay import supply_use
from tests import factories as made
from tests.billing.benefit_facts import a_card, a_line, a_visit, quoted
from tests.billing.test_inpatient_money import Stay, make_supply
from tests.factories import at

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
NOVEMBER_DAYS = ("--from=2026-11-01", "--to=2026-11-30")
TEN_PERCENT = "low_cost_share=0.10@2026-11-01"
SMALL_COST_ENDS = RuleChange("small_cost", Turn.ENDS)


class Clinic:
    """A facility that examines (50.600 đ), tests blood and closes visits, of one patient."""

    def __init__(self, head: str = "GD4", **card: object) -> None:
        self.facility = made.make_facility()
        self.room = made.make_room(self.facility)
        self.lab = made.make_room(self.facility, Room.Kind.LAB, "K47")
        self.room.exam_item = made.make_service(self.facility).item
        self.room.save(update_fields=["exam_item"])
        self.doctor = made.make_staff(self.facility, "doctor")
        self.facility.head = self.doctor
        self.facility.save(update_fields=["head"])
        self.cashier = made.make_staff(self.facility, "cashier").user
        self.patient = made.make_patient(self.facility)
        self.card = made.make_card(self.patient, head, **card) if head else None
        DiseaseCode.objects.filter(code="I10").exists() or made.make_disease("I10", "Tăng huyết áp")

    def visit(
        self,
        price: str = "328899",
        *,
        day: date = MONDAY,
        drug: str = "",
        shown_at: datetime | None = None,
        hour: int = 8,
        **service: object,
    ) -> ClaimVersion:
        """Return version 1 of a closed visit with one blood test at this price."""
        encounter = made.make_encounter(
            self.patient, self.room, card=self.card, now=at(hour, day=day)
        )
        if shown_at:
            Encounter.objects.filter(pk=encounter.pk).update(card_shown_at=shown_at)
        exam.exam_start(encounter, room=self.room, doctor=self.doctor, now=at(hour, 5, day=day))
        self._test_blood(encounter, price, at(hour, 10, day=day), service)
        if drug:
            self._prescribe(encounter, drug, at(hour, 25, day=day))
        return self._close(encounter, at(hour, 30, day=day))

    def _test_blood(
        self, encounter: Encounter, price: str, now: datetime, service: dict[str, object]
    ) -> None:
        entry = made.make_service(
            self.facility, code="22.0120.1370", cost_group="1", price=price, **service
        )
        item = order.OrderInput(
            entry=entry, department=self.room.department, room=self.lab, icd_codes="I10"
        )
        asked = order.order_create(encounter, item, doctor=self.doctor, now=now)
        order.order_execute(asked, performer=self.doctor, started_at=now, now=now)
        result = order.ResultInput(indicator_code="WBC", indicator_name="Bạch cầu", value="7.1")
        order.result_enter(asked, [result], reader=self.doctor, now=now + timedelta(minutes=5))

    def _prescribe(self, encounter: Encounter, price: str, now: datetime) -> None:
        entry = made.make_drug(self.facility, price=price, insured_ratio=Decimal(70))
        drug = prescription.DrugInput(entry=entry, dose=Decimal(1), times_per_day=1, days=3)
        [drugs] = prescription.prescription_create(
            encounter, [drug], department=self.room.department, doctor=self.doctor, now=now
        )
        prescription.prescription_dispense(drugs, pharmacist=self.doctor, now=now)

    def _close(self, encounter: Encounter, now: datetime) -> ClaimVersion:
        exam.vital_signs_record(
            encounter, exam.Signs(weight_kg=Decimal(60)), staff=self.doctor, now=now
        )
        main = exam.DiagnosisInput(code="I10", kind=Diagnosis.Kind.MAIN)
        exam.diagnosis_set(encounter, [main], doctor=self.doctor, now=now)
        conclusion = encounters.Conclusion(outcome="2", discharge_type="1")
        encounters.exam_conclude(encounter, conclusion, doctor=self.doctor, now=now)
        later = now + timedelta(minutes=20)
        return visit_close(encounter, actor=self.cashier, now=later, edition_for=lambda day: "1931")


def run(*changes: str, period: Period = NOVEMBER) -> Report:
    proposal = proposal_read(changes) if changes else None
    return recompute(period, proposal=proposal, progress=lambda done, total: None)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("bills_recompute", *NOVEMBER_DAYS, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def refreeze(version: ClaimVersion, *, moved: int = 0, **changes: object) -> ClaimVersion:
    """Return version 2 of a claim, `moved` VND of which went from the fund to the patient."""
    facts = decode(version.facts)
    paid = facts.totals
    totals = replace(paid, fund=paid.fund - moved, co_payment=paid.co_payment + moved)
    return version_freeze(
        version.claim,
        replace(facts, totals=totals, **changes),
        number=2,
        actor=version.frozen_by,
        now=at(8, day=date(2026, 11, 28)),
        reason="Thử",
    )


def test_closed_visits_give_the_sums_that_were_frozen():
    Clinic().visit(drug="1234.567")
    Clinic("TE1").visit("600000", drug="99999", insured_price="550000")
    Clinic("").visit("600000", drug="1500")

    report = run()

    assert (report.versions, report.fault_count) == (3, 0)
    assert report.before == report.after
    assert report.after.self_payment > 0


def test_list_ratio_lifted_by_the_level_of_the_card_is_taken_from_the_charge():
    facts = decode(Clinic("TE1").visit(drug="100000").facts)
    [batch] = batches(versions_in(NOVEMBER, only_latest=True))

    lines = visit_rebuild(facts, batch.beside(batch.versions[0])).visit.lines

    assert facts.drugs[0].money.item_rate == 100
    assert {line.item_ratio for line in lines if line.table == "drug"} == {Decimal(70)}


def test_card_shown_late_is_taken_from_the_visit():
    version = Clinic().visit("600000", shown_at=at(8, 8))

    report = run()

    assert (version.total_insured, version.self_payment) == (Decimal(600000), Decimal(50600))
    assert report.fault_count == 0


def test_stay_with_operation_bed_and_capped_supplies_gives_its_frozen_sums():
    stay = Stay()
    supply = make_supply(stay.facility, price="130000000", ceiling="120000000")
    execution = stay.operate()
    used_at = at(13, 30)
    supply_use(execution, supply, Decimal(1), staff=stay.doctor, now=used_at, package="G1")
    stay.leave(at(9, day=date(2026, 11, 27)))
    stay.close()

    report = run()

    assert (report.versions, report.fault_count) == (1, 0)
    assert report.after.self_payment == 130_000_000 - 45 * 2_530_000


def test_exempt_visit_is_proved_with_the_earlier_stays_of_the_year():
    clinic = Clinic(five_years_on=date(2025, 1, 1))
    clinic.visit("90000000")
    same_hour = clinic.visit("1000000")
    next_day = clinic.visit("1000000", day=TUESDAY)

    report = run()

    assert (same_hour.co_payment, next_day.co_payment) == (Decimal(210_120), 0)
    assert report.fault_count == 0


def test_history_is_as_it_was_known_when_the_visit_closed():
    clinic = Clinic(five_years_on=date(2025, 1, 1))
    first = clinic.visit("60000000")
    clinic.visit("1000000", day=TUESDAY)
    corrected = refreeze(first, moved=10_000_000)

    report = run()

    found = [(fault.claim_id, fault.number) for fault in report.faults]
    assert found == [(corrected.claim_id, 2)]


def test_version_with_other_sums_is_an_error_with_both_figures_and_exits_with_one():
    wrong = refreeze(Clinic().visit(), moved=1000)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("bills_recompute", *NOVEMBER_DAYS, stdout=out, stderr=StringIO())

    [fault] = run().faults
    found = {(row.place, row.name): (row.frozen, row.recomputed) for row in fault.differences}
    assert (fault.claim_id, fault.number) == (wrong.claim_id, 2)
    assert found["row", "co_payment"] == (Decimal("1000.00"), Decimal("0.00"))
    assert ended.value.code == 1
    assert "T_BHTT (tổng): đã chốt 378.499, tính lại 379.499" in out.getvalue()


def test_frozen_facts_that_cannot_be_read_are_an_error_and_the_others_go_on():
    broken, whole = Clinic().visit(), Clinic().visit()
    again = ClaimVersion.objects.get(pk=broken.pk)
    again.pk, again.number, again.reason, again.facts = None, 2, "Thử", "{}"
    again.save(force_insert=True)

    report = run()

    found = [(fault.code, fault.claim_id) for fault in report.faults]
    assert found == [("facts_unreadable", broken.claim_id)]
    assert report.after.fund == broken.fund + whole.fund


def test_line_without_its_charge_is_an_error():
    first = Clinic().visit()
    lost = tuple(replace(line, charge_id=0) for line in decode(first.facts).services)
    refreeze(first, services=lost)

    [fault] = run().faults

    assert (fault.code, fault.number) == ("charge_missing", 2)


def test_lower_share_of_the_small_cost_moves_money_to_the_patient():
    clinic = Clinic()
    clinic.visit("328899")
    clinic.visit("600000", day=TUESDAY)

    report = run(TEN_PERCENT)

    assert (report.versions, report.visits_changed) == (2, 1)
    change = report.after - report.before
    assert (change.fund, change.co_payment) == (Decimal("-75899.80"), Decimal("75899.80"))
    assert {rule: tally.visits for rule, tally in report.by_rule.items()} == {SMALL_COST_ENDS: 1}


def test_law_that_begins_after_the_visit_changes_nothing():
    clinic = Clinic()
    clinic.visit()
    clinic.visit(day=TUESDAY)

    report = run("low_cost_share=0.10@2026-11-24")

    assert report.visits_changed == 1
    assert report.biggest[0].ended_on == TUESDAY


def test_proposal_prices_the_newest_version_only():
    refreeze(Clinic().visit())

    assert run(TEN_PERCENT).versions == 1
    assert run().versions == 2


def test_departments_add_up_to_the_whole_change():
    clinic = Clinic()
    clinic.visit()
    clinic.visit(day=TUESDAY)

    report = run(TEN_PERCENT)

    by_code = {dep.code: (dep.name, tally.visits) for dep, tally in report.by_department.items()}
    assert by_code == {"K01": ("Khoa K01", 2), "K47": ("Khoa K47", 2)}
    added = sum(tally.change.fund for tally in report.by_department.values())
    assert added == sum(tally.change.fund for tally in report.by_rule.values())
    assert added == report.after.fund - report.before.fund


def test_ten_visits_with_the_most_money_moved_come_first():
    clinic = Clinic()
    prices = [str(202_400 + 10_000 * number) for number in range(12)]
    for number, price in enumerate(prices):
        clinic.visit(price, day=MONDAY - timedelta(days=number))

    report = run(TEN_PERCENT)

    moved = [visit.change.moved for visit in report.biggest]
    assert report.visits_changed == 12
    assert moved == sorted(moved, reverse=True)
    assert len(moved) == 10
    assert moved[0] == Decimal(202_400 + 110_000 + 50_600) / 5


def test_earlier_stays_count_with_their_co_payment_under_the_proposal():
    clinic = Clinic(five_years_on=date(2025, 1, 1))
    clinic.visit("2000000")
    clinic.visit("3000000", day=TUESDAY)
    less_to_exempt = "exemption_months=0.1@2026-11-01"

    exempted = run(less_to_exempt)
    free_before = run(less_to_exempt, "low_cost_share=1@2026-11-01")

    assert set(exempted.by_rule) == {RuleChange("exemption", Turn.STARTS)}
    assert exempted.biggest[0].after.co_payment == 0
    assert free_before.history_changed == 1
    assert set(free_before.by_rule) == {RuleChange("small_cost", Turn.STARTS)}


def test_new_level_inside_the_year_is_noted_for_those_with_five_years():
    Clinic(five_years_on=date(2025, 1, 1)).visit()
    Clinic().visit()

    assert run("reference_level=2700000@2026-11-01").threshold_unsure == 1
    assert run("reference_level=2700000@2026-07-01").threshold_unsure == 0
    assert run("reference_level=2700000@2026-01-01").threshold_unsure == 0


def test_parameter_that_no_visit_asks_for_is_named():
    Clinic().visit()

    unused = run("exam_ratios=100;50@2026-11-01").unused

    assert [change.name for change in unused] == ["exam_ratios"]


def test_days_of_the_period_are_those_of_the_facility():
    clinic = Clinic()
    clinic.visit(hour=1)
    clinic.visit(day=TUESDAY, hour=1)

    assert run(period=Period(MONDAY, MONDAY)).versions == 1


def test_json_and_table_tell_the_same_of_one_facility():
    clinic = Clinic()
    version = clinic.visit()
    Clinic().visit()
    asked = [f"--facility={clinic.facility.codes.get().code}", "--as-if", TEN_PERCENT]

    answer = json.loads(told(*asked, "--format", "json"))
    table = told(*asked)

    link_code = version.claim.encounter.link_code
    assert answer["change"]["co_payment"] == "75899.80"
    assert answer["by_rule"][0]["rule"] == "small_cost"
    assert answer["biggest"][0]["link_code"] == link_code
    assert "Chi phí một lần khám thấp hơn ngưỡng: không còn áp dụng" in table
    assert "+75.899,8" in table
    assert link_code in table


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-if", "low_cost_share"], "không đúng dạng"),
        (["--as-if", "low_cost_share=0.1@hom-nay"], "ngày phải theo dạng"),
        (["--as-if", "luong_moi=1@2026-01-01"], "Không có thông số luong_moi"),
        (["--as-if", "low_cost_share=mười@2026-01-01"], "không đúng kiểu number"),
        (["--as-if", "route_ratio_date=giữa@2026-01-01"], "không đúng kiểu choice"),
        (["--as-if", "low_cost_share=15@2026-01-01"], "ngoài khoảng"),
        (["--as-if", "reference_level=-1@2026-01-01"], "ngoài khoảng"),
        (["--as-if", "low_cost_share=0.1@2010-01-01"], "phải sau ngày quy định đầu tiên"),
        (["--as-if"] + ["low_cost_share=0.1@2026-01-01"] * 2, "hai lần"),
        (["--facility", "00000"], "Không có cơ sở"),
        (["--to", "2026-10-31"], "từ ngày --from trở đi"),
    ],
)
def test_wrong_question_is_refused_with_a_sentence(arguments: list[str], sentence: str):
    with pytest.raises(CommandError, match=sentence) as refused:
        told(*arguments)

    assert refused.value.returncode == 2


def test_database_refuses_a_write_while_bills_are_recomputed():
    clinic = Clinic()

    with pytest.raises(InternalError, match="read-only transaction"), read_only():
        Facility.objects.filter(pk=clinic.facility.pk).update(name="Đổi tên")


def test_command_runs_read_only_and_leaves_every_row_as_it_was():
    Clinic().visit()
    before = rows_of_all_tables()

    with CaptureQueriesContext(connection) as queries:
        told("--as-if", TEN_PERCENT)

    statements = {query["sql"].split()[0] for query in queries.captured_queries}
    assert statements <= {"SAVEPOINT", "SET", "SELECT", "DECLARE", "RELEASE"}
    assert "SET TRANSACTION READ ONLY" in [query["sql"] for query in queries.captured_queries]
    assert rows_of_all_tables() == before


def rows_of_all_tables() -> dict[str, str | None]:
    """Return a digest of the rows of each table."""
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(model._meta.db_table for model in apps.get_models()):
            cursor.execute(
                f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()[0]
    return found


def test_queries_do_not_grow_with_the_visits():
    clinic = Clinic(five_years_on=date(2025, 1, 1))
    clinic.visit()
    with CaptureQueriesContext(connection) as for_one:
        run(TEN_PERCENT)
    for hour in (10, 13, 15):
        clinic.visit(hour=hour)

    with CaptureQueriesContext(connection) as for_four:
        run(TEN_PERCENT)

    assert len(for_four) == len(for_one)


FIVE_YEARS = {"five_years_on": date(2024, 1, 1)}
STATION = {"commune_station": True}
SUPPLY = {"price": "200000000", "cost_group": "10", "package": "G1"}
ENDED_CARD = {"cards": (a_card(until="2026-09-05"),)}
PAID = (CoPaymentPaid(date(2026, 8, 1), Decimal(20_000_000)),)


@pytest.mark.parametrize(
    ("change", "rule", "turn", "line", "visit"),
    [
        ("low_cost_share=0.1@2026-09-01", "small_cost", "ends", {"price": "370000"}, {}),
        ("low_cost_share=0.5@2026-09-01", "small_cost", "starts", {}, {}),
        ("small_cost_rate=95@2026-09-01", "small_cost", "changes", {"price": "370000"}, {}),
        ("exemption_months=8@2026-09-01", "exemption", "ends", {}, {"copay_history": PAID}),
        ("exemption_rate=90@2026-09-01", "exemption", "changes", {}, {"copay_history": PAID}),
        ("commune_station_rate=100@2026-09-01", "commune_station", "starts", {}, STATION),
        ("pickup_route_ratio=50@2026-09-01", "route_ratio", "changes", {}, {"route_code": "10"}),
        ("inpatient_visit_types=04@2026-09-01", "route_ratio", "ends", {}, {"route_code": "3.1"}),
        ("supply_cap_months=40@2026-09-01", "supply_cap", "changes", SUPPLY, {}),
        ("grace_days=2@2026-09-01", "card", "ends", {"on": "2026-09-09"}, ENDED_CARD),
    ],
)
def test_rule_that_made_the_difference(
    change: str, rule: str, turn: str, line: dict[str, Any], visit: dict[str, Any]
):
    asked = a_visit(a_line(**line), **FIVE_YEARS | visit)

    before = quote_visit(asked)
    after = quote_visit(asked, law=ProposedLaw(proposal_read([change])))

    found = rule_changed(before.lines[0], after.lines[0], visits=(before, after))
    assert before.totals != after.totals
    assert found == RuleChange(rule, Turn(turn))


@pytest.mark.parametrize(
    "given",
    [
        OtherSources(mode=OtherSourceMode.PATIENT, state=Decimal(150_000)),
        OtherSources(mode=OtherSourceMode.PATIENT, foreign=Decimal(950_000)),
        OtherSources(mode=OtherSourceMode.FACILITY, domestic=Decimal(300_000)),
        OtherSources(mode=OtherSourceMode.CO_PAYMENT, co_payment_by=OtherSourceKind.FOREIGN),
    ],
)
def test_other_sources_are_read_back_from_the_frozen_line(given: OtherSources):
    line = a_line(price_insured=Decimal(800_000))
    [paid] = quoted(replace(line, other_sources=given))
    names = [field.name for field in fields(MoneyFacts) if hasattr(paid, field.name)]
    money = MoneyFacts(item_rate=paid.item_ratio, **{name: getattr(paid, name) for name in names})

    assert other_sources_of(money, line, is_capped=False) == given
