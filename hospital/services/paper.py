"""Issuing the papers of an episode; a paper is never changed, a new one names the old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hospital.errors import InputRefused
from hospital.models import Encounter, Paper, Staff
from hospital.services.audit import audit_write
from hospital.services.encounter import account_of
from hospital.services.numbering import next_number

# What each kind must say beyond the episode itself; other fields are taken as given.
NEEDED: dict[str, tuple[str, ...]] = {
    Paper.Kind.DISCHARGE: ("treatment",),
    Paper.Kind.SUMMARY: ("course", "results", "treatment"),
}
PREFIX: dict[str, str] = {Paper.Kind.DISCHARGE: "RV", Paper.Kind.SUMMARY: "TT"}


@transaction.atomic
def paper_issue(
    encounter: Encounter,
    kind: str,
    content: Mapping[str, object],
    *,
    issuer: Staff,
    now: datetime,
    replaces: Paper | None = None,
) -> Paper:
    """Issue a paper under the next number of its kind.

    Raises InputRefused: paper_kind_unknown, paper_field_missing naming the field.
    """
    if kind not in NEEDED:
        raise InputRefused("paper_kind_unknown", kind=kind)
    for field in NEEDED[kind]:
        if not content.get(field):
            raise InputRefused("paper_field_missing", field=field, encounter=encounter.pk)
    year = timezone.localdate(now).year
    number = next_number(encounter.facility, f"paper {kind}", year)
    paper = Paper.objects.create(
        facility=encounter.facility,
        encounter=encounter,
        kind=kind,
        number=f"{PREFIX[kind]}{year % 100:02d}{number:06d}",
        content=dict(content),
        issued_by=issuer,
        issued_at=now,
        replaces=replaces,
    )
    audit_write(
        facility=encounter.facility,
        actor=account_of(issuer),
        action="paper.issue",
        subject=paper,
        patient_id=encounter.patient_id,
        facts={"kind": kind},
        now=now,
    )
    return paper
