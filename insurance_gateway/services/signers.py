"""Which key signs for a facility: that of its one active certificate (NĐ 188/2025 Đ69)."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from hospital.models import Facility
from insurance_gateway.errors import SignerUnavailable
from insurance_gateway.models import SigningCertificate
from insurance_gateway.signing.signer import PfxSigner, Signer, require_in_force, serial_of


def signer_of(facility: Facility, *, now: datetime) -> Signer:
    """Return the signer of a facility; a relative `file_name` is looked for under DATA_DIR.

    Raises SignerUnavailable: certificate_missing, secret_missing, serial_differs (the file holds
    another certificate than the registered one), and what opening the file and its period give.
    """
    certificate = SigningCertificate.objects.filter(facility=facility, is_active=True).first()
    if certificate is None:
        raise SignerUnavailable("certificate_missing", facility=facility.pk)
    try:
        password = settings.SECRET_READER(certificate.secret_name)
    except Exception as error:  # noqa: BLE001  the reader is injected, its errors are its own
        raise SignerUnavailable("secret_missing", certificate=certificate.pk) from error
    signer = signer_open(Path(settings.DATA_DIR) / certificate.file_name, password)
    if serial_of(signer.certificate) != certificate.serial:
        raise SignerUnavailable("serial_differs", certificate=certificate.pk)
    require_in_force(signer.certificate, now=now)
    return signer


@lru_cache(maxsize=64)
def signer_open(path: Path, password: str) -> PfxSigner:
    """Return the one opened signer of a file: opening checks the key and is slow."""
    return PfxSigner(path, password.encode())
