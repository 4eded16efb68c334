"""For whom the other sources of a frozen line paid; the claim keeps the amounts, not the mode.

Source: QĐ 4750/2023, T_NGUONKHAC points a (patient), b (facility), c (co-payment).
"""

from __future__ import annotations

from decimal import Decimal

from billing import rounding
from billing.benefit.facts import LineInput, OtherSourceKind, OtherSourceMode, OtherSources
from billing.claim_facts import MoneyFacts


def other_sources_of(money: MoneyFacts, line: LineInput, *, is_capped: bool) -> OtherSources | None:
    """Return the other sources as the rules want them; None when nothing was paid.

    An amount that equals the whole co-payment of a line of which nothing else was touched is read
    as paid for the co-payment. `line` is given without its other sources.
    """
    if not money.other_sources:
        return None
    own = money.total_hospital - money.total_insured
    in_scope = money.total_insured - money.fund
    if not money.co_payment and money.other_sources == in_scope and money.self_payment == own:
        return OtherSources(mode=OtherSourceMode.CO_PAYMENT, co_payment_by=_column(money))
    mode = OtherSourceMode.PATIENT
    if not is_capped and money.item_rate and money.total_insured < _unreduced(money, line):
        mode = OtherSourceMode.FACILITY
    return OtherSources(
        mode=mode,
        state=money.other_state,
        foreign=money.other_foreign,
        domestic=money.other_domestic,
        rest=money.other_rest,
    )


def _unreduced(money: MoneyFacts, line: LineInput) -> Decimal:
    """Return THANH_TIEN_BH of the line without other sources."""
    price = min(line.price_insured, line.price_hospital)
    return rounding.total_insured(line.quantity, price, line.service_rate, money.item_rate)


def _column(money: MoneyFacts) -> OtherSourceKind:
    columns = {
        OtherSourceKind.STATE: money.other_state,
        OtherSourceKind.FOREIGN: money.other_foreign,
        OtherSourceKind.DOMESTIC: money.other_domestic,
    }
    return next((kind for kind, paid in columns.items() if paid), OtherSourceKind.REST)
