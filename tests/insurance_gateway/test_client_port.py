"""What the port refuses to hold, where services are on which day, and the gateway in memory."""

from __future__ import annotations

from datetime import date

import pytest

from insurance_gateway.client import (
    CardAnswer,
    CardOutcome,
    CardQuery,
    ContentRejected,
    Credentials,
    FakeGateway,
    GatewayPort,
    OutcomeUnknown,
    SignedDocument,
)
from insurance_gateway.client.fake import doing, drop_after_accept, raising
from insurance_gateway.client.paths import ServiceNotInForce, service_at

DOCUMENT = SignedDocument(b"<GIAMDINHHS/>", "01999")


def query(number: str) -> CardQuery:
    return CardQuery(number, "Nguyễn Văn Mẫu", "1990", "Phạm Thị Tiếp Đón", "079196000028")


@pytest.mark.parametrize(
    "address", ["http://egw.baohiemxahoi.gov.vn", "ftp://127.0.0.1", "127.0.0.1:8099", ""]
)
def test_plain_http_is_for_this_machine_only(address) -> None:
    with pytest.raises(ValueError, match="https"):
        Credentials("01999_BV", "x", "01999", address)


@pytest.mark.parametrize(
    "address", ["https://egw.baohiemxahoi.gov.vn", "http://127.0.0.1:8099", "http://localhost:1"]
)
def test_https_and_this_machine_are_taken(address) -> None:
    assert Credentials("01999_BV", "x", "01999", address).base_url == address


def test_secrets_and_people_do_not_show_themselves() -> None:
    shown = repr(Credentials("01999_BV", "Demo@2026", "01999", "https://a.vn")) + repr(
        query("GD4010100000017")
    )

    for hidden in ("Demo@2026", "GD4010100000017", "Nguyễn", "Tiếp Đón", "079196000028"):
        assert hidden not in shown


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf<GIAMDINHHS/>"])
def test_empty_file_and_byte_order_mark_are_no_document(content) -> None:
    with pytest.raises(ValueError, match="byte order mark"):
        SignedDocument(content, "01999")


@pytest.mark.parametrize(
    ("day", "path"),
    [
        (date(2024, 6, 30), "/api/qd130/guiHoSoXmlQD130"),
        (date(2024, 7, 1), "/api/qd130/guiHoSoXmlQD4750"),
        (date(2024, 12, 31), "/api/qd130/guiHoSoXmlQD4750"),
        (date(2025, 1, 1), "/api/qd130/guiHoSoXmlQD3176"),
        (date(2026, 11, 23), "/api/qd130/guiHoSoXmlQD3176"),
    ],
)
def test_path_of_the_claim_follows_the_day(day, path) -> None:
    assert service_at("claim", day).path == path


def test_day_before_the_first_path_is_refused() -> None:
    with pytest.raises(ServiceNotInForce):
        service_at("claim", date(2023, 10, 2))


def test_fake_keeps_what_it_takes() -> None:
    gateway: GatewayPort = (fake := FakeGateway())

    codes = {gateway.send_claim(DOCUMENT).transaction_code, gateway.check_in(DOCUMENT).raw}

    assert len(codes) == 2
    assert (fake.claims, fake.check_ins) == ([DOCUMENT], [DOCUMENT])


def test_fake_loses_the_answer_after_taking_the_file() -> None:
    fake = FakeGateway()
    fake.next_call(drop_after_accept())

    with pytest.raises(OutcomeUnknown):
        fake.send_claim(DOCUMENT)

    assert fake.claims == [DOCUMENT]


def test_fake_refuses_once_and_takes_nothing() -> None:
    fake = FakeGateway()
    fake.next_call(raising(ContentRejected("123")))

    with pytest.raises(ContentRejected):
        fake.send_claim(DOCUMENT)
    assert fake.claims == []

    fake.send_claim(DOCUMENT)
    assert fake.claims == [DOCUMENT]


def test_fake_runs_an_action_before_working() -> None:
    fake, seen = FakeGateway(), []
    fake.next_call(doing(lambda: seen.append(len(fake.claims))))

    fake.send_claim(DOCUMENT)

    assert (seen, len(fake.claims)) == ([0], 1)


def test_fake_knows_the_cards_it_was_given() -> None:
    known = CardAnswer(CardOutcome.VALID, "000", number="GD4010100000017")
    fake = FakeGateway({"001090000017": known})

    assert fake.check_card(query("001090000017")) is known
    assert fake.check_card(query("001090000018")).code == "050"
