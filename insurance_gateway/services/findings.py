"""Keeping what the document check found, so that a person sees where to mend."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from insurance_gateway.document.conformity import Deviation
from insurance_gateway.models import ClaimFinding

PREFIX = "DOCUMENT-"


def findings_keep(version_id: int, found: Iterable[Deviation], *, now: datetime) -> None:
    """Store the deviations of a version's document in place of those of an earlier check."""
    ClaimFinding.objects.filter(version_id=version_id, code__startswith=PREFIX).delete()
    ClaimFinding.objects.bulk_create(
        ClaimFinding(
            version_id=version_id,
            code=f"{PREFIX}{deviation.code.upper()}",
            severity=ClaimFinding.Severity.ERROR,
            table=deviation.table,
            row=deviation.row,
            field=deviation.field,
            args={"expected": deviation.expected},
            found_at=now,
        )
        for deviation in found
    )
