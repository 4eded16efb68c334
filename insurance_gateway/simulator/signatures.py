"""The signature of a received file: not asked for, present, or verified against registered serials.

The list of registered certificates is a JSON object {facility code: [serial, …]}; without a list a
good signature of any certificate is enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from insurance_gateway.errors import SignatureRefused
from insurance_gateway.signing.xmldsig import signature_check
from insurance_gateway.simulator.watched import WatchedJson

MODES = ("off", "present", "verified")
HAS_SIGNATURE = re.compile(rb"<(\w+:)?Signature[\s>]")


@dataclass(frozen=True, slots=True)
class SignatureRule:
    mode: str
    registered: WatchedJson

    def refusal(self, content: bytes, facility: str, *, now: datetime) -> str:
        """Return why the signature is refused, "" when it is accepted."""
        if self.mode == "off":
            return ""
        if not HAS_SIGNATURE.search(content):
            return "chưa ký số"
        if self.mode == "present":
            return ""
        try:
            signed_by = signature_check(content)
        except SignatureRefused as error:
            return f"chữ ký không hợp lệ ({error.code})"
        certificate = signed_by.certificate
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return "chứng thư hết hạn hoặc chưa có hiệu lực"
        _stamp, listed = self.registered.content()
        if listed is None or _serial(signed_by.serial) in map(_serial, listed.get(facility, [])):
            return ""
        return "số sê-ri chứng thư chưa đăng ký"


def _serial(text: object) -> str:
    return re.sub(r"[\s:]", "", str(text)).upper().lstrip("0")
