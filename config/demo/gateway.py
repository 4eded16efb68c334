"""Accounts and certificates of the demo facilities, and what the insurer knows of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from config.demo.desks import Desks
from config.demo.province import PASSWORD, SINCE, province
from hospital.models import Facility, FacilityCode
from insurance_gateway.client.port import GatewayPort
from insurance_gateway.models import GatewayAccount, SigningCertificate
from insurance_gateway.services.gateways import gateway_of
from insurance_gateway.signing.demo_authority import PfxFile, demo_authority_make, write_private

BASE_URL = "http://127.0.0.1:8099"
SIGNING_FOLDER = "signing"


@transaction.atomic
def gateway_load(*, now: datetime, base_url: str = BASE_URL) -> None:
    """Make accounts, signing files and secrets; tell the simulator which certificates are
    registered.
    """
    folder = Path(settings.DATA_DIR)
    names = [(entry["code"], entry["name"]) for entry in province()]
    files = demo_authority_make(folder / SIGNING_FOLDER, names, now=now)
    for entry in province():
        facility = FacilityCode.objects.on(now.date()).get(code=entry["code"]).facility
        _account(facility, entry["account"], base_url)
        _certificate(facility, entry["code"], files[entry["code"]], now=now)
    _secrets(folder / "secrets", files)
    registered = {code: [file.serial] for code, file in files.items()}
    _json_write(folder / "simulator-certificates.json", registered)


def _account(facility: Facility, account: Mapping[str, str], base_url: str) -> None:
    GatewayAccount.objects.update_or_create(
        facility=facility,
        username=account["username"],
        defaults={"secret_name": account["secret"], "base_url": base_url},
        create_defaults={
            "secret_name": account["secret"],
            "base_url": base_url,
            "valid_from": SINCE,
        },
    )


def _certificate(facility: Facility, code: str, file: PfxFile, *, now: datetime) -> None:
    others = SigningCertificate.objects.filter(facility=facility).exclude(serial=file.serial)
    others.update(is_active=False)
    SigningCertificate.objects.get_or_create(
        facility=facility,
        serial=file.serial,
        defaults={
            "subject": file.subject,
            "not_before": file.not_before,
            "not_after": file.not_after,
            "file_name": f"{SIGNING_FOLDER}/{file.path.name}",
            "secret_name": f"SIGNING_PASSWORD_{code}",
            "registered_at": now,
        },
    )


def _secrets(folder: Path, files: Mapping[str, PfxFile]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for entry in province():
        write_private(folder / entry["account"]["secret"], PASSWORD.encode())
    for code, file in files.items():
        write_private(folder / f"SIGNING_PASSWORD_{code}", file.password)


def people_tell(people: list[dict[str, str]], file: Path) -> None:
    """Add people to those the simulator knows; a card already there is replaced."""
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    by_card = {person["maThe"]: person for person in [*known, *people]}
    _json_write(file, list(by_card.values()))


def _json_write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(file)


def gateway_for(desks: Desks, *, now: datetime) -> GatewayPort:
    """Return the real client of one demo facility."""
    account = GatewayAccount.objects.on(desks.day).get(facility=desks.facility)
    return gateway_of(account, now=now)
