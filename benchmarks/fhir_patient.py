"""Reading and searching patients over FHIR, against the floor of the same SQL run bare.

Run: python -m benchmarks.fhir_patient [patients] [rounds]. Progress goes to stderr, one JSON object
to stdout, in milliseconds. `value` is the median page of 50 through the whole of Django; `floor` is
the very statements of that page sent again on a bare cursor; `p95` has every kind of request. All
rows are invented and rolled back.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from statistics import median, quantiles
from time import perf_counter

import django
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.utils import timezone

django.setup()

from benchmarks.invented_patients import patients_fill  # noqa: E402  models need the settings first
from fhir.clients import api_client_create  # noqa: E402
from hospital.models import Facility, FacilityCode, InsuranceCard, Patient, PatientAddress  # noqa: E402

PAGE = "/fhir/Patient?_count=50"


def prepared(count: int) -> Client:
    """Return a client of a facility with `count` patients, each with an address and a card."""
    facility = Facility.objects.create(name="Bệnh viện Mẫu (đo)", short_name="Mẫu", address="Mẫu")
    FacilityCode.objects.create(facility=facility, code="99998", valid_from=date(2020, 1, 1))
    patients_fill(facility, count)
    patients, since = Patient._meta.db_table, timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {PatientAddress._meta.db_table} (patient_id, text, province_code,
                district_code, commune_code, is_before_reform, is_current, noted_at)
            SELECT id, 'Phường Mẫu', '01', '', '00004', false, true, now()
            FROM {patients} WHERE facility_id = %s""",
            [facility.pk],
        )
        cursor.execute(
            f"""INSERT INTO {InsuranceCard._meta.db_table} (patient_id, number, registered_facility,
                valid_from, area_code, is_temporary, noted_at)
            SELECT id, 'GD401' || lpad(id::text, 10, '0'), '99998', '2026-01-01', '', false, now()
            FROM {patients} WHERE facility_id = %s""",
            [facility.pk],
        )
        for model in (PatientAddress, InsuranceCard):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    _client, token = api_client_create(facility, name="do", job="benchmark", now=since)
    return Client(headers={"Authorization": f"Bearer {token}"})


def addresses() -> dict[str, str]:
    """Return one request of each kind."""
    patient = Patient.objects.order_by("-pk")[1000]
    card = InsuranceCard.objects.get(patient=patient)
    return {
        "read": f"/fhir/Patient/{patient.pk}",
        "page_20": "/fhir/Patient?_count=20",
        "page_50": PAGE,
        "common_name": "/fhir/Patient?name=nguyen",
        "two_words": "/fhir/Patient?name=mau thi",
        "whole_name": "/fhir/Patient?name:exact=" + patient.full_name,
        "no_such_name": "/fhir/Patient?name=nguyen khongco",
        "family_and_year": "/fhir/Patient?family=dang&birthdate=1980",
        "card": f"/fhir/Patient?identifier=http://fhir.hl7.org.vn/core/sid/bhyt|{card.number}",
        "personal_id": "/fhir/Patient?identifier="
        f"http://fhir.hl7.org.vn/core/sid/cccd|{patient.personal_id}",
        "any_identifier": f"/fhir/Patient?identifier={patient.personal_id}",
        "phone": f"/fhir/Patient?phone={patient.phone}",
        "birth_day": f"/fhir/Patient?birthdate={patient.birth}",
        "count": "/fhir/Patient?_summary=count",
    }


def milliseconds(api: Client, address: str, rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        start = perf_counter()
        response = api.get(address)
        taken.append((perf_counter() - start) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
    return taken


def floor_milliseconds(api: Client, rounds: int) -> list[float]:
    """Return the times of the statements of one page, sent again and fetched without Django."""
    with CaptureQueriesContext(connection) as queries:
        api.get(PAGE)
    taken = []
    with connection.connection.cursor() as bare:
        for _ in range(rounds):
            start = perf_counter()
            for query in queries.captured_queries:
                bare.execute(query["sql"])
                if bare.description:
                    bare.fetchall()
            taken.append((perf_counter() - start) * 1000)
    return taken


def measure(api: Client, rounds: int) -> dict[str, object]:
    times: dict[str, list[float]] = {}
    for name, address in addresses().items():
        milliseconds(api, address, 2)
        times[name] = milliseconds(api, address, rounds)
        sys.stderr.write(f"{name}: {median(times[name]):.1f} ms\n")
    value, floor = median(times["page_50"]), median(floor_milliseconds(api, rounds))
    return {
        "value": round(value, 2),
        "floor": round(floor, 2),
        "ratio": round(value / floor, 2),
        "p95": {name: round(quantiles(taken, n=20)[-1], 1) for name, taken in times.items()},
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    setup_test_environment(debug=False)
    with transaction.atomic():
        sys.stderr.write(f"making {count} patients\n")
        api = prepared(count)
        told = measure(api, rounds)
        transaction.set_rollback(True)
    report = {"name": "fhir_patient", "unit": "ms", "patients": count, **told}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
