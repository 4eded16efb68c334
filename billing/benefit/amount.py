"""What a line costs, and how much of it is inside the insurance scope, before the benefit rate.

Source: QĐ 4750/2023 tables 2 and 3 (formulas), QĐ 1351/QĐ-BHXH 2015 (levels without ratio limits),
NĐ 188/2025 Đ14 (transport), Đ20 (price above the insured price).
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from billing import rounding
from billing.benefit.coverage import CoveredLine
from billing.benefit.errors import BenefitRefused
from billing.benefit.facts import (
    FULL,
    TRANSPORT_GROUP,
    ZERO,
    LineInput,
    LineTable,
    OtherSourceMode,
    Scope,
)
from billing.benefit.tables import Level
from billing.benefit.trace import TraceStep, gettext_noop

FORMULA = "QĐ 4750/2023, bảng 2 và 3"

OUT_OF_SCOPE = gettext_noop("Ngoài phạm vi hưởng (PHAM_VI 2): người bệnh tự trả.")
FORCES_ONLY = gettext_noop(
    "Chi phí PHAM_VI 3 chỉ được trả cho thẻ quân đội, công an, cơ yếu (mức 5); "
    "thẻ mức {level}: người bệnh tự trả."
)
FORCES_PAID = gettext_noop("Chi phí PHAM_VI 3 được trả cho thẻ mức {level}.")
NO_TRANSPORT = gettext_noop("Thẻ mức {level} không được thanh toán vận chuyển: người bệnh tự trả.")
LIMIT_LIFTED = gettext_noop(
    "Thẻ mức {level} không bị giới hạn tỷ lệ {ratio}% của danh mục: tính 100%."
)
WOUND_LIFTED = gettext_noop(
    "Vết thương tái phát của thương binh: không bị giới hạn tỷ lệ {ratio}% của danh mục, tính 100%."
)
LIST_RATIO = gettext_noop(
    "Danh mục chỉ thanh toán {ratio}% dịch vụ này; phần còn lại người bệnh tự trả."
)
PRICE_ABOVE = gettext_noop(
    "Dòng {line}: đơn giá BHYT {insured} đồng cao hơn đơn giá bệnh viện {hospital} đồng; "
    "tính theo giá bệnh viện."
)
PRICE_BELOW = gettext_noop(
    "Giá bệnh viện {hospital} đồng cao hơn giá BHYT {insured} đồng; "
    "phần chênh lệch người bệnh tự trả."
)
DRUG_PRICES = gettext_noop(
    "Dòng {line}: thuốc chỉ có một đơn giá nhưng được nhập hai giá "
    "{hospital} đồng và {insured} đồng."
)


class LineAmount(NamedTuple):
    """THANH_TIEN_BV, TYLE_TT_BH and THANH_TIEN_BH before the supply cap; `steps` say why."""

    hospital: Decimal
    item_ratio: Decimal
    insured: Decimal
    steps: tuple[TraceStep, ...]


def line_amount(covered: CoveredLine) -> LineAmount:
    """Return the amounts of a line; a line that is not covered has nothing inside the scope."""
    line = covered.line
    service_rate = line.service_rate if line.table == LineTable.SERVICE else FULL
    hospital = rounding.total_hospital(line.quantity, line.price_hospital, service_rate)
    if line.other_sources and line.other_sources.amount > hospital:
        raise BenefitRefused("other_source_above_total", line=line.position)
    if covered.card is None:
        return LineAmount(hospital, ZERO, rounding.ZERO, ())
    ratio, step = item_ratio(line, covered.card.level)
    steps = (step,) if step else ()
    if line.price_insured < line.price_hospital and ratio:
        steps = (*steps, _price_step(line))
    insured = _insured(line, service_rate, ratio, hospital)
    return LineAmount(hospital, ratio, insured, steps)


def item_ratio(line: LineInput, level: Level) -> tuple[Decimal, TraceStep | None]:
    """Return TYLE_TT_BH of a covered line, percent, with the reason when it is not simply 100."""
    facts = {"level": level.code, "ratio": line.item_ratio}
    if line.scope == Scope.OUTSIDE:
        return ZERO, TraceStep("scope", True, OUT_OF_SCOPE, facts, FORMULA)
    if line.scope == Scope.FORCES and not level.scope_three_covered:
        return ZERO, TraceStep("scope", True, FORCES_ONLY, facts, level.source)
    if line.cost_group == TRANSPORT_GROUP and not level.transport_covered:
        source = f"NĐ 188/2025 Đ14; {level.source}"
        return ZERO, TraceStep("transport", True, NO_TRANSPORT, facts, source)
    if line.item_ratio == FULL:
        is_forces = line.scope == Scope.FORCES
        step = TraceStep("scope", True, FORCES_PAID, facts, level.source) if is_forces else None
        return FULL, step
    if not level.ratio_limit_applies:
        return FULL, TraceStep("item_ratio", True, LIMIT_LIFTED, facts, level.source)
    if line.recurrent_wound:
        return FULL, TraceStep("item_ratio", True, WOUND_LIFTED, facts, FORMULA)
    return line.item_ratio, TraceStep("item_ratio", True, LIST_RATIO, facts, FORMULA)


def price_warnings(line: LineInput) -> tuple[TraceStep, ...]:
    """Return what a person should look at in the prices of a line."""
    facts = {
        "line": line.position,
        "insured": line.price_insured,
        "hospital": line.price_hospital,
    }
    if line.price_insured > line.price_hospital:
        return (TraceStep("price_insured_above_hospital", True, PRICE_ABOVE, facts, FORMULA),)
    if line.table == LineTable.DRUG and line.price_insured < line.price_hospital:
        return (TraceStep("drug_has_two_prices", True, DRUG_PRICES, facts, FORMULA),)
    return ()


def _insured(line: LineInput, service_rate: Decimal, ratio: Decimal, hospital: Decimal) -> Decimal:
    price = min(line.price_insured, line.price_hospital)
    other = line.other_sources
    if other is None or other.mode != OtherSourceMode.FACILITY or not hospital:
        return rounding.total_insured(line.quantity, price, service_rate, ratio)
    return rounding.total_insured_beside_facility_source(
        (line.quantity, price, service_rate, ratio), rest=hospital - other.amount, total=hospital
    )


def _price_step(line: LineInput) -> TraceStep:
    facts = {"hospital": line.price_hospital, "insured": line.price_insured}
    return TraceStep("price", True, PRICE_BELOW, facts, "NĐ 188/2025 Đ20")
