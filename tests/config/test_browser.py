"""The browser of the tests is closed to the world and sees our pages."""

from __future__ import annotations

from playwright.sync_api import Error, Page, expect


def test_login_page_opens_in_a_real_browser(browser_page: Page) -> None:
    browser_page.goto("/dang-nhap/")

    expect(browser_page.locator("form input[name=username]")).to_be_visible()


def test_browser_cannot_leave_this_machine(browser_page: Page) -> None:
    message = ""
    try:
        browser_page.goto("http://gateway.invalid/")
    except Error as error:
        message = error.message

    assert "ERR_NAME_NOT_RESOLVED" in message
