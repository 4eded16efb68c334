"""The layouts of every kind of catalogue.

The column names of forms 01–06/DM are those that independent programs use for TT 12/2026/TT-BTC,
appendix II; the original annex was not at hand (secondary). Columns that the forms do not have but
the claim needs (MA_NHOM, PHAM_VI, TYLE_TT_BH of drugs, NGUON_CTRA, KE_DON, …) are our own; only
MA_NHOM of services is required.
"""

from __future__ import annotations

from hospital.catalogues.layout import Layout
from hospital.catalogues.layouts.departments import DEPARTMENTS
from hospital.catalogues.layouts.drugs import DRUGS
from hospital.catalogues.layouts.equipment import EQUIPMENT
from hospital.catalogues.layouts.national import ICD10, NATIONAL_CODES
from hospital.catalogues.layouts.services import SERVICES
from hospital.catalogues.layouts.staff import STAFF
from hospital.catalogues.layouts.supplies import SUPPLIES

LAYOUTS: dict[str, Layout] = {
    layout.kind: layout
    for layout in (
        DEPARTMENTS,
        STAFF,
        DRUGS,
        SUPPLIES,
        SERVICES,
        EQUIPMENT,
        ICD10,
        NATIONAL_CODES,
    )
}

__all__ = ["LAYOUTS"]
