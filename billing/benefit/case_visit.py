"""A visit as a case writes it: official names and texts on both sides.

Source: QĐ 4750/2023 tables 1 to 3 (names); input and output keys as in the worked cases.
"""

from __future__ import annotations

from decimal import Decimal

from billing.benefit import case_fields as read
from billing.benefit.answers import LineQuote, VisitQuote
from billing.benefit.case_fields import Fields
from billing.benefit.errors import BenefitRefused
from billing.benefit.facts import (
    CardInput,
    CoPaymentPaid,
    LineInput,
    LineTable,
    OtherSourceMode,
    OtherSources,
    VisitInput,
)
from billing.benefit.trace import short_number
from billing.rounding import CENT

TABLES = {"XML2": LineTable.DRUG, "XML3": LineTable.SERVICE}
MODES = {
    "a": OtherSourceMode.PATIENT,
    "b": OtherSourceMode.FACILITY,
    "arv": OtherSourceMode.CO_PAYMENT,
}


def visit_read(fields: Fields) -> VisitInput:
    """Return the facts of a visit; raises BenefitRefused naming the field that cannot be read."""
    lines = enumerate(read.objects(fields, "lines", needed=True), start=1)
    return VisitInput(
        arrived_at=read.moment(fields, "ngay_vao"),
        ended_at=read.moment_or_none(fields, "ngay_ra"),
        visit_type=read.text(fields, "ma_loai_kcb"),
        route_code=read.text(fields, "ma_doituong_kcb"),
        cards=tuple(_card(card) for card in read.objects(fields, "cards")),
        card_shown_at=read.moment_or_none(fields, "ngay_trinh_the"),
        exempt_from=read.moment_or_none(fields, "ngay_mien_cct"),
        five_years_on=read.day_or_none(fields, "nam_nam_lien_tuc"),
        copay_history=history_read(fields, "copay_history"),
        commune_station=read.flag(fields, "tuyen_xa"),
        lines=tuple(_line(position, line) for position, line in lines),
    )


def history_read(fields: Fields, name: str) -> tuple[CoPaymentPaid, ...]:
    """Return the co-payments of earlier stays."""
    return tuple(
        CoPaymentPaid(read.day(stay, "ngay_ra"), read.number(stay, "t_bncct"))
        for stay in read.objects(fields, name)
    )


def visit_result(quote: VisitQuote) -> dict[str, object]:
    """Return the answer with official names; money as text with two decimals."""
    totals = quote.totals
    return {
        "T_TONGCHI_BV": money(totals.hospital),
        "T_TONGCHI_BH": money(totals.insured),
        "T_BHTT": money(totals.fund),
        "T_BNCCT": money(totals.co_payment),
        "T_BNTT": money(totals.self_payment),
        "T_NGUONKHAC": money(totals.other_sources),
        "T_BHTT_GDV": money(totals.fund_fee_for_service),
        "MUC_HUONG": ";".join(short_number(rate) for rate in quote.benefit_rates) or "0",
        "lines": [_line_result(line) for line in quote.lines],
        "T_THUOC": money(totals.drugs),
        "T_VTYT": money(totals.supplies),
    }


def money(amount: Decimal) -> str:
    """Return an amount with its two decimals."""
    return f"{amount.quantize(CENT):f}"


def _line_result(line: LineQuote) -> dict[str, object]:
    return {
        "stt": line.position,
        "thanh_tien_bv": money(line.total_hospital),
        "tyle_tt_bh": short_number(line.item_ratio),
        "thanh_tien_bh": money(line.total_insured),
        "muc_huong": short_number(line.benefit_rate),
        "t_nguonkhac": money(line.other_sources),
        "t_bhtt": money(line.fund),
        "t_bncct": money(line.co_payment),
        "t_bntt": money(line.self_payment),
    }


def _card(fields: Fields) -> CardInput:
    return CardInput(
        number=read.text(fields, "ma_the"),
        valid_from=read.day(fields, "tu"),
        valid_to=read.day_or_none(fields, "den"),
    )


def _line(position: int, fields: Fields) -> LineInput:
    price = read.number(fields, "don_gia_bv")
    return LineInput(
        position=position,
        table=_table(fields),
        cost_group=read.text(fields, "ma_nhom"),
        quantity=read.number(fields, "so_luong"),
        price_hospital=price,
        price_insured=read.number(fields, "don_gia_bh"),
        service_rate=read.number(fields, "tyle_tt_dv", "100"),
        item_ratio=read.number(fields, "tyle_tt_bh", "100"),
        scope=read.text(fields, "pham_vi", "1"),
        ordered_at=read.moment_or_none(fields, "ngay_yl"),
        package=read.text(fields, "goi_vtyt", ""),
        payment_method=read.text(fields, "ma_pttt", "1"),
        other_sources=_other_sources(fields),
        recurrent_wound=read.flag(fields, "vet_thuong_tp"),
    )


def _table(fields: Fields) -> LineTable:
    name = read.text(fields, "bang")
    if name not in TABLES:
        raise BenefitRefused("field_invalid", field="bang")
    return TABLES[name]


def _other_sources(fields: Fields) -> OtherSources | None:
    source = fields.get("nguonkhac")
    if not source:
        return None
    if not isinstance(source, dict):
        raise BenefitRefused("field_invalid", field="nguonkhac")
    mode = read.text(source, "mode")
    if mode not in MODES:
        raise BenefitRefused("field_invalid", field="nguonkhac.mode")
    return OtherSources(
        mode=MODES[mode],
        state=read.number(source, "nsnn", "0"),
        foreign=read.number(source, "vtnn", "0"),
        domestic=read.number(source, "vttn", "0"),
        rest=read.number(source, "cl", "0"),
    )
