"""The button that ends a visit: card asked once more, claim frozen and queued."""

from __future__ import annotations

import logging
from datetime import datetime

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
from insurance_gateway.client.port import GatewayPort
from insurance_gateway.services.closing import visit_finish
from insurance_gateway.services.gateways import GatewayUnavailable, account_of, gateway_of

logger = logging.getLogger(__name__)


@require_POST
@role_required(Role.CASHIER, Role.INSURANCE)
def visit_close(request: DeskRequest, encounter_id: int) -> HttpResponse:
    """End a visit, or say what is missing; a gateway that does not answer stops nothing (G03)."""
    scope = Scope(request.facility, request.departments)
    encounter = get_object_or_404(
        encounters_visible(scope).select_related("patient", "card", "facility"), pk=encounter_id
    )
    now = timezone.now()
    try:
        submission = visit_finish(
            encounter, cashier=staff_of(request), now=now, gateway=_gateway(request, now)
        )
    except HospitalError as refused:
        messages.error(request, refusal(refused))
    else:
        queued = _("Đã kết thúc; hồ sơ đang được gửi bảo hiểm xã hội.")
        messages.success(request, queued if submission else _("Đã kết thúc lượt khám."))
    return redirect("billing:till", encounter.pk)


def _gateway(request: DeskRequest, now: datetime) -> GatewayPort | None:
    """Return the way to the gateway, None when it is not set up: nobody waits for it (G03)."""
    account = account_of(request.facility, now=now)
    if account is None:
        return None
    try:
        return gateway_of(account, now=now)
    except GatewayUnavailable as unavailable:
        logger.warning("gateway of facility %s: %s", request.facility.pk, unavailable.code)
        return None
