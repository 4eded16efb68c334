"""Running numbers of a facility: patients, episodes, records, receipts."""

from __future__ import annotations

from django.db import connection

from hospital.models import Facility, NumberSeries

NEXT = f"""
INSERT INTO {NumberSeries._meta.db_table} (facility_id, kind, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (facility_id, kind, year) DO UPDATE SET last = {NumberSeries._meta.db_table}.last + 1
RETURNING last
"""


def next_number(facility: Facility, kind: str, year: int) -> int:
    """Return the next number of a series, from 1. A number of a transaction that fails is given
    again.

    The series stays locked until the transaction of the caller ends, so that numbers have no gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [facility.pk, kind, year])
        return int(cursor.fetchone()[0])
