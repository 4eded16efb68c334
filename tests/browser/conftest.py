"""A small site with people in it, served for all tests of a file, and browser pages on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from hospital.models import Encounter, Facility, RoleAssignment, User
from hospital.models.people import Role
from insurance_gateway.models import Submission
from tests.demo_province import DAY, planned, province_running

BACKEND = "hospital.permissions.RoleBackend"
COMERS = 9
UNSENT = 2


@dataclass(frozen=True)
class Site:
    """Where the site is, and the visit that the pages show: insured, rich in lines, accepted."""

    url: str
    encounter: Encounter

    def address(self, path: str) -> str:
        """Return an address; `{encounter}` and `{patient}` stand for their keys."""
        return self.url + path.format(
            encounter=self.encounter.pk, patient=self.encounter.patient_id, day=DAY.isoformat()
        )


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Site]:
    """Nine people came to the hospital; the last two claims are not sent yet."""
    folder = tmp_path_factory.mktemp("province")
    with province_running(folder, django_db_blocker) as province:
        province.play(planned("01999")[:COMERS])
        province.send(leave=UNSENT)
        other = Facility.objects.get(codes__code="01998")
        clerk = User.objects.get(username="bhyt")
        RoleAssignment.objects.create(user=clerk, facility=other, role=Role.INSURANCE)
        server = LiveServer("localhost")
        try:
            yield Site(server.url, richest_visit())
        finally:
            server.stop()


def richest_visit() -> Encounter:
    """Return the accepted visit with the longest document."""
    sent = Submission.objects.filter(kind=Submission.Kind.CLAIM, state=Submission.State.ACCEPTED)
    rows = sent.select_related("document", "encounter__patient")
    return max(rows, key=lambda row: len(row.document.content)).encounter


@pytest.fixture(scope="module")
def pages_of(site: Site, browser: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page signed in as a demo account, or as nobody.

    A script error on any of them fails the file at its end.
    """
    contexts, faults = [], []

    def open_page(
        username: str = "", *, size: tuple[int, int] = (1366, 768), **options: Any
    ) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=site.url,
            locale="vi-VN",
            viewport={"width": width, "height": height},
            **options,
        )
        context.set_default_timeout(15_000)
        if username:
            context.add_cookies([session_cookie(site.url, username)])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def session_cookie(url: str, username: str) -> Any:
    client = Client()
    client.force_login(User.objects.get(username=username), BACKEND)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
