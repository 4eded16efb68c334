"""The announcement of a visit: by its first cost, once, and once more in the ward (D03)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.claim_facts import CheckInFacts
from billing.models import Charge
from billing.services.freeze import check_in_facts_build
from hospital.models import Encounter, Execution, ServiceOrder
from insurance_gateway.models import Submission
from insurance_gateway.services import check_in
from insurance_gateway.services.check_in import check_ins_queue
from insurance_gateway.services.preparing import facts_of
from tests.factories import NOW, make_facility, make_service, make_staff
from tests.insurance_gateway.outbox_rows import make_insured_encounter, make_outbox

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def make_cost(encounter: Encounter, *, ordered_at: datetime = NOW, code: str = "02.03") -> Charge:
    """Return a charge of an executed order."""
    entry = make_service(encounter.facility, code=code)
    staff = make_staff(encounter.facility, "doctor")
    department = encounter.department_stays.get().department
    order = ServiceOrder.objects.create(
        encounter=encounter,
        entry=entry,
        department=department,
        ordered_by=staff,
        ordered_at=ordered_at,
    )
    execution = Execution.objects.create(
        order=order, department=department, performer=staff, started_at=ordered_at
    )
    return Charge.objects.create(
        encounter=encounter,
        execution=execution,
        item=entry.item,
        name=entry.name,
        cost_group="13",
        scope="1",
        quantity=1,
        unit_price_hospital=Decimal(50600),
        unit_price_insured=Decimal(50600),
        ordered_at=ordered_at,
        created_at=ordered_at,
    )


def test_first_cost_queues_one_announcement_with_its_facts():
    encounter = make_insured_encounter(make_facility())
    make_cost(encounter, ordered_at=NOW + MINUTE, code="22.0120")
    make_cost(encounter)

    queued = check_ins_queue(NOW + 2 * MINUTE)

    facts = facts_of(queued[0])
    assert isinstance(facts, CheckInFacts)
    assert [row.kind for row in queued] == [Submission.Kind.CHECK_IN]
    assert (facts.link_code, facts.service_code) == (encounter.link_code, "02.03")


def test_queueing_twice_announces_once():
    make_cost(make_insured_encounter(make_facility()))

    counts = [len(check_ins_queue(NOW + MINUTE)) for _ in range(2)]

    assert counts == [1, 0]


def test_announcement_can_be_sent():
    outbox = make_outbox()
    make_cost(make_insured_encounter(outbox.facility))
    (submission,) = check_ins_queue(NOW)

    assert outbox.send(submission) == Submission.State.ACCEPTED


def test_visit_without_cost_is_not_announced():
    make_insured_encounter(make_facility())

    assert check_ins_queue(NOW) == []


def test_voided_cost_does_not_announce():
    charge = make_cost(make_insured_encounter(make_facility()))
    Charge.objects.filter(pk=charge.pk).update(voided_at=NOW, voided_reason="huỷ")

    assert check_ins_queue(NOW) == []


@pytest.mark.parametrize(
    "values",
    [
        {"route_code": "2"},
        {"route_code": "9", "card": None},
        {"card": None},
        {"is_state_secret": True},
        {"state": "cancelled"},
        {"arrived_at": NOW - timedelta(days=8)},
    ],
    ids=["emergency", "uninsured", "no_card", "state_secret", "cancelled", "long_ago"],
)
def test_visit_that_is_not_announced(values: dict[str, object]):
    make_cost(make_insured_encounter(make_facility(), **values))

    assert check_ins_queue(NOW) == []


def test_first_cost_in_the_ward_is_announced_again_once():
    encounter = make_insured_encounter(make_facility())
    make_cost(encounter)
    check_ins_queue(NOW + MINUTE)
    admitted_at = NOW + 60 * MINUTE
    Encounter.objects.filter(pk=encounter.pk).update(admitted_at=admitted_at, visit_type="03")
    before_cost = check_ins_queue(admitted_at + MINUTE)
    make_cost(encounter, ordered_at=admitted_at + 2 * MINUTE, code="K02.1907")

    in_ward = check_ins_queue(admitted_at + 3 * MINUTE)
    again = check_ins_queue(admitted_at + 4 * MINUTE)

    facts = facts_of(in_ward[0])
    assert isinstance(facts, CheckInFacts)
    assert (before_cost, again) == ([], [])
    assert (facts.service_code, facts.admitted_at) == ("K02.1907", admitted_at)


def test_one_facility_can_be_asked_for_alone():
    mine, other = make_facility(), make_facility()
    for facility in (mine, other):
        make_cost(make_insured_encounter(facility))

    assert [row.facility for row in check_ins_queue(NOW, mine)] == [mine]


def test_visit_whose_facts_cannot_be_built_does_not_stop_the_others():
    broken, whole = make_facility(), make_facility()
    make_cost(make_insured_encounter(broken))
    broken.codes.all().delete()
    make_cost(make_insured_encounter(whole))

    assert [row.facility for row in check_ins_queue(NOW)] == [whole]


def broken_facts(broken: set[int]) -> Callable[..., object]:
    """Return a builder of facts that meets a defect at the visits in `broken`."""

    def build(encounter: Encounter, *args: Any, **options: Any) -> object:
        if encounter.pk in broken:
            raise ZeroDivisionError
        return check_in_facts_build(encounter, *args, **options)

    return build


def test_visit_that_meets_a_defect_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch):
    facility = make_facility()
    broken, whole = (make_insured_encounter(facility) for _ in range(2))
    for encounter in (broken, whole):
        make_cost(encounter)
    monkeypatch.setattr(check_in, "check_in_facts_build", broken_facts({broken.pk}))

    assert [row.encounter for row in check_ins_queue(NOW)] == [whole]


def test_visits_that_fail_do_not_fill_the_batch_for_ever(monkeypatch: pytest.MonkeyPatch):
    facility = make_facility()
    broken = [make_insured_encounter(facility) for _ in range(2)]
    whole = make_insured_encounter(facility)
    for encounter in (*broken, whole):
        make_cost(encounter)
    monkeypatch.setattr(check_in, "BATCH", 2)
    build = broken_facts({encounter.pk for encounter in broken})
    monkeypatch.setattr(check_in, "check_in_facts_build", build)

    queued = [row.encounter for _ in range(60) for row in check_ins_queue(NOW)]

    assert queued == [whole]
