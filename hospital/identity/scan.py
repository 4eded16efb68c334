"""Telling the kinds of scans apart. A scanner is a keyboard: the text may end in Enter or Tab."""

from __future__ import annotations

import re
import unicodedata

from hospital.identity.card import read_card
from hospital.identity.citizen import read_citizen
from hospital.identity.kinds import (
    CardScan,
    CitizenScan,
    OwnCodeScan,
    OwnKind,
    PaymentScan,
    PrescriptionScan,
    Scan,
    ScanWarning,
    TypedCard,
    TypedCitizenId,
    UnknownScan,
)
from hospital.identity.own import read_own
from hospital.identity.payment import read_payment

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff]")
CITIZEN_ID = re.compile(r"^[0-9]{12}$")
CARD_NUMBER = re.compile(r"^[A-Z]{2}[0-9]{13}$")
SOCIAL_NUMBER = re.compile(r"^[0-9]{10}$")
PRESCRIPTION = re.compile(r"^[0-9a-zA-Z]{12}-[cnhytCNHYT]$")
# A scanner set to another keyboard sends one wrong sign for every bar.
WRONG_BAR = re.compile(r"^(?:[0-9]{12}|[A-Za-z]{2}[0-9]{13}|[0-9]{10})([^0-9A-Za-z\s.,/|-])")
LEAST_BARS = 5

__all__ = [
    "CardScan",
    "CitizenScan",
    "OwnCodeScan",
    "OwnKind",
    "PaymentScan",
    "PrescriptionScan",
    "Scan",
    "ScanWarning",
    "TypedCard",
    "TypedCitizenId",
    "UnknownScan",
    "read_scan",
]


def read_scan(text: str) -> Scan:
    """Return what was scanned or typed; an UnknownScan, never an error, when nothing fits."""
    clean = unicodedata.normalize("NFC", CONTROL.sub("", text)).strip()
    return (
        read_payment(clean)
        or _read_fields(clean)
        or _read_single(clean.replace(" ", ""))
        or read_own(clean)
        or UnknownScan(clean)
    )


def _read_fields(text: str) -> Scan | None:
    wrong = WRONG_BAR.match(text)
    if wrong and text.count(wrong[1]) >= LEAST_BARS:
        text = text.replace(wrong[1], "|")
    if "|" not in text:
        return None
    fields = [field.strip() for field in text.split("|")]
    first = fields[0].upper()
    if CITIZEN_ID.match(first):
        return read_citizen(fields)
    if CARD_NUMBER.match(first) or SOCIAL_NUMBER.match(first):
        return read_card(fields)
    return None


def _read_single(text: str) -> Scan | None:
    if PRESCRIPTION.match(text):
        return PrescriptionScan(text, facility_code=text[:5], kind=text[-1].lower())
    if CITIZEN_ID.match(text):
        return TypedCitizenId(text)
    if CARD_NUMBER.match(text.upper()):
        return TypedCard(text.upper())
    return None
