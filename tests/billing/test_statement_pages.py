"""Papers of money over HTTP: who may print, what is recorded, provisional and frozen."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import ClaimVersion
from billing.services.payment import deposit_take, refund_pay
from hospital.models import AuditEntry, PracticeCertificate
from hospital.models.people import Role
from tests.billing.statement_facts import pages_read
from tests.billing.test_visit_money import Visit
from tests.factories import at, make_staff

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank": "970400", "number": "0000123456789", "bank_name": "Ngân hàng Mẫu"}


def client_of(visit: Visit, role: str = Role.CASHIER) -> Client:
    client = Client()
    user = make_staff(visit.facility, role).user
    client.force_login(user, backend="hospital.permissions.RoleBackend")
    return client


def running_visit(head: str = "GD4") -> Visit:
    visit = Visit(head)
    visit.order("497000")
    visit.drug("1500", "10")
    visit.conclude()
    visit.refresh()
    return visit


def text_of(answer) -> str:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(pages_read(answer.content))


def statement_url(visit: Visit) -> str:
    return reverse("billing:statement", args=[visit.encounter.pk])


@pytest.mark.parametrize("role", [Role.CASHIER, Role.INSURANCE])
def test_a_visit_that_runs_has_a_provisional_statement(role):
    visit = running_visit()

    text = text_of(client_of(visit, role).get(statement_url(visit)))

    assert "BẢN TẠM TÍNH" in text
    assert f"Số khám bệnh: {visit.encounter.link_code}" in text
    assert "3. Xét nghiệm" in text


def test_a_visit_without_diagnosis_or_weight_has_one_too():
    visit = Visit()
    visit.order("497000")
    visit.refresh()

    assert "BẢN TẠM TÍNH" in text_of(client_of(visit).get(statement_url(visit)))


ITEMS = ("1. Khám bệnh", "3. Xét nghiệm", "8. Thuốc, dịch truyền", "Cộng:")
TOTALS = ("đơn vị đồng):", "Quỹ BHYT thanh toán:", "trong đó:", "phạm vi BHYT:", "phải trả khác:")


def sums_read(text: str, head: str) -> list[str]:
    """Return the sums of each item and of the visit; without a card three columns are filled."""
    filled = 6 if head else 3
    found = [re.search(rf"{re.escape(name)}((?: [\d.,]+){{{filled}}})", text) for name in ITEMS]
    found += [re.search(rf"{re.escape(name)} ([\d.]+) đồng", text) for name in TOTALS]
    return [match.group(1) for match in found]


@pytest.mark.parametrize("head", ["GD4", ""])
def test_provisional_and_frozen_statement_print_the_same_sums(head):
    visit = running_visit(head)
    client = client_of(visit)
    before = text_of(client.get(statement_url(visit)))
    visit.pay()

    version = visit.close()
    after = text_of(client.get(statement_url(visit)))

    assert sums_read(before, head) == sums_read(after, head)
    assert "BẢN TẠM TÍNH" not in after
    assert "NGƯỜI LẬP BẢNG KÊ" in after
    assert version.total_hospital > 0


def test_a_closed_visit_is_printed_from_its_newest_frozen_facts():
    visit = running_visit()
    visit.pay()
    version = visit.close()
    ClaimVersion.objects.create(
        claim=version.claim,
        number=2,
        edition=version.edition,
        facts=version.facts.replace(visit.encounter.link_code, "MAU.26.0000002"),
        digest="0" * 64,
        reason="Thử",
        total_hospital=version.total_hospital,
        total_insured=version.total_insured,
        fund=version.fund,
        co_payment=version.co_payment,
        self_payment=version.self_payment,
        other_sources=version.other_sources,
        frozen_by=visit.cashier,
        frozen_at=at(12),
    )

    assert "Số khám bệnh: MAU.26.0000002" in text_of(client_of(visit).get(statement_url(visit)))


def test_the_payment_code_stands_on_it_until_the_visit_is_paid(settings):
    visit = running_visit()
    code = visit.encounter.link_code[:5]
    settings.PAYMENT_ACCOUNTS = {code: ACCOUNT}
    client = client_of(visit)

    unpaid = text_of(client.get(statement_url(visit)))
    visit.pay()
    paid = text_of(client.get(statement_url(visit)))

    assert "Số tài khoản: 0000123456789" in unpaid
    assert "VietQR" not in paid
    assert "Người bệnh đã nộp:" in paid


def test_every_print_is_recorded():
    visit = running_visit()
    client = client_of(visit)

    client.get(statement_url(visit))

    entry = AuditEntry.objects.get(action="statement.print")
    assert (entry.subject_id, entry.patient_id) == (
        visit.encounter.pk,
        visit.encounter.patient_id,
    )
    assert entry.facts == {"version": 0}


def test_the_file_is_shown_inline_under_the_record_number():
    visit = running_visit()

    answer = client_of(visit).get(statement_url(visit))

    number = "".join(c if c.isalnum() else "-" for c in visit.encounter.record_number)
    assert answer["Content-Disposition"] == f'inline; filename="bang-ke-{number}.pdf"'
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "role", [r for r in Role.values if r not in (Role.CASHIER, Role.INSURANCE)]
)
def test_other_roles_print_nothing(role):
    visit = running_visit()
    client = client_of(visit, role)

    for name in ("billing:statement", "billing:payment-request"):
        assert client.get(reverse(name, args=[visit.encounter.pk])).status_code == 403
    assert client.get(reverse("billing:receipt", args=["payment", 1])).status_code == 403


def test_the_visit_of_another_facility_does_not_exist():
    mine, other = running_visit(), running_visit()

    assert client_of(mine).get(statement_url(other)).status_code == 404


def test_a_print_is_not_a_post():
    visit = running_visit()

    assert client_of(visit).post(statement_url(visit)).status_code == 405


def test_a_statement_that_cannot_be_made_says_why_instead():
    visit = running_visit()
    PracticeCertificate.objects.all().delete()

    answer = client_of(visit).get(statement_url(visit))

    assert answer.status_code == 409
    assert "chưa có giấy phép hành nghề hiệu lực ngày 23/11/2026" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="statement.print").exists()


def test_the_request_for_payment_asks_for_what_is_due(settings):
    visit = running_visit()
    settings.PAYMENT_ACCOUNTS = {visit.encounter.link_code[:5]: ACCOUNT}
    url = reverse("billing:payment-request", args=[visit.encounter.pk])
    client = client_of(visit)

    text = text_of(client.get(url))
    payment = visit.pay()

    assert payment is not None
    assert f"{int(payment.amount):,}".replace(",", ".") + " đồng" in text
    assert "VietQR" in text
    assert client.get(url).status_code == 404


def test_receipts_of_the_three_kinds_are_printed_and_recorded():
    visit = running_visit()
    who = {"actor": visit.cashier, "now": at(9, 35)}
    payment = visit.pay()
    deposit = deposit_take(visit.encounter, Decimal(20000), idempotency_key="d", **who)
    refund = refund_pay(visit.encounter, Decimal(5000), reason="Đổi ý", idempotency_key="r", **who)
    client = client_of(visit)

    for kind, row, title in (
        ("payment", payment, "BIÊN LAI THU TIỀN"),
        ("deposit", deposit, "BIÊN LAI TẠM ỨNG"),
        ("refund", refund, "PHIẾU HOÀN TIỀN"),
    ):
        text = text_of(client.get(reverse("billing:receipt", args=[kind, row.pk])))
        assert title in text
        assert f"Số: {row.number}" in text
    assert AuditEntry.objects.filter(action="receipt.print").count() == 3


def test_a_kind_of_receipt_that_does_not_exist_is_not_found():
    visit = running_visit()

    assert client_of(visit).get(reverse("billing:receipt", args=["khac", 1])).status_code == 404


def test_the_receipt_of_another_facility_does_not_exist():
    mine, other = running_visit(), running_visit()
    payment = other.pay()

    url = reverse("billing:receipt", args=["payment", payment.pk])

    assert client_of(mine).get(url).status_code == 404


def test_the_bill_links_to_its_papers():
    visit = running_visit()
    client = client_of(visit)
    url = reverse("billing:encounter-bill", args=[visit.encounter.pk])

    unpaid = client.get(url).content.decode()
    payment = visit.pay()
    paid = client.get(url).content.decode()

    request_url = reverse("billing:payment-request", args=[visit.encounter.pk])
    assert statement_url(visit) in unpaid
    assert request_url in unpaid
    assert request_url not in paid
    assert reverse("billing:receipt", args=["payment", payment.pk]) in paid
