"""The list of claims on their way, and the acts that let a stopped queue go on."""

from __future__ import annotations

from collections.abc import Iterable

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
from hospital.selectors.encounters import Scope, encounters_visible
from insurance_gateway.forms import ClaimFilterForm, ClaimSearchForm
from insurance_gateway.models import GatewayAccount, Submission
from insurance_gateway.presenters.claims import ClaimLine, claim_lines, resting_queue, state_tabs
from insurance_gateway.selectors.claims import (
    ClaimFilter,
    blocked_account_of,
    board_counts,
    claims_found,
    claims_matching,
    errors_of,
)
from insurance_gateway.services.release import account_release, submission_release

PER_PAGE = 25
FOUND = 50
NO_STATE = "-"


@require_safe
@role_required(Role.INSURANCE)
def claims(request: DeskRequest) -> HttpResponse:
    """Show the claims of the facility, newest first."""
    form = ClaimFilterForm(request.GET)
    chosen = form.chosen()
    scope = Scope(request.facility, request.departments)
    page = Paginator(claims_found(scope, chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "search_form": ClaimSearchForm(auto_id="search_%s"),
        "is_narrowed": any((chosen.since, chosen.until)),
        "page": page,
        "lines": _lines(page.object_list),
        "tabs": state_tabs(board_counts(scope), chosen),
        "resting": resting_queue(blocked_account_of(request.facility, timezone.localdate())),
    }
    return render(request, "insurance_gateway/claims.html", context)


@require_POST
@role_required(Role.INSURANCE)
def claims_search(request: DeskRequest) -> HttpResponse:
    """Show the claims of a person or an episode; nothing that was typed reaches an address."""
    form = ClaimSearchForm(request.POST, auto_id="search_%s")
    scope = Scope(request.facility, request.departments)
    is_valid = form.is_valid()
    found = claims_matching(scope, form.cleaned_data["query"])[:FOUND] if is_valid else []
    context = {
        "search_form": form,
        "is_search": True,
        "lines": _lines(found),
        "tabs": state_tabs(board_counts(scope), ClaimFilter(state=NO_STATE)),
    }
    return render(
        request, "insurance_gateway/claims.html", context, status=200 if is_valid else 422
    )


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
    visible = encounters_visible(Scope(request.facility, request.departments))
    submission = get_object_or_404(Submission, pk=submission_id, encounter__in=visible)
    try:
        submission_release(submission, actor=request.user, now=timezone.now())
    except IllegalMove:
        return render(request, "409.html", status=409)
    messages.success(request, _("Đã đưa vào hàng đợi gửi Cổng."))
    return redirect("insurance_gateway:encounter-claim", submission.encounter_id)


def _lines(submissions: Iterable[Submission]) -> list[ClaimLine]:
    rows = list(submissions)
    errors = errors_of([row.version_id for row in rows if row.version_id is not None])
    return claim_lines(rows, errors=errors)
