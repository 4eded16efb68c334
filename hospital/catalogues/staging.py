"""The temporary table where the rows of a file wait for the difference to be taken.

Rows go there by COPY in batches, so that a file of any length needs the memory of one batch.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date
from itertools import batched
from typing import Any

from django.db import connection, models

from hospital.catalogues.layout import Layout, Values

STAGE = "catalogue_stage"
BATCH_ROWS = 2000
# Columns of every stage: row number, key, what it belongs to, days, and what became of the row.
FIXED = (
    ("row_no", "integer"),
    ("key", "text"),
    ("link_id", "bigint"),
    ("valid_from", "date"),
    ("valid_to", "date"),
    ("has_entry", "boolean"),
)
LATER = (
    ("rank", "integer"),
    ("verdict", "text"),
    ("old_id", "bigint"),
    ("other_row", "integer"),
)
