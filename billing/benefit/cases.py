"""Worked cases in JSON: one kind of question, official names, one answer.

A case whose question has no day asks for the newest rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.benefit import case_fields as read
from billing.benefit.base_rate import benefit_rate
from billing.benefit.card import level_of
from billing.benefit.case_fields import Fields
from billing.benefit.case_visit import history_read, money, visit_read, visit_result
from billing.benefit.errors import BenefitRefused, message
from billing.benefit.exemption import co_payment_year
from billing.benefit.explain import step_explained, visit_explained
from billing.benefit.facts import VisitInput, local_day
from billing.benefit.law import Law
from billing.benefit.quantity import (
    DepartmentOnDay,
    Operation,
    OperationKind,
    bed_days,
    bed_split,
    exam_ratios,
    surgery_ratios,
)
from billing.benefit.quote import quote_visit
from billing.benefit.route import RouteRatio, route_ratio
from billing.benefit.trace import number_text, short_number
from billing.benefit.validation import CARD_NUMBER
from billing.errors import BillingError

NEWEST = date.max
OPERATIONS = {"phau_thuat": OperationKind.SURGERY, "thu_thuat": OperationKind.PROCEDURE}
TEAMS = {"chinh": True, "khac": False}

Answer = tuple[dict[str, object], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """The answer to one case: a result with Vietnamese sentences, or a refusal."""

    case_id: object
    result: dict[str, object] | None
    explanation: tuple[str, ...] = ()
    error: dict[str, str] | None = None

    def as_json(self, *, explained: bool) -> str:
        """Return one line of JSON."""
        found: dict[str, object] = {"case_id": self.case_id}
        if self.error is not None:
            found["error"] = self.error
        else:
            found["result"] = self.result
        if explained and self.error is None:
            found["explanation"] = list(self.explanation)
        return json.dumps(found, ensure_ascii=False)


def case_answer(line: str) -> CaseAnswer:
    """Return the answer to a case, one line of JSON; what cannot be computed is an error."""
    case_id: object = None
    try:
        case = _case(line)
        case_id = case.get("case_id")
        result, explanation = _asked(case)
    except BillingError as error:
        return CaseAnswer(case_id, None, error={"code": error.code, "message": message(error)})
    return CaseAnswer(case_id, result, explanation)


def _case(line: str) -> Fields:
    try:
        case = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise BenefitRefused("case_unreadable") from error
    if not isinstance(case, dict):
        raise BenefitRefused("case_unreadable")
    return case


def _asked(case: Fields) -> Answer:
    kind = read.text(case, "kind")
    if kind not in KINDS:
        raise BenefitRefused("kind_unknown", kind=kind)
    fields = case.get("input")
    if not isinstance(fields, dict):
        raise BenefitRefused("field_missing", field="input")
    return KINDS[kind](fields)


def _visit(fields: Fields) -> Answer:
    quote = quote_visit(visit_read(fields))
    return visit_result(quote), visit_explained(quote)


def _bed_days(fields: Fields) -> Answer:
    admitted_at, ended_at = read.moment(fields, "vao"), read.moment(fields, "ra")
    special = read.flag(fields, "dac_biet")
    days = bed_days(admitted_at, ended_at=ended_at, special=special)
    hours = Decimal((ended_at - admitted_at).total_seconds()) / 3600
    told = f"Nằm viện {number_text(round(hours, 1))} giờ, ra ngày {local_day(ended_at):%d/%m/%Y}"
    ground = "tử vong, nặng xin về hoặc chuyển viện, " if special else ""
    return {"bed_days": str(days)}, (f"{told}: {ground}tính {days} ngày giường.",)


def _bed_split(fields: Fields) -> Answer:
    stays = [
        DepartmentOnDay(read.number(stay, "gia"), read.number(stay, "gio"))
        for stay in read.objects(fields, "khoa", needed=True)
    ]
    shares = bed_split(stays, day=NEWEST)
    if shares is None:
        told = "Nằm từ 3 khoa mà chưa đến 2 khoa có trên 4 giờ: người phụ trách phải quyết định."
        return {"so_luong": None, "review": True}, (told,)
    told = "; ".join(
        f"khoa thứ {place}: {number_text(share)} ngày"
        for place, share in enumerate(shares, start=1)
    )
    return {"so_luong": [short_number(share) for share in shares]}, (f"Chia ngày giường: {told}.",)


def _exam_ratio(fields: Fields) -> Answer:
    return _ratios(exam_ratios(read.count(fields, "so_lan"), day=NEWEST), "lần khám thứ")


def _surgery_ratio(fields: Fields) -> Answer:
    operations = [_operation(act) for act in read.objects(fields, "dvkt", needed=True)]
    return _ratios(surgery_ratios(operations, day=NEWEST), "dịch vụ thứ")


def _operation(fields: Fields) -> Operation:
    kind, team = read.text(fields, "loai"), read.text(fields, "kip", "chinh")
    if kind not in OPERATIONS:
        raise BenefitRefused("field_invalid", field="loai")
    if team not in TEAMS:
        raise BenefitRefused("field_invalid", field="kip")
    return Operation(OPERATIONS[kind], same_team=TEAMS[team])


def _ratios(ratios: tuple[Decimal, ...], what: str) -> Answer:
    told = "; ".join(
        f"{what} {place}: {number_text(ratio)}% giá" for place, ratio in enumerate(ratios, start=1)
    )
    return {"tyle_tt_dv": [int(ratio) for ratio in ratios]}, (f"Tỷ lệ thanh toán: {told}.",)


def _copay_threshold(fields: Fields) -> Answer:
    day = read.day(fields, "ngay")
    year = co_payment_year(history_read(fields, "history"), day, Law())
    result: dict[str, object] = {
        "nguong_ca_nam": money(year.threshold),
        "luy_ke": money(year.paid),
        "du_nguong": year.is_passed,
        "con_thieu": money(year.missing),
    }
    if year.is_passed:
        state = "đã đủ mức miễn cùng chi trả"
    elif year.missing:
        state = f"còn thiếu {number_text(year.missing)} đồng"
    else:
        state = "bằng ngưỡng nhưng chưa vượt nên chưa được miễn"
    told = (
        f"Đến {day:%d/%m/%Y} đã cùng chi trả {number_text(year.paid)} đồng trong năm, "
        f"ngưỡng {number_text(year.threshold)} đồng: {state}."
    )
    return result, (told,)


def _route_ratio(fields: Fields) -> Answer:
    arrived_at = read.moment(fields, "ngay_vao")
    visit = VisitInput(
        arrived_at=arrived_at,
        ended_at=arrived_at,
        visit_type=read.text(fields, "ma_loai_kcb"),
        route_code=read.text(fields, "ma_doituong_kcb"),
    )
    law = Law()
    route = route_ratio(visit, law)
    rate = benefit_rate(_base(fields, visit, route, law), route)
    result: dict[str, object] = {
        "ty_le_tuyen": short_number(route.ratio),
        "muc_huong": short_number(rate),
    }
    return result, (step_explained(route.step), f"Mức hưởng {number_text(rate)}%.")


def _base(fields: Fields, visit: VisitInput, route: RouteRatio, law: Law) -> Decimal:
    """Return the base of the card on the day of arrival; without a card nothing is paid."""
    number = read.text(fields, "ma_the", "")
    if not number:
        return Decimal(0)
    if not CARD_NUMBER.fullmatch(number):
        raise BenefitRefused("card_number_invalid", card=1)
    if route.fixed_base is not None:
        return route.fixed_base
    if read.flag(fields, "duoi_15"):
        return law.number("small_cost_rate", visit.arrived_on).value
    return level_of(number, visit.arrived_on, law).rate


KINDS: dict[str, Callable[[Fields], Answer]] = {
    "visit": _visit,
    "bed_days": _bed_days,
    "bed_split": _bed_split,
    "exam_ratio": _exam_ratio,
    "surgery_ratio": _surgery_ratio,
    "copay_threshold": _copay_threshold,
    "route_ratio": _route_ratio,
}
