"""Reading payment codes: EMVCo merchant-presented QR in the form of NAPAS (VietQR, 09/2021)."""

from __future__ import annotations

from decimal import Decimal

from hospital.identity.kinds import PaymentScan

START = "000201"
NAPAS = "A000000727"
CARD_SERVICE = "QRIBFTTC"


def crc16(text: str) -> str:
    """Return CRC-16/CCITT-FALSE of ASCII `text` as four upper-case hexadecimal digits."""
    register = 0xFFFF
    for byte in text.encode("ascii"):
        register ^= byte << 8
        for _ in range(8):
            shifted = register << 1
            register = (shifted ^ 0x1021) & 0xFFFF if register & 0x8000 else shifted & 0xFFFF
    return f"{register:04X}"


def read_payment(text: str) -> PaymentScan | None:
    """Return the payment code, None when it is none, its check sum is wrong or it is cut off."""
    if not (text.startswith(START) and text.isascii() and crc16(text[:-4]) == text[-4:].upper()):
        return None
    fields = tagged(text)
    account = tagged(fields.get("38", "")) if fields else None
    if fields is None or account is None:
        return None
    beneficiary, extra = tagged(account.get("01", "")), tagged(fields.get("62", ""))
    if beneficiary is None or extra is None:
        return None
    amount = fields.get("54", "")
    return PaymentScan(
        bank=beneficiary.get("00", "") if account.get("00") == NAPAS else "",
        account=beneficiary.get("01", "") if account.get("00") == NAPAS else "",
        is_card=account.get("02") == CARD_SERVICE,
        amount=Decimal(amount) if amount.isdecimal() else None,
        reference=extra.get("01", ""),
        purpose=extra.get("08", ""),
        payee=fields.get("59", ""),
    )


def tagged(text: str) -> dict[str, str] | None:
    """Return tag → value of a run of tags and lengths, None when the lengths do not fit."""
    values: dict[str, str] = {}
    position = 0
    while position < len(text):
        tag, length = text[position : position + 2], text[position + 2 : position + 4]
        if not (len(tag) == 2 and len(length) == 2 and length.isdecimal()):
            return None
        position += 4 + int(length)
        if position > len(text):
            return None
        values[tag] = text[position - int(length) : position]
    return values
