"""Words of the page of today's encounters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hospital.formatting import age, birth, clock
from hospital.models import Encounter, QueueTicket
from hospital.presenters.table import Cell, Column, Row, Table

State = Encounter.State
STATE_KIND = {
    State.WAITING: ("warn", "wait"),
    State.IN_EXAM: ("info", ""),
    State.AWAITING_RESULTS: ("warn", "wait"),
    State.IN_TREATMENT: ("info", ""),
    State.CONCLUDED: ("info", ""),
    State.ENDED: ("ok", ""),
    State.CANCELLED: ("neutral", ""),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One state of the day with its count."""

    label: str
    url: str
    is_current: bool
    count: int


def state_cell(encounter: Encounter) -> Cell:
    """Return the state of an episode as a status tag."""
    kind, icon = STATE_KIND[State(encounter.state)]
    return Cell(encounter.get_state_display(), kind=kind, icon=icon)


def state_tabs(counts: Mapping[str, int], *, day: date, current: str) -> list[Tab]:
    """Return one tab for all and one for each state that occurs."""
    base = reverse("hospital:encounters")
    tabs = [
        Tab(
            _("Tất cả"),
            f"{base}?{urlencode({'day': day.isoformat()})}",
            is_current=not current,
            count=sum(counts.values()),
        )
    ]
    for state in State:
        if counts.get(state) or state == current:
            query = urlencode({"day": day.isoformat(), "state": state.value})
            tabs.append(
                Tab(str(state.label), f"{base}?{query}", state == current, counts.get(state, 0))
            )
    return tabs


def day_link(found: date | None) -> Tab | None:
    """Return the way to a day on which somebody came; None when there is none."""
    if found is None:
        return None
    url = f"{reverse('hospital:encounters')}?{urlencode({'day': found.isoformat()})}"
    return Tab(_("Xem ngày %(day)s") % {"day": f"{found:%d/%m/%Y}"}, url, is_current=False, count=0)


def encounters_table(encounters: Iterable[Encounter], *, day: date) -> Table:
    """Return the table of a day: who, where, with which doctor and card, how far."""
    return Table(
        caption=_("Lượt khám ngày %(day)s") % {"day": f"{day:%d/%m/%Y}"},
        columns=[
            Column(_("Người bệnh")),
            Column(_("Giờ đến")),
            Column(_("Phòng, số thứ tự")),
            Column(_("Bác sĩ"), is_optional=True),
            Column(_("Thẻ BHYT")),
            Column(_("Trạng thái")),
        ],
        rows=[_row(encounter, day) for encounter in encounters],
    )


def _row(encounter: Encounter, day: date) -> Row:
    patient = encounter.patient
    tickets: list[QueueTicket] = list(encounter.tickets.all())
    waiting = [ticket for ticket in tickets if ticket.served_at is None]
    place = (waiting or tickets)[-1] if tickets else None
    facts = f"{patient.get_sex_display()}, {age(patient.birth, day)} ({birth(patient.birth)})"
    return Row(
        url=reverse("hospital:encounter", args=[encounter.pk]),
        cells=[
            Cell(patient.full_name, under=facts),
            Cell(clock(encounter.arrived_at), under=encounter.record_number),
            Cell(place.room.name, under=_("Số %(number)s") % {"number": place.number})
            if place
            else "",
            encounter.doctor.full_name if encounter.doctor else "",
            card_cell(encounter),
            state_cell(encounter),
        ],
    )


def card_cell(encounter: Encounter) -> Cell:
    """Return how the visit is insured: head and level of the card, or that there is none."""
    if encounter.card is None:
        return Cell(_("Không có thẻ"), kind="neutral")
    return Cell(
        _("Mã %(head)s") % {"head": encounter.card.number[:3]},
        under=_("Đối tượng %(route)s") % {"route": encounter.route_code},
    )
