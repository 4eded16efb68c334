"""The XML signature of the claim envelope and of the check-in, made and checked.

One enveloped signature over the whole document (Reference URI ""), RSA with SHA-256, the
certificate inside, placed in CHUKYDONVI. The bytes around the signature are never written anew:
what was digested is what is sent. SignedInfo is canonicalised exclusively: it then does not depend
on the namespaces that the envelope declares and does not use, where verifiers differ (lxml drops
them from a part of a live tree, so that part is parsed again before it is checked).
Source: D07, NĐ 188/2025 Đ69 k9; W3C XML Signature, Canonical XML 1.0.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from insurance_gateway.document.parsing import elements, parse
from insurance_gateway.errors import DocumentUnreadable, SignatureRefused
from insurance_gateway.signing.signer import Signer, require_in_force, serial_of, subject_of

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
CANONICAL = {C14N: False, EXCLUSIVE_C14N: True}
HOLDER = "CHUKYDONVI"
SMALLEST_KEY_BITS = 2048

empty_holder = re.compile(rb"<CHUKYDONVI[ ]*(?:/>|></CHUKYDONVI>)(?=\s*</[A-Z_]+>\s*\Z)").search

SIGNED_INFO = (
    "<SignedInfo{namespace}>"
    f'<CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"></CanonicalizationMethod>'
    f'<SignatureMethod Algorithm="{RSA_SHA256}"></SignatureMethod>'
    '<Reference URI=""><Transforms>'
    f'<Transform Algorithm="{ENVELOPED}"></Transform><Transform Algorithm="{C14N}"></Transform>'
    f'</Transforms><DigestMethod Algorithm="{SHA256}"></DigestMethod>'
    "<DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
)
SIGNATURE = (
    f'<{HOLDER}><Signature xmlns="{DS}">'
    "{info}<SignatureValue>{value}</SignatureValue>"
    "<KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo>"
    f"</Signature></{HOLDER}>"
)


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Whose key signed: serial in upper hexadecimal, subject as RFC 4514 text."""

    serial: str
    subject: str
    certificate: x509.Certificate


def document_sign(xml: bytes, *, signer: Signer, now: datetime) -> bytes:
    """Return the document with its signature in CHUKYDONVI, every other byte unchanged.

    Raises SignerUnavailable when the certificate is not in force at `now`, DocumentUnreadable when
    the document is not XML or has no empty CHUKYDONVI as its last element.
    """
    require_in_force(signer.certificate, now=now)
    place = empty_holder(xml)
    root = parse(xml)
    if place is None or root[-1].tag != HOLDER:
        raise DocumentUnreadable("no_signature_holder")
    digest = encoded(hashlib.sha256(canonical(root)).digest())
    canonical_info = SIGNED_INFO.format(namespace=f' xmlns="{DS}"', digest=digest)
    signature = SIGNATURE.format(
        info=SIGNED_INFO.format(namespace="", digest=digest),
        value=encoded(signer.sign_bytes(canonical_info.encode())),
        certificate=encoded(signer.certificate.public_bytes(Encoding.DER)),
    )
    return xml[: place.start()] + signature.encode() + xml[place.end() :]


def signature_check(xml: bytes) -> SignedBy:
    """Return who signed a document, after checking digest and value against the bytes as they are.

    Whether that certificate is registered and in force is for the caller to judge. Raises
    DocumentUnreadable when it is not XML, SignatureRefused when it is not signed exactly as it must
    be.
    """
    root = parse(xml)
    holder, signature = signature_of(root)
    info, value, key_info = parts_of(signature)
    canonical_info = canonical(detached(info), is_exclusive=info_method(info))
    digest, is_exclusive = reference_of(info)
    certificate = certificate_of(key_info)
    take_out(holder, signature)
    actual = hashlib.sha256(canonical(root, is_exclusive=is_exclusive)).digest()
    if not compare_digest(digest, actual):
        raise SignatureRefused("digest_differs")
    verify(certificate, decoded(value), canonical_info)
    return SignedBy(serial_of(certificate), subject_of(certificate), certificate)


def signature_of(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    """Return the place of the signature and the one signature of the document in it."""
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if not signatures:
        raise SignatureRefused("missing")
    holder = signatures[0].getparent()
    is_in_place = holder is not None and holder.tag == HOLDER and holder.getparent() is root
    if len(signatures) > 1 or holder is None or not is_in_place or len(holder) != 1:
        raise SignatureRefused("misplaced")
    if holder is not list(elements(root))[-1]:
        raise SignatureRefused("misplaced")
    return holder, signatures[0]


def parts_of(signature: etree._Element) -> list[etree._Element]:
    return named(signature, "SignedInfo", "SignatureValue", "KeyInfo")


def info_method(info: etree._Element) -> bool:
    """Return whether the signed part is canonicalised exclusively; refuses any other method."""
    method, signing, _ = named(info, "CanonicalizationMethod", "SignatureMethod", "Reference")
    if algorithm(signing) != RSA_SHA256 or len(signing):
        raise SignatureRefused("wrong_algorithm", element="SignatureMethod")
    if algorithm(method) not in CANONICAL or len(method):
        raise SignatureRefused("wrong_algorithm", element="CanonicalizationMethod")
    return CANONICAL[algorithm(method)]


def reference_of(info: etree._Element) -> tuple[bytes, bool]:
    """Return the digest of the one reference, and whether its canonical form is exclusive."""
    reference = info[-1]
    if list(reference.items()) != [("URI", "")]:
        raise SignatureRefused("wrong_reference")
    transforms, method, value = named(reference, "Transforms", "DigestMethod", "DigestValue")
    if algorithm(method) != SHA256 or len(method):
        raise SignatureRefused("wrong_algorithm", element="DigestMethod")
    steps = [algorithm(step) for step in transforms]
    shapes = [step.tag == f"{{{DS}}}Transform" and len(step) == 0 for step in transforms]
    if (
        not all(shapes)
        or steps[:1] != [ENVELOPED]
        or steps[1:] not in ([], [C14N], [EXCLUSIVE_C14N])
    ):
        raise SignatureRefused("wrong_algorithm", element="Transforms")
    return decoded(value), CANONICAL[steps[1]] if len(steps) > 1 else False


def certificate_of(key_info: etree._Element) -> x509.Certificate:
    (data,) = named(key_info, "X509Data")
    (holder,) = named(data, "X509Certificate")
    try:
        certificate = x509.load_der_x509_certificate(decoded(holder))
    except ValueError as error:
        raise SignatureRefused("bad_certificate") from error
    return certificate


def verify(certificate: x509.Certificate, value: bytes, data: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST_KEY_BITS:
        raise SignatureRefused("weak_key")
    try:
        key.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise SignatureRefused("value_differs") from error


def named(parent: etree._Element, *names: str) -> list[etree._Element]:
    """Return the children when they are exactly these, in this order, and nothing else."""
    children = list(parent)
    if [child.tag for child in children] != [f"{{{DS}}}{name}" for name in names]:
        raise SignatureRefused("wrong_shape", element=etree.QName(parent).localname)
    return children


def algorithm(element: etree._Element) -> str:
    return element.get("Algorithm", "")


def canonical(root: etree._Element, *, is_exclusive: bool = False) -> bytes:
    """Return the canonical bytes of the whole document of `root`, without comments."""
    data: bytes = etree.tostring(
        root.getroottree(), method="c14n", exclusive=is_exclusive, with_comments=False
    )
    return data


def detached(element: etree._Element) -> etree._Element:
    """Return a copy that is its own document and keeps the namespaces it inherited."""
    return parse(etree.tostring(element, encoding="utf-8", with_tail=False))


def take_out(holder: etree._Element, signature: etree._Element) -> None:
    """Remove the signature and nothing else: the text behind it stays."""
    holder.text = (holder.text or "") + (signature.tail or "")
    holder.remove(signature)


def encoded(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def decoded(element: etree._Element) -> bytes:
    if len(element):
        raise SignatureRefused("wrong_shape", element=etree.QName(element).localname)
    try:
        return b64decode("".join((element.text or "").split()), validate=True)
    except (Base64Error, ValueError) as error:
        raise SignatureRefused("bad_base64", element=etree.QName(element).localname) from error
