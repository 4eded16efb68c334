"""The claims of a facility on their way to social insurance, and the evidence of one visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from hospital.models import Encounter, Facility
from hospital.text import search_key
from insurance_gateway.models import Attempt, ClaimFinding, GatewayAccount, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """What the list is narrowed to; empty values do not narrow. The days are those of queueing."""

    state: str = ""
    query: str = ""
    since: date | None = None
    until: date | None = None


def claims_found(facility: Facility, chosen: ClaimFilter) -> QuerySet[Submission]:
    """Return the submissions of claims, newest first, with visit, patient and version.

    `query` is the start of an episode code, the number of a patient, or words of a name with or without
    marks.
    """
    found = (
        Submission.objects.filter(facility=facility, kind=Submission.Kind.CLAIM)
        .select_related("encounter__patient", "version")
        .order_by("-queued_at", "-pk")
    )
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.since:
        found = found.filter(queued_at__date__gte=chosen.since)
    if chosen.until:
        found = found.filter(queued_at__date__lte=chosen.until)
    return found.filter(_matching(chosen.query)) if chosen.query.strip() else found


def board_counts(facility: Facility) -> dict[str, int]:
    """Return how many claims of a facility stand in each state; every state is there."""
    rows = (
        Submission.objects.filter(facility=facility, kind=Submission.Kind.CLAIM)
        .values_list("state")
        .annotate(Count("pk"))
    )
    return {state: 0 for state in Submission.State.values} | dict(rows)


def errors_of(version_ids: list[int]) -> dict[int, int]:
    """Return the number of blocking findings by version; versions without one are left out."""
    rows = (
        ClaimFinding.objects.filter(
            version__in=version_ids, severity=ClaimFinding.Severity.ERROR
        )
        .values_list("version")
        .annotate(Count("pk"))
    )
    return dict(rows)


def evidence_of(encounter: Encounter) -> list[Submission]:
    """Return everything sent for a visit, oldest first, with attempts, receipts and findings.

    The bytes of the documents are not loaded.
    """
    return list(
        Submission.objects.filter(encounter=encounter)
        .select_related("document", "version")
        .defer("document__content", "version__facts", "facts")
        .prefetch_related(
            Prefetch("attempts", Attempt.objects.order_by("number")),
            "receipts",
            Prefetch("version__findings", ClaimFinding.objects.order_by("table", "row", "pk")),
        )
        .order_by("queued_at", "pk")
    )


def submission_shown(
    encounter: Encounter, *, table: str, submission_id: str = ""
) -> Submission | None:
    """Return the submission whose document holds `table`: the one asked for, else the last one."""
    is_check_in = table == "XML0"
    found = (
        Submission.objects.filter(
            encounter=encounter,
            kind=Submission.Kind.CHECK_IN if is_check_in else Submission.Kind.CLAIM,
            document__isnull=False,
        )
        .select_related("document", "version")
        .order_by("-queued_at", "-pk")
    )
    if submission_id.isdecimal():
        found = found.filter(pk=int(submission_id))
    return found.first()


def blocked_account_of(facility: Facility, day: date) -> GatewayAccount | None:
    """Return the facility's account when its queue rests, else None."""
    return (
        GatewayAccount.objects.on(day).filter(facility=facility, blocked_at__isnull=False).first()
    )


def _matching(query: str) -> Q:
    text = query.strip()
    match = Q(encounter__link_code__startswith=text) | Q(encounter__patient__number__iexact=text)
    if key := search_key(text):
        words = Q()
        for word in key.split():
            words &= Q(encounter__patient__search_name__contains=word)
        match |= words
    return match
