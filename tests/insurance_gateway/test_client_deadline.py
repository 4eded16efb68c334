"""A try at the gateway ends in time, however slowly or oddly the other side answers."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from insurance_gateway.client import OutcomeUnknown, SignedDocument, TemporaryFailure
from insurance_gateway.client.egw import EgwGateway
from insurance_gateway.client.port import Credentials
from insurance_gateway.client.tokens import TokenCache
from insurance_gateway.client.transport import Call, Lost, Timeout, new_session, post
from insurance_gateway.limits import gateway_times, try_seconds

DOCUMENT = SignedDocument(b"<GIAMDINHHS/>", "01999")
DRIP_SECONDS = 4.0
SLACK = 1.0
Answer = Callable[[socket.socket], None]


def dripping(line: socket.socket) -> None:
    """Send a status line, then a header that grows byte by byte."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    end = time.monotonic() + DRIP_SECONDS
    while time.monotonic() < end:
        line.sendall(b"x")
        time.sleep(0.05)


def with_token(line: socket.socket) -> None:
    key = {"access_token": "a", "id_token": "b", "expires_in": 600}
    body = json.dumps({"maKetQua": "200", "APIKey": key}).encode()
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


def nested_too_deep(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"[" * 100_000)


def late(seconds: float, answer: Answer) -> Answer:
    def wait(line: socket.socket) -> None:
        time.sleep(seconds)
        answer(line)

    return wait


class SlowServer:
    """Answers the paths it was given in its own way; keeps every path it was asked for."""

    def __init__(self, answers: dict[str, Answer], context: ssl.SSLContext | None = None) -> None:
        self.asked: list[str] = []
        self._answers, self._context = answers, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=DRIP_SECONDS + 2)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError), line:
            if self._context is not None:
                line = self._context.wrap_socket(line, server_side=True)
            with line, line.makefile("rb") as sent:
                while request := sent.readline():
                    self._answer(line, sent, request.split()[1].decode().partition("?")[0])

    def _answer(self, line: socket.socket, sent, path: str) -> None:
        length = 0
        while (header := sent.readline().strip()) != b"":
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        sent.read(length)
        self.asked.append(path)
        name = "token" if "token" in path.lower() else "document"
        self._answers[name](line)


@pytest.fixture
def serve() -> Iterator[Callable[..., SlowServer]]:
    servers: list[SlowServer] = []

    def start(context: ssl.SSLContext | None = None, **answers: Answer) -> SlowServer:
        servers.append(SlowServer({"token": with_token, "document": dripping} | answers, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def client_at(server: SlowServer, timeout: Timeout) -> EgwGateway:
    credentials = Credentials("01999_BV", "Demo@2026", "01999", server.url)
    return EgwGateway(credentials, timeout=timeout, tokens=TokenCache())


def seconds_of(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def unknown(client: EgwGateway) -> None:
    with pytest.raises(OutcomeUnknown):
        client.send_claim(DOCUMENT)


def test_header_that_drips_is_given_up_in_time(serve) -> None:
    client = client_at(serve(), Timeout(connect=2, read=0.5))

    assert seconds_of(lambda: unknown(client)) < 0.5 + SLACK


def test_header_that_drips_through_tls_is_given_up_in_time(serve, tls_for_this_machine) -> None:
    client = client_at(serve(tls_for_this_machine), Timeout(connect=2, read=0.5))

    assert seconds_of(lambda: unknown(client)) < 0.5 + SLACK


def test_answer_nested_too_deep_is_one_without_a_code(serve) -> None:
    client = client_at(serve(document=nested_too_deep), Timeout(connect=2, read=3))

    with pytest.raises(OutcomeUnknown) as failure:
        client.send_claim(DOCUMENT)

    assert failure.value.code == "http_200"


def test_token_and_document_share_one_limit(serve) -> None:
    server = serve(token=late(0.6, with_token))
    client = client_at(server, Timeout(connect=2, read=9, total=1))

    assert seconds_of(lambda: unknown(client)) < 1 + SLACK
    assert len(server.asked) == 2


def test_token_that_drips_is_temporary_and_nothing_is_sent(serve) -> None:
    server = serve(token=dripping)
    client = client_at(server, Timeout(connect=2, read=9, total=0.5))

    def ask() -> None:
        with pytest.raises(TemporaryFailure):
            client.send_claim(DOCUMENT)

    assert seconds_of(ask) < 0.5 + SLACK
    assert len(server.asked) == 1


def test_thread_that_waits_for_the_token_of_another_gives_up_in_time(serve) -> None:
    server = serve(token=dripping)
    tokens = TokenCache()
    credentials = Credentials("01999_BV", "Demo@2026", "01999", server.url)
    slow, quick = (
        EgwGateway(credentials, timeout=Timeout(2, 9, total=total), tokens=tokens)
        for total in (3, 0.4)
    )

    def ask(client: EgwGateway) -> None:
        with pytest.raises(TemporaryFailure):
            client.send_claim(DOCUMENT)

    other = threading.Thread(target=ask, args=(slow,))
    other.start()
    while not server.asked:
        time.sleep(0.01)
    seconds = seconds_of(lambda: ask(quick))
    other.join()

    assert seconds < 0.4 + SLACK
    assert len(server.asked) == 1


def test_call_without_a_free_line_is_given_up_in_time_and_not_sent(serve) -> None:
    server, session = serve(), new_session(is_local=True)
    call, timeout = Call("/document"), Timeout(connect=2, read=3)
    busy = [
        threading.Thread(target=post, args=(session, server.url, call), kwargs={"timeout": timeout})
        for _ in range(4)
    ]
    for thread in busy:
        thread.start()
    while len(server.asked) < 4:
        time.sleep(0.01)
    replies = []
    deadline = time.monotonic() + 0.4
    seconds = seconds_of(
        lambda: replies.append(post(session, server.url, call, timeout=timeout, deadline=deadline))
    )
    for thread in busy:
        thread.join()

    assert replies == [Lost(delivered=False, reason="EmptyPoolError")]
    assert seconds < 0.4 + SLACK
    assert len(server.asked) == 4


def test_request_whose_time_is_over_is_not_sent(serve) -> None:
    server, session = serve(), new_session(is_local=True)

    reply = post(
        session, server.url, Call("/document"), timeout=Timeout(), deadline=time.monotonic() - 1
    )

    assert reply == Lost(delivered=False, reason="NoTimeLeft")
    assert server.asked == []


@pytest.mark.parametrize(("lease", "seconds"), [(300, 240.0), (15, 12.0), (1200, 280.0)])
def test_try_ends_before_its_lease(settings, lease: int, seconds: float) -> None:
    settings.GATEWAY_CONNECT_TIMEOUT, settings.GATEWAY_READ_TIMEOUT = 10, 60
    settings.GATEWAY_LEASE_SECONDS = lease

    assert try_seconds() == seconds
    assert gateway_times(app_configs=None) == []


@pytest.mark.parametrize(("connect", "read", "lease"), [(10, 60, 12), (0, 60, 300), (10, 0, 300)])
def test_times_that_leave_nothing_for_sending_are_refused_at_the_start(
    settings, connect: int, read: int, lease: int
) -> None:
    settings.GATEWAY_CONNECT_TIMEOUT, settings.GATEWAY_READ_TIMEOUT = connect, read
    settings.GATEWAY_LEASE_SECONDS = lease

    assert [found.id for found in gateway_times(app_configs=None)] == ["insurance_gateway.E001"]


@pytest.fixture
def tls_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cổng Mẫu")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "machine.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
