"""A certificate authority for demonstrations and tests, with one signing file per facility.

Nothing here is trusted by anyone: the real certificate comes from a licensed provider. Files are
readable by their owner only, passwords are random, and a second call reuses what is still in force.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from insurance_gateway.errors import SignerUnavailable
from insurance_gateway.signing.signer import pfx_open, serial_of, subject_of

AUTHORITY = "authority"
AUTHORITY_NAME = "CA trình diễn, không có giá trị pháp lý"
AUTHORITY_LIFE = timedelta(days=3650)
CERTIFICATE_LIFE = timedelta(days=365)
RENEW_BEFORE = timedelta(days=30)
KEY_BITS = 2048
LONGEST_NAME = 64

KeyAndCertificate = tuple[rsa.RSAPrivateKey, x509.Certificate]


@dataclass(frozen=True, slots=True)
class PfxFile:
    """A signing file and the file that holds its password, both with mode 0600."""

    path: Path
    password_path: Path
    serial: str
    subject: str
    not_before: datetime
    not_after: datetime

    @property
    def password(self) -> bytes:
        return self.password_path.read_bytes()


def demo_authority_make(
    folder: Path, facilities: Iterable[tuple[str, str]], *, now: datetime
) -> dict[str, PfxFile]:
    """Return one signing file per facility code, made under `folder` or reused while in force.

    `facilities` are pairs of code and name. A file that cannot be opened, or has under 30 days
    left, is made anew.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = authority_of(folder, now=now)
    return {
        code: facility_file(folder, code, name, authority, now=now) for code, name in facilities
    }


def authority_of(folder: Path, *, now: datetime) -> KeyAndCertificate:
    reused = opened(folder, AUTHORITY, now=now)
    if reused is not None:
        return reused
    key = new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME)])
    certificate = (
        builder(name, name, key.public_key(), now=now, life=AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    store(folder, AUTHORITY, key, certificate)
    return key, certificate


def facility_file(
    folder: Path, code: str, name: str, authority: KeyAndCertificate, *, now: datetime
) -> PfxFile:
    reused = opened(folder, code, now=now)
    if reused is None or not is_issued_by(reused[1], authority[1]):
        reused = facility_certificate(code, name, authority, now=now)
        store(folder, code, *reused)
    certificate = reused[1]
    return PfxFile(
        path=folder / f"{code}.pfx",
        password_path=folder / f"{code}.password",
        serial=serial_of(certificate),
        subject=subject_of(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def facility_certificate(
    code: str, name: str, authority: KeyAndCertificate, *, now: datetime
) -> KeyAndCertificate:
    authority_key, authority_certificate = authority
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME]),
            x509.NameAttribute(NameOID.USER_ID, code),
        ]
    )
    key = new_key()
    certificate = (
        builder(
            subject, authority_certificate.subject, key.public_key(), now=now, life=CERTIFICATE_LIFE
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(signing_only(), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    return key, certificate


def is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, InvalidSignature):
        return False
    return True


def signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, *, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + life)
    )


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def opened(folder: Path, name: str, *, now: datetime) -> KeyAndCertificate | None:
    """Return the stored key and certificate, None when there is none that still serves."""
    try:
        key, certificate = pfx_open(
            folder / f"{name}.pfx", (folder / f"{name}.password").read_bytes()
        )
    except (SignerUnavailable, FileNotFoundError):
        return None
    in_force = certificate.not_valid_before_utc <= now
    return (
        (key, certificate)
        if in_force and now < certificate.not_valid_after_utc - RENEW_BEFORE
        else None
    )


def store(folder: Path, name: str, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    password = secrets.token_urlsafe(32).encode()
    data = pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, None, BestAvailableEncryption(password)
    )
    write_private(folder / f"{name}.password", password)
    write_private(folder / f"{name}.pfx", data)


def write_private(path: Path, data: bytes) -> None:
    """Put a file in place at once, readable by its owner only from its first byte."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    draft.replace(path)
