"""Who comes on the demo day, with what, to which facility: 68 visits, the same every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from config.demo.people import Person, insured_row, person_invent
from config.demo.province import DATA

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

# One row per facility: card head, how many come with it, the scenarios they go through in turn.
VISITS: dict[str, list[tuple[str, int, list[str]]]] = {
    "01999": [
        ("DN4", 9, ["dai_thao_duong", "da_day", "dau_dau"]),
        ("GD4", 8, ["tang_huyet_ap", "viem_phe_quan", "da_day", "tiet_nieu"]),
        ("HS4", 3, ["viem_hong", "di_ung", "hen"]),
        ("HT3", 10, ["dai_thao_duong", "tang_huyet_ap", "dau_lung", "da_day", "dau_dau"]),
        ("HN2", 4, ["hen", "da_day"]),
        ("TE1", 6, ["tre_viem_hong", "tre_tieu_chay"]),
        ("", 4, ["viem_hong", "dau_lung", "da_day", "viem_phe_quan"]),
    ],
    "01998": [
        ("GD4", 5, ["dai_thao_duong", "viem_hong", "tang_huyet_ap"]),
        ("HT3", 3, ["dai_thao_duong", "tiet_nieu"]),
        ("HN2", 2, ["di_ung", "tang_huyet_ap"]),
        ("TE1", 2, ["tre_viem_hong", "tre_tieu_chay"]),
        ("", 1, ["viem_hong"]),
    ],
    "01997": [
        ("GD4", 4, ["viem_hong", "di_ung"]),
        ("HT3", 2, ["di_ung", "viem_hong"]),
        ("TE1", 2, ["tre_tieu_chay"]),
        ("", 1, ["di_ung"]),
    ],
}
SESSIONS = [(time(7, 5), time(10, 40)), (time(13, 5), time(15, 0))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One planned visit: who comes when, with which complaint."""

    facility_code: str
    person: Person
    scenario: dict[str, Any]
    arrives_at: datetime
    comes_by_card: bool
    is_referred: bool

    @property
    def is_stay(self) -> bool:
        return "ward" in self.scenario


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / "scenarios.yaml").read_text(encoding="utf-8"))
    return loaded


def scenarios() -> dict[str, dict[str, Any]]:
    """Return the clinical scenarios by name."""
    found: dict[str, dict[str, Any]] = _file()["scenarios"]
    return found


def stays() -> dict[str, dict[str, Any]]:
    """Return the inpatient stays that end on the demo day, by name."""
    found: dict[str, dict[str, Any]] = _file()["stays"]
    return found


def reports() -> list[dict[str, str]]:
    """Return what imaging and functional desks report, by a word of the service's name."""
    found: list[dict[str, str]] = _file()["reports"]
    return found


def day_plan(day: date) -> list[Visit]:
    """Return the visits of a day in order of arrival, spread over morning and afternoon."""
    known = scenarios()
    visits = []
    number = day.toordinal() % 1000 * 100
    for code, groups in VISITS.items():
        rows = list(_interleaved(groups))
        for (kind, scenario), arrives_at in zip(rows, _arrivals(day, len(rows)), strict=True):
            number += 1
            is_referred = bool(kind) and code == "01999" and number % 5 == 0
            registered = "01998" if is_referred else code
            person = person_invent(number, kind=kind, registered_facility=registered, today=day)
            visits.append(
                Visit(
                    facility_code=code,
                    person=person,
                    scenario=known[scenario],
                    arrives_at=arrives_at,
                    comes_by_card=kind == "TE1" or number % 3 == 0,
                    is_referred=is_referred,
                )
            )
    return sorted([*visits, *_stays(day, number)], key=lambda visit: visit.arrives_at)


def _stays(day: date, number: int) -> Iterator[Visit]:
    """Yield the stays of the provincial hospital; they began days before."""
    for place, scenario in enumerate(stays().values(), start=1):
        arrives_on = day - timedelta(days=scenario["days"])
        yield Visit(
            facility_code="01999",
            person=person_invent(
                number + place, kind=scenario["card"], registered_facility="01999", today=day
            ),
            scenario=scenario,
            arrives_at=datetime.combine(arrives_on, time(8, 10 * place), ZONE),
            comes_by_card=False,
            is_referred=False,
        )


def insured_rows(plan: Iterable[Visit], *, today: date) -> list[dict[str, str]]:
    """Return what the insurer knows of those who come with a card.

    The simulated gateway judges a card by today, so a card is still valid today, however long ago
    the visit was.
    """
    return [
        insured_row(
            visit.person,
            valid_from=visit.arrives_at.date().replace(month=1, day=1),
            valid_to=max(visit.arrives_at.date(), today).replace(month=12, day=31),
        )
        for visit in plan
        if visit.person.card
    ]


def _interleaved(groups: list[tuple[str, int, list[str]]]) -> Iterator[tuple[str, str]]:
    longest = max(count for _, count, _ in groups)
    for turn in range(longest):
        for kind, count, names in groups:
            if turn < count:
                yield kind, names[turn % len(names)]


def _arrivals(day: date, count: int) -> list[datetime]:
    morning = (count * 2 + 2) // 3
    moments: list[datetime] = []
    for (first, last), share in zip(SESSIONS, (morning, count - morning), strict=True):
        start = datetime.combine(day, first, ZONE)
        length = datetime.combine(day, last, ZONE) - start
        step = length / max(share, 1)
        moments += [
            start + timedelta(minutes=(step * turn) // timedelta(minutes=1))
            for turn in range(share)
        ]
    return moments
