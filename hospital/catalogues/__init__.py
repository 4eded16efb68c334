"""Bringing catalogues into the system: the forms 01–06/DM, diseases, national code lists.

A file is read row by row (`files`), each row becomes values by a layout (`layouts`, `rows`), goes
to a temporary table (`staging`), and the difference to the rows in force closes and opens rows
(`difference`). Nothing is updated in place but the last day of a row (TT 12/2026 Điều 7–8).
"""
