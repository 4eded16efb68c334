"""The client trusts nobody it does not know."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from insurance_gateway.client import CardQuery, TemporaryFailure
from insurance_gateway.signing.signer import pfx_open


@pytest.fixture
def untrusted_server(signing_files, tmp_path) -> Iterator[tuple[str, list[str]]]:
    """A TLS server with a certificate nobody vouches for; the list takes what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)

    key, certificate = pfx_open(signing_files["01888"].path, signing_files["01888"].password)
    file = tmp_path / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_certificate_of_a_stranger_gets_no_request(client_of, untrusted_server) -> None:
    url, asked = untrusted_server
    query = CardQuery("GD4010100000017", "Nguyễn Văn Mẫu", "1990", "Cán Bộ Mẫu", "079196000028")

    with pytest.raises(TemporaryFailure) as failure:
        client_of(base_url=url).check_card(query)

    assert (failure.value.code, failure.value.message) == ("no_token", "SSLError")
    assert asked == []
