"""Card, treatment history, cumulative co-payment (CV 1923, CV 2746/BHXH-CNTT, CV 1839/CNTT-PM)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count

from insurance_gateway.document.reading import claim_open
from insurance_gateway.simulator.archive import Received, card_digest
from insurance_gateway.simulator.calls import Answer, Asked, service
from insurance_gateway.simulator.cards import WITH_DETAILS, LookUp, card_answer
from insurance_gateway.simulator.office import office

HTTP_500_CODES = {"100", "101", "500"}
CO_PAYMENT_LENGTHS = {10, 12, 15}
_calls = count()


@service("card", strict=frozenset({"json"}))
def card(asked: Asked) -> Answer:
    """Every second answer with a server error code comes with HTTP 500 too."""
    account = asked.account(in_headers=False)
    if account is None:
        return Answer({"maKetQua": "401", "ghiChu": "Lỗi xác thực tài khoản!"}, status=401)
    body = _judged(asked)
    code, number = str(body["maKetQua"]), str(body.get("maThe", ""))
    if number:
        seen = office().checks_seen
        body["dsLichSuKT2018"] = seen.of(number)
        seen.add(
            number, account=account.username, code=code, message=str(body["ghiChu"]), now=asked.now
        )
    is_odd = code in HTTP_500_CODES and next(_calls) % 2 == 0
    note = {"account": account.username, "card": f"…{asked.fields.get('mathe', '')[-3:]}"}
    return Answer(body, status=500 if is_odd else 200, note=note)


@service("history", strict=frozenset({"form"}))
def history(asked: Asked) -> Answer:
    """Return the visits that facilities have sent; null when there are none."""
    account = asked.account(in_headers=False)
    if account is None:
        return Answer({"maKetQua": "401", "ghiChu": "Lỗi xác thực"}, status=401)
    judged = _judged(asked)
    code = str(judged["maKetQua"])
    if code not in WITH_DETAILS:
        return Answer({"maKetQua": code, "ghiChu": judged["ghiChu"], "dsLichSuKCB2025": None})
    visits = [_visit(received, row) for received, row in _claims_of(str(judged["maThe"]))]
    visits.sort(key=lambda visit: visit["ngayRa"], reverse=True)
    note = {"account": account.username}
    return Answer({"maKetQua": "000", "ghiChu": None, "dsLichSuKCB2025": visits or None}, note=note)


@service("co_payment", strict=frozenset({"json"}))
def co_payment(asked: Asked) -> Answer:
    """Return the co-payments of the year, the newest discharge first, with their running total."""
    account = asked.account(in_headers=True)
    if account is None:
        return Answer(None, status=401)
    number = re.sub(r"[\s-]", "", asked.fields.get("mathe", "")).upper()
    if len(number) not in CO_PAYMENT_LENGTHS or not asked.fields.get("hoten"):
        return Answer({"MaKetQua": "400", "GhiChu": "Thiếu tham số"}, status=400)
    note = {"account": account.username}
    person = office().people.find(number)
    rows = _co_payments((person or {}).get("maThe", number), asked.now)
    if not rows:
        empty = {"MaKetQua": "204", "GhiChu": None, "DataCCT": None, "ThongTinSoThe": None}
        return Answer(empty, note=note)
    book = {
        "hoTen": asked.fields["hoten"],
        "ngaySinh": asked.fields.get("ngaysinh", ""),
        "ngayKetThuc": "",
        "maBhxh": rows[0]["maThe"][-10:],
    }
    text = f"Dữ liệu tính đến {asked.now:%d/%m/%Y %H:%M}"
    body = {"MaKetQua": "200", "GhiChu": text, "DataCCT": rows, "ThongTinSoThe": book}
    return Answer(body, note=note)


def _judged(asked: Asked) -> dict[str, object]:
    fields = asked.fields
    look_up = LookUp(
        number=fields.get("mathe", ""),
        full_name=fields.get("hoten", ""),
        birth=fields.get("ngaysinh", ""),
        staff_name=fields.get("hotencb", ""),
        staff_personal_id=fields.get("cccdcb", ""),
    )
    return card_answer(look_up, people=office().people, day=asked.now.date())


def _claims_of(card_number: str) -> Iterator[tuple[Received, dict[str, str]]]:
    """Yield the last version of each claim with that card, and its XML1 row."""
    digest, archive = card_digest(card_number), office().archive
    for versions in archive.versions("claim"):
        if digest in versions[-1].cards:
            yield versions[-1], claim_open(archive.content(versions[-1])).tables["XML1"][0]


def _visit(received: Received, row: dict[str, str]) -> dict[str, str]:
    return {
        "maHoSo": received.transaction_code,
        "maCSKCB": received.facility,
        "ngayVao": row["NGAY_VAO"],
        "ngayRa": row["NGAY_RA"],
        "tenBenh": row["CHAN_DOAN_RV"],
        "tinhTrang": row["MA_LOAI_RV"],
        "kqDieuTri": row["KET_QUA_DTRI"],
        "lyDoVV": "2" if row["MA_DOITUONG_KCB"] == "2" else "1",
    }


def _co_payments(card_number: str, now: datetime) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    total = Decimal(0)
    for received, row in sorted(_claims_of(card_number), key=lambda claim: claim[1]["NGAY_RA"]):
        if row["NGAY_RA"][:4] != f"{now:%Y}" or not Decimal(row["T_BNCCT"] or 0):
            continue
        total += Decimal(row["T_BNCCT"])
        rows.append(
            {
                "Id": str(len(rows) + 1),
                "ngayTraCuu": f"{now:%d/%m/%Y}",
                "maThe": card_number,
                "maCskcb": received.facility,
                "ngayVao": _slashed(row["NGAY_VAO"]),
                "ngayRa": _slashed(row["NGAY_RA"]),
                "maDoiTuongKCB": row["MA_DOITUONG_KCB"],
                "tBNCCTMCCT": row["T_BNCCT"],
                "tBNCCTLuyKe": f"{total}",
                "ngayNhanCong": _slashed(received.received_at),
                "ngayNhan": _slashed(received.received_at),
                "duPhong1": "",
            }
        )
    return rows[::-1]


def _slashed(moment: str) -> str:
    return f"{moment[6:8]}/{moment[4:6]}/{moment[:4]}" if len(moment) >= 8 else ""
