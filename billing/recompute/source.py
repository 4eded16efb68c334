"""Frozen claim versions of a period with the rows beside them, in batches of bounded size.

Versions come in the order in which the visits ended, so that an earlier stay of a patient is seen
before a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from billing.models import Charge, ClaimVersion
from billing.recompute.rebuild import Beside, ChargeTerms, PastStay
from hospital.models import Department, Encounter, FacilityCode
from hospital.selectors.facilities import grade_on

BATCH = 250


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which visits ended, both included; `facility_ids` None is every facility."""

    first: date
    last: date
    facility_ids: tuple[int, ...] | None = None

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the period and the first after it."""
        zone = timezone.get_default_timezone()
        start = datetime.combine(self.first, time(), zone)
        return start, datetime.combine(self.last + timedelta(days=1), time(), zone)


@dataclass(frozen=True, slots=True)
class StayRow:
    """A version of an insured claim, as the history of its patient counts it."""

    claim_id: int
    number: int
    frozen_at: datetime
    ended_at: datetime
    past: PastStay


def facilities_with_code(code: str) -> tuple[int, ...]:
    """Return the ids of the facilities that bear or bore a code (MA_CSKCB)."""
    rows = FacilityCode.objects.filter(code=code).values_list("facility_id", flat=True)
    return tuple(rows.distinct())


def versions_in(period: Period, *, only_latest: bool) -> QuerySet[ClaimVersion]:
    """Return the frozen versions of the visits that ended in a period."""
    start, end = period.moments
    rows = ClaimVersion.objects.filter(
        claim__encounter__ended_at__gte=start, claim__encounter__ended_at__lt=end
    )
    if period.facility_ids is not None:
        rows = rows.filter(claim__facility__in=period.facility_ids)
    if only_latest:
        newer = ClaimVersion.objects.filter(claim=OuterRef("claim"), number__gt=OuterRef("number"))
        rows = rows.filter(~Exists(newer))
    return rows.order_by("claim__encounter__ended_at", "claim_id", "number")


def batches(versions: QuerySet[ClaimVersion]) -> Iterator[Batch]:
    """Yield the versions in their order; only one batch is in memory."""
    keys = versions.values_list("pk", flat=True).iterator(chunk_size=10 * BATCH)
    memory: dict[tuple[int, date], bool] = {}
    while pks := list(islice(keys, BATCH)):
        found = ClaimVersion.objects.select_related("claim__encounter__facility").in_bulk(pks)
        yield Batch([found[pk] for pk in pks], memory)


class Batch:
    """Some versions, and what the database knows beside them, read once for all."""

    def __init__(
        self, versions: Sequence[ClaimVersion], stations: dict[tuple[int, date], bool]
    ) -> None:
        self.versions = versions
        self._stations = stations

    def beside(self, version: ClaimVersion) -> Beside:
        """Return what the facts of a version lack; raises InputRefused without a grade that day."""
        encounter = version.claim.encounter
        return Beside(
            card_shown_at=encounter.card_shown_at,
            commune_station=self._is_station(encounter),
            charges=self._charges,
            history=self._history(version) if encounter.card_id else (),
        )

    def _is_station(self, encounter: Encounter) -> bool:
        key = (encounter.facility_id, timezone.localdate(encounter.arrived_at))
        if key not in self._stations:
            self._stations[key] = grade_on(encounter.facility, key[1]).is_commune_station
        return self._stations[key]

    @cached_property
    def _charges(self) -> dict[int, ChargeTerms]:
        """Charges of the visits, voided ones too: a later version may rest on others."""
        encounters = {version.claim.encounter_id for version in self.versions}
        rows = Charge.objects.filter(encounter__in=encounters)
        return {
            pk: ChargeTerms(ratio, price)
            for pk, ratio, price in rows.values_list("pk", "item_ratio", "unit_price_insured")
        }

    def _history(self, version: ClaimVersion) -> tuple[PastStay, ...]:
        """Return the stays that the closing counted: of each the newest version frozen by then."""
        encounter = version.claim.encounter
        year = timezone.localdate(encounter.arrived_at).year
        known: dict[int, StayRow] = {}
        for row in self._stays.get(encounter.patient_id, ()):
            if (
                row.claim_id != version.claim_id
                and row.ended_at < encounter.arrived_at
                and row.past.ended_on.year >= year
                and row.frozen_at <= version.frozen_at
            ):
                known[row.claim_id] = row
        return tuple(row.past for row in sorted(known.values(), key=lambda row: row.ended_at))

    @cached_property
    def _stays(self) -> dict[int, list[StayRow]]:
        """Return the versions of all insured claims of the patients, oldest number first."""
        encounters = [v.claim.encounter for v in self.versions if v.claim.encounter.card_id]
        if not encounters:
            return {}
        first = min(timezone.localdate(encounter.arrived_at) for encounter in encounters)
        start = datetime(first.year, 1, 1, tzinfo=timezone.get_default_timezone())
        rows = ClaimVersion.objects.filter(
            claim__is_insured=True,
            claim__encounter__patient__in={encounter.patient_id for encounter in encounters},
            claim__encounter__ended_at__gte=start,
        ).order_by("number")
        stays: dict[int, list[StayRow]] = {}
        for patient, ended_at, claim, number, frozen_at, paid in rows.values_list(
            "claim__encounter__patient",
            "claim__encounter__ended_at",
            "claim",
            "number",
            "frozen_at",
            "co_payment",
        ):
            if ended_at is None:
                continue
            past = PastStay(claim, timezone.localdate(ended_at), paid)
            row = StayRow(claim, number, frozen_at, ended_at, past)
            stays.setdefault(patient, []).append(row)
        return stays


def department_names(facility_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """Return the names of departments by facility and code."""
    rows = Department.objects.filter(facility__in=facility_ids)
    return {
        (facility, code): name
        for facility, code, name in rows.values_list("facility_id", "code", "name")
    }
