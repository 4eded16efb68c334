"""A report as one JSON object; amounts are text with all their decimals, names are stable."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from billing.recompute.proposal import Change, Proposal
from billing.recompute.report import Department, Fault, Report, Sums, Tally, VisitChange
from billing.recompute.source import Period
from billing.recompute.words import department_text, difference_text, rule_text


def report_json(report: Report, period: Period, proposal: Proposal | None) -> str:
    """Return the object, indented; keys are those of `Report`."""
    changes = proposal.changes if proposal else ()
    return json.dumps(
        {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "as_if": [_change(change) for change in changes],
            "versions": report.versions,
            "visits_changed": report.visits_changed,
            "before": _sums(report.before),
            "after": _sums(report.after),
            "change": _sums(report.after - report.before),
            "by_rule": [
                {"rule": rule.rule, "turn": rule.turn.value, "text": rule_text(rule)}
                | _tally(report.by_rule[rule])
                for rule in sorted(report.by_rule)
            ],
            "by_department": [
                _department(department) | _tally(report.by_department[department])
                for department in sorted(report.by_department, key=department_text)
            ],
            "biggest": [_visit(visit) for visit in report.biggest],
            "unused": [_change(change) for change in report.unused],
            "history_changed": report.history_changed,
            "threshold_unsure": report.threshold_unsure,
            "error_count": report.fault_count,
            "errors": [_fault(fault) for fault in report.faults],
        },
        ensure_ascii=False,
        indent=2,
    )


def _change(change: Change) -> dict[str, str]:
    return {"name": change.name, "value": change.value, "since": change.since.isoformat()}


def _sums(sums: Sums) -> dict[str, str]:
    return {name: str(amount) for name, amount in asdict(sums).items()}


def _tally(tally: Tally) -> dict[str, Any]:
    return {"visits": tally.visits, "lines": tally.lines, "change": _sums(tally.change)}


def _department(department: Department) -> dict[str, Any]:
    return {
        "facility": department.facility_code,
        "department": department.code,
        "name": department.name,
    }


def _visit(visit: VisitChange) -> dict[str, Any]:
    return {
        "link_code": visit.link_code,
        "facility": visit.facility_code,
        "ended_on": visit.ended_on.isoformat(),
        "before": _sums(visit.before),
        "after": _sums(visit.after),
        "change": _sums(visit.change),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "link_code": fault.link_code,
        "claim": fault.claim_id,
        "version": fault.number,
        "code": fault.code or "sums_differ",
        "message": fault.message,
        "differences": [
            {
                "place": difference.place,
                "name": difference.name,
                "frozen": None if difference.frozen is None else str(difference.frozen),
                "recomputed": (
                    None if difference.recomputed is None else str(difference.recomputed)
                ),
                "text": difference_text(difference),
            }
            for difference in fault.differences
        ],
    }
