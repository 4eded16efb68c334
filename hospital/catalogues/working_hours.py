"""Registered hours that come with form 02/DM: they are closed and followed like the licence.

Hours that somebody tied to a room are not touched. A file older than the hours on record changes
none.
"""

from __future__ import annotations

from django.db import connection

from hospital.catalogues.difference import TAKEN
from hospital.catalogues.staging import STAGE
from hospital.models import WorkingHours

HOURS = WorkingHours._meta.db_table
WANTED = f"""
WITH wanted AS (
    SELECT * FROM (
        SELECT DISTINCT ON (link_id) link_id, valid_from, valid_to, hours FROM {STAGE}
        WHERE {TAKEN} ORDER BY link_id, valid_from DESC
    ) newest WHERE jsonb_array_length(hours) > 0 AND NOT EXISTS (
        SELECT 1 FROM {HOURS} h WHERE h.staff_id = newest.link_id AND h.room_id IS NULL
            AND h.valid_from > newest.valid_from)
), spans AS (
    SELECT w.link_id, w.valid_from, w.valid_to, (span->>0)::smallint AS weekday,
        (span->>1)::time AS starts, (span->>2)::time AS ends
    FROM wanted w, jsonb_array_elements(w.hours) AS span
)
"""
SAME_SPAN = "s.weekday = h.weekday AND s.starts = h.starts AND s.ends = h.ends"
CLOSE_GONE = f"""{WANTED}
UPDATE {HOURS} h SET valid_to = w.valid_from - 1 FROM wanted w
WHERE h.staff_id = w.link_id AND h.room_id IS NULL AND h.valid_from < w.valid_from
    AND (h.valid_to IS NULL OR h.valid_to >= w.valid_from)
    AND NOT EXISTS (SELECT 1 FROM spans s WHERE s.link_id = h.staff_id AND {SAME_SPAN})
"""
# Hours entered for the same first day were never in force: a corrected file replaces them.
DROP_CORRECTED = f"""{WANTED}
DELETE FROM {HOURS} h USING wanted w
WHERE h.staff_id = w.link_id AND h.room_id IS NULL AND h.valid_from = w.valid_from
    AND NOT EXISTS (SELECT 1 FROM spans s WHERE s.link_id = h.staff_id AND {SAME_SPAN})
"""
OPEN_NEW = f"""{WANTED}
INSERT INTO {HOURS} (staff_id, weekday, starts, ends, valid_from, valid_to)
SELECT s.link_id, s.weekday, s.starts, s.ends, s.valid_from, s.valid_to FROM spans s
WHERE NOT EXISTS (
    SELECT 1 FROM {HOURS} h WHERE h.staff_id = s.link_id AND {SAME_SPAN}
        AND h.valid_from <= s.valid_from AND (h.valid_to IS NULL OR h.valid_to >= s.valid_from))
"""
CLOSE_ENDED = f"""{WANTED}
UPDATE {HOURS} h SET valid_to = w.valid_to FROM wanted w
WHERE h.staff_id = w.link_id AND h.room_id IS NULL AND h.valid_from <= w.valid_to
    AND (h.valid_to IS NULL OR h.valid_to > w.valid_to)
"""


def working_hours_apply() -> None:
    """Bring the registered hours in line with the newest staged row of each person."""
    with connection.cursor() as cursor:
        for statement in (CLOSE_GONE, DROP_CORRECTED, OPEN_NEW, CLOSE_ENDED):
            cursor.execute(statement)
