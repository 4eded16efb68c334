"""Closing a visit: everything to the left may still change, everything to the right may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from billing.claim_facts import ClaimFacts, digest, encode
from billing.errors import ClosingRefused
from billing.models import Claim, ClaimVersion
from billing.selectors.bill import bill_of
from billing.selectors.route import route_decided
from billing.services.bed_days import bed_days_refresh
from billing.services.charge import charges_refresh
from billing.services.freeze import claim_facts_build
from hospital.models import Encounter, User
from hospital.services.audit import audit_write
from hospital.services.encounter import encounter_end

EditionFor = Callable[[date], str]


@transaction.atomic
def visit_close(
    encounter: Encounter, *, actor: User, now: datetime, edition_for: EditionFor
) -> ClaimVersion:
    """End the visit and freeze its facts as version 1 of its claim, or change nothing (G18, G19).

    `edition_for` names the edition of the claim document in force on the day the visit ended; the
    editions are known one floor above. A second call returns the version that the first one froze.
    """
    encounter = Encounter.objects.select_for_update().get(pk=encounter.pk)
    if closed := ClaimVersion.objects.filter(claim__encounter=encounter, number=1).first():
        return closed
    bed_days_refresh(encounter, now=now, is_final=True)
    charges_refresh(encounter, now=now, actor=actor)
    encounter = encounter_end(encounter, actor=actor, now=now)
    if encounter.ended_at is None:
        raise ValueError("encounter_end left no time of ending")
    route_settle(encounter, actor=actor, now=now)
    edition = edition_for(timezone.localdate(encounter.ended_at))
    facts = claim_facts_build(encounter, bill_of(encounter), edition=edition)
    _adds_up(facts)
    claim = Claim.objects.create(
        facility=encounter.facility,
        encounter=encounter,
        is_insured=facts.is_insured,
        closed_at=now,
    )
    return version_freeze(claim, facts, number=1, actor=actor, now=now)


def _adds_up(facts: ClaimFacts) -> None:
    """Refuse to freeze facts whose rows do not make their totals (D10)."""
    rows = [line.money for line in facts.drugs] + [line.money for line in facts.services]
    for total, amounts in (
        (facts.totals.hospital, [row.total_hospital for row in rows]),
        (facts.totals.fund, [row.fund for row in rows]),
        (facts.totals.co_payment, [row.co_payment for row in rows]),
        (facts.totals.self_payment, [row.self_payment for row in rows]),
    ):
        if sum(amounts) != total:
            raise ClosingRefused("lines_do_not_add_up", total=str(total))


def route_settle(encounter: Encounter, *, actor: User, now: datetime) -> None:
    """Write the decided MA_DOITUONG_KCB into a visit that ends (D16).

    Raises ClosingRefused when no row of the official list fits: then a person has to choose.
    """
    decision = route_decided(encounter)
    if decision is None or decision.code == encounter.route_code:
        return
    if decision.code is None:
        raise ClosingRefused("route_code_undecided", encounter=encounter.pk)
    audit_write(
        facility=encounter.facility,
        actor=actor,
        action="route.decide",
        subject=encounter,
        patient_id=encounter.patient_id,
        facts={"ticked": encounter.route_code, "decided": decision.code},
        now=now,
    )
    encounter.route_code = decision.code
    encounter.save(update_fields=["route_code"])


def version_freeze(
    claim: Claim, facts: ClaimFacts, *, number: int, actor: User, now: datetime, reason: str = ""
) -> ClaimVersion:
    """Store the facts as they are; nothing may change them afterwards."""
    data = encode(facts)
    version = ClaimVersion.objects.create(
        claim=claim,
        number=number,
        edition=facts.edition,
        facts=data.decode(),
        digest=digest(data),
        reason=reason,
        total_hospital=facts.totals.hospital,
        total_insured=facts.totals.insured,
        fund=facts.totals.fund,
        co_payment=facts.totals.co_payment,
        self_payment=facts.totals.self_payment,
        other_sources=facts.totals.other_sources,
        frozen_by=actor,
        frozen_at=now,
    )
    audit_write(
        facility=claim.facility,
        actor=actor,
        action="claim.freeze",
        subject=version,
        patient_id=claim.encounter.patient_id,
        facts={"version": number, "digest": version.digest, "edition": facts.edition},
        now=now,
    )
    return version
