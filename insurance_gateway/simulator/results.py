"""The later check of a received file: what the portal shows after a day (CV 1245 part II).

It is worked out when asked for; a received file never changes.
"""

from __future__ import annotations

from insurance_gateway.document.conformity import (
    Deviation,
    check_in_deviations,
    claim_deviations,
)
from insurance_gateway.document.reading import check_in_open, claim_open


def result_errors(kind: str, content: bytes) -> list[dict[str, str]]:
    """Return every deviation from the edition: bang, dong, truong, loi, giaTriDung."""
    if kind == "check_in":
        found = check_in_deviations(check_in_open(content).rows)
    else:
        found = claim_deviations(claim_open(content).tables)
    return [_error(deviation) for deviation in found]


def _error(deviation: Deviation) -> dict[str, str]:
    return {
        "bang": deviation.table,
        "dong": str(deviation.row),
        "truong": deviation.field,
        "loi": deviation.code,
        "giaTriDung": deviation.expected,
    }
