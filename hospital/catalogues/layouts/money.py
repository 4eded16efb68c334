"""Columns about money that drugs, supplies and services share."""

from __future__ import annotations

from decimal import Decimal

from hospital.catalogues.cells import choice, code, number
from hospital.catalogues.layout import Column

PRICE = number(places=3, most=999_999_999_999)
PERCENT = number(places=0, most=100)
ALL = Decimal(100)

SCOPE = Column("scope", ("PHAM_VI",), choice("1", "2", "3"), default="1", national="pham_vi")
RATIO = Column("insured_ratio", ("TYLE_TT_BH",), PERCENT, default=ALL)
COST_GROUP = Column("cost_group", ("MA_NHOM",), code, national="ma_nhom")


def listed_price(*names: str, required: bool = True) -> Column:
    """Return the column of the price declared to social insurance, the first filled of `names`."""
    return Column("listed_price", names, PRICE, required=required, default=None)
