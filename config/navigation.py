"""The menu of each role, in the order of a patient's way through the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from hospital.models.people import Role

CLINICAL = frozenset({Role.RECEPTION, Role.DOCTOR, Role.NURSE, Role.LAB, Role.PHARMACY})
MONEY = frozenset({Role.CASHIER, Role.INSURANCE})

MENU = (
    (_("Tiếp đón"), "hospital:reception", frozenset({Role.RECEPTION})),
    (_("Lượt khám hôm nay"), "hospital:encounters", CLINICAL | MONEY),
    (_("Người bệnh"), "hospital:patients", CLINICAL | MONEY),
    (_("Cận lâm sàng"), "hospital:lab", frozenset({Role.LAB})),
    (_("Quầy thuốc"), "hospital:pharmacy", frozenset({Role.PHARMACY})),
    (_("Buồng bệnh"), "hospital:ward", frozenset({Role.DOCTOR, Role.NURSE})),
    (_("Thu ngân"), "billing:cashier", frozenset({Role.CASHIER})),
    (_("Hồ sơ BHYT"), "insurance_gateway:claims", frozenset({Role.INSURANCE})),
    (_("Cổng BHXH"), "insurance_gateway:monitoring", frozenset({Role.INSURANCE, Role.ADMIN})),
    (_("Quyết toán"), "billing:settlement", frozenset({Role.INSURANCE})),
    (_("Danh mục"), "hospital:catalogue", frozenset({Role.CATALOGUE})),
    (_("Tài khoản"), "hospital:accounts", frozenset({Role.ADMIN})),
    (_("Nhật ký truy cập"), "hospital:audit", frozenset({Role.AUDITOR})),
)

# Where the day of a role begins; the first page that exists wins.
HOME = (
    (Role.RECEPTION, ("hospital:reception", "hospital:encounters")),
    (Role.CASHIER, ("billing:cashier", "hospital:encounters")),
    (Role.INSURANCE, ("insurance_gateway:claims", "hospital:encounters")),
    (Role.LAB, ("hospital:lab", "hospital:encounters")),
    (Role.PHARMACY, ("hospital:pharmacy", "hospital:encounters")),
    (Role.DOCTOR, ("hospital:encounters",)),
    (Role.NURSE, ("hospital:encounters",)),
    (Role.CATALOGUE, ("hospital:catalogue",)),
    (Role.ADMIN, ("hospital:accounts", "insurance_gateway:monitoring")),
    (Role.AUDITOR, ("hospital:audit",)),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the menu."""

    label: str
    url_name: str
    url: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every page `nav` (list of NavItem) and `facility`; asks the database nothing."""
    roles: frozenset[str] = getattr(request, "roles", frozenset())
    return {
        "nav": SimpleLazyObject(lambda: menu_of(roles, path=request.path)),
        "facility": getattr(request, "facility", None),
    }


def menu_of(roles: frozenset[str], *, path: str) -> list[NavItem]:
    """Return the pages open to `roles`; the one with the longest matching address is current."""
    open_pages = [
        (str(label), name, url)
        for label, name, allowed in MENU
        if roles & allowed and (url := url_or_none(name))
    ]
    current = max((url for _l, _n, url in open_pages if path.startswith(url)), key=len, default="")
    return [NavItem(label, name, url, url == current) for label, name, url in open_pages]


def home_url(roles: frozenset[str]) -> str | None:
    """Return where the day of these roles begins; None when no page is open to them."""
    for role, names in HOME:
        if role in roles:
            for name in names:
                if url := url_or_none(name):
                    return url
    return None


def url_or_none(name: str) -> str | None:
    """Return the address of a page, None when this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
