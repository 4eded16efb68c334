from __future__ import annotations

import pytest

from hospital.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings):
    settings.AXES_ENABLED = True
    return User.objects.create_user("mau.bacsi", password="Đúng mật khẩu 1")


def sign_in(client, password, address="192.0.2.1"):
    form = {"username": "mau.bacsi", "password": password}
    return client.post("/dang-nhap/", form, REMOTE_ADDR=address)


def test_five_wrong_passwords_close_the_door_even_to_the_right_one(client, user):
    statuses = [sign_in(client, "sai").status_code for _ in range(5)]

    assert statuses[:4] == [200] * 4
    assert sign_in(client, "Đúng mật khẩu 1").status_code == 429


def test_right_password_before_the_fifth_try_opens(client, user):
    for _ in range(4):
        sign_in(client, "sai")

    assert sign_in(client, "Đúng mật khẩu 1").status_code == 302


def test_lock_of_one_address_leaves_the_ward_next_door_alone(client, user):
    for _ in range(5):
        sign_in(client, "sai")

    assert sign_in(client, "Đúng mật khẩu 1", address="192.0.2.2").status_code == 302
