"""A report in Vietnamese, as lines of a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from billing.benefit.trace import number_text
from billing.recompute.proof import Difference
from billing.recompute.proposal import Proposal
from billing.recompute.report import Department, Fault, Report, Sums, Tally, VisitChange
from billing.recompute.rules import RuleChange, Turn
from billing.recompute.source import Period

RULES = {
    "fixed_base": "Mức hưởng cố định của mã đối tượng",
    "commune_station": "Khám chữa bệnh tại tuyến xã",
    "small_cost": "Chi phí một lần khám thấp hơn ngưỡng",
    "exemption": "Miễn cùng chi trả (5 năm liên tục)",
    "card_level": "Mức hưởng của thẻ",
    "route_ratio": "Tỷ lệ tuyến của mã đối tượng",
    "supply_cap": "Trần vật tư y tế",
    "card": "Thẻ có hiệu lực hoặc còn được thanh toán",
    "card_shown": "Xuất trình thẻ",
    "other": "Quy định khác",
}
TURNS = {
    Turn.STARTS: "{rule}: bắt đầu áp dụng",
    Turn.ENDS: "{rule}: không còn áp dụng",
    Turn.CHANGES: "{rule}: thay đổi mức",
}
FIGURES = {
    "drugs": "T_THUOC",
    "supplies": "T_VTYT",
    "hospital": "T_TONGCHI_BV",
    "insured": "T_TONGCHI_BH",
    "total_hospital": "THANH_TIEN_BV",
    "total_insured": "THANH_TIEN_BH",
    "benefit_rate": "MUC_HUONG",
    "fund": "T_BHTT",
    "co_payment": "T_BNCCT",
    "self_payment": "T_BNTT",
    "other_sources": "T_NGUONKHAC",
    "fund_fee_for_service": "T_BHTT_GDV",
    "ceiling": "T_TRANTT",
}
PAYERS = ("Quỹ BHYT trả", "Cùng chi trả", "Tự trả", "Nguồn khác")
COUNTS = ("Lượt", "Dòng")
GAP = "  "
DIFFERENCES_SHOWN = 5


def report_lines(report: Report, period: Period, proposal: Proposal | None) -> Iterator[str]:
    """Yield the lines of the whole report."""
    yield f"Tính lại các lượt khám kết thúc từ {period.first:%d/%m/%Y} đến {period.last:%d/%m/%Y}"
    if proposal is None:
        yield "Theo quy định có hiệu lực của từng lượt khám, đối chiếu với số đã chốt."
        yield f"Đã tính lại {report.versions} phiên bản hồ sơ."
    else:
        yield from (f"Giả định: {change.text}." for change in proposal.changes)
        yield (
            f"Đã tính lại {report.versions} lượt khám; "
            f"{report.visits_changed} lượt thay đổi số tiền."
        )
    yield ""
    yield from _sums_table(report, is_proof=proposal is None)
    if report.visits_changed:
        yield from _rules_table(report)
        yield from _departments_table(report)
        yield from _biggest_table(report)
    yield from _notes(report)
    yield from _faults(report)


def rule_text(rule: RuleChange) -> str:
    """Return what became of a rule."""
    return TURNS[rule.turn].format(rule=RULES[rule.rule])


def department_text(department: Department) -> str:
    """Return facility, code and name of a department."""
    return " ".join(
        part for part in (department.facility_code, department.code, department.name) if part
    )


def difference_text(difference: Difference) -> str:
    """Return a figure that does not agree, by its official name."""
    places = {"totals": "tổng", "row": "dòng phiên bản"}
    place = places.get(difference.place, f"chi phí {difference.place}")
    frozen, found = _figure(difference.frozen), _figure(difference.recomputed)
    return f"{FIGURES[difference.name]} ({place}): đã chốt {frozen}, tính lại {found}"


def _sums_table(report: Report, *, is_proof: bool) -> Iterator[str]:
    heads = ("Đã chốt", "Tính lại") if is_proof else ("Hiện nay", "Theo đề xuất")
    before, after = _parts(report.before), _parts(report.after)
    rows = [
        (payer, number_text(old), number_text(new), _signed(new - old))
        for payer, old, new in zip(PAYERS, before, after, strict=True)
    ]
    yield from _table(("Đồng", *heads, "Thay đổi"), rows)


def _rules_table(report: Report) -> Iterator[str]:
    found = sorted(report.by_rule.items(), key=lambda item: (-item[1].change.moved, item[0]))
    rows = [(rule_text(rule), *_tally(tally)) for rule, tally in found]
    yield ""
    yield from _table(("Theo quy định", *COUNTS, *PAYERS), rows)


def _departments_table(report: Report) -> Iterator[str]:
    rows = [
        (department_text(department), *_tally(report.by_department[department]))
        for department in sorted(report.by_department, key=department_text)
    ]
    yield ""
    yield from _table(("Theo khoa", *COUNTS, *PAYERS), rows)


def _biggest_table(report: Report) -> Iterator[str]:
    rows = [_visit_row(visit) for visit in report.biggest]
    yield ""
    yield from _table(("Thay đổi nhiều nhất (MA_LK)", "Ngày ra", *PAYERS), rows)


def _visit_row(visit: VisitChange) -> tuple[str, ...]:
    return (visit.link_code, f"{visit.ended_on:%d/%m/%Y}", *map(_signed, _parts(visit.change)))


def _notes(report: Report) -> Iterator[str]:
    notes = [
        f"không lượt nào trong kỳ dùng tới {change.text}; số lượng, đơn giá, tỷ lệ dịch vụ và mã "
        "đối tượng được giữ như đã chốt."
        for change in report.unused
    ]
    if report.history_changed:
        notes.append(
            f"{report.history_changed} lượt được tính với cùng chi trả lũy kế theo đề xuất của "
            "các lượt trước trong kỳ."
        )
    if report.threshold_unsure:
        notes.append(
            f"{report.threshold_unsure} lượt của người đủ 5 năm liên tục: ngưỡng miễn cùng chi trả "
            "chưa quy đổi theo mức tham chiếu đề xuất giữa năm; cần xem lại các lượt này."
        )
    if notes:
        yield ""
    yield from (f"Lưu ý: {note}" for note in notes)


def _faults(report: Report) -> Iterator[str]:
    yield ""
    if not report.fault_count:
        yield "Số đã chốt của mọi phiên bản khớp với kết quả tính lại."
        return
    yield f"LỖI: {report.fault_count} phiên bản không khớp hoặc không tính lại được."
    for fault in report.faults:
        yield from _fault(fault)
    if left := report.fault_count - len(report.faults):
        yield f"  … và {left} phiên bản khác."


def _fault(fault: Fault) -> Iterator[str]:
    told = f": {fault.message}" if fault.message else ""
    yield f"  {fault.link_code} (hồ sơ {fault.claim_id}, phiên bản {fault.number}){told}"
    for difference in fault.differences[:DIFFERENCES_SHOWN]:
        yield f"    {difference_text(difference)}"
    if left := len(fault.differences[DIFFERENCES_SHOWN:]):
        yield f"    … và {left} số khác."


def _tally(tally: Tally) -> tuple[str, ...]:
    return (str(tally.visits), str(tally.lines), *map(_signed, _parts(tally.change)))


def _parts(sums: Sums) -> tuple[Decimal, ...]:
    return (sums.fund, sums.co_payment, sums.self_payment, sums.other_sources)


def _figure(amount: Decimal | None) -> str:
    return "không có" if amount is None else number_text(amount)


def _signed(amount: Decimal) -> str:
    return f"+{number_text(amount)}" if amount > 0 else number_text(amount)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the rows, first column to the left, the others to the right."""
    table = [heads, *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(heads))]
    for number, row in enumerate(table):
        first, *rest = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield GAP.join((first, *rest))
        if not number:
            yield "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
