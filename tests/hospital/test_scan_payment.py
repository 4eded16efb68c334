"""Reading payment codes (VietQR) by the vectors of NAPAS and our own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hospital.identity.payment import crc16, read_payment
from hospital.identity.scan import PaymentScan, UnknownScan, read_scan

REUSABLE = (
    "00020101021138570010A00000072701270006970400011300001234567890208QRIBFTTA53037045802VN630415A3"
)
DYNAMIC = (
    "00020101021238570010A00000072701270006970400011300001234567890208QRIBFTTA"
    "530370454061255005802VN62330112HD26112300010813VP 26112300016304D2C8"
)
NAMED = (
    "00020101021238570010A00000072701270006970400011300001234567890208QRIBFTTA"
    "520480625303704540712500005802VN5913BENH VIEN MAU6006HA NOI62170813TU BN2600012363049C33"
)


def sealed(body: str) -> str:
    return f"{body}6304{crc16(body + '6304')}"


def test_the_check_value_of_the_algorithm():
    assert crc16("123456789") == "29B1"


def test_a_reusable_code_has_no_amount():
    assert read_scan(REUSABLE) == PaymentScan(
        bank="970400",
        account="0000123456789",
        is_card=False,
        amount=None,
        reference="",
        purpose="",
        payee="",
    )


def test_a_code_for_one_payment_names_amount_reference_and_purpose():
    found = read_scan(DYNAMIC)

    assert isinstance(found, PaymentScan)
    assert found.amount == Decimal(125_500)
    assert (found.reference, found.purpose) == ("HD2611230001", "VP 2611230001")


def test_the_payee_is_read_where_it_is_named():
    found = read_scan(NAMED)

    assert isinstance(found, PaymentScan)
    assert (found.amount, found.payee) == (Decimal(1_250_000), "BENH VIEN MAU")


@pytest.mark.parametrize(
    "text", [DYNAMIC[:-1] + "9", DYNAMIC[:-4], DYNAMIC.replace("1255", "9255")]
)
def test_a_changed_or_cut_code_is_unknown(text):
    assert isinstance(read_scan(text), UnknownScan)


def test_lengths_that_do_not_fit_are_unknown_in_spite_of_the_check_sum():
    assert read_payment(sealed("0002013899")) is None
    assert read_payment(sealed("000201380500")) is None


def test_a_code_of_another_network_names_no_account():
    found = read_payment(sealed("00020138100002XX0100"))

    assert found is not None
    assert (found.bank, found.account) == ("", "")
