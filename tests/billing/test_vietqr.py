"""Payment codes: the worked examples of the NAPAS form, letter by letter, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.vietqr import PaymentAccount, payment_purpose, vietqr_payload
from hospital.identity.payment import read_payment

ACCOUNT = PaymentAccount(bank="970400", number="0000123456789")
NAMED = PaymentAccount(
    bank="970400",
    number="0000123456789",
    holder="BENH VIEN MAU",
    city="HA NOI",
    category="8062",
)


def test_a_reusable_code():
    assert vietqr_payload(ACCOUNT) == (
        "00020101021138570010A00000072701270006970400011300001234567890208QRIBFTTA"
        "53037045802VN630415A3"
    )


def test_a_code_for_one_payment():
    payload = vietqr_payload(
        ACCOUNT, amount=125_500, bill_number="HD2611230001", purpose="VP 2611230001"
    )

    assert payload == (
        "00020101021238570010A00000072701270006970400011300001234567890208QRIBFTTA"
        "530370454061255005802VN62330112HD26112300010813VP 26112300016304D2C8"
    )


def test_a_code_that_names_the_hospital():
    assert vietqr_payload(NAMED, amount=Decimal("1250000.00"), purpose="TU BN26000123") == (
        "00020101021238570010A00000072701270006970400011300001234567890208QRIBFTTA"
        "520480625303704540712500005802VN5913BENH VIEN MAU6006HA NOI62170813TU BN26000123"
        "63049C33"
    )


def test_our_own_reader_reads_the_code_back():
    scan = read_payment(vietqr_payload(NAMED, amount=35_325, purpose="VP 01999260000017"))

    assert scan is not None
    assert (scan.bank, scan.account, scan.is_card) == ("970400", "0000123456789", False)
    assert (scan.amount, scan.purpose) == (Decimal(35_325), "VP 01999260000017")


@pytest.mark.parametrize("amount", [0, -1, Decimal("0.5"), Decimal("100.25"), 10**13])
def test_an_amount_that_no_bank_can_transfer_is_refused(amount):
    with pytest.raises(ValueError, match="amount"):
        vietqr_payload(ACCOUNT, amount=amount)


@pytest.mark.parametrize("purpose", ["Viện phí", "x" * 100])
def test_a_text_that_would_break_the_lengths_is_refused(purpose):
    with pytest.raises(ValueError, match="tag 08"):
        vietqr_payload(ACCOUNT, amount=1000, purpose=purpose)


def test_the_purpose_keeps_letters_and_figures_of_the_reference():
    assert payment_purpose("01999.26.0000017") == "VP 01999260000017"


def test_of_a_long_reference_the_end_is_kept_and_no_bank_cuts_it():
    assert payment_purpose("BV.90259.2026.0000001") == "VP 9025920260000001"


@pytest.mark.parametrize("reference", ["", "..."])
def test_a_reference_without_letters_and_figures_is_refused(reference):
    with pytest.raises(ValueError, match="reference"):
        payment_purpose(reference)
