"""Scheduled work of the hospital side."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from hospital.models import Facility
from hospital.services.audit_seal import audit_seal


@shared_task(ignore_result=True)
def audit_seal_all() -> None:
    """Seal what each facility's audit log has gathered; safe to run twice."""
    now = timezone.now()
    for facility in Facility.objects.filter(is_active=True):
        audit_seal(facility, now=now)
