"""Check-in and claim files: 200 means received, not correct (CV 1245/BHXH-CNTT, QĐ 3176 guide)."""

from __future__ import annotations

from insurance_gateway.client.codes import code_meaning
from insurance_gateway.simulator.calls import Answer, Asked, service
from insurance_gateway.simulator.intake import Delivery, Refused, incoming_of
from insurance_gateway.simulator.office import office

FORM_ONLY = frozenset({"form"})
ACCEPTED_TEXTS = {
    "claim": "Tiếp nhận hồ sơ thành công",
    "check_in": "Tiếp nhận check-in thành công",
}


@service("check_in", strict=FORM_ONLY)
def check_in(asked: Asked) -> Answer:
    return _taken("check_in", asked)


@service("claim", strict=FORM_ONLY)
def claim(asked: Asked) -> Answer:
    return _taken("claim", asked)


def _taken(kind: str, asked: Asked) -> Answer:
    account = asked.account(in_headers=True)
    if account is None:
        return _refusal("401", "", asked, note={})
    delivery = Delivery(
        kind=kind,
        file_kind=asked.fields.get("loaihoso", ""),
        province=asked.fields.get("matinh", ""),
        facility=asked.fields.get("macskcb", ""),
        file_base64=asked.fields.get("filehsbase64", ""),
        now=asked.now,
    )
    note = {"account": account.username, "facility": delivery.facility[:16]}
    try:
        incoming = incoming_of(delivery, account=account, rules=office().rules)
    except Refused as refused:
        note |= {"reason": refused.reason, "ma_lk": refused.ma_lk}
        return _refusal(refused.code, refused.reason, asked, note=note)
    received = office().archive.store(incoming, now=asked.now)
    body = {
        "maKetQua": "200",
        "maGiaoDich": received.transaction_code,
        "thoiGianTiepNhan": received.received_at,
        "thongDiep": ACCEPTED_TEXTS[kind],
    }
    note |= {"ma_lk": received.ma_lk, "version": str(received.version)}
    return Answer(body, note=note)


def _refusal(code: str, reason: str, asked: Asked, *, note: dict[str, str]) -> Answer:
    meaning = code_meaning("send", code)
    text = meaning.meaning if meaning else code
    body = {
        "maKetQua": code,
        "maGiaoDich": None,
        "thoiGianTiepNhan": f"{asked.now:%Y%m%d%H%M%S}",
        "thongDiep": f"{text}: {reason}" if reason else text,
    }
    return Answer(body, note=note)
