"""The cashier: who waits, what is due, money in and out, cancelled receipts."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.errors import BillingError
from billing.forms import CancelForm, MoneyForm, RefundForm
from billing.models import Deposit, Payment, Refund
from billing.presenters import bill_page, till_page
from billing.selectors.bill import Bill, bill_of, receipts_of
from billing.selectors.till import taken_on, visits_owing, visits_to_settle
from billing.services.charge import charges_refresh
from billing.services.payment import deposit_take, payment_take, receipt_cancel, refund_pay
from hospital.access import DeskRequest, role_required
from hospital.models import Encounter, Prescription
from hospital.models.people import Role
from hospital.selectors.encounters import Scope, encounters_visible
from hospital.services.audit import audit_write

PER_PAGE = 15


@require_safe
@role_required(Role.CASHIER)
def cashier(request: DeskRequest) -> HttpResponse:
    """List who waits to pay, and who still owes."""
    scope = Scope(request.facility, request.departments)
    today = timezone.localdate(timezone.now())
    page = Paginator(visits_to_settle(scope), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "waiting": till_page.waiting_table([(row, _bill(row)) for row in page], today=today),
        "owing": till_page.owing_table(visits_owing(scope)[:PER_PAGE]),
        "taken": taken_on(request.facility, today),
    }
    return render(request, "billing/cashier.html", context)


def _bill(encounter: Encounter) -> Bill | None:
    try:
        return bill_of(encounter)
    except BillingError:
        return None


@require_safe
@role_required(Role.CASHIER)
def till(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the bill of a visit with what can be done about it."""
    now = timezone.now()
    encounter = _visit(request, pk)
    audit_write(
        facility=request.facility,
        actor=request.user,
        action="bill.view",
        subject=encounter,
        patient_id=encounter.patient_id,
        now=now,
    )
    return _page(request, encounter)


def _visit(request: DeskRequest, pk: int) -> Encounter:
    scope = Scope(request.facility, request.departments)
    rows = encounters_visible(scope).select_related("patient", "card", "facility")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: DeskRequest, encounter: Encounter, *, form: forms.Form | None = None, error: str = ""
) -> HttpResponse:
    """Render the till; a form that was refused stands in its place with what was typed."""
    context: dict[str, object] = {"encounter": encounter, "error": error}
    try:
        charges_refresh(encounter, now=timezone.now(), actor=request.user)
        bill = bill_of(encounter)
    except BillingError as refused:
        context["refusal"] = till_page.refusal(refused)
    else:
        refund = bill.due < 0
        waiting = encounter.prescriptions.filter(state=Prescription.State.SIGNED).count()
        is_concluded = encounter.state == Encounter.State.CONCLUDED
        context |= {
            "bill": bill,
            "table": bill_page.lines_table(bill),
            "receipts": till_page.receipt_lines(receipts_of(encounter)),
            "payment": MoneyForm(due=bill.due, prefix="payment") if bill.due > 0 else None,
            "deposit": MoneyForm(prefix="deposit") if encounter.ended_at is None else None,
            "refund": RefundForm(due=-bill.due, prefix="refund") if refund else None,
            "cancel": CancelForm(),
            "undispensed": till_page.undispensed_text(waiting),
            "may_close": is_concluded and bill.due <= 0 and not waiting,
        }
    if form is not None and form.prefix:
        context[form.prefix] = form
    return render(request, "billing/till.html", context, status=422 if form or error else 200)


@require_POST
@role_required(Role.CASHIER)
def money_move(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Take a payment or a deposit, or give a refund; asking twice does it once."""
    if kind not in till_page.KINDS:
        raise Http404
    encounter = _visit(request, pk)
    form = (RefundForm if kind == "refund" else MoneyForm)(request.POST, prefix=kind)
    if not form.is_valid():
        return _page(request, encounter, form=form)
    given = form.cleaned_data
    now, key = timezone.now(), given["key"]
    try:
        if kind == "payment":
            payment_take(
                encounter,
                actor=request.user,
                now=now,
                idempotency_key=key,
                method=given["method"],
                amount=given["amount"],
            )
        elif kind == "deposit":
            deposit_take(
                encounter,
                given["amount"],
                actor=request.user,
                now=now,
                idempotency_key=key,
                method=given["method"],
            )
        else:
            refund_pay(
                encounter,
                given["amount"],
                reason=given["reason"],
                actor=request.user,
                now=now,
                idempotency_key=key,
                method=given["method"],
            )
    except BillingError as refused:
        form.add_error("amount", till_page.refusal(refused))
        return _page(request, encounter, form=form)
    messages.success(request, _("Đã ghi biên lai."))
    return redirect("billing:till", encounter.pk)


@require_POST
@role_required(Role.CASHIER)
def receipt_cancel_view(request: DeskRequest, kind: str, pk: int) -> HttpResponse:
    """Cancel a receipt with its reason."""
    model = till_page.KINDS.get(kind)
    if model is None:
        raise Http404
    receipt: Payment | Deposit | Refund = get_object_or_404(  # type: ignore[assignment]  # of KINDS
        model.objects.select_related("encounter", "facility"), pk=pk, facility=request.facility
    )
    encounter = _visit(request, receipt.encounter_id)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, encounter, error=_("Ghi lý do hủy biên lai."))
    reason, now = form.cleaned_data["reason"], timezone.now()
    receipt_cancel(receipt, reason=reason, actor=request.user, now=now)
    messages.success(request, _("Đã hủy biên lai %(number)s.") % {"number": receipt.number})
    return redirect("billing:till", encounter.pk)
