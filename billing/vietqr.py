"""Payment codes that a banking app scans (VietQR): EMVCo merchant-presented, form of NAPAS.

A code is no proof of payment: the bank or the cashier confirms it by reference and amount.
Source: NAPAS QR format 1.0 (09/2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hospital.identity.payment import NAPAS, crc16

REUSABLE, ONE_PAYMENT = "11", "12"
TO_ACCOUNT = "QRIBFTTA"
DONG_CODE, COUNTRY = "704", "VN"
AMOUNT_FIGURES = 13
# Banks cut the text of a transfer; the shortest limit seen is 19 characters.
PURPOSE_CHARACTERS = 19
PREFIX = "VP "


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAccount:
    """Where money is to go: `bank` is the BIN of six figures. Texts that are put into the code
    (`holder`, `city`) have no diacritics; `category` is the merchant category (8062: hospitals).
    """

    bank: str
    number: str
    bank_name: str = ""
    holder: str = ""
    city: str = ""
    category: str = ""


def vietqr_payload(
    account: PaymentAccount,
    *,
    amount: Decimal | int | None = None,
    bill_number: str = "",
    purpose: str = "",
) -> str:
    """Return the text of the code; without `amount` (whole đồng) it can be used again and again.

    Raises ValueError when a part is too long, not ASCII, or the amount is not whole and above 0.
    """
    beneficiary = _field("00", account.bank) + _field("01", account.number)
    target = _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_ACCOUNT)
    body = "".join(
        (
            _field("00", "01"),
            _field("01", REUSABLE if amount is None else ONE_PAYMENT),
            _field("38", target),
            _field("52", account.category),
            _field("53", DONG_CODE),
            _field("54", "" if amount is None else _amount(amount)),
            _field("58", COUNTRY),
            _field("59", account.holder),
            _field("60", account.city),
            _field("62", _field("01", bill_number) + _field("08", purpose)),
            "6304",
        )
    )
    return body + crc16(body)


def payment_purpose(reference: str) -> str:
    """Return the text of the transfer for one of our references: `VP` and its letters and figures.

    Of a long reference the end is kept, where the running number stands. Raises ValueError when the
    reference has no letter or figure.
    """
    kept = "".join(sign for sign in reference if sign.isascii() and sign.isalnum())
    if not kept:
        raise ValueError("the reference has no letter or figure")
    return PREFIX + kept[len(PREFIX) - PURPOSE_CHARACTERS :]


def _field(tag: str, value: str) -> str:
    """Return tag, length and value; nothing for an empty value."""
    if not value.isascii() or len(value) > 99:
        raise ValueError(f"the value of tag {tag} is not ASCII or longer than 99 characters")
    return f"{tag}{len(value):02}{value}" if value else ""


def _amount(amount: Decimal | int) -> str:
    figures = str(int(amount))
    if int(amount) != amount or amount <= 0 or len(figures) > AMOUNT_FIGURES:
        raise ValueError("the amount of a payment code is whole đồng above 0, 13 figures at most")
    return figures
