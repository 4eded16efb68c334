"""Who signs: one interface for a key in a file, in a token or in a remote module.

The signature of a document needs one call over a few bytes, so any of them fits.
Source: NĐ 188/2025 Đ69 k9, TT 12/2026 Đ9 (D07): the facility's certificate, valid and registered.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from insurance_gateway.errors import SignerUnavailable


class Signer(Protocol):
    """A certificate and the key behind it."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that goes into the document."""

    def sign_bytes(self, data: bytes) -> bytes:
        """Return the RSA PKCS #1 v1.5 signature of SHA-256 over `data`."""


class PfxSigner:
    """A signer from a PKCS #12 file. Opening checks the key and is slow: open once and keep it.

    Raises SignerUnavailable: file_missing, cannot_open (wrong password or damaged), key_missing
    (or its certificate), key_kind (not RSA).
    """

    def __init__(self, path: Path, password: bytes) -> None:
        self._key, self._certificate = pfx_open(path, password)

    @property
    def certificate(self) -> x509.Certificate:
        return self._certificate

    def sign_bytes(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def pfx_open(path: Path, password: bytes) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """Return the key and the certificate of a PKCS #12 file; raises SignerUnavailable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SignerUnavailable("file_missing", file=path.name) from error
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, password)
    except ValueError as error:
        raise SignerUnavailable("cannot_open", file=path.name) from error
    if key is None or certificate is None:
        raise SignerUnavailable("key_missing", file=path.name)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SignerUnavailable("key_kind", file=path.name)
    return key, certificate


def serial_of(certificate: x509.Certificate) -> str:
    """Return the serial number in upper hexadecimal, whole bytes, without marks."""
    digits = f"{certificate.serial_number:X}"
    return digits.zfill(len(digits) + len(digits) % 2)


def subject_of(certificate: x509.Certificate) -> str:
    """Return the subject as RFC 4514 text."""
    return certificate.subject.rfc4514_string()


def require_in_force(certificate: x509.Certificate, *, now: datetime) -> None:
    """Raise SignerUnavailable not_yet_valid or expired when it does not hold at `now`."""
    if now < certificate.not_valid_before_utc:
        raise SignerUnavailable("not_yet_valid", serial=serial_of(certificate))
    if now > certificate.not_valid_after_utc:
        raise SignerUnavailable("expired", serial=serial_of(certificate))
