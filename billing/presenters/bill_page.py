"""Words of the bill of one visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.benefit.errors import MESSAGES
from billing.errors import BillingError
from billing.models import Deposit, Payment, Refund
from billing.selectors.bill import Bill, BillLine
from billing.statement.forms import form_on
from hospital.formatting import day, moment, money, quantity
from hospital.models import Encounter
from hospital.presenters.table import Cell, Column, Row, Table


def crumbs(encounter: Encounter) -> list[tuple[str, str]]:
    """Return the way back to the visit."""
    title = _("Lượt khám %(number)s") % {"number": encounter.record_number}
    return [(title, reverse("hospital:encounter", args=[encounter.pk]))]


def refusal(error: BillingError) -> str:
    """Return why the bill cannot be computed or printed, as a clerk can act on it."""
    if error.code == "staff_without_licence":
        return _(
            "Có người chỉ định hoặc thực hiện chưa có giấy phép hành nghề hiệu lực ngày %(day)s; "
            "bổ sung giấy phép rồi in lại."
        ) % {"day": day(date.fromisoformat(str(error.facts["day"])))}
    sentence = MESSAGES.get(error.code)
    return sentence.format(**error.facts) if sentence else str(error)


def rates_text(bill: Bill) -> str:
    """Return the benefit rates that occur, such as `80%` or `100%, 80%`."""
    rates = dict.fromkeys(line.money.benefit_rate for line in bill.lines if line.money.benefit_rate)
    return ", ".join(f"{quantity(rate)}%" for rate in rates)


def lines_table(bill: Bill) -> Table:
    """Return the lines grouped by the items of the statement, sums below."""
    rows: list[Row] = []
    for title, lines in _grouped(bill.lines):
        subtotal = sum(
            (line.money.total_hospital for line in lines), start=lines[0].money.total_hospital * 0
        )
        rows.append(Row([title, "", "", money(subtotal), "", "", ""], is_group=True))
        rows.extend(_line_row(line) for line in lines)
    totals = bill.totals
    return Table(
        caption=_("Chi phí khám bệnh, chữa bệnh"),
        columns=[
            Column(_("Nội dung")),
            Column(_("Số lượng"), kind="number"),
            Column(_("Đơn giá"), kind="number"),
            Column(_("Thành tiền"), kind="number"),
            Column(_("Quỹ BHYT trả"), kind="number"),
            Column(_("Cùng chi trả"), kind="number"),
            Column(_("Tự trả"), kind="number"),
        ],
        rows=rows,
        footer=[
            _("Cộng"),
            "",
            "",
            money(totals.hospital),
            money(totals.fund),
            money(totals.co_payment),
            money(totals.self_payment),
        ],
    )


def _grouped(lines: Iterable[BillLine]) -> Iterable[tuple[str, list[BillLine]]]:
    """Yield the lines under the items of statement 01/KBCB, in the order of their numbers."""
    placed = list(lines)
    if not placed:
        return
    form = form_on(max(timezone.localdate(line.charge.ordered_at) for line in placed))
    items = form.items

    def place(line: BillLine) -> int:
        use = line.charge.supply_use
        return items.index(form.item_of(line.charge.cost_group, use.package if use else ""))

    for position, group in groupby(sorted(placed, key=place), key=place):
        yield f"{items[position].number}. {items[position].title}", list(group)


def _line_row(line: BillLine) -> Row:
    split = line.money
    notes = []
    if split.benefit_rate:
        notes.append(_("mức hưởng %(rate)s%%") % {"rate": quantity(split.benefit_rate)})
    if split.benefit_rate and split.item_rate != 100:
        notes.append(_("tỷ lệ thanh toán %(rate)s%%") % {"rate": quantity(split.item_rate)})
    if line.service_rate != 100:
        notes.append(_("tỷ lệ dịch vụ %(rate)s%%") % {"rate": quantity(line.service_rate)})
    return Row(
        [
            Cell(line.charge.name, under=", ".join(notes)),
            quantity(line.charge.quantity),
            quantity(line.charge.unit_price_hospital),
            quantity(split.total_hospital),
            quantity(split.fund),
            quantity(split.co_payment),
            quantity(split.self_payment),
        ]
    )


def receipts_table(receipts: Iterable[Payment | Deposit | Refund]) -> Table:
    """Return what came in and went out, cancelled receipts marked."""
    return Table(
        caption=_("Thu, hoàn tiền"),
        columns=[
            Column(_("Số biên lai")),
            Column(_("Loại")),
            Column(_("Lúc")),
            Column(_("Hình thức")),
            Column(_("Số tiền"), kind="number"),
        ],
        rows=[_receipt_row(receipt) for receipt in receipts],
    )


def _receipt_row(receipt: Payment | Deposit | Refund) -> Row:
    kind: Cell | str = str(receipt._meta.verbose_name)
    if receipt.cancelled_at is not None:
        kind = Cell(_("Đã hủy"), kind="bad", under=receipt.cancelled_reason)
    return Row(
        [
            receipt.number,
            kind,
            Cell(moment(receipt.received_at), under=receipt.received_by.get_full_name()),
            receipt.get_method_display(),
            money(receipt.amount),
        ],
        url=reverse("billing:receipt", args=[receipt._meta.model_name, receipt.pk]),
    )
