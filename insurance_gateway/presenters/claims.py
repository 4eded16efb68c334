"""The list of claims: rows, state tabs, the notice about a queue that rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from insurance_gateway.models import GatewayAccount, Submission
from insurance_gateway.presenters.wording import Tag, reason_text, state_tag
from insurance_gateway.selectors.claims import ClaimFilter


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One row of the list; money in VND."""

    url: str
    link_code: str
    patient: str
    queued_at: datetime
    total: Decimal
    fund: Decimal
    tries: int
    tag: Tag
    note: str


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True)
class RestingQueue:
    """The facility's queue rests until a person has mended the reason."""

    text: str
    since: datetime
    release_url: str


def claim_lines(submissions: Iterable[Submission], *, errors: Mapping[int, int]) -> list[ClaimLine]:
    return [_line(submission, errors) for submission in submissions]


def _line(submission: Submission, errors: Mapping[int, int]) -> ClaimLine:
    version = submission.version
    if version is None:
        raise ValueError("a claim without a version cannot be listed")
    patient = submission.encounter.patient
    return ClaimLine(
        url=reverse("insurance_gateway:encounter-claim", args=[submission.encounter_id]),
        link_code=submission.encounter.link_code,
        patient=f"{patient.full_name} · {patient.number}",
        queued_at=submission.queued_at,
        total=version.total_hospital,
        fund=version.fund,
        tries=submission.tries,
        tag=state_tag(submission),
        note=_note(submission, errors.get(version.pk, 0)),
    )


def _note(submission: Submission, error_count: int) -> str:
    if error_count:
        return _("%(count)s lỗi cần sửa") % {"count": error_count}
    return reason_text(submission.parked_reason)


def state_tabs(counts: Mapping[str, int], chosen: ClaimFilter) -> list[Tab]:
    """Return one tab per state with its count, the whole list first; chosen days are kept."""
    kept = {"since": chosen.since, "until": chosen.until}
    days = {name: f"{day:%d/%m/%Y}" for name, day in kept.items() if day}
    url = reverse("insurance_gateway:claims")
    states = [("", _("Tất cả"), sum(counts.values()))]
    states += [(state, str(label), counts[state]) for state, label in Submission.State.choices]
    return [
        Tab(label, f"{url}?{urlencode({'state': state, **days})}", state == chosen.state, count)
        for state, label, count in states
    ]


def resting_queue(account: GatewayAccount | None) -> RestingQueue | None:
    if account is None or account.blocked_at is None:
        return None
    return RestingQueue(
        text=reason_text(account.blocked_reason),
        since=account.blocked_at,
        release_url=reverse("insurance_gateway:account-release", args=[account.pk]),
    )
