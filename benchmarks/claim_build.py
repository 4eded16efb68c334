"""Building, packing and signing one claim, against the floor of filling a template with ready text.

Run: python -m benchmarks.claim_build [rounds]. Progress goes to stderr, one JSON object to stdout;
`value` and `floor` are microseconds per claim, medians of rounds that measure both in turn.
The claim is an outpatient visit with 8 drugs, 10 services, 5 results and 4 notes: 944 fields.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from billing.claim_facts import FACILITY_ZONE, ClaimFacts, decode
from insurance_gateway.document.editions import fields_of
from insurance_gateway.document.envelope import claim_document
from insurance_gateway.document.formats import text
from insurance_gateway.document.reading import table_open
from insurance_gateway.document.tables import tables_of
from insurance_gateway.signing.demo_authority import demo_authority_make
from insurance_gateway.signing.signer import PfxSigner, Signer
from insurance_gateway.signing.xmldsig import document_sign, signature_check

EDITION = "1931"
FACTS = Path(__file__).resolve().parents[1] / "tests" / "golden" / EDITION / "facts.json"
CLAIMS = 40
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=FACILITY_ZONE)
PREPARED_ON = date(2026, 11, 23)
Floor = list[tuple[str, list[tuple[str, ...]]]]


def claims_made() -> list[ClaimFacts]:
    """Return claims that differ in names, times and amounts, so that nothing repeats."""
    base = decode(FACTS.read_bytes())
    return [claim_made(base, number) for number in range(CLAIMS)]


def claim_made(base: ClaimFacts, number: int) -> ClaimFacts:
    def at(step: int) -> datetime:
        return base.visit.arrived_at + timedelta(minutes=number + step)

    drugs = tuple(
        replace(
            base.drugs[step % 2],
            sequence=step + 1,
            name=f"{base.drugs[step % 2].name} {number}",
            quantity=Decimal(step + 1),
            unit_price=Decimal(number * 7 + step) + Decimal("0.125"),
            ordered_at=at(step),
        )
        for step in range(8)
    )
    services = tuple(
        replace(
            base.services[step % 5],
            sequence=step + 1,
            service_name=f"{base.services[step % 5].service_name} & {number}",
            ordered_at=at(step),
        )
        for step in range(10)
    )
    results = tuple(replace(base.results[step % 2], sequence=step + 1) for step in range(5))
    notes = tuple(replace(base.notes[0], sequence=step + 1, noted_at=at(step)) for step in range(4))
    return replace(
        base,
        link_code=f"01999.26.{number:07}",
        drugs=drugs,
        services=services,
        results=results,
        notes=notes,
    )


def floor_of(facts: ClaimFacts) -> Floor:
    """Return per table a row template and its rows of values, text and escaped already."""
    floor = []
    for table, data in tables_of(facts).items():
        names = [field.name for field in fields_of(EDITION, table)]
        template = "".join(f"<{name}>%s</{name}>\n" for name in names)
        rows = [tuple(text(row[name]) for name in names) for row in table_open(table, data)]
        floor.append((template, rows))
    return floor


def floor_fill(floor: Floor) -> list[str]:
    return ["".join([template % row for row in rows]) for template, rows in floor]


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def measure(claims: list[ClaimFacts], signer: Signer, rounds: int) -> dict[str, float]:
    """Return medians in microseconds per claim, by step; `value` is the whole."""
    floors = [floor_of(facts) for facts in claims]
    unsigned = [claim_document(facts, prepared_on=PREPARED_ON) for facts in claims]
    steps: dict[str, Callable[[], object]] = {
        "floor": lambda: [floor_fill(floor) for floor in floors],
        "build": lambda: [tables_of(facts) for facts in claims],
        "envelope": lambda: [claim_document(facts, prepared_on=PREPARED_ON) for facts in claims],
        "sign": lambda: [document_sign(data, signer=signer, now=NOW) for data in unsigned],
        "value": lambda: [whole(facts, signer) for facts in claims],
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds):
        sys.stderr.write(f"round {number + 1} of {rounds}\n")
        for name, work in steps.items():
            taken[name].append(seconds(work) / len(claims) * 1e6)
    return {name: median(values) for name, values in taken.items()}


def whole(facts: ClaimFacts, signer: Signer) -> bytes:
    return document_sign(claim_document(facts, prepared_on=PREPARED_ON), signer=signer, now=NOW)


def require_same(facts: ClaimFacts) -> None:
    """Raise when the floor does not write the very rows that the builder writes."""
    for filled, data in zip(floor_fill(floor_of(facts)), tables_of(facts).values(), strict=True):
        built = [line for line in data.decode().splitlines() if "</" in line[1:]]
        if filled.splitlines() != built:
            raise SystemExit("the floor and the builder do not write the same fields")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    claims = claims_made()
    require_same(claims[0])
    with TemporaryDirectory() as folder:
        files = demo_authority_make(Path(folder), [("01999", "Bệnh viện Mẫu")], now=NOW)
        signer = PfxSigner(files["01999"].path, files["01999"].password)
    document = whole(claims[0], signer)
    signature_check(document)
    gc.disable()
    told = measure(claims, signer, rounds)
    fields = sum(len(rows) * template.count("%s") for template, rows in floor_of(claims[0]))
    report = {
        "name": "claim_build",
        "unit": "us/claim",
        **{name: round(figure, 1) for name, figure in told.items()},
        "ratio": round(told["value"] / told["floor"], 2),
        "build_ratio": round(told["build"] / told["floor"], 2),
        "claims_per_second": round(1e6 / told["value"]),
        "fields": fields,
        "bytes": len(document),
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
