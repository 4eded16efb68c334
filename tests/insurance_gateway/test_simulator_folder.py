"""What the simulator keeps, and what a person can look at."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import requests

from insurance_gateway.simulator.archive import Archive, Incoming
from insurance_gateway.simulator.faults import FAULTS, FaultBook
from insurance_gateway.simulator.journal import FolderInUse, Journal
from insurance_gateway.simulator.refusals import Refusals
from tests.insurance_gateway.gateway_files import check_in_file, claim_file
from tests.insurance_gateway.gateway_process import simulator_running

NOW = datetime(2026, 11, 23, 8, 16, 12, tzinfo=UTC)


def incoming(ma_lk: str = "a", content: bytes = b"<A/>") -> Incoming:
    return Incoming("claim", "01999", ma_lk, "01999_BV", content, {"T_BHTT": "1"}, frozenset("x"))


def restart(journal: Journal) -> None:
    """Let go of the folder as the end of a process does."""
    journal._file.close()


def test_received_files_survive_a_restart(tmp_path) -> None:
    journal = Journal(tmp_path)
    archive = Archive(tmp_path, journal)
    first = archive.store(incoming(), now=NOW)
    restart(journal)

    after = Archive(tmp_path, Journal(tmp_path))
    second = after.store(incoming(content=b"<B/>"), now=NOW)

    assert after.versions("claim") == [[first, second]]
    assert first.transaction_code == "01999_20261123_000001"
    assert second.transaction_code == "01999_20261123_000002"
    assert [after.content(row) for row in (first, second)] == [b"<A/>", b"<B/>"]


def test_line_torn_by_a_crash_was_never_received(tmp_path) -> None:
    journal = Journal(tmp_path)
    Archive(tmp_path, journal).store(incoming("a"), now=NOW)
    restart(journal)
    file = tmp_path / "journal.jsonl"
    file.write_bytes(file.read_bytes() + b'{"event":"stored","kind":"cl')

    after = Journal(tmp_path)
    archive = Archive(tmp_path, after)
    archive.store(incoming("b"), now=NOW)

    assert [rows[-1].ma_lk for rows in archive.versions("claim")] == ["a", "b"]
    assert len(list(after.entries())) == 2


def test_file_without_journal_line_was_never_received(tmp_path) -> None:
    orphan = tmp_path / "dossiers" / "01999" / "a"
    orphan.mkdir(parents=True)
    (orphan / "1.xml").write_bytes(b"<half/>")
    archive = Archive(tmp_path, Journal(tmp_path))

    received = archive.store(incoming(), now=NOW)

    assert (received.version, archive.content(received)) == (1, b"<A/>")


@pytest.mark.parametrize("ma_lk", ["../../etc/x", "..", ".", "a/b", "a\\b", "mã số 1"])
def test_foreign_name_stays_in_the_folder(tmp_path, ma_lk) -> None:
    archive = Archive(tmp_path, Journal(tmp_path))

    path = archive.path_of(archive.store(incoming(ma_lk), now=NOW)).resolve()

    assert path.parent.parent == (tmp_path / "dossiers" / "01999").resolve()


def test_folder_has_one_writer(tmp_path) -> None:
    first = Journal(tmp_path)

    with pytest.raises(FolderInUse):
        Journal(tmp_path)
    restart(first)


def test_refusals_are_remembered_over_a_restart(tmp_path) -> None:
    journal = Journal(tmp_path)
    for code in ("200", "123", "125"):
        journal.write({"event": "call", "service": "claim", "code": code})
    journal.write({"event": "call", "service": "card", "code": "050"})

    assert [row["code"] for row in Refusals(journal).newest()] == ["125", "123"]


def test_faults_wait_for_their_service_and_count_down() -> None:
    book = FaultBook()
    book.ask({"kind": "http_502", "service": "claim", "times": 2})
    book.ask({"kind": "delay", "seconds": 1})

    kinds = [order and order.kind for order in map(book.take, ["card", "claim", "claim", "claim"])]

    assert kinds == ["delay", "http_502", "http_502", None]


def test_lasting_fault_ends_when_cleared() -> None:
    book = FaultBook()
    book.ask({"kind": "http_502", "times": 0})
    assert [bool(book.take("claim")) for _ in range(3)] == [True] * 3

    book.clear()

    assert book.take("claim") is None


def test_fault_by_chance_hits_about_its_share_and_repeats_itself() -> None:
    def run() -> list[bool]:
        book = FaultBook()
        book.ask({"kind": "error_500", "times": 0, "percent": 20})
        return [book.take("claim") is not None for _ in range(500)]

    assert 70 < sum(run()) < 130
    assert run() == run()


def test_unknown_fault_is_refused_with_the_known_ones(running_simulator) -> None:
    answer = requests.post(
        f"{running_simulator.url}/__sim/faults", json={"kind": "earthquake"}, timeout=5
    )

    assert answer.status_code == 400
    assert answer.json()["known"] == sorted(FAULTS)


def test_running_simulator_keeps_its_dossiers_over_a_restart(tmp_path, client_of, signed) -> None:
    document = signed(claim_file("01999.2026.0000050"))
    with simulator_running(tmp_path) as simulator:
        first = client_of(base_url=simulator.url).send_claim(document)

    with simulator_running(tmp_path) as simulator:
        second = client_of(base_url=simulator.url).send_claim(document)
        kept = simulator.dossier("01999.2026.0000050")

    codes = [version["maGiaoDich"] for version in kept["versions"]]
    assert codes == [first.transaction_code, second.transaction_code]


def test_results_name_what_the_edition_asks_for(running_simulator, client_of, signed) -> None:
    receipt = client_of().send_claim(signed(claim_file("01999.2026.0000051")))
    url = f"{running_simulator.url}/__sim/results"

    found = requests.get(url, params={"maGiaoDich": receipt.transaction_code}, timeout=5).json()

    assert found["MA_LK"] == "01999.2026.0000051"
    assert ("XML1", "HO_TEN", "required_empty") in [
        (error["bang"], error["truong"], error["loi"]) for error in found["errors"]
    ]


def test_results_of_an_unknown_transaction_are_404(running_simulator) -> None:
    url = f"{running_simulator.url}/__sim/results?maGiaoDich=x"

    assert requests.get(url, timeout=5).status_code == 404


def test_page_lists_received_and_refused_files(running_simulator, client_of, signed) -> None:
    client = client_of()
    receipt = client.send_claim(signed(claim_file("01999.2026.0000052", T_BHTT="1234567.50")))
    client.check_in(signed(check_in_file("01999.2026.0000053")))
    with pytest.raises(Exception, match="125"):
        client.send_claim(signed(claim_file("01999.2026.0000054"), by="01888"))

    page = requests.get(running_simulator.url, timeout=5).text
    check_ins = requests.get(f"{running_simulator.url}/?loai=check_in", timeout=5).text

    assert "Danh sách tiếp nhận" in page
    assert receipt.transaction_code in page
    assert "1.234.567,50" in page
    assert "01999.2026.0000054" in page
    assert "01999.2026.0000053" in check_ins


def test_page_of_an_unknown_kind_is_empty(running_simulator) -> None:
    assert (
        "Chưa tiếp nhận tệp nào" in requests.get(f"{running_simulator.url}/?loai=x", timeout=5).text
    )


def test_services_answer_posts_only(running_simulator) -> None:
    answer = requests.get(f"{running_simulator.url}/api/token/take", timeout=5)

    assert answer.status_code == 405


def test_health_counts_what_was_received(running_simulator) -> None:
    health = requests.get(f"{running_simulator.url}/__sim/health", timeout=5).json()

    assert health["status"] == "ok"
    assert set(health["received"]) == {"claim", "check_in"}
    assert json.dumps(health["received"])
