"""Playing a whole day: all visits side by side, in the order of the clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from config.demo.desks import Desks
from config.demo.plan import VISITS, Visit, day_plan
from config.demo.stay import stay_play
from config.demo.visit import visit_play
from hospital.models import Encounter
from hospital.working_days import is_working_day
from insurance_gateway.client.port import GatewayPort

CLOSING = time(17)


def demo_day(now: datetime) -> date:
    """Return the day to play: today once the desks are closed, else the working day before."""
    today = timezone.localdate(now)
    if timezone.localtime(now).time() >= CLOSING and is_working_day(today):
        return today
    day = today - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def is_played(day: date) -> bool:
    """Return whether the day has visits already."""
    return Encounter.objects.filter(arrived_at__date=day).exists()


def day_play(
    day: date,
    gateway_of: Callable[[Desks], GatewayPort],
    *,
    progress: Callable[[int, int], None],
    plan: list[Visit] | None = None,
) -> list[Visit]:
    """Play the day to its end and return its plan; `progress` hears how many visits are done of
    all. `plan` takes the place of the whole day's plan.
    """
    desks = {code: Desks(code, day) for code in VISITS}
    gateways = {code: gateway_of(desk) for code, desk in desks.items()}
    plan = day_plan(day) if plan is None else plan
    queue: list[tuple[datetime, int, Iterator[datetime]]] = []
    for position, visit in enumerate(plan):
        play = stay_play if visit.is_stay else visit_play
        steps = play(visit, desks[visit.facility_code], gateways[visit.facility_code])
        heapq.heappush(queue, (next(steps), position, steps))
    done = 0
    while queue:
        _, position, steps = heapq.heappop(queue)
        following = next(steps, None)
        if following is None:
            done += 1
            progress(done, len(plan))
        else:
            heapq.heappush(queue, (following, position, steps))
    return plan
