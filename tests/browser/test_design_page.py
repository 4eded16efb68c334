"""The components in a real browser: no fault for axe, no sideways scrolling, keys that work."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe_faults import axe_faults

VIEWS = [(1366, 768, "light"), (820, 1180, "light"), (1366, 768, "dark")]
PAGES = ["/design/", "/design/?loi=1", "/dang-nhap/", "/khong-co/"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wide_page(browser, live_server):
    """A page on the running site; unlike `browser_page` it lets axe add its refused style."""
    context = browser.new_context(base_url=live_server.url, locale="vi-VN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("width", "height", "theme"), VIEWS)
@pytest.mark.parametrize("address", PAGES)
def test_page_is_open_to_everyone(wide_page, address, width, height, theme):
    page = wide_page
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    page.goto(address)

    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_refused_form_takes_the_focus_and_leads_to_the_field(browser_page: Page):
    browser_page.goto("/design/?loi=1")

    expect(browser_page.locator(".error-summary")).to_be_focused()
    browser_page.get_by_role("link", name="Ngày sinh:").press("Enter")
    expect(browser_page.get_by_label("Ngày sinh")).to_be_focused()


def test_a_key_presses_its_button(browser_page: Page):
    browser_page.goto("/design/")
    browser_page.keyboard.press("F9")

    browser_page.wait_for_url("**/design/?*loi=1*")


def test_f1_lists_the_keys_of_the_page_and_escape_closes_it(browser_page: Page):
    browser_page.goto("/design/")
    browser_page.keyboard.press("F1")

    expect(browser_page.locator("#keys")).to_contain_text("Lưu hồ sơ")
    browser_page.keyboard.press("Escape")
    expect(browser_page.locator("#keys")).to_be_hidden()


def test_arrows_walk_the_rows_of_a_list(browser_page: Page):
    browser_page.goto("/design/")
    rows = browser_page.locator(".row-link")
    rows.nth(0).focus()
    browser_page.keyboard.press("ArrowDown")

    expect(rows.nth(1)).to_be_focused()


def test_confirmation_opens_before_the_act(browser_page: Page):
    browser_page.goto("/design/")
    act = browser_page.get_by_role("button", name="Huỷ chỉ định", exact=True)
    expect(act).to_be_hidden()
    browser_page.locator(".confirm summary").press("Enter")

    expect(act).to_be_visible()
    browser_page.keyboard.press("Escape")
    expect(act).to_be_hidden()


def test_a_lost_connection_is_said_and_nothing_typed_is_lost(browser_page: Page):
    browser_page.goto("/design/")
    browser_page.get_by_label("Họ và tên").fill("Lê Hữu Ví Dụ")
    browser_page.route("**/*", lambda route: route.abort())
    browser_page.evaluate("htmx.ajax('GET', '/design/', '#live').catch(() => null)")

    expect(browser_page.locator("#messages")).to_contain_text("Mất kết nối")
    expect(browser_page.get_by_label("Họ và tên")).to_have_value("Lê Hữu Ví Dụ")


def test_page_works_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/design/")
    page.get_by_role("button", name="Lưu hồ sơ").click()

    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[data-copy]")).to_be_hidden()
    context.close()


def test_long_vietnamese_names_do_not_break_the_banner(browser_page: Page):
    browser_page.set_viewport_size({"width": 820, "height": 1180})
    browser_page.goto("/design/")
    name = json.dumps("Công Tằng Tôn Nữ Ngọc Thục Khuê Trường Tưởng Mẫu Ví Dụ")
    browser_page.evaluate(f"document.querySelector('.banner__name').textContent = {name}")

    assert browser_page.evaluate("document.documentElement.scrollWidth") == 820
