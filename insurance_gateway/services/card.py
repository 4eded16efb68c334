"""Asking the gateway about a card and keeping question and answer as evidence (D04, G02, G03).

No answer is never a refusal: the patient is received and the card is asked for again.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hospital.errors import PermissionRefused
from hospital.models import CardCheck, Encounter, InsuranceCard, Patient, Staff, User
from hospital.services.patient import CardCheckInput, card_check_record, card_record
from insurance_gateway.client.port import (
    CardAnswer,
    CardOutcome,
    CardQuery,
    GatewayFailure,
    GatewayPort,
)
from insurance_gateway.stored_text import storable

logger = logging.getLogger(__name__)

CARD_NUMBER = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")
FACILITY_CODE = re.compile(r"[0-9A-Za-z]{0,5}")
AREA_CODE = re.compile(r"[0-9A-Za-z]{0,2}")
REPLACED_BY_NEW = "003"


def card_check(
    patient: Patient,
    *,
    number: str,
    moment: str,
    staff: Staff,
    gateway: GatewayPort,
    now: datetime,
) -> CardCheck:
    """Ask about a number in the name of `staff` and return the stored check.

    A valid card is recorded and stands in the check's `card`; an answer that describes the card in
    a way that cannot be is kept as UNANSWERED, for it is no judgement on the card. When the gateway
    names a newer card, that one is asked for as well, and its check is returned unless the old card
    alone can be used (code 004). `number` has 15, 12 or 10 characters. No transaction may be open.
    Raises PermissionRefused when the employee has no account: the law wants the person who asked.
    """
    if staff.user is None:
        raise PermissionRefused("staff_without_account", staff=staff.pk)
    asking = _Asking(patient, moment, staff, staff.user, gateway, now)
    answer, check = asking.ask(number)
    if answer is None or check.outcome != CardOutcome.VALID or not answer.new_number:
        return check
    _, newer_check = asking.ask(answer.new_number)
    if answer.code == REPLACED_BY_NEW or newer_check.outcome == CardOutcome.VALID:
        return newer_check
    return check


def recheck_before_closing(
    encounter: Encounter, *, staff: Staff, gateway: GatewayPort, now: datetime
) -> CardCheck | None:
    """Ask about the card of a visit once more before it ends (G07); None without a card."""
    if encounter.card is None:
        return None
    return card_check(
        encounter.patient,
        number=encounter.card.number,
        moment=CardCheck.Moment.CLOSING,
        staff=staff,
        gateway=gateway,
        now=now,
    )


def birth_asked(birth: str) -> str:
    """Return an ISO birth text as the gateway wants it: dd/MM/yyyy, MM/yyyy or yyyy."""
    return "/".join(reversed(birth.partition("T")[0].split("-")))


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, about whom, when and where."""

    patient: Patient
    moment: str
    staff: Staff
    actor: User
    gateway: GatewayPort
    now: datetime

    def ask(self, number: str) -> tuple[CardAnswer | None, CardCheck]:
        """Ask once and store; the answer is None when none came."""
        number = re.sub(r"[\s-]", "", number).upper()
        started = time.monotonic()
        answer: CardAnswer | None = None
        try:
            answer = self.gateway.check_card(self._query(number))
            outcome, code = str(answer.outcome), answer.code
            message, raw = answer.message, answer.raw
            if odd := _odd_field(answer):
                logger.warning("card of patient %s: odd %s in the answer", self.patient.pk, odd)
                outcome = CardCheck.Outcome.UNANSWERED
        except GatewayFailure as failure:
            outcome, code = CardCheck.Outcome.UNANSWERED, failure.code
            message, raw = failure.message, failure.raw
        asked = CardCheckInput(
            asked_with=storable(number)[:17],
            moment=self.moment,
            outcome=outcome,
            code=storable(code)[:16],
            message=storable(message),
            answer=storable(raw),
            asked_at=self.now,
            answered_at=self.now + timedelta(seconds=time.monotonic() - started),
        )
        return answer, self._store(asked, answer)

    def _query(self, number: str) -> CardQuery:
        return CardQuery(
            number=number,
            full_name=self.patient.full_name,
            birth=birth_asked(self.patient.birth),
            staff_name=self.staff.full_name,
            staff_personal_id=self.staff.personal_id,
        )

    @transaction.atomic
    def _store(self, asked: CardCheckInput, answer: CardAnswer | None) -> CardCheck:
        is_valid = asked.outcome == CardCheck.Outcome.VALID
        card = self._card(answer) if answer and is_valid else None
        return card_check_record(self.patient, asked, card=card, actor=self.actor)

    def _card(self, answer: CardAnswer) -> InsuranceCard | None:
        """Record the card of an answer; None when it is unusable or not described in full."""
        if answer.code == REPLACED_BY_NEW or answer.valid_from is None or not answer.number:
            return None
        return card_record(
            self.patient,
            number=answer.number,
            registered_facility=answer.registered_facility,
            valid_from=answer.valid_from,
            valid_to=answer.valid_to,
            area_code=answer.area_code,
            five_years_on=answer.five_years_on,
            actor=self.actor,
            now=self.now,
        )


def _odd_field(answer: CardAnswer) -> str:
    """Return the first field of a card in force that no card can have, "" when there is none."""
    if answer.outcome != CardOutcome.VALID or answer.code == REPLACED_BY_NEW:
        return ""
    if answer.number and not CARD_NUMBER.fullmatch(answer.number):
        return "maThe"
    if not FACILITY_CODE.fullmatch(answer.registered_facility):
        return "maDKBD"
    if not AREA_CODE.fullmatch(answer.area_code):
        return "maKV"
    if answer.valid_from and answer.valid_to and answer.valid_to < answer.valid_from:
        return "gtTheDen"
    return ""
