"""The papers of a claim's frozen facts: discharge paper (table 7), summary of the record (table 8).

Read them through `billing.claim_facts`, which holds the claim they belong to.
Source: QĐ 130/2023, 4750/2023, 3176/2024, tables 7 and 8; TT 25/2025/TT-BYT forms 02 and 03.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargePaperFacts:
    """One discharge paper. The leave fields stand together or not at all; weeks are whole."""

    archive_number: str
    department_code: str
    is_pregnancy_ended: bool = False
    pregnancy_end_cause: str = ""
    pregnancy_ended_at: datetime | None = None
    pregnancy_weeks: int | None = None
    diagnosis: str
    treatment: str
    note: str = ""
    head_licence: str
    signer_licence: str
    signer_name: str
    issued_on: date
    father_number: str = ""
    mother_number: str = ""
    temporary_card: str = ""
    father_name: str = ""
    mother_name: str = ""
    leave_days: int | None = None
    leave_from: date | None = None
    leave_to: date | None = None

    @property
    def pregnancy_flag(self) -> int:
        """MA_DINH_CHI_THAI: 1 or 0."""
        return 1 if self.is_pregnancy_ended else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFacts:
    """The summary of a medical record."""

    father_name: str = ""
    mother_name: str = ""
    guardian_name: str = ""
    employer: str = ""
    course: str
    results: str
    treatment: str
    note: str = ""
    head_licence: str
    issued_on: date
    temporary_card: str = ""
