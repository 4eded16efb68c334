"""POST /api/token/take (CV 3190, CV 1245/BHXH-CNTT)."""

from __future__ import annotations

from insurance_gateway.client.codes import code_meaning
from insurance_gateway.simulator.accounts import accounts
from insurance_gateway.simulator.calls import Answer, Asked, service
from insurance_gateway.simulator.office import office


@service("token")
def take(asked: Asked) -> Answer:
    username = asked.fields.get("username", "")
    account = accounts().get(username)
    facility = asked.fields.get("macskcb", "")
    if account is None or not account.has_password(asked.fields.get("password", "")):
        return _refused("401", username)
    if account.is_locked:
        return _refused("403", username)
    if facility and facility not in account.facilities:
        return _refused("402", username)
    session = office().sessions.open(username, caller=asked.caller, now=asked.now)
    key = {
        "access_token": session.access_token,
        "id_token": session.id_token,
        "token_type": "Bearer",
        "username": username,
        "expires_in": session.expires_text,
    }
    return Answer({"maKetQua": "200", "APIKey": key}, note={"account": username})


def _refused(code: str, username: str) -> Answer:
    meaning = code_meaning("token", code)
    body = {"maKetQua": code, "APIKey": None, "thongDiep": meaning.meaning if meaning else code}
    return Answer(body, note={"account": username[:64]})
