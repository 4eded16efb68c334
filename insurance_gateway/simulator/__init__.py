"""A stand-in for the insurer's gateway: its own process, its own settings, no database.

It answers as the documents say the real one does (CV 1923, CV 1245, CV 3190, CV 2746/BHXH-CNTT,
CV 1839/CNTT-PM, the guide for QĐ 3176), keeps what it receives in a folder and fails on demand.
Its texts are Vietnamese only: they imitate a foreign system.
"""
