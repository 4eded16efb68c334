"""Words of the patient search and of a person's record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hospital.formatting import age, birth, day, moment
from hospital.models import CardCheck, Diagnosis, Encounter, InsuranceCard, Patient
from hospital.presenters.encounter_list import card_cell, state_cell
from hospital.presenters.encounter_page import CHECK_KIND, allergies_of
from hospital.presenters.table import Cell, Column, Row, Table


def found_table(patients: Sequence[Patient], *, today: date, limit: int) -> Table:
    """Return whom a search found, the best match first."""
    caption = ngettext("%(count)s người bệnh", "%(count)s người bệnh", len(patients)) % {
        "count": len(patients)
    }
    if len(patients) == limit:
        caption = _("%(count)s người đầu tiên; gõ thêm để thu hẹp") % {"count": limit}
    return Table(
        caption=caption,
        columns=[
            Column(_("Người bệnh")),
            Column(_("Giới, tuổi")),
            Column(_("CCCD")),
            Column(_("Điện thoại"), is_optional=True),
            Column(_("Mã người bệnh")),
        ],
        rows=[
            Row(
                url=reverse("hospital:patient", args=[patient.pk]),
                cells=[
                    patient.full_name,
                    Cell(
                        f"{patient.get_sex_display()}, {age(patient.birth, today)}",
                        under=birth(patient.birth),
                    ),
                    patient.personal_id,
                    patient.phone,
                    patient.number,
                ],
            )
            for patient in patients
        ],
    )


def banner(patient: Patient, *, today: date) -> dict[str, Any]:
    """Return the patient banner outside a visit; the card is the one valid today."""
    valid = [card for card in patient.cards.all() if _is_valid(card, today)]
    card = valid[0] if valid else None
    return {
        "name": patient.full_name,
        "code": patient.number,
        "sex": patient.get_sex_display(),
        "age": age(patient.birth, today),
        "born": birth(patient.birth),
        "allergies": allergies_of(patient),
        "card": {
            "number": card.number,
            "label": _("Còn hạn"),
            "kind": "ok",
            "until": day(card.valid_to),
        }
        if card
        else None,
    }


def _is_valid(card: InsuranceCard, today: date) -> bool:
    return card.valid_from <= today and (card.valid_to is None or today <= card.valid_to)


def identity_facts(patient: Patient) -> list[dict[str, str]]:
    """Return who the person is on paper."""
    address = next((row for row in patient.addresses.all() if row.is_current), None)
    guardians = ", ".join(
        f"{guardian.get_relation_display()}: {guardian.full_name}"
        for guardian in patient.guardians.all()
    )
    facts = [
        {"label": _("Số CCCD"), "value": patient.personal_id},
        {"label": _("Điện thoại"), "value": patient.phone},
        {"label": _("Địa chỉ"), "value": address.text if address else ""},
    ]
    if guardians:
        facts.append({"label": _("Người giám hộ"), "value": guardians})
    return facts


def cards_table(patient: Patient, *, today: date) -> Table:
    """Return every card ever shown, the newest first."""
    cards = sorted(patient.cards.all(), key=lambda card: card.valid_from, reverse=True)
    return Table(
        caption=_("Thẻ bảo hiểm y tế"),
        columns=[
            Column(_("Mã thẻ")),
            Column(_("Giá trị")),
            Column(_("Nơi ĐKBĐ")),
            Column(_("Đủ 5 năm từ"), is_optional=True),
            Column(_("Hôm nay")),
        ],
        rows=[
            Row(
                [
                    card.number,
                    f"{day(card.valid_from)} – {day(card.valid_to) or _('không thời hạn')}",
                    card.registered_facility,
                    day(card.five_years_on),
                    Cell(_("Còn hạn"), kind="ok")
                    if _is_valid(card, today)
                    else Cell(_("Hết hạn"), kind="bad"),
                ]
            )
            for card in cards
        ],
    )


def checks_table(checks: Iterable[CardCheck]) -> Table:
    """Return the card checks with the gateway's own words."""
    return Table(
        caption=_("Tra cứu thẻ"),
        columns=[
            Column(_("Lúc")),
            Column(_("Thời điểm")),
            Column(_("Kết quả")),
            Column(_("Cổng trả lời")),
        ],
        rows=[
            Row(
                [
                    moment(check.asked_at),
                    check.get_moment_display(),
                    Cell(
                        check.get_outcome_display(),
                        kind=CHECK_KIND[CardCheck.Outcome(check.outcome)],
                    ),
                    Cell(check.code, under=check.message),
                ]
            )
            for check in checks
        ],
    )


def visits_table(encounters: Iterable[Encounter]) -> Table:
    """Return the visits, the latest first, with the main diagnosis."""
    return Table(
        caption=_("Các lượt khám"),
        columns=[
            Column(_("Lượt khám")),
            Column(_("Đến lúc")),
            Column(_("Chẩn đoán chính")),
            Column(_("Thẻ BHYT"), is_optional=True),
            Column(_("Trạng thái")),
        ],
        rows=[_visit_row(encounter) for encounter in encounters],
    )


def _visit_row(encounter: Encounter) -> Row:
    main = next((row for row in encounter.diagnoses.all() if row.kind == Diagnosis.Kind.MAIN), None)
    return Row(
        url=reverse("hospital:encounter", args=[encounter.pk]),
        cells=[
            encounter.record_number,
            moment(encounter.arrived_at),
            Cell(main.code, under=main.title) if main else "",
            card_cell(encounter),
            state_cell(encounter),
        ],
    )
