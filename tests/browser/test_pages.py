"""The pages of the desks in a real browser, over a small day with accepted claims.

Each page at two sizes: nothing for axe to find, no sideways scrolling, a picture of it under
test-output/screenshots. Then by keyboard alone, and without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config.demo.province import PASSWORD
from hospital.models import AuditEntry
from tests.browser.axe_faults import axe_faults

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-output" / "screenshots"
SIZES = [(1366, 768), (820, 1180)]
MOST_STOPS = 80
LIST = "/luot-kham/?day={day}"
ENCOUNTER = "/luot-kham/{encounter}/"
BILL = "/tien/luot-kham/{encounter}/"
CLAIM = "/cong/ho-so/{encounter}/"


def nothing(page: Page, name: str) -> None:
    """The page is complete as it comes."""


def parts_arrive(page: Page, name: str) -> None:
    """htmx puts the bill and the evidence into the page of the visit."""
    expect(page.locator("#bill .money")).to_be_visible()
    expect(page.locator("#claim-evidence")).to_contain_text("Cổng đã nhận")


def patient_search(page: Page, name: str) -> None:
    page.get_by_label("Tìm người bệnh").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#found .row-link").first).to_be_visible()


def claim_search(page: Page, name: str) -> None:
    page.locator("#search_query").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Xem tất cả hồ sơ")).to_be_visible()


@dataclass(frozen=True)
class Screen:
    """A page: who opens it, where, what its heading says, what is done there first."""

    name: str
    username: str
    path: str
    heading: str
    status: int = 200
    act: Callable[[Page, str], None] = nothing


SCREENS = [
    Screen("login", "", "/dang-nhap/", "Đăng nhập"),
    Screen("encounters", "bhyt", LIST, "Lượt khám ngày 23/11/2026"),
    Screen("encounter", "bhyt", ENCOUNTER, "Lượt khám", act=parts_arrive),
    Screen("stay", "bhyt", "/luot-kham/{stay}/", "Lượt khám", act=parts_arrive),
    Screen("encounter-doctor", "bacsi", ENCOUNTER, "Lượt khám"),
    Screen("patients", "bhyt", "/nguoi-benh/", "Người bệnh"),
    Screen("patients-found", "bhyt", "/nguoi-benh/", "Người bệnh", act=patient_search),
    Screen("patient", "bhyt", "/nguoi-benh/{patient}/", "Hồ sơ người bệnh"),
    Screen("claims", "bhyt", "/cong/ho-so/", "Hồ sơ BHYT gửi Cổng"),
    Screen("claims-found", "bhyt", "/cong/ho-so/", "Hồ sơ BHYT gửi Cổng", act=claim_search),
    Screen("claim", "bhyt", CLAIM, "01999.2026."),
    Screen("claim-xml1", "bhyt", CLAIM + "bang/XML1/", "Bảng XML1"),
    Screen("stay-xml8", "bhyt", "/cong/ho-so/{stay}/bang/XML8/", "Bảng XML8"),
    Screen("bill", "thungan", BILL, "Chi phí và thanh toán"),
    Screen("facilities", "bhyt", "/co-so/", "Đổi cơ sở"),
    Screen("design", "", "/design/", ""),
    Screen("403", "bacsi", "/cong/ho-so/", "Tài khoản không được mở trang này", status=403),
    Screen("404", "bhyt", "/luot-kham/999999/", "Không tìm thấy trang", status=404),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_page_shows_itself_to_everyone(site, pages_of, screen):
    page = pages_of(screen.username)

    answer = page.goto(site.address(screen.path))
    screen.act(page, site.encounter.patient.full_name)
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        picture(page, f"{screen.name}-{width}")
        found[width] = (page.evaluate("document.documentElement.scrollWidth"), axe_faults(page))

    assert answer.status == screen.status
    expect(page.locator("h1").first).to_contain_text(screen.heading)
    assert found == {width: (width, []) for width, _height in SIZES}


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def test_visit_page_breaks_no_content_policy_when_its_parts_come(site, pages_of):
    page = pages_of("bhyt")
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)

    page.goto(site.address(ENCOUNTER))
    parts_arrive(page, "")

    assert refused == []


def test_search_leaves_the_name_out_of_address_and_audit(site, pages_of):
    page = pages_of("bhyt")
    name = site.encounter.patient.full_name
    page.goto(site.address("/nguoi-benh/"))
    patient_search(page, name)

    line = AuditEntry.objects.filter(action="patient.search").latest("pk")
    assert page.url.endswith("/nguoi-benh/")
    assert name not in str(line.facts)


def test_tab_reaches_the_skip_link_first_and_it_leads_to_the_content(site, pages_of):
    page = pages_of("bhyt")
    page.goto(site.address(LIST))
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")

    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    picture(page, "skip-link")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_focus_is_seen_wherever_tab_stops(site, pages_of):
    page = pages_of("bhyt")
    page.goto(site.address(LIST))

    stops = list(tab_stops(page))

    assert [stop for stop in stops if not stop["isSeen"]] == []
    assert any("row-link" in stop["what"] for stop in stops)


def tab_stops(page: Page) -> Iterator[dict[str, Any]]:
    """Press Tab until the focus leaves the page."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            return
        yield stop
    raise AssertionError("the focus does not leave the page")


# A row of a list draws its outline around the whole row, with the content after its link. Past the
# last stop the focus leaves the page: null.
FOCUS = """() => {
    if (document.activeElement === document.body) return null;
    const here = document.activeElement, box = here.getBoundingClientRect();
    const marked = [null, '::after'].map(part => getComputedStyle(here, part)).some(
        style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    return {what: here.outerHTML.slice(0, 90), isSeen: marked && box.width > 0 && box.height > 0};
}"""


def test_visit_opens_from_the_list_by_keyboard(site, pages_of):
    page = pages_of("bhyt")
    page.goto(site.address(LIST))
    row = page.locator(".row-link").first
    row.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    parts_arrive_somehow(page)


def parts_arrive_somehow(page: Page) -> None:
    """The page of some visit is there with its bill, whether or not its claim was sent."""
    expect(page.locator("h1")).to_contain_text("Lượt khám PK")
    expect(page.locator("#bill .money")).to_be_visible()


@pytest.fixture
def plain(site, pages_of) -> Page:
    """A browser without scripts, signed in through the form."""
    page: Page = pages_of("", java_script_enabled=False)
    page.goto(site.address("/dang-nhap/"))
    page.locator("#id_username").fill("bhyt")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    return page


def test_without_scripts_the_way_in_leads_to_the_claims(plain):
    expect(plain.locator("h1")).to_have_text("Hồ sơ BHYT gửi Cổng")
    expect(plain.locator("tbody .row-link").first).to_be_visible()


def test_without_scripts_list_filters_and_opens_a_visit(site, plain):
    plain.goto(site.address("/luot-kham/"))
    plain.locator("#id_day").fill("23/11/2026")
    plain.locator("#id_day").press("Enter")
    plain.locator(".row-link").first.click()

    expect(plain.locator("h1")).to_contain_text("Lượt khám")


def test_without_scripts_search_finds_a_person(site, plain):
    plain.goto(site.address("/nguoi-benh/"))
    patient_search(plain, site.encounter.patient.full_name)
    plain.locator("#found .row-link").first.click()

    expect(plain.locator("h1")).to_have_text("Hồ sơ người bệnh")


def test_without_scripts_visit_links_to_bill_and_evidence(site, plain):
    plain.goto(site.address(ENCOUNTER))
    plain.get_by_role("link", name="Xem chi phí và thanh toán").click()
    expect(plain.locator(".money__total")).to_be_visible()

    plain.goto(site.address(ENCOUNTER))
    plain.get_by_role("link", name="Xem hồ sơ gửi bảo hiểm xã hội").click()
    plain.get_by_role("link", name="Xem các bảng XML").first.click()
    expect(plain.locator("h1")).to_contain_text("Bảng XML")


def test_facility_is_changed_with_one_press(site, pages_of):
    page = pages_of("giamdoc")
    page.goto(site.address("/co-so/"))
    page.get_by_role("button", name="Trung tâm Y tế khu vực Mẫu").click()

    expect(page.locator(".account__place")).to_have_text("TTYT khu vực Mẫu")
    assert page.goto(site.address(ENCOUNTER)).status == 404
