"""The list of claims on their way, and the acts that let a stopped queue go on."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hospital.access import DeskRequest, role_required
from hospital.errors import IllegalMove
from hospital.models.people import Role
from insurance_gateway.forms import ClaimFilterForm
from insurance_gateway.models import GatewayAccount, Submission
from insurance_gateway.presenters.claims import claim_lines, resting_queue, state_tabs
from insurance_gateway.selectors.claims import (
    blocked_account_of,
    board_counts,
    claims_found,
    errors_of,
)
from insurance_gateway.services.release import account_release, submission_release

PER_PAGE = 25


@require_safe
@role_required(Role.INSURANCE)
def claims(request: DeskRequest) -> HttpResponse:
    """Show the claims of the facility, newest first."""
    form = ClaimFilterForm(request.GET)
    chosen = form.chosen()
    found = claims_found(request.facility, chosen)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    errors = errors_of([row.version_id for row in page.object_list if row.version_id])
    context = {
        "form": form,
        "is_narrowed": any((chosen.query, chosen.since, chosen.until)),
        "page": page,
        "lines": claim_lines(page.object_list, errors=errors),
        "tabs": state_tabs(board_counts(request.facility), chosen),
        "resting": resting_queue(blocked_account_of(request.facility, timezone.localdate())),
    }
    return render(request, "insurance_gateway/claims.html", context)


@require_POST
@role_required(Role.INSURANCE, Role.ADMIN)
def account_release_view(request: DeskRequest, account_id: int) -> HttpResponse:
    """Let the queue of a mended account go on."""
    account = get_object_or_404(GatewayAccount, pk=account_id, facility=request.facility)
    count = account_release(account, actor=request.user, now=timezone.now())
    messages.success(
        request, _("Hàng đợi gửi Cổng chạy lại; %(count)s hồ sơ được gửi lại.") % {"count": count}
    )
    return redirect("insurance_gateway:claims")


@require_POST
@role_required(Role.INSURANCE)
def submission_release_view(request: DeskRequest, submission_id: int) -> HttpResponse:
    """Queue a submission again that was put aside; 409 when it is not put aside any more."""
    submission = get_object_or_404(Submission, pk=submission_id, facility=request.facility)
    try:
        submission_release(submission, actor=request.user, now=timezone.now())
    except IllegalMove:
        return render(request, "409.html", status=409)
    messages.success(request, _("Đã đưa vào hàng đợi gửi Cổng."))
    return redirect("insurance_gateway:encounter-claim", submission.encounter_id)
