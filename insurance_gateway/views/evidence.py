"""What was sent for one visit: the evidence, the tables read from the stored bytes, the bytes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hospital.access import DeskRequest, role_required
from hospital.models import Encounter
from hospital.models.people import Role
from hospital.selectors.encounters import Scope, encounters_visible
from hospital.services.audit import audit_write
from insurance_gateway.errors import DocumentUnreadable
from insurance_gateway.models import Submission
from insurance_gateway.presenters.evidence import submission_parts
from insurance_gateway.presenters.tables import (
    document_proof,
    document_tables,
    table_rows,
    table_tabs,
)
from insurance_gateway.selectors.claims import evidence_of, submission_shown


@require_safe
@role_required(Role.INSURANCE)
def encounter_claim(request: DeskRequest, encounter_id: int) -> HttpResponse:
    """Show everything sent for a visit; as a part of another page when htmx asks."""
    encounter = _encounter(request, encounter_id)
    _audit(request, encounter, "claim.view", encounter)
    template = "insurance_gateway/encounter_claim.html"
    if getattr(request, "htmx", False):
        template += "#evidence"
    parts = submission_parts(encounter, evidence_of(encounter))
    return render(request, template, {"encounter": encounter, "parts": parts})


@require_safe
@role_required(Role.INSURANCE)
def claim_xml(request: DeskRequest, encounter_id: int, table: str) -> HttpResponse:
    """Show one table of a document as it was sent."""
    encounter = _encounter(request, encounter_id)
    submission = submission_shown(
        encounter, table=table, submission_id=request.GET.get("submission", "")
    )
    document = submission.document if submission else None
    if submission is None or document is None:
        raise Http404
    content = bytes(document.content)
    try:
        tables = document_tables(submission, content)
    except DocumentUnreadable as error:
        raise Http404 from error
    if table not in tables:
        raise Http404
    _audit(request, encounter, "claim.xml_view", submission)
    context = {
        "encounter": encounter,
        "submission": submission,
        "table": table,
        "tabs": table_tabs(submission, tables, table),
        "rows": table_rows(table, document.edition, tables[table]),
        "proof": document_proof(document, content),
        "document": document,
    }
    return render(request, "insurance_gateway/claim_xml.html", context)


@require_safe
@role_required(Role.INSURANCE)
def claim_download(request: DeskRequest, submission_id: int) -> HttpResponse:
    """Hand out the exact bytes that were stored and sent."""
    submission = get_object_or_404(
        Submission.objects.select_related("document"), pk=submission_id, document__isnull=False
    )
    encounter, document = _encounter(request, submission.encounter_id), submission.document
    if document is None:
        raise Http404
    _audit(request, encounter, "claim.download", submission)
    response = HttpResponse(bytes(document.content), content_type="application/xml")
    response["Content-Disposition"] = (
        f'attachment; filename="{submission.kind}-{submission.pk}.xml"'
    )
    return response


def _encounter(request: DeskRequest, encounter_id: int) -> Encounter:
    visible = encounters_visible(Scope(request.facility, request.departments))
    return get_object_or_404(visible.select_related("patient"), pk=encounter_id)


def _audit(
    request: DeskRequest, encounter: Encounter, action: str, subject: Encounter | Submission
) -> None:
    audit_write(
        facility=request.facility,
        actor=request.user,
        action=action,
        subject=subject,
        patient_id=encounter.patient_id,
        now=timezone.now(),
    )
