"""The hash chain over sealed audit lines: pure functions, no database.

A seal covers the digest of the seal before it and the canonical text of each of its lines, in order
of their ids, so that a changed, missing or inserted line gives another digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol


class Line(Protocol):
    """What the chain reads of one audit line."""

    id: int
    facility_id: int
    actor_id: int | None
    job: str
    action: str
    subject_type: str
    subject_id: int
    patient_id: int | None
    facts: dict[str, object]
    happened_at: datetime


def line_text(line: Line) -> str:
    """Return the canonical JSON of one line; the moment is UTC with microseconds."""
    return json.dumps(
        [
            line.id,
            line.facility_id,
            line.actor_id,
            line.job,
            line.action,
            line.subject_type,
            line.subject_id,
            line.patient_id,
            line.facts,
            line.happened_at.astimezone(UTC).isoformat(timespec="microseconds"),
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def seal_digest(previous_digest: str, lines: Iterable[Line]) -> str:
    """Return the SHA-256 of a batch as 64 hex digits."""
    digest = hashlib.sha256(previous_digest.encode())
    for line in lines:
        digest.update(b"\n")
        digest.update(line_text(line).encode())
    return digest.hexdigest()
