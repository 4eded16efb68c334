"""The bill of one visit: a part of the visit's page, and a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.errors import BillingError
from billing.presenters import bill_page
from billing.selectors.bill import bill_of, receipts_of
from hospital.access import DeskRequest, role_required
from hospital.models.people import Role
from hospital.selectors.encounters import Scope, encounters_visible
from hospital.services.audit import audit_write


@require_safe
@role_required(Role.CASHIER, Role.INSURANCE)
def encounter_bill(request: DeskRequest, pk: int) -> HttpResponse:
    """Show every charge with who pays it, the sums, and what the patient has paid."""
    scope = Scope(request.facility, request.departments)
    encounter = get_object_or_404(
        encounters_visible(scope).select_related("patient", "card"), pk=pk
    )
    audit_write(
        facility=request.facility,
        actor=request.user,
        action="bill.view",
        subject=encounter,
        patient_id=encounter.patient_id,
        now=timezone.now(),
    )
    context: dict[str, object] = {"encounter": encounter, "crumbs": bill_page.crumbs(encounter)}
    try:
        bill = bill_of(encounter)
    except BillingError as error:
        context["refusal"] = bill_page.refusal(error)
    else:
        context |= {
            "bill": bill,
            "table": bill_page.lines_table(bill),
            "receipts": bill_page.receipts_table(receipts_of(encounter)),
            "rates": bill_page.rates_text(bill),
        }
    is_part = getattr(request, "htmx", False)
    template = "billing/encounter_bill.html#bill" if is_part else "billing/encounter_bill.html"
    return render(request, template, context)
