"""The button that ends a visit: card asked once more, claim frozen and queued."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.presenters.till_page import refusal
from hospital.access import DeskRequest, role_required, staff_of
from hospital.errors import HospitalError
from hospital.models.people import Role
from hospital.selectors.encounters import Scope, encounters_visible
from insurance_gateway.services.card import recheck_before_closing
from insurance_gateway.services.gateways import account_of, gateway_of
from insurance_gateway.services.submission import visit_submit


@require_POST
@role_required(Role.CASHIER, Role.INSURANCE)
def visit_close(request: DeskRequest, encounter_id: int) -> HttpResponse:
    """End a visit, or say what is missing; a gateway that does not answer stops nothing (G03)."""
    scope = Scope(request.facility, request.departments)
    encounter = get_object_or_404(
        encounters_visible(scope).select_related("patient", "card", "facility"), pk=encounter_id
    )
    now = timezone.now()
    account = account_of(request.facility, now=now)
    try:
        if encounter.card is not None and account is not None:
            gateway = gateway_of(account, now=now)
            recheck_before_closing(encounter, staff=staff_of(request), gateway=gateway, now=now)
        submission = visit_submit(encounter, actor=request.user, now=now)
    except HospitalError as refused:
        messages.error(request, refusal(refused))
    else:
        queued = _("Đã kết thúc; hồ sơ đang được gửi bảo hiểm xã hội.")
        messages.success(request, queued if submission else _("Đã kết thúc lượt khám."))
    return redirect("billing:till", encounter.pk)
