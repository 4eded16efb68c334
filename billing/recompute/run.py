"""Recomputing the frozen versions of a period, under the law of their day and under a proposal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from billing.benefit.answers import VisitQuote
from billing.benefit.errors import MESSAGES
from billing.benefit.facts import VisitInput, local_day
from billing.benefit.quote import quote_visit
from billing.claim_facts import ClaimFacts, decode
from billing.models import ClaimVersion
from billing.recompute.proof import differences
from billing.recompute.proposal import Proposal, ProposedLaw
from billing.recompute.rebuild import FrozenLine, Rebuilt, visit_rebuild
from billing.recompute.report import (
    Department,
    Fault,
    LineChange,
    Report,
    Sums,
    VisitChange,
    sums_of,
)
from billing.recompute.rules import rule_changed
from billing.recompute.source import Batch, Period, batches, department_names, versions_in
from hospital.errors import HospitalError

REFERENCE_LEVEL = "reference_level"
Progress = Callable[[int, int], None]
SENTENCES = MESSAGES | {
    "charge_missing": "Thiếu dòng chi phí số {charge} của lượt khám.",
    "facility_grade_not_in_force": "Cơ sở {facility} không có cấp chuyên môn ngày {day}.",
}


def recompute(period: Period, *, proposal: Proposal | None, progress: Progress) -> Report:
    """Return the differences of every version of a period that its recomputation finds.

    Without a proposal every version is proved against its frozen sums; with one the newest version
    of each claim is proved and priced a second time. `progress` hears how many of all are done.
    Reads only; call it in a read-only transaction.
    """
    versions = versions_in(period, only_latest=proposal is not None)
    total = versions.count()
    run = _Run(proposal)
    for batch in batches(versions):
        run.departments_learn(batch)
        for version in batch.versions:
            run.one(version, batch)
        progress(run.report.versions, total)
    return run.finish()


class _Run:
    """One run; it remembers the co-payments of changed stays for the patients' later ones."""

    def __init__(self, proposal: Proposal | None) -> None:
        self.report = Report()
        self._proposal = proposal
        self._co_payments: dict[int, Decimal] = {}
        self._used: set[tuple[str, date]] = set()
        self._names: dict[tuple[int, str], str] = {}
        self._facilities: set[int] = set()

    def departments_learn(self, batch: Batch) -> None:
        """Read the names of the departments of facilities not met before."""
        met = {version.claim.facility_id for version in batch.versions} - self._facilities
        if met:
            self._names |= department_names(sorted(met))
            self._facilities |= met

    def one(self, version: ClaimVersion, batch: Batch) -> None:
        """Recompute one version; what cannot be computed becomes a fault."""
        self.report.versions += 1
        try:
            facts = decode(version.facts)
            beside = batch.beside(version)
            rebuilt = visit_rebuild(facts, beside)
            quote = quote_visit(rebuilt.visit)
            self._prove(version, facts, rebuilt, quote)
            if self._proposal is None:
                self.report.add_sums(sums_of(facts.totals), sums_of(quote.totals))
            else:
                stays = tuple(stay.claim_id for stay in beside.history)
                self._propose(version, facts, self._with_history(rebuilt, stays), quote)
        except HospitalError as refused:
            self._refused(version, refused.code, _sentence(refused))
        except msgspec.ValidationError:
            self._refused(version, "facts_unreadable", "Không đọc được dữ liệu đã chốt.")

    def _prove(
        self, version: ClaimVersion, facts: ClaimFacts, rebuilt: Rebuilt, quote: VisitQuote
    ) -> None:
        found = differences(version, facts, rebuilt.lines, quote)
        if found:
            self.report.add_fault(
                Fault(version.claim_id, version.number, facts.link_code, differences=found)
            )

    def _with_history(self, rebuilt: Rebuilt, claims: tuple[int, ...]) -> Rebuilt:
        """Return the visit with the co-payments that its earlier stays had under the proposal."""
        visit = rebuilt.visit
        if visit.five_years_on is None or not any(pk in self._co_payments for pk in claims):
            return rebuilt
        self.report.history_changed += 1
        history = tuple(
            replace(stay, co_payment=self._co_payments.get(pk, stay.co_payment))
            for pk, stay in zip(claims, visit.copay_history, strict=True)
        )
        return replace(rebuilt, visit=replace(visit, copay_history=history))

    def _propose(
        self, version: ClaimVersion, facts: ClaimFacts, rebuilt: Rebuilt, before: VisitQuote
    ) -> None:
        """Price the visit under the proposal and note what changed."""
        if self._proposal is None:
            raise ValueError("no proposal to price a visit under")
        after = quote_visit(rebuilt.visit, law=ProposedLaw(self._proposal))
        self._used |= {(used.name, used.since) for used in after.parameters}
        self.report.threshold_unsure += _is_threshold_unsure(rebuilt.visit, self._proposal)
        sums = sums_of(before.totals), sums_of(after.totals)
        self.report.add_sums(*sums)
        if after.totals.co_payment != facts.totals.co_payment:
            self._co_payments[version.claim_id] = after.totals.co_payment
        lines = self._lines_changed(version, facts, rebuilt.lines, (before, after))
        if lines:
            self.report.add_change(
                VisitChange(
                    link_code=facts.link_code,
                    facility_code=facts.visit.facility_code,
                    ended_on=local_day(facts.visit.ended_at),
                    before=sums[0],
                    after=sums[1],
                    lines=lines,
                )
            )

    def _lines_changed(
        self,
        version: ClaimVersion,
        facts: ClaimFacts,
        frozen: tuple[FrozenLine, ...],
        visits: tuple[VisitQuote, VisitQuote],
    ) -> tuple[LineChange, ...]:
        found = []
        for line, before, after in zip(frozen, visits[0].lines, visits[1].lines, strict=True):
            change = sums_of(after) - sums_of(before)
            if change != Sums():
                code = line.department_code
                name = self._names.get((version.claim.facility_id, code), "")
                department = Department(facts.visit.facility_code, code, name)
                rule = rule_changed(before, after, visits=visits)
                found.append(LineChange(department, rule, change))
        return tuple(found)

    def _refused(self, version: ClaimVersion, code: str, message: str) -> None:
        link_code = version.claim.encounter.link_code
        self.report.add_fault(
            Fault(version.claim_id, version.number, link_code, code=code, message=message)
        )

    def finish(self) -> Report:
        """Return the report with the proposed changes that no visit used."""
        changes = self._proposal.changes if self._proposal else ()
        self.report.unused = tuple(
            change for change in changes if (change.name, change.since) not in self._used
        )
        return self.report


def _is_threshold_unsure(visit: VisitInput, proposal: Proposal) -> bool:
    """Return whether a new step of the reference level falls into a year of an exemption.

    The rules convert the threshold at the steps of the published law only (NĐ 188/2025 Đ18 k2 c).
    """
    if visit.five_years_on is None or visit.ended_at is None:
        return False
    first, last = visit.arrived_on, local_day(visit.ended_at)
    return any(
        proposal.new_steps(
            REFERENCE_LEVEL,
            after=date(year, 1, 1),
            until=min(last, date(year + 1, 1, 1) - timedelta(days=1)),
        )
        for year in range(first.year, last.year + 1)
    )


def _sentence(refused: HospitalError) -> str:
    """Return what the refusal means, in Vietnamese where its code has a sentence."""
    template = SENTENCES.get(refused.code)
    return template.format(**refused.facts) if template else str(refused)
