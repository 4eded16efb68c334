"""Papers of money: the cost statement, a request for payment, receipts. Every print is recorded."""

from __future__ import annotations

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.errors import BillingError
from billing.models import Deposit, Payment, Refund
from billing.presenters import bill_page
from billing.statement.document import statement_pdf
from billing.statement.receipt import receipt_pdf
from billing.statement.receipt_source import payment_request_paper, receipt_paper
from billing.statement.source import statement_source
from hospital.access import DeskRequest, role_required
from hospital.models import Encounter
from hospital.models.people import Role
from hospital.selectors.encounters import Scope, encounters_visible
from hospital.services.audit import Fact, audit_write

RECEIPTS: dict[str, type[Payment | Deposit | Refund]] = {
    "payment": Payment,
    "deposit": Deposit,
    "refund": Refund,
}


@require_safe
@role_required(Role.CASHIER, Role.INSURANCE)
def statement(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the cost statement of a visit: frozen once it is closed, provisional before."""
    encounter = _encounter(request, pk)
    now = timezone.now()
    try:
        source = statement_source(encounter, actor=request.user, now=now)
        data = statement_pdf(source.facts, source.extras)
    except BillingError as error:
        return _refused(request, encounter, error)
    _record(request, "statement.print", encounter, encounter, {"version": source.version})
    return _pdf(data, f"bang-ke-{encounter.record_number}")


@require_safe
@role_required(Role.CASHIER, Role.INSURANCE)
def payment_request(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a slip with the amount due and its payment code; there is none when nothing is due."""
    encounter = _encounter(request, pk)
    try:
        paper = payment_request_paper(encounter, actor=request.user, now=timezone.now())
    except BillingError as error:
        return _refused(request, encounter, error)
    if paper is None:
        raise Http404
    facts: dict[str, Fact] = {"amount": str(paper.amount)}
    _record(request, "payment_request.print", encounter, encounter, facts)
    return _pdf(receipt_pdf(paper), f"thanh-toan-{encounter.record_number}")


@require_safe
@role_required(Role.CASHIER, Role.INSURANCE)
def receipt(request: DeskRequest, kind: str, pk: int) -> HttpResponse:
    """Show a receipt of the till: payment, deposit or refund."""
    if kind not in RECEIPTS:
        raise Http404
    scope = Scope(request.facility, request.departments)
    model = RECEIPTS[kind]
    row = get_object_or_404(model, pk=pk, encounter__in=encounters_visible(scope))
    _record(request, "receipt.print", row, row.encounter, {"number": row.number})
    return _pdf(receipt_pdf(receipt_paper(row)), f"bien-lai-{row.number}")


def _encounter(request: DeskRequest, pk: int) -> Encounter:
    scope = Scope(request.facility, request.departments)
    rows = encounters_visible(scope).select_related("patient", "card", "facility")
    return get_object_or_404(rows, pk=pk)


def _record(
    request: DeskRequest,
    action: str,
    subject: Model,
    encounter: Encounter,
    facts: dict[str, Fact],
) -> None:
    audit_write(
        facility=request.facility,
        actor=request.user,
        action=action,
        subject=subject,
        patient_id=encounter.patient_id,
        facts=facts,
        now=timezone.now(),
    )


def _refused(request: DeskRequest, encounter: Encounter, error: BillingError) -> HttpResponse:
    context = {
        "encounter": encounter,
        "crumbs": bill_page.crumbs(encounter),
        "refusal": bill_page.refusal(error),
    }
    return render(request, "billing/encounter_bill.html", context, status=409)


def _pdf(data: bytes, name: str) -> HttpResponse:
    """Return a file that the browser shows; its name carries no personal data."""
    safe = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
    headers = {
        "Content-Disposition": f'inline; filename="{safe}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(data, content_type="application/pdf", headers=headers)
