"""What a scan at a desk can be. Values are parsed; the raw string of a card is never kept.

Source: layouts in TT 06/2021/TT-BCA, TT 59/2021/TT-BCA; cards of BHXH; NAPAS QR format 1.0 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class ScanWarning(StrEnum):
    """What the desk should look at; it never stops the reception."""

    DAMAGED_TEXT = "damaged_text"
    SEX_DISAGREES = "sex_disagrees"
    BIRTH_YEAR_DISAGREES = "birth_year_disagrees"
    BIRTH_UNREADABLE = "birth_unreadable"
    CARD_NUMBER_UNUSUAL = "card_number_unusual"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenScan:
    """The code on a citizen card or in VNeID.

    `birth` is ISO text of the known parts, `sex` a value of GIOI_TINH or empty, `address` the text
    as printed, which before 2025-07-01 had a district. A damaged name or address comes back empty.
    """

    personal_id: str
    former_id: str
    full_name: str
    birth: str
    sex: str
    address: str
    issued_on: date | None
    warnings: tuple[ScanWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardScan:
    """The code on an insurance card: a proposal, the gateway's answer decides.

    `number` is the 15-character number, empty on cards that carry only the 10 digits of
    `social_number`. `valid_to` None means that the card prints no last day.
    """

    number: str
    social_number: str
    full_name: str
    birth: str
    sex: str
    address: str
    registered_facility: str
    valid_from: date | None
    valid_to: date | None
    issued_on: date | None
    five_years_on: date | None = None
    management_code: str = ""
    guardian_name: str = ""
    issued_by: str = ""
    warnings: tuple[ScanWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class PrescriptionScan:
    """The national number of a prescription: facility 5, random 7, kind c, n, h, y or t."""

    code: str
    facility_code: str
    kind: str


@dataclass(frozen=True, slots=True)
class TypedCitizenId:
    """Twelve digits typed by hand: a citizen number."""

    personal_id: str


@dataclass(frozen=True, slots=True)
class TypedCard:
    """Fifteen characters typed by hand: a card number."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentScan:
    """A VietQR payment code whose check sum is right. It is no proof that anybody has paid.

    `amount` is in đồng, None on reusable codes; `reference` is the bill number, `purpose` the text
    of the transfer.
    """

    bank: str
    account: str
    is_card: bool
    amount: Decimal | None
    reference: str
    purpose: str
    payee: str


class OwnKind(StrEnum):
    """What our own printed codes stand for."""

    PATIENT = "P"
    ENCOUNTER = "E"
    SAMPLE = "S"
    ORDER = "O"


@dataclass(frozen=True, slots=True)
class OwnCodeScan:
    """A wristband, slip, sample or order printed by this system; `number` names no person."""

    kind: OwnKind
    number: str


@dataclass(frozen=True, slots=True)
class UnknownScan:
    """Anything else: shown as it is, nothing happens."""

    text: str


Scan = (
    CitizenScan
    | CardScan
    | PrescriptionScan
    | TypedCitizenId
    | TypedCard
    | PaymentScan
    | OwnCodeScan
    | UnknownScan
)
