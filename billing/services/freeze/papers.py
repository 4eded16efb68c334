"""Facts of the papers that travel with a claim."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from billing.claim_papers import DischargePaperFacts, SummaryFacts
from billing.errors import ClosingRefused
from billing.services.freeze.people import licence
from hospital.models import Encounter, Guardian, Paper

WITH_DISCHARGE = frozenset({"03", "04", "06", "09"})
WITH_SUMMARY = frozenset({"03", "04", "06"})
ABSCONDED = "3"
CHILD_YEARS = 16


def discharge_papers(encounter: Encounter, *, diagnosis: str) -> tuple[DischargePaperFacts, ...]:
    """Return the discharge paper of a stay; nobody has one who absconded (D26).

    Raises ClosingRefused discharge_paper_missing.
    """
    if encounter.visit_type not in WITH_DISCHARGE or encounter.discharge_type == ABSCONDED:
        return ()
    paper = _latest(encounter, Paper.Kind.DISCHARGE)
    if paper is None:
        raise ClosingRefused("discharge_paper_missing", encounter=encounter.pk)
    content = paper.content
    stay = encounter.department_stays.select_related("department").latest("entered_at", "pk")
    ended = content.get("pregnancy_ended_at")
    return (
        DischargePaperFacts(
            archive_number=encounter.record_number,
            department_code=stay.department.code,
            is_pregnancy_ended=bool(ended),
            pregnancy_end_cause=content.get("pregnancy_end_cause", ""),
            pregnancy_ended_at=datetime.fromisoformat(ended) if ended else None,
            pregnancy_weeks=content.get("pregnancy_weeks"),
            diagnosis=diagnosis,
            treatment=content["treatment"],
            note=content.get("note", ""),
            head_licence=_head(encounter, paper),
            signer_licence=licence(paper.issued_by, paper.issued_at),
            signer_name=paper.issued_by.full_name,
            issued_on=timezone.localdate(paper.issued_at),
            father_name=_parent(encounter, Guardian.Relation.FATHER),
            mother_name=_parent(encounter, Guardian.Relation.MOTHER),
            leave_days=content.get("leave_days"),
            leave_from=_day(content.get("leave_from")),
            leave_to=_day(content.get("leave_to")),
        ),
    )


def summaries(encounter: Encounter) -> tuple[SummaryFacts, ...]:
    """Return the summary of the record of a stay; raises ClosingRefused summary_missing."""
    if encounter.visit_type not in WITH_SUMMARY:
        return ()
    paper = _latest(encounter, Paper.Kind.SUMMARY)
    if paper is None:
        raise ClosingRefused("summary_missing", encounter=encounter.pk)
    content = paper.content
    return (
        SummaryFacts(
            father_name=_parent(encounter, Guardian.Relation.FATHER),
            mother_name=_parent(encounter, Guardian.Relation.MOTHER),
            guardian_name=_parent(encounter, Guardian.Relation.OTHER),
            employer=content.get("employer", ""),
            course=content["course"],
            results=content["results"],
            treatment=content["treatment"],
            note=content.get("note", ""),
            head_licence=_head(encounter, paper),
            issued_on=timezone.localdate(paper.issued_at),
        ),
    )


def _latest(encounter: Encounter, kind: str) -> Paper | None:
    rows = encounter.papers.filter(kind=kind, replaced_by__isnull=True)
    return rows.select_related("issued_by").order_by("-issued_at", "-pk").first()


def _head(encounter: Encounter, paper: Paper) -> str:
    head = encounter.facility.head
    if head is None:
        raise ClosingRefused("facility_head_missing", facility=encounter.facility_id)
    return licence(head, paper.issued_at)


def _parent(encounter: Encounter, relation: str) -> str:
    """Return the name of a parent or guardian of a patient under sixteen, else nothing."""
    patient = encounter.patient
    if timezone.localdate(encounter.arrived_at).year - patient.birth_year > CHILD_YEARS:
        return ""
    found = patient.guardians.filter(relation=relation).order_by("pk").first()
    return found.full_name if found else ""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
