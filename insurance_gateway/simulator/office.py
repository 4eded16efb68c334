"""The one state of the simulator's process: folder, people, tokens, faults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from insurance_gateway.simulator import settings
from insurance_gateway.simulator.archive import Archive
from insurance_gateway.simulator.checks_seen import ChecksSeen
from insurance_gateway.simulator.faults import FaultBook
from insurance_gateway.simulator.intake import IntakeRules
from insurance_gateway.simulator.journal import Journal
from insurance_gateway.simulator.people import People
from insurance_gateway.simulator.refusals import Refusals
from insurance_gateway.simulator.sessions import Sessions
from insurance_gateway.simulator.signatures import SignatureRule
from insurance_gateway.simulator.watched import WatchedJson


@dataclass(frozen=True, slots=True)
class Office:
    """What the services of the simulated gateway share."""

    journal: Journal
    archive: Archive
    people: People
    sessions: Sessions
    faults: FaultBook
    checks_seen: ChecksSeen
    refusals: Refusals
    rules: IntakeRules


@cache
def office() -> Office:
    """Return the state, opening the folder at the first call (done before the first request)."""
    folder: Path = settings.SIMULATOR_DATA
    journal = Journal(folder)
    return Office(
        journal=journal,
        archive=Archive(folder, journal),
        people=People(_path(settings.SIMULATOR_PEOPLE)),
        sessions=Sessions(life_seconds=settings.SIMULATOR_TOKEN_SECONDS),
        faults=FaultBook(),
        checks_seen=ChecksSeen(),
        refusals=Refusals(journal),
        rules=IntakeRules(
            signature=SignatureRule(
                mode=settings.SIMULATOR_SIGNATURE,
                registered=WatchedJson(_path(settings.SIMULATOR_CERTIFICATES)),
            ),
            size_limit=settings.SIMULATOR_SIZE_LIMIT,
        ),
    )


def _path(text: str) -> Path | None:
    return Path(text) if text else None
