"""Asking about a card: what is stored, and that no answer is never a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hospital.errors import PermissionRefused
from hospital.models import AuditEntry, CardCheck, InsuranceCard
from insurance_gateway.client.fake import FakeGateway, raising
from insurance_gateway.client.port import (
    CardAnswer,
    CardOutcome,
    FailureGround,
    OutcomeUnknown,
    PermanentFailure,
    TemporaryFailure,
)
from insurance_gateway.services.card import birth_asked, card_check, recheck_before_closing
from tests.factories import NOW, make_facility, make_patient, make_staff
from tests.insurance_gateway.outbox_rows import make_insured_encounter

pytestmark = pytest.mark.django_db
NUMBER, NEW_NUMBER = "GD4010100000999", "GD4010100000998"
VALID = CardAnswer(
    CardOutcome.VALID,
    "000",
    message="Thẻ còn giá trị sử dụng!",
    number=NUMBER,
    registered_facility="01999",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    five_years_on=date(2027, 6, 1),
    raw='{"maKetQua":"000"}',
)


def ask(gateway: FakeGateway, number: str = NUMBER) -> CardCheck:
    facility = make_facility()
    return card_check(
        make_patient(facility),
        number=number,
        moment=CardCheck.Moment.ARRIVAL,
        staff=make_staff(facility, "reception"),
        gateway=gateway,
        now=NOW,
    )


def test_valid_card_is_recorded_and_tied_to_its_check():
    check = ask(FakeGateway({NUMBER: VALID}))

    assert (check.outcome, check.code, check.answer) == ("valid", "000", VALID.raw)
    assert check.card is not None
    assert (check.card.number, check.card.valid_to) == (NUMBER, date(2026, 12, 31))
    assert check.card.five_years_on == date(2027, 6, 1)


def test_card_found_by_citizen_number_gets_its_fifteen_characters():
    check = ask(FakeGateway({"001080000017": VALID}), "001080000017")

    assert check.card is not None
    assert (check.asked_with, check.card.number) == ("001080000017", NUMBER)


def test_question_names_the_employee_and_the_birth_as_known():
    gateway = FakeGateway({NUMBER: VALID})

    ask(gateway, " gd4-01 0100000999 ")

    query = gateway.card_queries[0]
    assert query.number == NUMBER
    assert query.birth == "15/05/1980"
    assert query.staff_name.startswith("Nhân Viên Mẫu")
    assert len(query.staff_personal_id) == 12


def test_refused_card_is_kept_as_evidence_without_a_card():
    refused = CardAnswer(CardOutcome.REFUSED, "110", message="Thẻ đã thu hồi", raw="{}")

    check = ask(FakeGateway({NUMBER: refused}))

    assert (check.outcome, check.code, check.card) == ("refused", "110", None)
    assert InsuranceCard.objects.count() == 0


@pytest.mark.parametrize(
    "failure",
    [
        TemporaryFailure("no_answer", message="hết thời gian"),
        OutcomeUnknown("http_504"),
        PermanentFailure("403", ground=FailureGround.ACCOUNT),
    ],
)
def test_gateway_without_answer_is_unanswered_never_refused(failure):
    gateway = FakeGateway({NUMBER: VALID})
    gateway.next_call(raising(failure))

    check = ask(gateway)

    assert (check.outcome, check.code, check.card) == ("unanswered", failure.code, None)


def test_new_card_is_asked_for_and_taken_when_the_old_one_ended():
    old = replace(VALID, code="003", new_number=NEW_NUMBER)
    gateway = FakeGateway({NUMBER: old, NEW_NUMBER: replace(VALID, number=NEW_NUMBER)})

    check = ask(gateway)

    assert check.card is not None
    assert (check.asked_with, check.card.number) == (NEW_NUMBER, NEW_NUMBER)
    assert list(InsuranceCard.objects.values_list("number", flat=True)) == [NEW_NUMBER]
    assert CardCheck.objects.count() == 2


def test_ended_card_is_not_taken_when_the_new_one_gets_no_answer():
    old = replace(VALID, code="003", new_number=NEW_NUMBER)
    gateway = FakeGateway({NUMBER: old})
    gateway.cards[NEW_NUMBER] = CardAnswer(CardOutcome.UNANSWERED, "100")

    check = ask(gateway)

    assert (check.outcome, check.card) == ("unanswered", None)


def test_card_still_in_force_is_kept_when_the_new_one_is_refused():
    old = replace(VALID, code="004", new_number=NEW_NUMBER)

    check = ask(FakeGateway({NUMBER: old}))

    assert check.card is not None
    assert (check.outcome, check.card.number) == ("valid", NUMBER)


def test_answer_without_a_usable_card_records_none():
    check = ask(FakeGateway({NUMBER: replace(VALID, number="", valid_from=None)}))

    assert (check.outcome, check.card) == ("valid", None)


def test_employee_without_account_may_not_ask():
    facility = make_facility()
    staff = make_staff(facility)
    staff.user = None
    gateway = FakeGateway({NUMBER: VALID})

    with pytest.raises(PermissionRefused):
        card_check(
            make_patient(facility),
            number=NUMBER,
            moment=CardCheck.Moment.ARRIVAL,
            staff=staff,
            gateway=gateway,
            now=NOW,
        )
    assert gateway.card_queries == []


def test_check_leaves_an_audit_line_without_the_number():
    check = ask(FakeGateway({NUMBER: VALID}))

    line = AuditEntry.objects.get(action="card.check")
    assert (line.subject_id, line.actor_id) == (check.pk, check.asked_by_id)
    assert NUMBER not in str(line.facts)


def test_card_is_checked_again_before_the_visit_ends():
    encounter = make_insured_encounter(make_facility())
    staff = make_staff(encounter.facility, "cashier")
    assert encounter.card is not None
    gateway = FakeGateway({encounter.card.number: replace(VALID, number=encounter.card.number)})

    check = recheck_before_closing(encounter, staff=staff, gateway=gateway, now=NOW)

    assert check is not None
    assert (check.moment, check.card) == ("closing", encounter.card)


@pytest.mark.parametrize(
    ("birth", "asked"),
    [
        ("1980", "1980"),
        ("1980-05", "05/1980"),
        ("1980-05-15", "15/05/1980"),
        ("2026-11-20T07:30", "20/11/2026"),
    ],
)
def test_birth_is_asked_by_its_known_parts(birth: str, asked: str):
    assert birth_asked(birth) == asked


@pytest.mark.parametrize(
    "odd",
    [
        {"number": "GD401010000099X"},
        {"registered_facility": "019990"},
        {"registered_facility": "019\x009"},
        {"area_code": "K12"},
        {"valid_to": date(2025, 12, 31)},
    ],
)
def test_answer_that_describes_no_possible_card_is_kept_and_judges_nothing(odd, caplog):
    check = ask(FakeGateway({NUMBER: replace(VALID, **odd)}))

    assert (check.outcome, check.code, check.card) == ("unanswered", "000", None)
    assert check.answer == VALID.raw
    assert InsuranceCard.objects.count() == 0
    assert NUMBER not in caplog.text


def test_nul_in_the_words_of_the_gateway_costs_neither_card_nor_evidence():
    answer = replace(VALID, message="còn\x00hạn", raw="{\x00}", code="000")

    check = ask(FakeGateway({NUMBER: answer}))

    assert check.card is not None
    assert (check.message, check.answer) == ("còn\ufffdhạn", "{\ufffd}")


def test_nul_in_the_number_of_a_newer_card_is_kept_as_asked():
    old = replace(VALID, code="003", new_number="GD401\x00")

    check = ask(FakeGateway({NUMBER: old}))

    assert (check.asked_with, check.outcome) == ("GD401\ufffd", "refused")


def test_old_card_is_kept_when_the_new_one_is_described_oddly():
    old = replace(VALID, code="004", new_number=NEW_NUMBER)
    odd = replace(VALID, number=NEW_NUMBER, area_code="K12")

    check = ask(FakeGateway({NUMBER: old, NEW_NUMBER: odd}))

    assert check.card is not None
    assert (check.outcome, check.card.number) == ("valid", NUMBER)
