"""Signing files of the demonstration authority, and opening them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from insurance_gateway.errors import SignerUnavailable
from insurance_gateway.signing.demo_authority import demo_authority_make
from insurance_gateway.signing.signer import PfxSigner, require_in_force

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
FACILITIES = [("01999", "Bệnh viện Đa khoa tỉnh Mẫu"), ("01997", "Trạm Y tế phường Mẫu")]


def test_each_facility_gets_its_own_private_file(tmp_path):
    files = demo_authority_make(tmp_path / "keys", FACILITIES, now=NOW)

    assert list(files) == ["01999", "01997"]
    assert files["01999"].serial != files["01997"].serial
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "keys").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path.name
    for file in files.values():
        signer = PfxSigner(file.path, file.password)
        assert signer.certificate.not_valid_after_utc == file.not_after
        assert len(file.password) >= 32


def test_a_certificate_is_issued_by_the_authority_and_only_signs(tmp_path):
    file = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]
    certificate = PfxSigner(file.path, file.password).certificate
    authority = PfxSigner(
        tmp_path / "authority.pfx", (tmp_path / "authority.password").read_bytes()
    ).certificate

    certificate.verify_directly_issued_by(authority)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert file.subject == certificate.subject.rfc4514_string()


def test_a_second_call_reuses_what_is_in_force(tmp_path):
    first = demo_authority_make(tmp_path, FACILITIES, now=NOW)
    names = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    second = demo_authority_make(tmp_path, FACILITIES, now=NOW + timedelta(days=300))

    assert second == first
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == names


def test_a_certificate_near_its_end_is_made_anew(tmp_path):
    first = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]

    second = demo_authority_make(tmp_path, FACILITIES, now=NOW + timedelta(days=336))["01999"]

    assert second.serial != first.serial
    assert (
        PfxSigner(second.path, second.password).certificate.not_valid_after_utc == second.not_after
    )


def test_a_file_that_cannot_be_opened_is_made_anew(tmp_path):
    first = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]
    first.path.write_bytes(b"broken")

    second = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]

    assert second.serial != first.serial
    assert PfxSigner(second.path, second.password)


def test_a_lost_authority_renews_its_certificates(tmp_path):
    first = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]
    (tmp_path / "authority.pfx").unlink()

    second = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]

    assert second.serial != first.serial


def test_a_new_certificate_is_in_force_at_once(tmp_path):
    file = demo_authority_make(tmp_path, FACILITIES, now=NOW)["01999"]
    certificate = PfxSigner(file.path, file.password).certificate

    require_in_force(certificate, now=NOW)
    with pytest.raises(SignerUnavailable, match="expired"):
        require_in_force(certificate, now=file.not_after + timedelta(seconds=1))


def written(path: Path, *, key, certified, with_certificate: bool = True) -> Path:
    """Write a PKCS #12 file with a key or none, and its certificate or none."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mẫu")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(certified.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(certified, hashes.SHA256())
    )
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x",
            key,
            certificate if with_certificate else None,
            None,
            BestAvailableEncryption(b"secret"),
        )
    )
    return path


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(SignerUnavailable, match="file_missing"):
        PfxSigner(tmp_path / "none.pfx", b"secret")


def test_a_wrong_password_is_told_without_the_password(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    path = written(tmp_path / "a.pfx", key=key, certified=key)

    with pytest.raises(SignerUnavailable) as refusal:
        PfxSigner(path, b"wrong-word")

    assert refusal.value.code == "cannot_open"
    assert "wrong-word" not in str(refusal.value)


def test_a_key_that_is_not_rsa_is_told(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(SignerUnavailable, match="key_kind"):
        PfxSigner(written(tmp_path / "a.pfx", key=key, certified=key), b"secret")


def test_a_file_without_certificate_is_told(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    path = written(tmp_path / "a.pfx", key=key, certified=key, with_certificate=False)

    with pytest.raises(SignerUnavailable, match="key_missing"):
        PfxSigner(path, b"secret")


def test_a_file_without_key_is_told(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(SignerUnavailable, match="key_missing"):
        PfxSigner(written(tmp_path / "a.pfx", key=None, certified=key), b"secret")
