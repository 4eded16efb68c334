"""The signature: two independent programs accept it, and every tampering is refused."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner
from signxml.verifier import XMLVerifier

from insurance_gateway.document.reading import claim_open
from insurance_gateway.errors import DocumentUnreadable, SignatureRefused, SignerUnavailable
from insurance_gateway.signing.demo_authority import demo_authority_make
from insurance_gateway.signing.signer import PfxSigner, pfx_open
from insurance_gateway.signing.xmldsig import (
    C14N,
    DS,
    ENVELOPED,
    EXCLUSIVE_C14N,
    RSA_SHA256,
    SHA256,
    document_sign,
    signature_check,
)

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
CLAIM = (GOLDEN / "1931" / "envelope.xml").read_bytes()
CHECK_IN = (GOLDEN / "1931" / "XML0.xml").read_bytes()
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OTHER_DIGEST = "http://www.w3.org/2000/09/xmldsig#sha1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def signer(folder) -> PfxSigner:
    file = demo_authority_make(folder, [("01999", "Bệnh viện Mẫu")], now=NOW)["01999"]
    return PfxSigner(file.path, file.password)


@pytest.fixture(scope="module")
def signed(signer) -> bytes:
    return document_sign(CLAIM, signer=signer, now=NOW)


@pytest.fixture
def key(folder) -> rsa.RSAPrivateKey:
    password = (folder / "01999.password").read_bytes()
    return pfx_open(folder / "01999.pfx", password)[0]


@pytest.mark.parametrize("document", [CLAIM, CHECK_IN], ids=["claim", "check-in"])
def test_our_own_check_names_the_signer(signer, document):
    told = signature_check(document_sign(document, signer=signer, now=NOW))

    assert told.certificate == signer.certificate
    assert int(told.serial, 16) == signer.certificate.serial_number
    assert told.serial == told.serial.upper()
    assert "CN=Bệnh viện Mẫu" in told.subject


@pytest.mark.parametrize("document", [CLAIM, CHECK_IN], ids=["claim", "check-in"])
def test_xmlsec1_accepts_it(signer, document, tmp_path):
    program = shutil.which("xmlsec1")
    assert program, "xmlsec1 is the referee of signatures: apt-get install xmlsec1"
    file = tmp_path / "signed.xml"
    file.write_bytes(document_sign(document, signer=signer, now=NOW))

    answer = subprocess.run(
        [program, "--verify", "--insecure", str(file)], capture_output=True, check=False
    )
    file.write_bytes(file.read_bytes().replace(b"01999", b"01998", 1))
    tampered = subprocess.run(
        [program, "--verify", "--insecure", str(file)], capture_output=True, check=False
    )

    assert answer.returncode == 0, answer.stderr.decode()
    assert tampered.returncode != 0


@pytest.mark.parametrize("document", [CLAIM, CHECK_IN], ids=["claim", "check-in"])
def test_signxml_accepts_it(signer, document):
    data = document_sign(document, signer=signer, now=NOW)

    answer = XMLVerifier().verify(data, x509_cert=signer.certificate)

    assert not isinstance(answer, list)
    assert answer.signed_xml is not None
    assert answer.signed_xml.tag == etree.fromstring(document).tag


@pytest.mark.parametrize("method", [C14N, EXCLUSIVE_C14N])
def test_a_signature_made_by_signxml_is_accepted(signer, key, method):
    root = etree.fromstring(CLAIM)
    place = etree.SubElement(root[-1], f"{{{DS}}}Signature")
    place.set("Id", "placeholder")
    maker = XMLSigner(c14n_algorithm=CanonicalizationMethod(method))

    made = maker.sign(root, key=key, cert=[signer.certificate], always_add_key_value=False)

    assert signature_check(etree.tostring(made)).certificate == signer.certificate


def test_nothing_but_the_place_of_the_signature_changes(signed):
    before, after = CLAIM.split(b"<CHUKYDONVI/>")
    start, rest = signed.split(b"<CHUKYDONVI>")

    assert (start, rest.split(b"</CHUKYDONVI>")[1]) == (before, after)
    assert claim_open(signed) == claim_open(CLAIM)


def test_a_signature_is_the_same_each_time(signer, signed):
    assert document_sign(CLAIM, signer=signer, now=NOW) == signed


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<NGAYLAP>20261123", b"<NGAYLAP>20261124", "digest_differs"),
        (b"<MACSKCB>01999", b"<MACSKCB>01998", "digest_differs"),
        (b"<LOAIHOSO>XML5", b"<LOAIHOSO>XML4", "digest_differs"),
        (b"<CHUKYDONVI><", b"<CHUKYDONVI> <", "digest_differs"),
        (b"</GIAMDINHHS>", b"<!-- a --><THEM/></GIAMDINHHS>", "misplaced"),
        (b"<SignatureValue>", b"<SignatureValue>!", "bad_base64"),
        (b"<DigestValue>", b"<DigestValue><!-- --><x/>", "wrong_shape"),
        (b"<X509Certificate>", b"<X509Certificate>AAAA", "bad_certificate"),
        (b"<KeyInfo>", b"<Object/><KeyInfo>", "wrong_shape"),
        (b'<Reference URI="">', b'<Reference URI="#x">', "wrong_reference"),
        (b'<Reference URI="">', b'<Reference Id="a" URI="">', "wrong_reference"),
        (b'<Reference URI="">', b"<Reference>", "wrong_reference"),
        (SHA256.encode(), OTHER_DIGEST.encode(), "wrong_algorithm"),
        (RSA_SHA256.encode(), f"{DS}rsa-sha1".encode(), "wrong_algorithm"),
        (EXCLUSIVE_C14N.encode(), f"{EXCLUSIVE_C14N}WithComments".encode(), "wrong_algorithm"),
        (EXCLUSIVE_C14N.encode(), C14N.encode(), "value_differs"),
        (ENVELOPED.encode(), b"http://www.w3.org/TR/1999/REC-xslt-19991116", "wrong_algorithm"),
    ],
)
def test_a_changed_document_is_refused(signed, old, new, code):
    assert old in signed

    with pytest.raises(SignatureRefused) as refusal:
        signature_check(signed.replace(old, new, 1))

    assert refusal.value.code == code


def test_a_second_reference_or_transform_is_refused(signed):
    reference = signed[signed.index(b"<Reference") : signed.index(b"</SignedInfo>")]
    transform = f'<Transform Algorithm="{C14N}"></Transform>'.encode()

    for old, new in [(reference, reference * 2), (transform, transform * 2), (transform, b"<a/>")]:
        with pytest.raises(SignatureRefused):
            signature_check(signed.replace(old, new, 1))


@pytest.mark.parametrize("document", [CLAIM, CHECK_IN])
def test_an_unsigned_document_is_refused(document):
    with pytest.raises(SignatureRefused, match="missing"):
        signature_check(document)


def test_a_signature_in_another_place_is_refused(signed):
    start, rest = signed.split(b"<CHUKYDONVI>")
    signature, end = rest.split(b"</CHUKYDONVI>")

    for moved in (
        start + b"<CHUKYDONVI/>" + signature + end,
        start + b"<CHUKYDONVI>" + signature * 2 + b"</CHUKYDONVI>" + end,
        start + b"<CHUKYDONVI><A>" + signature + b"</A></CHUKYDONVI>" + end,
    ):
        with pytest.raises(SignatureRefused, match="misplaced"):
            signature_check(moved)


def test_a_certificate_exchanged_for_another_is_refused(signed, signer, tmp_path):
    other = demo_authority_make(tmp_path, [("01998", "Trung tâm Mẫu")], now=NOW)["01998"]
    other_certificate = PfxSigner(other.path, other.password).certificate
    ours, theirs = (
        b64encode(certificate.public_bytes(Encoding.DER))
        for certificate in (signer.certificate, other_certificate)
    )

    with pytest.raises(SignatureRefused, match="value_differs"):
        signature_check(signed.replace(ours, theirs))


class KeySigner:
    """Signs with any certificate, for the cases the authority would not issue."""

    def __init__(self, private: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self.private, self.certificate = private, certificate

    def sign_bytes(self, data: bytes) -> bytes:
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def self_signed(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Mẫu")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(0xABC)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )


def test_a_key_too_small_is_refused():
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    data = document_sign(CLAIM, signer=KeySigner(private, self_signed(private)), now=NOW)

    with pytest.raises(SignatureRefused, match="weak_key"):
        signature_check(data)


def test_a_serial_with_an_odd_number_of_digits_is_padded():
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    data = document_sign(CLAIM, signer=KeySigner(private, self_signed(private)), now=NOW)

    assert signature_check(data).serial == "0ABC"


def test_a_certificate_out_of_force_does_not_sign(signer):
    certificate, second = signer.certificate, timedelta(seconds=1)

    with pytest.raises(SignerUnavailable, match="expired"):
        document_sign(CLAIM, signer=signer, now=certificate.not_valid_after_utc + second)
    with pytest.raises(SignerUnavailable, match="not_yet_valid"):
        document_sign(CLAIM, signer=signer, now=certificate.not_valid_before_utc - second)


def test_the_last_second_of_a_certificate_still_signs(signer):
    last = signer.certificate.not_valid_after_utc

    assert signature_check(document_sign(CLAIM, signer=signer, now=last))


@pytest.mark.parametrize(
    "document",
    [
        CLAIM.replace(b"<CHUKYDONVI/>", b""),
        CLAIM.replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI>x</CHUKYDONVI>"),
        CLAIM.replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI/><THEM/>"),
        CLAIM.replace(b"<CHUKYDONVI/>", b"<A><CHUKYDONVI/></A>"),
    ],
)
def test_a_document_without_its_place_is_not_signed(signer, document):
    with pytest.raises(DocumentUnreadable, match="no_signature_holder"):
        document_sign(document, signer=signer, now=NOW)


def test_a_signed_document_is_not_signed_again(signer, signed):
    with pytest.raises(DocumentUnreadable, match="no_signature_holder"):
        document_sign(signed, signer=signer, now=NOW)


def test_entities_are_refused_before_they_can_grow(signed):
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'

    with pytest.raises(DocumentUnreadable, match="doctype"):
        signature_check(signed.replace(b"<GIAMDINHHS", bomb + b"<GIAMDINHHS", 1))


def test_the_digest_is_that_of_the_canonical_document_without_signature(signed):
    bare = etree.tostring(etree.fromstring(CLAIM), method="c14n")
    digest = b64encode(sha256(bare).digest())

    assert b"<DigestValue>" + digest + b"</DigestValue>" in signed
