"""Finding a person and seeing the record."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hospital.access import SESSION_KEY, DeskRequest, role_required
from hospital.forms import FacilitySwitchForm, PatientSearchForm
from hospital.models import Patient
from hospital.presenters import patient_page
from hospital.selectors.encounters import Scope, encounters_visible
from hospital.selectors.facilities import facilities_of
from hospital.selectors.patients import patients_found
from hospital.services.audit import audit_write
from hospital.views.encounters import READERS

LIMIT = 20
WIDER = 10  # how many times more are read when too few of those found may be shown


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*READERS)
def patients(request: DeskRequest) -> HttpResponse:
    """Search by card, CCCD, phone, number or name; the question is posted, never an address."""
    form = PatientSearchForm(request.POST or None)
    table = None
    if form.is_valid():
        now = timezone.now()
        found = _found(request, form.cleaned_data["query"])
        audit_write(
            facility=request.facility,
            actor=request.user,
            action="patient.search",
            subject=request.facility,
            facts={"found": len(found), "ids": ",".join(str(row.pk) for row in found)},
            now=now,
        )
        table = patient_page.found_table(found, today=timezone.localdate(now), limit=LIMIT)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "hospital/patients.html", {"form": form, "table": table}, status=status)


def _found(request: DeskRequest, query: str) -> list[Patient]:
    """Return the best matches, of those with a visit in the departments of the account."""
    read = LIMIT
    found = patients_found(request.facility, query, limit=read)
    if request.departments is None:
        return found
    visits = encounters_visible(Scope(request.facility, request.departments))
    while True:
        keys = [row.pk for row in found]
        mine = set(visits.filter(patient__in=keys).values_list("patient", flat=True))
        shown = [row for row in found if row.pk in mine][:LIMIT]
        if len(shown) == LIMIT or len(found) < read:
            return shown
        read *= WIDER
        found = patients_found(request.facility, query, limit=read)


@require_safe
@role_required(*READERS)
def patient(request: DeskRequest, pk: int) -> HttpResponse:
    """Show who a person is: identity, cards and their checks, visits."""
    row = get_object_or_404(
        Patient.objects.prefetch_related("addresses", "cards", "guardians", "allergies"),
        pk=pk,
        facility=request.facility,
    )
    now = timezone.now()
    scope = Scope(request.facility, request.departments)
    visits = encounters_visible(scope).filter(patient=row)
    if request.departments is not None and not visits.exists():
        raise PermissionDenied
    audit_write(
        facility=request.facility,
        actor=request.user,
        action="patient.view",
        subject=row,
        patient_id=row.pk,
        now=now,
    )
    checks = row.card_checks.select_related("card", "asked_by__staff").order_by("-asked_at")[:LIMIT]
    today = timezone.localdate(now)
    context = {
        "row": row,
        "crumbs": [(_("Người bệnh"), reverse("hospital:patients"))],
        "patient": patient_page.banner(row, today=today),
        "identity": patient_page.identity_facts(row),
        "cards": patient_page.cards_table(row, today=today),
        "checks": patient_page.checks_table(checks),
        "visits": patient_page.visits_table(
            visits.select_related("doctor", "card")
            .prefetch_related("diagnoses")
            .order_by("-arrived_at")[:LIMIT]
        ),
    }
    return render(request, "hospital/patient.html", context)


@require_POST
@role_required()
def facility_switch(request: DeskRequest) -> HttpResponse:
    """Work at another of one's facilities."""
    form = FacilitySwitchForm(request.POST)
    mine = set(facilities_of(request.user).values_list("pk", flat=True))
    if not form.is_valid() or form.cleaned_data["facility"] not in mine:
        raise PermissionDenied
    request.session[SESSION_KEY] = form.cleaned_data["facility"]
    return redirect("home")
