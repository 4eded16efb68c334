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
EARLY, LATE = 7, 2
ACCOUNTS = ("bhyt", "bacsi", "thungan", "giamdoc")


@dataclass(frozen=True)
class Site:
    """Where the site is, the visit and the stay that the pages show (insured, rich in lines,
    accepted), and a session of each account.
    """

    url: str
    encounter: Encounter
    stay: Encounter
    sessions: dict[str, str]

    def address(self, path: str) -> str:
        """Return an address; `{encounter}`, `{stay}` and `{patient}` stand for their keys."""
        return self.url + path.format(
            encounter=self.encounter.pk,
            stay=self.stay.pk,
            patient=self.encounter.patient_id,
            day=DAY.isoformat(),
        )


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Site]:
    """Nine people came to the hospital, two for days; the claims of the last two are not sent."""
    folder = tmp_path_factory.mktemp("province")
    with province_running(folder, django_db_blocker) as province:
        comers = planned("01999")
        province.play(comers[:EARLY] + comers[-LATE:])
        province.send(leave=LATE)
        second_facility_give("bhyt", "giamdoc")
        # A test undoes what it writes, and the server would not see it: everybody signs in here.
        sessions = {username: session_of(username) for username in ACCOUNTS}
        server = LiveServer("localhost")
        try:
            yield Site(server.url, richest(is_stay=False), richest(is_stay=True), sessions)
        finally:
            server.stop()


def second_facility_give(*usernames: str) -> None:
    other = Facility.objects.get(codes__code="01998")
    for user in User.objects.filter(username__in=usernames):
        RoleAssignment.objects.create(user=user, facility=other, role=Role.INSURANCE)


def richest(*, is_stay: bool) -> Encounter:
    """Return the accepted visit, or stay, with the longest document."""
    sent = Submission.objects.filter(kind=Submission.Kind.CLAIM, state=Submission.State.ACCEPTED)
    rows = sent.filter(encounter__admitted_at__isnull=not is_stay)
    rows = rows.select_related("document", "encounter__patient")
    return max(rows, key=lambda row: len(row.document.content)).encounter


@pytest.fixture(scope="module")
def pages_of(site: Site, browser: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page signed in as a demo account, or as nobody.

    A script error on any of them fails the file at its end.
    """
    contexts, faults = [], []

    def open_page(username: str = "", **options: Any) -> Page:
        context = browser.new_context(
            base_url=site.url, locale="vi-VN", viewport={"width": 1366, "height": 768}, **options
        )
        context.set_default_timeout(15_000)
        if username:
            cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "url": site.url}
            context.add_cookies([cookie | {"value": site.sessions[username]}])
        contexts.append(context)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def session_of(username: str) -> str:
    """Sign an account in and return the key of its session."""
    client = Client()
    client.force_login(User.objects.get(username=username), BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
