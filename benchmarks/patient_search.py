"""Finding a patient among 200,000, against the floor of reading one row by its key.

Run: python -m benchmarks.patient_search [patients]. Progress goes to stderr, one JSON object to
stdout, in milliseconds: `value` is the median over everything typed at a desk, `worst` the slowest
query, `floor` the median of one row read by its primary key through the same layers. All patients
are invented and rolled back.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

import django
from django.db import transaction

django.setup()

from benchmarks.invented_patients import patients_fill  # noqa: E402  models need the settings first
from hospital.models import Facility, Patient  # noqa: E402
from hospital.selectors.patients import patients_found  # noqa: E402

PATIENTS = 200_000
ROUNDS = 15
QUERIES = (
    "Nguyễn Văn Mẫu",
    "nguyen van mau",
    "nguyen van",
    "nguyen van m",
    "nguyen van 1990",
    "trần thị hòa 1985",
    "mau nguyen van",
    "van nguyen",
    "thi van",
    "van 1935",
    "khong co ai",
    "0900000123",
    "000000001123",
    "BN990000007",
)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of some rounds of `work`."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return median(times)


def main(count: int) -> None:
    with transaction.atomic():
        facility = Facility.objects.create(name="Bệnh viện Mẫu (đo)", short_name="M", address="Mẫu")
        patients_fill(facility, count)
        key = Patient.objects.filter(facility=facility).values_list("pk", flat=True)[count // 2]
        floor = milliseconds(lambda: Patient.objects.get(pk=key))
        found = {}
        for query in QUERIES:
            found[query] = milliseconds(partial(patients_found, facility, query))
            print(f"{query!r}: {found[query]:.2f} ms", file=sys.stderr)
        transaction.set_rollback(True)
    worst = max(found, key=lambda query: found[query])
    line = {
        "name": "patient-search",
        "unit": "ms",
        "patients": count,
        "value": round(median(found.values()), 2),
        "floor": round(floor, 2),
        "ratio": round(median(found.values()) / floor, 1),
        "worst": round(found[worst], 2),
        "worst_query": worst,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS)
