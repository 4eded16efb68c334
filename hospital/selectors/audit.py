"""Reading the audit log and proving it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hospital.audit_chain import seal_digest
from hospital.models import AuditEntry, AuditSeal, Facility


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What does not fit in a chain: `kind` is gap, chain, count or digest; `seal` its number."""

    kind: str
    seal: int
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class AuditState:
    """How far a chain reaches; `head` is the digest to note down outside the system."""

    seals: int
    sealed: int
    unsealed: int
    head: str


def audit_faults(facility: Facility) -> Iterator[AuditFault]:
    """Walk the chain of a facility and yield every fault; nothing means that it is whole."""
    previous, expected_number = "", 1
    for seal in AuditSeal.objects.filter(facility=facility).order_by("number").iterator():
        if seal.number != expected_number:
            yield AuditFault("gap", seal.number, str(expected_number), str(seal.number))
        if seal.previous_digest != previous:
            yield AuditFault("chain", seal.number, previous, seal.previous_digest)
        yield from _batch_faults(seal)
        previous, expected_number = seal.digest, seal.number + 1


def _batch_faults(seal: AuditSeal) -> Iterator[AuditFault]:
    lines = list(AuditEntry.objects.filter(seal=seal).order_by("id"))
    if len(lines) != seal.row_count:
        yield AuditFault("count", seal.number, str(seal.row_count), str(len(lines)))
    digest = seal_digest(seal.previous_digest, lines)
    if digest != seal.digest:
        yield AuditFault("digest", seal.number, seal.digest, digest)


def audit_state(facility: Facility) -> AuditState:
    """Return how much of a facility's log is sealed."""
    entries = AuditEntry.objects.filter(facility=facility)
    last = AuditSeal.objects.filter(facility=facility).order_by("-number").first()
    return AuditState(
        seals=last.number if last else 0,
        sealed=entries.filter(seal__isnull=False).count(),
        unsealed=entries.filter(seal__isnull=True).count(),
        head=last.digest if last else "",
    )
