"""Reading episodes as the account may see them: own facility, own departments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils import timezone

from hospital.models import (
    CardCheck,
    Encounter,
    Facility,
    Prescription,
    QueueTicket,
    Result,
    ServiceOrder,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an account may see: one facility, all of its departments or the given ones."""

    facility: Facility
    departments: frozenset[int] | None = None


def encounters_visible(scope: Scope) -> QuerySet[Encounter]:
    """Return the episodes of a scope."""
    rows = Encounter.objects.filter(facility=scope.facility)
    if scope.departments is not None:
        rows = rows.filter(department_stays__department__in=scope.departments).distinct()
    return rows


def encounters_of_day(scope: Scope, day: date) -> QuerySet[Encounter]:
    """Return who arrived on a day, the latest last, with what the list shows."""
    start, end = day_bounds(day)
    tickets = QueueTicket.objects.select_related("room").order_by("issued_at", "pk")
    return (
        encounters_visible(scope)
        .filter(arrived_at__gte=start, arrived_at__lt=end)
        .select_related("patient", "card", "doctor")
        .prefetch_related(Prefetch("tickets", queryset=tickets))
        .order_by("arrived_at", "pk")
    )


def states_of_day(scope: Scope, day: date) -> Mapping[str, int]:
    """Return how many episodes of a day are in each state."""
    start, end = day_bounds(day)
    rows = encounters_visible(scope).filter(arrived_at__gte=start, arrived_at__lt=end)
    counts = rows.order_by().values_list("state").annotate(number=Count("pk", distinct=True))
    return dict(counts)


def latest_day(scope: Scope, *, before: date) -> date | None:
    """Return the last day before `before` on which anybody came."""
    _, end = day_bounds(before)
    last = (
        encounters_visible(scope)
        .filter(arrived_at__lt=end)
        .aggregate(last=Max("arrived_at"))["last"]
    )
    return timezone.localdate(last) if last else None


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day and the first of the next, in the zone of the facility."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(date.fromordinal(day.toordinal() + 1), time.min))
    return start, end


def encounter_full(scope: Scope, pk: int) -> Encounter:
    """Return one episode with everything its page shows; raises Encounter.DoesNotExist."""
    orders = ServiceOrder.objects.select_related(
        "entry", "ordered_by", "room", "execution__performer"
    ).order_by("ordered_at", "pk")
    results = Result.objects.filter(replaced_by__isnull=True).select_related("reader")
    prescriptions = Prescription.objects.select_related("prescriber").order_by(
        "prescribed_at", "pk"
    )
    return (
        encounters_visible(scope)
        .select_related("patient", "card", "doctor", "opened_by__staff")
        .prefetch_related(
            "diagnoses",
            "notes__written_by",
            "vital_signs__measured_by",
            "department_stays__department",
            "tickets__room",
            "bed_stays__bed__room",
            "patient__allergies",
            Prefetch("orders", queryset=orders),
            Prefetch("orders__execution__results", queryset=results.order_by("position", "pk")),
            Prefetch("prescriptions", queryset=prescriptions),
            "prescriptions__lines__entry",
            "prescriptions__lines__dispense__dispensed_by",
        )
        .get(pk=pk)
    )


def card_checks_of(encounter: Encounter) -> list[CardCheck]:
    """Return the card checks of the patient from arrival to the end of the episode."""
    rows = CardCheck.objects.filter(
        patient=encounter.patient_id, asked_at__date__gte=timezone.localdate(encounter.arrived_at)
    ).select_related("asked_by__staff")
    if encounter.ended_at is not None:
        rows = rows.filter(asked_at__date__lte=timezone.localdate(encounter.ended_at))
    return list(rows.order_by("asked_at", "pk"))
