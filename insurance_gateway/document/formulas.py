"""The official sums of the claim document, recomputed from the rows as they stand.

Lines are rounded half up to two decimals, everything above is a plain sum. The product of a line
comes from the formula of its row in the edition, so that 130 (without TYLE_TT_DV) and 4750 differ
by data. A row whose figures cannot be read gives no answer here: its type is a deviation already.
Source: QĐ 130/2023, 4750/2023, 3176/2024, tables 1 to 3; D10.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from insurance_gateway.document.editions import fields_of
from insurance_gateway.document.value_types import is_decimal

Row = Mapping[str, str]
Expected = Iterator[tuple[str, Decimal]]

CENT = Decimal("0.01")
LONGEST_FIGURE = 18
LINE_TABLES = ("XML2", "XML3")
AMOUNTS = ("THANH_TIEN_BV", "THANH_TIEN_BH")
OTHER_SOURCES = ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL")
SUPPLY_GROUPS = ("10", "11")
FEE_FOR_SERVICE = "1"
BY_CALENDAR = ("02", "03", "04", "06")
WITHOUT_DAYS = ("01", "07", "09")
SUMS = {
    "T_TONGCHI_BV": "THANH_TIEN_BV",
    "T_TONGCHI_BH": "THANH_TIEN_BH",
    "T_BNTT": "T_BNTT",
    "T_BNCCT": "T_BNCCT",
    "T_BHTT": "T_BHTT",
    "T_NGUONKHAC": "T_NGUONKHAC",
}
product_of = re.compile(r"round\((?P<factors>[A-Z_*/0 1]+), 2\)").fullmatch


def line_expected(table: str, edition: str, row: Row) -> Expected:
    """Yield the fields of a cost line with the figure each must have; VND, two decimals."""
    products = {
        field.name: field.formula for field in fields_of(edition, table) if field.name in AMOUNTS
    }
    for name in AMOUNTS:
        yield name, rounded_product(products[name], row)
    other = sum((amount(row, name) for name in OTHER_SOURCES), Decimal(0))
    yield "T_NGUONKHAC", other
    hospital, insured = (amount(row, name) for name in AMOUNTS)
    fund = cents(insured * amount(row, "MUC_HUONG") / 100)
    own, share = hospital - insured, insured - fund
    from_own = min(other, own)
    from_share = min(other - from_own, share)
    yield "T_BNTT", own - from_own
    yield "T_BNCCT", share - from_share
    yield "T_BHTT", fund - (other - from_own - from_share)


def totals_expected(tables: Mapping[str, Sequence[Row]]) -> Expected:
    """Yield the totals of XML1 with the sums over the lines of XML2 and XML3."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for table in LINE_TABLES:
        for row in tables.get(table, ()):
            for total, part in SUMS.items():
                sums[total] += amount(row, part)
            if table == "XML2":
                sums["T_THUOC"] += amount(row, "THANH_TIEN_BV")
            elif row.get("MA_NHOM") in SUPPLY_GROUPS:
                sums["T_VTYT"] += amount(row, "THANH_TIEN_BV")
            if row.get("MA_PTTT") == FEE_FOR_SERVICE:
                sums["T_BHTT_GDV"] += amount(row, "T_BHTT")
    for total in (*SUMS, "T_THUOC", "T_VTYT", "T_BHTT_GDV"):
        yield total, sums[total]


def treatment_days_allowed(row: Row) -> set[int] | None:
    """Return the days of treatment that fit an XML1 row; None where the row does not tell.

    The time a patient waited for a booked admission need not be counted, so two counts may be
    right.
    """
    kind = row.get("MA_LOAI_KCB")
    if kind in WITHOUT_DAYS:
        return {0}
    if kind not in BY_CALENDAR:
        return None
    starts = filter(None, (row.get("NGAY_VAO"), row.get("NGAY_VAO_NOI_TRU")))
    end = calendar_day(row["NGAY_RA"])
    return {(end - calendar_day(start)).days + 1 for start in starts}


def rounded_product(formula: str, row: Row) -> Decimal:
    """Return round(A * B * C/100, 2) of the fields; raises LookupError for another formula."""
    match = product_of(formula)
    if match is None:
        raise LookupError(f"not a product: {formula}")
    product = Decimal(1)
    for factor in match["factors"].split(" * "):
        name, _, divisor = factor.partition("/")
        product *= amount(row, name) / Decimal(divisor or 1)
    return cents(product)


def amount(row: Row, name: str) -> Decimal:
    """Return a figure of a row, 0 when empty; raises ValueError when it is not one."""
    text = row.get(name) or "0"
    if len(text) > LONGEST_FIGURE or not is_decimal(text):
        raise ValueError(name)
    return Decimal(text)


def cents(value: Decimal) -> Decimal:
    """Return the figure rounded half up; raises ValueError when it has too many digits."""
    try:
        return value.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError("too many digits") from error


def calendar_day(text: str) -> datetime:
    return datetime.strptime(text[:8], "%Y%m%d")  # noqa: DTZ007 - only the calendar counts
