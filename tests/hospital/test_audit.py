"""The audit log: appended by everyone, changed by nobody, proved by its chain."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from hospital.models import AuditEntry, AuditSeal, Facility, User
from hospital.selectors.audit import audit_faults, audit_state
from hospital.services.audit import audit_write
from hospital.services.audit_seal import audit_seal
from tests.factories import NOW, make_facility

pytestmark = pytest.mark.django_db


def write(facility: Facility, count: int) -> None:
    actor, _ = User.objects.get_or_create(username="nguoi-ghi")
    for number in range(count):
        audit_write(
            facility=facility,
            actor=actor,
            action="patient.view",
            subject=facility,
            facts={"number": number},
            now=NOW + timedelta(seconds=number),
        )


def tamper(statement: str, *values: object) -> None:
    """Change the log behind the back of its triggers, as a thief with the database would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_line_without_actor_or_job_is_refused():
    facility = make_facility()

    with pytest.raises(ValueError, match="actor"):
        audit_write(facility=facility, action="patient.view", subject=facility, now=NOW)


def test_lines_are_sealed_in_batches_of_one_chain():
    facility = make_facility()

    write(facility, 3)
    first = audit_seal(facility, now=NOW)
    write(facility, 2)
    second = audit_seal(facility, now=NOW)

    assert first is not None
    assert second is not None
    assert (first.number, first.row_count, second.number, second.row_count) == (1, 3, 2, 2)
    assert second.previous_digest == first.digest
    assert audit_seal(facility, now=NOW) is None
    assert list(audit_faults(facility)) == []
    assert audit_state(facility).head == second.digest


def test_each_facility_has_its_own_chain():
    one, other = make_facility(), make_facility()

    write(one, 2)
    write(other, 3)
    seals = [audit_seal(one, now=NOW), audit_seal(other, now=NOW)]

    assert [(seal.number, seal.row_count) for seal in seals if seal] == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hospital_auditentry SET action = 'x'",
        "DELETE FROM hospital_auditentry",
        "DELETE FROM hospital_auditseal",
    ],
)
def test_database_refuses_to_change_the_log(statement):
    facility = make_facility()
    write(facility, 1)
    audit_seal(facility, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_database_refuses_a_line_that_is_born_sealed():
    facility = make_facility()
    write(facility, 1)
    seal = audit_seal(facility, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(
            facility=facility,
            job="thief",
            action="patient.view",
            subject_type="facility",
            subject_id=facility.pk,
            happened_at=NOW,
            seal=seal,
        )


def sealed_twice() -> Facility:
    facility = make_facility()
    write(facility, 4)
    audit_seal(facility, now=NOW)
    write(facility, 4)
    audit_seal(facility, now=NOW)
    return facility


def test_a_changed_line_shows():
    facility = sealed_twice()

    tamper(
        "UPDATE hospital_auditentry SET facts = '{\"number\": 99}' WHERE id = %s",
        entry_id(facility),
    )

    assert [(fault.kind, fault.seal) for fault in audit_faults(facility)] == [("digest", 1)]


def test_a_missing_line_shows():
    facility = sealed_twice()

    tamper("DELETE FROM hospital_auditentry WHERE id = %s", entry_id(facility))

    assert {fault.kind for fault in audit_faults(facility)} == {"count", "digest"}


def test_an_inserted_line_shows():
    facility = sealed_twice()
    copy = (
        "INSERT INTO hospital_auditentry"
        " (facility_id, job, action, subject_type, subject_id, facts, happened_at, seal_id)"
        " SELECT facility_id, 'x', action, subject_type, subject_id, facts,"
        " happened_at, seal_id FROM hospital_auditentry WHERE id = %s"
    )

    tamper(copy, entry_id(facility))

    assert {fault.kind for fault in audit_faults(facility)} == {"count", "digest"}


def test_a_missing_batch_shows():
    facility = sealed_twice()
    first = AuditSeal.objects.get(facility=facility, number=1)

    tamper("DELETE FROM hospital_auditentry WHERE seal_id = %s", first.pk)
    tamper("DELETE FROM hospital_auditseal WHERE id = %s", first.pk)

    assert {fault.kind for fault in audit_faults(facility)} == {"gap", "chain"}


def test_verify_command_tells_and_fails():
    facility = sealed_twice()
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    assert "TOÀN VẸN" in out.getvalue()

    tamper("DELETE FROM hospital_auditentry WHERE id = %s", entry_id(facility))

    with pytest.raises(CommandError):
        call_command("audit_verify", stdout=out)
    assert "nay còn 3 dòng" in out.getvalue()


def entry_id(facility: Facility) -> int:
    return AuditEntry.objects.filter(facility=facility).order_by("id")[1].pk
