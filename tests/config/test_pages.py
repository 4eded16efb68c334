"""The way in, the first page of each role, error pages, the menu."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from config.navigation import MENU, home_url, menu_of
from hospital.models.people import Role


def test_design_page_needs_no_account(client):
    assert client.get("/design/").status_code == 200


@pytest.mark.django_db
def test_home_leads_strangers_to_the_door(client):
    response = client.get("/")

    assert response.headers["Location"] == f"{reverse('login')}?next=/"


@pytest.mark.django_db
def test_login_shows_demo_accounts_only_in_a_demo(client, settings):
    with_accounts = client.get(reverse("login"))
    settings.DEMO = False
    without = client.get(reverse("login"))

    assert "Demo@2026" in with_accounts.text
    assert "Demo@2026" not in without.text


@pytest.mark.django_db
def test_wrong_password_does_not_say_which_part_was_wrong(client):
    response = client.post(reverse("login"), {"username": "ai-do", "password": "sai"})

    assert "Tên đăng nhập hoặc mật khẩu không đúng" in response.text


def test_menu_shows_a_role_only_its_pages():
    offered = {item.url_name for item in menu_of(frozenset({Role.CASHIER}), path="/")}

    allowed = {name for _label, name, roles in MENU if Role.CASHIER in roles}
    assert offered <= allowed


def test_menu_marks_the_page_that_is_open():
    items = menu_of(frozenset({Role.DOCTOR}), path=reverse("hospital:patient", args=[7]))

    assert [item.url_name for item in items if item.is_current] == ["hospital:patients"]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_never_begins_on_a_page_it_may_not_open(role):
    allowed = {item.url for item in menu_of(frozenset({role}), path="/")}

    assert home_url(frozenset({role})) in allowed | {None}


def test_csrf_failure_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("login"), {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "Trang đã mở quá lâu" in response.text


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "409.html", "500.html"])
def test_error_pages_stand_without_a_request(template):
    assert "<h1>" in render_to_string(template)


def test_conflict_page_names_who_changed_the_record():
    page = render_to_string(
        "409.html", {"changed_by": "BS Nguyễn Văn Khám Mẫu", "changed_at": "08:31"}
    )

    assert "BS Nguyễn Văn Khám Mẫu đã thay đổi lúc 08:31." in page


def test_the_frame_speaks_english_to_those_who_choose_it(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/design/")

    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en">' in page.text
