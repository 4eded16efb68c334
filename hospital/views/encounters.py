"""Today's encounters, and everything about one of them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hospital.access import DeskRequest, role_required
from hospital.forms import DayForm
from hospital.models import Encounter
from hospital.models.people import Role
from hospital.presenters import encounter_list, encounter_page
from hospital.selectors.encounters import (
    Scope,
    card_checks_of,
    encounter_full,
    encounters_of_day,
    latest_day,
    states_of_day,
)
from hospital.services.audit import audit_write

CLINICAL = (Role.RECEPTION, Role.DOCTOR, Role.NURSE, Role.LAB, Role.PHARMACY)
READERS = (*CLINICAL, Role.CASHIER, Role.INSURANCE)
PER_PAGE = 25


@require_safe
@role_required(*READERS)
def encounters(request: DeskRequest) -> HttpResponse:
    """List who came on a day, in order of arrival, by state."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = DayForm(request.GET or None, today=today)
    day, state = form.chosen()
    scope = Scope(request.facility, request.departments)
    counts = states_of_day(scope, day)
    rows = encounters_of_day(scope, day)
    if state:
        rows = rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    audit_write(
        facility=request.facility,
        actor=request.user,
        action="encounter.list",
        subject=request.facility,
        facts={
            "day": day.isoformat(),
            "count": len(page),
            "ids": ",".join(str(row.patient_id) for row in page),
        },
        now=now,
    )
    context = {
        "form": form,
        "day": day,
        "today": today,
        "page": page,
        "table": encounter_list.encounters_table(page, day=day),
        "tabs": encounter_list.state_tabs(counts, day=day, current=state),
        "latest": encounter_list.day_link(None if counts else latest_day(scope, before=day)),
    }
    return render(request, "hospital/encounters.html", context)


@require_safe
@role_required(*READERS)
def encounter(request: DeskRequest, pk: int) -> HttpResponse:
    """Show one visit: course, clinical facts, cost, claim down to its XML and receipt."""
    try:
        row = encounter_full(Scope(request.facility, request.departments), pk)
    except Encounter.DoesNotExist as error:
        raise Http404 from error
    audit_write(
        facility=request.facility,
        actor=request.user,
        action="encounter.view",
        subject=row,
        patient_id=row.patient_id,
        now=timezone.now(),
    )
    checks = card_checks_of(row)
    orders = list(row.orders.all())
    signs = sorted(row.vital_signs.all(), key=lambda sign: sign.measured_at)
    context = {
        "encounter": row,
        "crumbs": encounter_page.crumbs(row),
        "patient": encounter_page.banner(row, checks),
        "facts": encounter_page.key_facts(row),
        "diagnoses": encounter_page.diagnoses_table(row),
        "signs": encounter_page.signs_facts(signs[-1] if signs else None),
        "notes": sorted(row.notes.all(), key=lambda note: note.noted_at),
        "orders": encounter_page.orders_table(orders, row),
        "results": encounter_page.results_table(orders),
        "drugs": encounter_page.drugs_table(row.prescriptions.all()),
        "events": encounter_page.events(row, checks),
        "may_see_money": bool(request.roles & {Role.CASHIER, Role.INSURANCE}),
        "may_see_claim": Role.INSURANCE in request.roles,
    }
    return render(request, "hospital/encounter.html", context)
