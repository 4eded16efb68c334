"""From a row of the till, or from what is due, to the paper that the patient gets."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from billing.models import Deposit, Payment, Refund
from billing.models.money import Receipt
from billing.selectors.bill import bill_of
from billing.statement.receipt import ReceiptPaper
from billing.statement.source import payment_account_of, person_name
from hospital.models import Encounter, User
from hospital.selectors.facilities import facility_code_on

TITLES: dict[type[Receipt], str] = {
    Payment: "BIÊN LAI THU TIỀN",
    Deposit: "BIÊN LAI TẠM ỨNG",
    Refund: "PHIẾU HOÀN TIỀN",
}
REASONS: dict[type[Receipt], str] = {
    Payment: "Thu tiền khám bệnh, chữa bệnh",
    Deposit: "Tạm ứng chi phí khám bệnh, chữa bệnh",
    Refund: "Hoàn tiền khám bệnh, chữa bệnh",
}
PAYER, PAYEE, CASHIER = "NGƯỜI NỘP TIỀN", "NGƯỜI NHẬN TIỀN", "NGƯỜI THU TIỀN"


def receipt_paper(receipt: Receipt) -> ReceiptPaper:
    """Return the paper of a receipt; a cancelled one says so."""
    encounter, kind = receipt.encounter, type(receipt)
    is_refund = isinstance(receipt, Refund)
    reason = REASONS[kind]
    return ReceiptPaper(
        title=TITLES[kind],
        number=receipt.number,
        made_on=timezone.localdate(receipt.received_at),
        parent_name=receipt.facility.parent_name,
        facility_name=receipt.facility.name,
        facility_address=receipt.facility.address,
        person=encounter.patient.full_name,
        patient_number=encounter.patient.number,
        reference=encounter.link_code,
        record_number=encounter.record_number,
        reason=f"{reason}: {receipt.reason}" if isinstance(receipt, Refund) else reason,
        amount=receipt.amount,
        method=str(receipt.get_method_display()),
        signers=(
            (PAYEE if is_refund else PAYER, ""),
            ("NGƯỜI CHI TIỀN" if is_refund else CASHIER, person_name(receipt.received_by)),
        ),
        cancelled=receipt.cancelled_reason if receipt.cancelled_at is not None else "",
    )


def payment_request_paper(
    encounter: Encounter, *, actor: User, now: datetime
) -> ReceiptPaper | None:
    """Return a request for what the patient still owes, None when nothing is due.

    Raises BillingError when the bill cannot be computed.
    """
    due = bill_of(encounter).due
    if due <= 0:
        return None
    facility, day = encounter.facility, timezone.localdate(now)
    return ReceiptPaper(
        title="PHIẾU YÊU CẦU THANH TOÁN",
        number="",
        made_on=day,
        parent_name=facility.parent_name,
        facility_name=facility.name,
        facility_address=facility.address,
        person=encounter.patient.full_name,
        patient_number=encounter.patient.number,
        reference=encounter.link_code,
        record_number=encounter.record_number,
        reason="Chi phí khám bệnh, chữa bệnh còn phải nộp",
        amount=due,
        signers=((CASHIER, person_name(actor)),),
        account=payment_account_of(facility_code_on(facility, day)),
    )
