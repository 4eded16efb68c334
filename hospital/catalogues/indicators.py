"""What laboratory services measure, from a file or sheet of its own: one row per indicator.

Columns MA_DICH_VU, MA_CHI_SO, TEN_CHI_SO, DON_VI_DO, CSBT_TU, CSBT_DEN (our own; codes as in XML4).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from hospital.catalogues.cells import code, text
from hospital.catalogues.files import table_open
from hospital.catalogues.layouts.services import INDICATOR_FIELDS


def indicators_read(path: Path, *, sheet: str = "") -> dict[str, list[dict[str, str]]]:
    """Return service code → indicators in the order of the file; rows without a name are left out.

    Raises InputRefused when the file cannot be read.
    """
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with table_open(path, marker=INDICATOR_FIELDS["name"], sheet=sheet) as table:
        for _number, cells in table.rows:
            indicator = {
                field: text(cells.get(column)) for field, column in INDICATOR_FIELDS.items()
            }
            if indicator["name"]:
                found[code(cells.get("MA_DICH_VU"))].append(indicator)
    return dict(found)
