"""A proposed law: the published one with some parameters changed from a day on.

A change is written as a new entry in the history of its parameter and read by the reader of that
history, so that it is held to the same form; published entries from that day on give way to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

import yaml

from billing.benefit.law import Law
from billing.benefit.trace import short_number
from billing.errors import BillingError, ParamNotInForce
from billing.params import (
    FOLDER,
    Param,
    ParamTable,
    Value,
    param_names,
    param_table,
    table_from_text,
)

UPPER_LIMITS = {"ratio": Decimal(1), "percent": Decimal(100)}
LISTS = frozenset({"numbers", "codes"})


class ProposalRefused(BillingError):
    """A proposed change cannot be read; the code says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """From `since` on the parameter has this value, written as in its file; `;` parts a list."""

    name: str
    value: str
    since: date

    @property
    def text(self) -> str:
        return f"{self.name} = {self.value} từ {self.since:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The changes in the order given, and the whole history of each parameter they touch."""

    changes: tuple[Change, ...]
    tables: Mapping[str, ParamTable]

    def new_steps(self, name: str, *, after: date, until: date) -> bool:
        """Return whether a value begins after one day and until another where the published law
        has none beginning.
        """
        return any(
            change.name == name
            and after < change.since <= until
            and change.since not in param_table(name).days
            for change in self.changes
        )


def proposal_read(texts: Iterable[str]) -> Proposal:
    """Return the proposal written as PARAM=VALUE@YYYY-MM-DD; raises ProposalRefused."""
    changes = tuple(change_read(text) for text in texts)
    names = dict.fromkeys(change.name for change in changes)
    return Proposal(
        changes,
        {name: _table(name, [c for c in changes if c.name == name]) for name in names},
    )


def change_read(text: str) -> Change:
    """Return one change; raises ProposalRefused when its form, name or day is wrong."""
    head, found_day, day = text.rpartition("@")
    name, found_value, value = head.partition("=")
    if not (found_day and found_value and value.strip()):
        raise ProposalRefused("proposal_form", text=text)
    if name.strip() not in param_names():
        raise ProposalRefused("proposal_param_unknown", name=name.strip())
    try:
        since = date.fromisoformat(day.strip())
    except ValueError as error:
        raise ProposalRefused("proposal_day", text=text) from error
    return Change(name.strip(), value.strip(), since)


class ProposedLaw(Law):
    """The law of a proposal, for one computation."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self._tables = proposal.tables

    def number(self, name: str, day: date) -> Param[Decimal]:
        if name not in self._tables:
            return super().number(name, day)
        param = cast("Param[Decimal]", self._proposed(name, day))
        self.note(name, short_number(param.value), param.since, param.source)
        return param

    def number_if_any(self, name: str, day: date) -> Param[Decimal] | None:
        if name not in self._tables:
            return super().number_if_any(name, day)
        return self.number(name, day) if _row(self._tables[name], day) else None

    def choice(self, name: str, day: date) -> Param[str]:
        if name not in self._tables:
            return super().choice(name, day)
        param = cast("Param[str]", self._proposed(name, day))
        self.note(name, param.value, param.since, param.source)
        return param

    def codes(self, name: str, day: date) -> Param[tuple[str, ...]]:
        if name not in self._tables:
            return super().codes(name, day)
        param = cast("Param[tuple[str, ...]]", self._proposed(name, day))
        self.note(name, ";".join(param.value), param.since, param.source)
        return param

    def _proposed(self, name: str, day: date) -> Param[Value]:
        row = _row(self._tables[name], day)
        if row is None:
            raise ParamNotInForce("param_not_in_force", name=name, day=day.isoformat())
        return row


def _row(table: ParamTable, day: date) -> Param[Value] | None:
    place = bisect_right(table.days, day)
    return table.rows[place - 1] if place else None


def _table(name: str, changes: list[Change]) -> ParamTable:
    """Return the published history up to the first change, then the changes."""
    raw: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    first = min(change.since for change in changes)
    published = {day: row for day, row in raw["values"].items() if day < first}
    if not published:
        raise ProposalRefused("proposal_before_law", name=name, first=min(raw["values"]))
    raw["values"] = published
    for change in changes:
        if change.since in raw["values"]:
            raise ProposalRefused("proposal_repeated", name=name, day=change.since)
        parts = [part.strip() for part in change.value.split(";")]
        raw["values"][change.since] = {
            "value": parts if raw["kind"] in LISTS else change.value,
            "source": f"Đề xuất: {change.text}",
            "certainty": "unverified",
        }
    try:
        table = table_from_text(name, yaml.safe_dump(raw, allow_unicode=True))
    except (ValueError, InvalidOperation) as error:
        raise ProposalRefused("proposal_value", name=name, kind=raw["kind"]) from error
    _range_check(table, {change.since for change in changes})
    return table


def _range_check(table: ParamTable, days: set[date]) -> None:
    for day, row in zip(table.days, table.rows, strict=True):
        if day not in days or row is None:
            continue
        cells = row.value if isinstance(row.value, tuple) else (row.value,)
        limit = UPPER_LIMITS.get(table.unit)
        for cell in cells:
            if isinstance(cell, str):
                continue
            if not cell.is_finite() or cell < 0 or (limit is not None and cell > limit):
                raise ProposalRefused("proposal_range", name=table.name, unit=table.unit)


MESSAGES = {
    "proposal_form": "“{text}” không đúng dạng THÔNG_SỐ=GIÁ_TRỊ@YYYY-MM-DD.",
    "proposal_day": "“{text}”: ngày phải theo dạng YYYY-MM-DD.",
    "proposal_param_unknown": (
        "Không có thông số {name}; tên là tên tệp trong billing/data/params, bỏ đuôi .yaml."
    ),
    "proposal_before_law": (
        "Thông số {name}: ngày đề xuất phải sau ngày quy định đầu tiên ({first})."
    ),
    "proposal_repeated": "Thông số {name} được đề xuất hai lần cho ngày {day}.",
    "proposal_value": "Thông số {name}: giá trị không đúng kiểu {kind}.",
    "proposal_range": "Thông số {name}: giá trị ngoài khoảng cho phép của đơn vị {unit}.",
}


def message(refused: ProposalRefused) -> str:
    """Return the Vietnamese sentence for a refusal."""
    return MESSAGES[refused.code].format(**refused.facts)
