"""The claims of a facility on their way to social insurance, and the evidence of one visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from hospital.models import Encounter, Facility
from hospital.selectors.encounters import Scope, encounters_visible
from hospital.selectors.patients import patients_found
from insurance_gateway.models import Attempt, ClaimFinding, GatewayAccount, Submission

PATIENTS_SEARCHED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """What the list is narrowed to; what is empty does not. The days are those of queueing."""

    state: str = ""
    since: date | None = None
    until: date | None = None


def claims_of(scope: Scope) -> QuerySet[Submission]:
    """Return the submissions of claims that an account may see."""
    found = Submission.objects.filter(facility=scope.facility, kind=Submission.Kind.CLAIM)
    if scope.departments is None:
        return found
    return found.filter(encounter__in=encounters_visible(scope).values("pk"))


def claims_found(scope: Scope, chosen: ClaimFilter) -> QuerySet[Submission]:
    """Return the claims of a scope, newest first, with visit, patient and version."""
    found = (
        claims_of(scope)
        .select_related("encounter__patient", "version")
        .defer("version__facts")
        .order_by("-queued_at", "-pk")
    )
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.since:
        found = found.filter(queued_at__date__gte=chosen.since)
    if chosen.until:
        found = found.filter(queued_at__date__lte=chosen.until)
    return found


def claims_matching(scope: Scope, query: str) -> QuerySet[Submission]:
    """Return the claims of the people or the episode that `query` names, newest first.

    It is the start of an episode code, or what a desk finds a patient by: number, card, name.
    """
    patients = patients_found(scope.facility, query, limit=PATIENTS_SEARCHED)
    match = Q(encounter__link_code__startswith=query.strip())
    match |= Q(encounter__patient__in=[patient.pk for patient in patients])
    return claims_found(scope, ClaimFilter()).filter(match)


def board_counts(scope: Scope) -> dict[str, int]:
    """Return how many claims stand in each state; every state is there."""
    rows = claims_of(scope).order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(Submission.State.values, 0) | dict(rows)


def errors_of(version_ids: list[int]) -> dict[int, int]:
    """Return the number of blocking findings by version; versions without one are left out."""
    rows = (
        ClaimFinding.objects.filter(version__in=version_ids, severity=ClaimFinding.Severity.ERROR)
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
