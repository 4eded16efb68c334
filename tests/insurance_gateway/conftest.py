"""A simulator that knows people, employees and certificates, and clients on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from django.utils import timezone

from insurance_gateway.client import Credentials, EgwGateway, SignedDocument
from insurance_gateway.client.tokens import TokenCache
from insurance_gateway.client.transport import Timeout
from insurance_gateway.signing.demo_authority import PfxFile, demo_authority_make
from insurance_gateway.signing.signer import PfxSigner
from insurance_gateway.signing.xmldsig import document_sign
from tests.insurance_gateway.gateway_process import RunningSimulator, simulator_running

FACILITIES = [("01999", "Bệnh viện Mẫu"), ("01998", "Trung tâm Mẫu"), ("01888", "Nơi khác")]
PERSON = {
    "maThe": "GD4010100000917",
    "cccd": "001090000017",
    "hoTen": "Nguyễn Văn Mẫu",
    "ngaySinh": "05/03/1990",
    "gioiTinh": "Nam",
    "diaChi": "Phường Mẫu",
    "maDKBD": "01999",
    "gtTheTu": "01/01/2026",
    "gtTheDen": "31/12/2099",
    "maKV": "K1",
    "ngayDu5Nam": "01/06/2027",
}
EXPIRED = PERSON | {
    "maThe": "GD4010100000918",
    "cccd": "001090000018",
    "hoTen": "Trần Thị Thử",
    "gtTheDen": "31/12/2020",
}
PATIENT = Timeout(connect=2, read=10)
EMPLOYEE = {"hoTen": "Phạm Thị Tiếp Đón", "cccd": "079196000028"}


@pytest.fixture(scope="session")
def signing_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PfxFile]:
    """Certificates by facility code; that of 01888 is registered nowhere."""
    folder = tmp_path_factory.mktemp("authority")
    return demo_authority_make(folder, FACILITIES, now=datetime.now(UTC))


@pytest.fixture(scope="session")
def certificates_file(
    tmp_path_factory: pytest.TempPathFactory, signing_files: dict[str, PfxFile]
) -> Path:
    file = tmp_path_factory.mktemp("registered") / "certificates.json"
    listed = {code: [signing_files[code].serial] for code in ("01999", "01998")}
    file.write_text(json.dumps(listed), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def people_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("people") / "people.json"
    content = {"people": [PERSON, EXPIRED], "employees": [EMPLOYEE]}
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def gateway_simulator_process(
    tmp_path_factory: pytest.TempPathFactory, people_file: Path, certificates_file: Path
) -> Iterator[RunningSimulator]:
    """The simulator with people, employees and registered certificates, signatures verified."""
    options = ["--people", str(people_file), "--certificates", str(certificates_file)]
    with simulator_running(tmp_path_factory.mktemp("gateway"), *options) as running:
        yield running


@pytest.fixture
def running_simulator(gateway_simulator_process: RunningSimulator) -> Iterator[RunningSimulator]:
    """The simulator without faults left over from another test."""
    gateway_simulator_process.faults_clear()
    yield gateway_simulator_process
    gateway_simulator_process.faults_clear()


@pytest.fixture(scope="session")
def signers(signing_files: dict[str, PfxFile]) -> dict[str, PfxSigner]:
    return {code: PfxSigner(file.path, file.password) for code, file in signing_files.items()}


@pytest.fixture
def signed(signers: dict[str, PfxSigner]) -> Callable[..., SignedDocument]:
    """Return a function that signs a file for a facility, with its own certificate by default."""

    def sign(xml: bytes, *, facility: str = "01999", by: str | None = None) -> SignedDocument:
        content = document_sign(xml, signer=signers[by or facility], now=datetime.now(UTC))
        return SignedDocument(content, facility)

    return sign


@pytest.fixture
def client_of(running_simulator: RunningSimulator) -> Callable[..., EgwGateway]:
    """Return a function that opens a client with its own token cache."""

    def open_client(
        username: str = "01999_BV",
        *,
        password: str = "Demo@2026",
        base_url: str = running_simulator.url,
        timeout: Timeout = PATIENT,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = timezone.now,
    ) -> EgwGateway:
        return EgwGateway(
            Credentials(username, password, username[:5], base_url),
            session=session,
            timeout=timeout,
            tokens=TokenCache(),
            clock=clock,
        )

    return open_client
