"""Cost statement 01/KBCB and receipts on paper, drawn from frozen facts (QĐ 697/2026, 6556/2018).

`forms` holds what the form says, `tables` and `fields` what stands in it, the rest draws.
"""
