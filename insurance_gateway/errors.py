"""Expected refusals of the border to the insurer. Facts name tables and fields, never people."""

from __future__ import annotations

import traceback
from pathlib import Path

from hospital.errors import HospitalError


class GatewayError(HospitalError):
    """A refusal of `insurance_gateway`, with a stable code and facts without personal data."""


class EditionUnknown(GatewayError):
    """No edition of the claim document is carried for a code or a day."""


class DocumentUnreadable(GatewayError):
    """Bytes that should be a claim or a check-in are not; the code says where reading stopped.

    Codes: empty, not_utf8, doctype, not_xml, wrong_root, wrong_element, missing_element, bad_date,
    dossier_count, unknown_table, table_twice, not_base64, field_twice, no_signature_holder.
    """


class SignatureRefused(GatewayError):
    """A document is not signed as it must be.

    Codes: missing, misplaced, wrong_shape, wrong_algorithm, wrong_reference, bad_base64,
    bad_certificate, weak_key, digest_differs, value_differs.
    """


class SignerUnavailable(GatewayError):
    """The facility's key cannot sign now.

    Codes: file_missing, cannot_open, key_missing, key_kind, not_yet_valid, expired.
    """


def defect_of(error: BaseException) -> str:
    """Return the kind of an unexpected error and our own lines it came through, innermost first.

    Its text is left out: that of a database error may hold a row with personal data.
    """
    ours = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in frame.filename
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(ours))}"
