from __future__ import annotations

import logging

import pytest

pytestmark = pytest.mark.django_db


def test_every_page_allows_only_our_own_scripts(client):
    response = client.get("/song/")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_language_is_vietnamese_whatever_the_browser_prefers(client):
    response = client.get("/song/", headers={"accept-language": "en-US,en"})

    assert response.headers["Content-Language"] == "vi"


@pytest.mark.parametrize(("cookie", "language"), [("en", "en"), ("xx", "vi"), ("vi", "vi")])
def test_chosen_language_holds_and_an_unknown_one_does_not(client, cookie, language):
    client.cookies["django_language"] = cookie

    response = client.get("/song/")

    assert response.headers["Content-Language"] == language


def test_language_is_chosen_by_a_post(client):
    response = client.post("/ngon-ngu/", {"language": "en", "next": "/song/"})

    assert client.get(response.headers["Location"]).headers["Content-Language"] == "en"


def test_request_line_tells_the_route_and_hides_the_query(client, caplog):
    with caplog.at_level(logging.INFO, logger="request"):
        client.get("/song/", {"q": "Nguyễn Văn Mẫu"})

    (line,) = [record.msg for record in caplog.records if record.name == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "song/", 200)
    assert "Mẫu" not in str(line)
