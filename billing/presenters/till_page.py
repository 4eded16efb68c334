"""Words of the cashier's list and of the till of one visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.errors import BillingError
from billing.models import Deposit, Payment, Refund
from billing.presenters.bill_page import refusal as benefit_refusal
from billing.selectors.bill import Bill
from hospital.errors import HospitalError
from hospital.formatting import age, clock, moment, money
from hospital.models import Encounter
from hospital.presenters.encounter_list import card_cell
from hospital.presenters.table import Cell, Column, Row, Table

KINDS: dict[str, type[Payment | Deposit | Refund]] = {
    "payment": Payment,
    "deposit": Deposit,
    "refund": Refund,
}


def waiting_table(visits: Iterable[tuple[Encounter, Bill | None]], *, today: date) -> Table:
    """Return who waits to pay, with what is due."""
    return Table(
        caption=_("Chờ thu"),
        columns=[
            Column(_("Người bệnh")),
            Column(_("Kết thúc khám")),
            Column(_("Thẻ BHYT"), is_optional=True),
            Column(_("Tổng chi phí"), kind="number"),
            Column(_("Còn phải thu"), kind="number"),
        ],
        rows=[_waiting_row(visit, bill, today) for visit, bill in visits],
    )


def _waiting_row(visit: Encounter, bill: Bill | None, today: date) -> Row:
    patient = visit.patient
    who = f"{patient.get_sex_display()}, {age(patient.birth, today)} · {patient.number}"
    return Row(
        url=reverse("billing:till", args=[visit.pk]),
        cells=[
            Cell(patient.full_name, under=who),
            Cell(clock(visit.ended_at), under=visit.record_number),
            card_cell(visit),
            money(bill.totals.hospital) if bill else Cell(_("Chưa tính được"), kind="bad"),
            money(bill.due) if bill else "",
        ],
    )


def owing_table(visits: Iterable[Encounter]) -> Table:
    """Return the closed visits of which a part is unpaid."""
    return Table(
        caption=_("Còn nợ"),
        columns=[
            Column(_("Người bệnh")),
            Column(_("Kết thúc lúc")),
            Column(_("Còn nợ"), kind="number"),
        ],
        rows=[
            Row(
                url=reverse("billing:till", args=[visit.pk]),
                cells=[
                    Cell(visit.patient.full_name, under=visit.patient.number),
                    Cell(moment(visit.ended_at), under=visit.record_number),
                    money(getattr(visit, "owed", None)),
                ],
            )
            for visit in visits
        ],
    )


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One receipt on the till page; `cancel_url` is empty for a cancelled one."""

    number: str
    kind: str
    at: str
    by: str
    method: str
    amount: str
    cancelled: str
    cancel_url: str
    print_url: str


def receipt_lines(receipts: Sequence[Payment | Deposit | Refund]) -> list[ReceiptLine]:
    """Return the receipts of a visit in the order of the clock."""
    return [_receipt_line(receipt) for receipt in receipts]


def _receipt_line(receipt: Payment | Deposit | Refund) -> ReceiptLine:
    kind = receipt._meta.model_name or ""
    cancelled_at: datetime | None = receipt.cancelled_at
    return ReceiptLine(
        number=receipt.number,
        kind=str(receipt._meta.verbose_name),
        at=moment(receipt.received_at),
        by=receipt.received_by.get_full_name(),
        method=receipt.get_method_display(),
        amount=money(receipt.amount),
        cancelled=_("Đã hủy %(at)s: %(reason)s")
        % {"at": moment(cancelled_at), "reason": receipt.cancelled_reason}
        if cancelled_at
        else "",
        cancel_url=""
        if cancelled_at
        else reverse("billing:receipt-cancel", args=[kind, receipt.pk]),
        print_url=reverse("billing:receipt", args=[kind, receipt.pk]),
    )


def undispensed_text(count: int) -> str:
    """Return how many prescriptions still wait at the pharmacy; empty when none does."""
    if not count:
        return ""
    return ngettext(
        "Còn %(count)s đơn thuốc chưa phát", "Còn %(count)s đơn thuốc chưa phát", count
    ) % {"count": count}


def refusal(error: HospitalError) -> str:
    """Return why the till cannot do what was asked, and what to do instead."""
    sentences = {
        "payment_above_due": _("Số tiền lớn hơn số còn phải thu; nhập lại, phần thừa ghi tạm ứng."),
        "payment_key_of_other_visit": _("Yêu cầu này thuộc lượt khám khác; tải lại trang."),
        "payment_key_reused": _("Biểu mẫu này đã dùng cho một biên lai khác; tải lại trang."),
        "cancel_after_refund": _("Đã hoàn một phần tiền này; hủy phiếu hoàn trước."),
        "due_after_recheck": _("Sau khi tra cứu lại thẻ, người bệnh còn phải trả; thu trước."),
        "card_refused": _("Cổng không công nhận thẻ; kiểm tra thẻ hoặc chuyển sang tự trả."),
        "lines_do_not_add_up": _("Tổng không bằng các dòng; báo người phụ trách hệ thống."),
        "amount_not_positive": _("Số tiền phải lớn hơn 0."),
        "refund_reason_missing": _("Ghi lý do hoàn tiền."),
        "cancel_reason_missing": _("Ghi lý do hủy biên lai."),
        "refund_above_balance": _("Chỉ hoàn được phần thu thừa; kiểm tra lại số tiền."),
        "price_not_in_force": _("Có dịch vụ chưa có giá trong ngày; báo cán bộ danh mục."),
        "illegal_move": _("Lượt khám chưa có kết luận của bác sĩ nên chưa kết thúc được."),
        "prescriptions_not_dispensed": _("Còn đơn thuốc chưa phát; phát thuốc hoặc hủy đơn trước."),
        "main_diagnosis_missing": _("Chưa có bệnh chính; bác sĩ ghi chẩn đoán trước."),
        "weight_missing": _("Chưa có cân nặng của người bệnh; ghi dấu hiệu sinh tồn trước."),
        "staff_without_licence": _("Người chỉ định chưa có giấy phép hành nghề còn hiệu lực."),
        "route_code_undecided": _(
            "Chưa xác định được mã đối tượng đến khám; bộ phận BHYT chọn mã."
        ),
        "discharge_paper_missing": _("Chưa có giấy ra viện; bác sĩ lập giấy ra viện trước."),
        "summary_missing": _("Chưa có tóm tắt hồ sơ bệnh án; bác sĩ lập trước."),
        "bed_days_need_review": _("Có ngày giường cần người xem: người bệnh qua nhiều khoa."),
    }
    sentence = sentences.get(error.code)
    if sentence:
        return sentence
    return benefit_refusal(error) if isinstance(error, BillingError) else str(error)
