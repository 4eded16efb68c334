"""The only place that rounds money; one named function per step of the official order.

Every amount is rounded half-up to two decimals when it is produced, the grand totals of the cost
statement to whole dong. Factors are multiplied exactly before the one rounding.
Source: QĐ 4750/2023 (formulas of tables 2 and 3), QĐ 697/2026 (statement); the tie rule is not in
the text, half-up is the default (D10).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
DONG = Decimal("1")
PERCENT = Decimal(100)
ZERO = Decimal("0.00")

# Wide enough that a product of quantity, price and three ratios is never cut before its rounding.
_EXACT = Context(prec=80)


def total_hospital(quantity: Decimal, price: Decimal, service_rate: Decimal) -> Decimal:
    """Return THANH_TIEN_BV of a line, VND with two decimals; `service_rate` in percent."""
    return _half_up(_EXACT.divide(_product(quantity, price, service_rate), PERCENT))


def total_insured(
    quantity: Decimal, price: Decimal, service_rate: Decimal, item_ratio: Decimal
) -> Decimal:
    """Return THANH_TIEN_BH of a line, VND with two decimals; both ratios in percent."""
    product = _product(quantity, price, service_rate, item_ratio)
    return _half_up(_EXACT.divide(product, PERCENT * PERCENT))


def total_insured_beside_facility_source(
    factors: tuple[Decimal, Decimal, Decimal, Decimal], *, rest: Decimal, total: Decimal
) -> Decimal:
    """Return THANH_TIEN_BH of a line of which another source paid the facility all but `rest`.

    `factors` are those of `total_insured`, in its order; `total` is the line's THANH_TIEN_BV above
    0.
    """
    product = _product(*factors, rest)
    return _half_up(_EXACT.divide(product, _product(PERCENT, PERCENT, total)))


def fund_share(insured: Decimal, benefit_rate: Decimal) -> Decimal:
    """Return T_BHTT of a line before other sources, VND with two decimals; the rate in percent."""
    return _half_up(_EXACT.divide(_product(insured, benefit_rate), PERCENT))


def insured_for_fund_share(fund: Decimal, benefit_rate: Decimal) -> Decimal:
    """Return the greatest THANH_TIEN_BH, rounded down, of which the fund pays at most `fund`."""
    amount = _EXACT.divide(_product(fund, PERCENT), benefit_rate)
    return amount.quantize(CENT, rounding=ROUND_DOWN, context=_EXACT)


def remaining_threshold(amount: Fraction) -> Decimal:
    """Return R of NĐ 188/2025 Đ18 k2 c, what is left to pay this year, VND with two decimals."""
    return _half_up(_EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator)))


def statement_total(amount: Decimal) -> Decimal:
    """Return a grand total of the cost statement in whole dong."""
    return amount.quantize(DONG, rounding=ROUND_HALF_UP, context=_EXACT)


def _product(*factors: Decimal) -> Decimal:
    result = factors[0]
    for factor in factors[1:]:
        result = _EXACT.multiply(result, factor)
    return result


def _half_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP, context=_EXACT)
