"""Rows and doubles that the tests of the outbox share: a frozen claim, an account, a key."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from billing.claim_facts import (
    CardFacts,
    CheckInFacts,
    ClaimFacts,
    MoneyFacts,
    PatientFacts,
    ServiceLineFacts,
    TotalsFacts,
    VisitFacts,
    digest,
    encode,
)
from billing.models import Claim, ClaimVersion
from billing.services.charge import charges_refresh
from billing.services.payment import payment_take
from hospital.models import Diagnosis, Encounter, Facility, User
from hospital.selectors.facilities import facility_code_on
from hospital.services.encounter import Conclusion, exam_conclude
from hospital.services.exam import (
    DiagnosisInput,
    Signs,
    diagnosis_set,
    exam_start,
    vital_signs_record,
)
from insurance_gateway.client.fake import FakeGateway
from insurance_gateway.models import GatewayAccount, Submission
from insurance_gateway.services.sending import submission_send
from tests.factories import (
    NOW,
    SINCE,
    at,
    make_card,
    make_disease,
    make_encounter,
    make_facility,
    make_patient,
    make_room,
    make_service,
    make_staff,
)

EDITION = "1931"
END = at(9, 45)
PRICE = Decimal("50600.00")
FUND = Decimal("40480.00")
running = itertools.count(1)


class KeyInMemory:
    """A signer with a key of its own, valid around NOW."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bệnh viện Mẫu")])
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=365))
            .not_valid_after(NOW + timedelta(days=365))
            .sign(self._key, hashes.SHA256())
        )

    @property
    def certificate(self) -> x509.Certificate:
        return self._certificate

    def sign_bytes(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


@cache
def key_in_memory() -> KeyInMemory:
    return KeyInMemory()


@dataclass
class Outbox:
    """A facility that can send: the double of its gateway and the way to send one submission."""

    facility: Facility
    account: GatewayAccount
    gateway: FakeGateway

    def send(self, submission: Submission, *, now: datetime = NOW) -> str | None:
        return submission_send(
            submission.pk,
            now=now,
            gateway_for=lambda account: self.gateway,
            signer_for=lambda facility: key_in_memory(),
            jitter=lambda: 0.0,
        )


def make_outbox() -> Outbox:
    facility = make_facility()
    account = GatewayAccount.objects.create(
        facility=facility,
        username="taikhoan_mau",
        secret_name="GATEWAY_PASSWORD_MAU",
        base_url="http://127.0.0.1:8099",
        valid_from=SINCE,
    )
    return Outbox(facility, account, FakeGateway())


def make_insured_encounter(facility: Facility, **values: object) -> Encounter:
    patient = make_patient(facility)
    card = make_card(patient)
    encounter = make_encounter(patient, make_room(facility), card=card)
    Encounter.objects.filter(pk=encounter.pk).update(**values)
    encounter.refresh_from_db()
    return encounter


def make_claim(facility: Facility, *, now: datetime = NOW, **visit: Any) -> Submission:
    """Return a queued claim with frozen facts; `visit` replaces facts of the visit."""
    encounter = make_insured_encounter(facility)
    facts = claim_facts(encounter)
    facts = replace(facts, visit=replace(facts.visit, **visit))
    data = encode(facts)
    claim = Claim.objects.create(
        facility=facility, encounter=encounter, is_insured=True, closed_at=now
    )
    version = ClaimVersion.objects.create(
        claim=claim,
        number=1,
        edition=EDITION,
        facts=data.decode(),
        digest=digest(data),
        total_hospital=PRICE,
        total_insured=PRICE,
        fund=FUND,
        co_payment=PRICE - FUND,
        self_payment=0,
        other_sources=0,
        frozen_at=now,
    )
    return Submission.objects.create(
        facility=facility,
        encounter=encounter,
        kind=Submission.Kind.CLAIM,
        version=version,
        not_before=now,
        queued_at=now,
    )


def concluded_visit(outbox: Outbox, *, is_insured: bool = True) -> Encounter:
    """Return an examination that is over and paid, ready to be closed."""
    facility = outbox.facility
    room, doctor = make_room(facility), make_staff(facility, "doctor")
    room.exam_item = make_service(facility).item
    room.save(update_fields=["exam_item"])
    facility.head = doctor
    facility.save(update_fields=["head"])
    patient = make_patient(facility, personal_id="001080000017")
    card = make_card(patient) if is_insured else None
    encounter = make_encounter(patient, room, card=card, now=at(8))
    make_disease("I10", "Tăng huyết áp vô căn")
    exam_start(encounter, room=room, doctor=doctor, now=at(8, 10))
    vital_signs_record(encounter, Signs(weight_kg=Decimal(60)), staff=doctor, now=at(8, 15))
    main = DiagnosisInput(code="I10", kind=Diagnosis.Kind.MAIN)
    diagnosis_set(encounter, [main], doctor=doctor, now=at(9, 5))
    exam_conclude(
        encounter, Conclusion(outcome="2", discharge_type="1"), doctor=doctor, now=at(9, 10)
    )
    charges_refresh(encounter, now=at(9, 30), job="test")
    payment_take(encounter, actor=cashier(), now=at(9, 40), idempotency_key=encounter.link_code)
    encounter.refresh_from_db()
    return encounter


def cashier() -> User:
    return User.objects.get_or_create(username="thungan")[0]


def make_check_in(facility: Facility, *, now: datetime = NOW, **facts: Any) -> Submission:
    encounter = make_insured_encounter(facility)
    data = encode(replace(check_in_facts(encounter), **facts))
    return Submission.objects.create(
        facility=facility,
        encounter=encounter,
        kind=Submission.Kind.CHECK_IN,
        facts=data.decode(),
        not_before=now,
        queued_at=now,
    )


def patient_facts() -> PatientFacts:
    return PatientFacts(
        patient_number="BN260000001",
        full_name="Nguyễn Văn Mẫu",
        personal_id="001080000017",
        birth="1980-05-15",
        sex="1",
        address="Phường Mẫu",
        province_code="01",
        commune_code="00004",
        phone="0900000000",
    )


def card_facts() -> CardFacts:
    return CardFacts(
        number=f"GD401{next(running):07d}999"[:15],
        registered_facility="01999",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )


def claim_facts(encounter: Encounter) -> ClaimFacts:
    """Return one outpatient examination of 50.600 đ at 80%."""
    code = facility_code_on(encounter.facility, NOW.date())
    line = exam_line()
    return ClaimFacts(
        edition=EDITION,
        link_code=encounter.link_code,
        patient=patient_facts(),
        cards=(card_facts(),),
        visit=VisitFacts(
            facility_code=code,
            visit_type="01",
            route_code="1.1",
            arrived_at=at(7, 30),
            ended_at=at(7, 55),
            paid_at=at(7, 50),
            reason="Đau đầu",
            arrival_diagnosis="Đau đầu",
            final_diagnosis="Đau đầu",
            main_icd="R51",
            treatment_method="Khám, tư vấn",
            outcome="1",
            discharge_type="1",
            settlement_year=2026,
            settlement_month=11,
            departments=("K01",),
            weight_kg=Decimal("60.00"),
            record_number="PK0000001",
            head_licence="000101/ZZ-GPHN",
        ),
        totals=TotalsFacts(
            drugs=Decimal("0.00"),
            supplies=Decimal("0.00"),
            hospital=PRICE,
            insured=PRICE,
            self_payment=Decimal("0.00"),
            co_payment=PRICE - FUND,
            fund=FUND,
            other_sources=Decimal("0.00"),
            fund_fee_for_service=FUND,
        ),
        services=(line,),
    )


def exam_line() -> ServiceLineFacts:
    return ServiceLineFacts(
        sequence=1,
        charge_id=1,
        order_id=1,
        service_code="02.03",
        cost_group="13",
        service_name="Khám Nội",
        unit="Lần",
        quantity=Decimal(1),
        unit_price_hospital=PRICE,
        unit_price_insured=PRICE,
        money=MoneyFacts(
            item_rate=Decimal(100),
            total_hospital=PRICE,
            total_insured=PRICE,
            benefit_rate=Decimal(80),
            fund=FUND,
            co_payment=PRICE - FUND,
            self_payment=Decimal("0.00"),
        ),
        department_code="K01",
        prescribers=("000101/ZZ-GPHN",),
        performers=("000101/ZZ-GPHN",),
        icd_codes=("R51",),
        ordered_at=at(7, 35),
        executed_at=at(7, 40),
        resulted_at=at(7, 50),
    )


def check_in_facts(encounter: Encounter) -> CheckInFacts:
    return CheckInFacts(
        edition=EDITION,
        link_code=encounter.link_code,
        patient=patient_facts(),
        card=card_facts(),
        route_code="1.1",
        visit_type="01",
        facility_code=facility_code_on(encounter.facility, NOW.date()),
        arrived_at=at(7, 30),
        service_code="02.03",
        service_name="Khám Nội",
        ordered_at=at(7, 35),
    )
