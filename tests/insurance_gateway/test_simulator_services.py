"""The services of the simulator as any program would call them."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import requests

from insurance_gateway.document.editions import edition_for, fields_of
from insurance_gateway.simulator.accounts import accounts
from insurance_gateway.simulator.intake import Delivery, IntakeRules, Refused, incoming_of
from insurance_gateway.simulator.signatures import SignatureRule
from insurance_gateway.simulator.watched import WatchedJson
from tests.insurance_gateway.gateway_files import (
    CARD,
    EDITION,
    check_in_file,
    claim_file,
    envelope_file,
)
from tests.insurance_gateway.gateway_process import RunningSimulator, simulator_running

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MD5 = hashlib.md5(b"Demo@2026").hexdigest()
CLAIM_PATH = "/api/qd130/guiHoSoXmlQD3176"
CHECK_IN_PATH = "/api/qd130/checkInKcbQd3176"
CARD_PATH = "/api/egw/KQNhanLichSuKCB2024"


class Program:
    """A foreign program with an open session."""

    def __init__(self, simulator: RunningSimulator, username: str = "01999_BV") -> None:
        self.url, self.username = simulator.url, username
        form = {"username": username, "password": MD5}
        self.key = requests.post(f"{self.url}/api/token/take", data=form, timeout=5).json()[
            "APIKey"
        ]

    def look_up(self, path: str = CARD_PATH, *, as_form: bool = False, **fields: str):
        body = {
            "maThe": CARD,
            "hoTen": "Nguyễn Văn Mẫu",
            "ngaySinh": "05/03/1990",
            "hoTenCb": "Phạm Thị Tiếp Đón",
            "cccdCb": "079196000028",
        } | fields
        query = {
            "token": self.key["access_token"],
            "id_token": self.key["id_token"],
            "username": self.username,
            "password": MD5,
        }
        form, json_body = (body, None) if as_form else (None, body)
        return requests.post(self.url + path, params=query, data=form, json=json_body, timeout=5)

    def headers(self, **changes: str) -> dict[str, str]:
        return {
            "accessToken": self.key["access_token"],
            "tokenId": self.key["id_token"],
            "passwordHash": MD5,
        } | changes

    def co_payment(self, number: str):
        fields = {"username": self.username, "maThe": number, "hoTen": "A", "ngaySinh": "1990"}
        path = "/api/TraCuuCCT/TraCuuTienMCCT"
        return requests.post(self.url + path, json=fields, headers=self.headers(), timeout=5)

    def send(self, content: bytes, path: str = CLAIM_PATH, **changes: str) -> dict[str, str]:
        form = {
            "username": self.username,
            "loaiHoSo": "0" if "checkIn" in path else "130",
            "maTinh": self.username[:2],
            "maCSKCB": self.username[:5],
            "fileHSBase64": b64encode(content).decode(),
        } | changes
        headers = self.headers()
        answer = requests.post(self.url + path, data=form, headers=headers, timeout=5)
        body: dict[str, str] = answer.json()
        return body


@pytest.fixture
def program(running_simulator) -> Program:
    return Program(running_simulator)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"username": "01999_BV", "password": MD5.upper()}, "200"),
        ({"username": "01999_BV", "password": MD5}, "200"),
        ({"username": "01999_BV", "password": "Demo@2026"}, "401"),
        ({"username": "09999_BV", "password": MD5}, "401"),
        ({"username": "01996_BV", "password": MD5}, "403"),
        ({"username": "01996_BV", "password": "x"}, "401"),
        ({"username": "01999_BV", "password": MD5, "maCSKCB": "01998"}, "402"),
    ],
)
@pytest.mark.parametrize("kind", ["data", "json"])
def test_token_is_given_to_open_accounts_only(running_simulator, form, code, kind) -> None:
    url = f"{running_simulator.url}/api/token/take"

    assert requests.post(url, **{kind: form}, timeout=5).json()["maKetQua"] == code


def test_token_has_the_shape_of_the_documents(program) -> None:
    proof, account, filetime = b64decode(program.key["access_token"]).decode().split(":")

    issued = datetime.fromtimestamp(int(filetime) / 1e7 - 11_644_473_600, UTC)
    expires = datetime.fromisoformat(program.key["expires_in"])
    assert account == "01999_BV"
    assert len(b64decode(proof)) == 32
    assert abs((expires - issued).total_seconds() - 600) < 1


def test_tokens_come_with_four_and_with_seven_digits(running_simulator) -> None:
    texts = [Program(running_simulator).key["expires_in"] for _ in range(2)]

    assert sorted(len(text.partition(".")[2]) for text in texts) == [5, 8]


@pytest.mark.parametrize("name", ["accessToken", "tokenId", "passwordHash"])
def test_file_with_a_foreign_session_is_refused(program, name) -> None:
    headers = program.headers(**{name: "x"})

    answer = requests.post(program.url + CLAIM_PATH, data={}, headers=headers, timeout=5).json()

    assert answer["maKetQua"] == "401"


def test_session_belongs_to_its_account(program) -> None:
    assert program.send(b"<A/>", username="01998_TTYT")["maKetQua"] == "401"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "000"),
        ({"maThe": "0100000917"}, "000"),
        ({"maThe": "001090000017"}, "000"),
        ({"maThe": "gd401-0100000 917"}, "000"),
        ({"hoTen": "NGUYỄN VĂN  MẪU"}, "000"),
        ({"ngaySinh": "03/1990"}, "000"),
        ({"ngaySinh": "1990"}, "000"),
        ({"hoTen": "Nguyễn Văn Mão"}, "061"),
        ({"hoTen": "Nguyễn Thị Mẫu"}, "060"),
        ({"ngaySinh": "06/03/1990"}, "070"),
        ({"ngaySinh": "1991"}, "070"),
        ({"ngaySinh": "05031990"}, "205"),
        ({"ngaySinh": "5/3/1990"}, "205"),
        ({"ngaySinh": ""}, "205"),
        ({"hoTen": ""}, "205"),
        ({"maThe": "123"}, "205"),
        ({"cccdCb": "079196000029"}, "054"),
        ({"hoTenCb": "Người Khác"}, "055"),
        ({"maThe": "001090000018", "hoTen": "Trần Thị Thử"}, "010"),
        ({"maThe": "001090000099"}, "050"),
        ({"maThe": "GD4010100000999"}, "050"),
        ({"maThe": "4GD010100000999"}, "051"),
        ({"maThe": "GD4000100000999"}, "052"),
        ({"maThe": "GD7010100000999"}, "053"),
    ],
)
def test_card_is_judged_as_the_documents_say(program, fields, code) -> None:
    assert program.look_up(**fields).json()["maKetQua"] == code


@pytest.mark.parametrize("code", ["001", "003", "010", "050", "060", "070", "110", "124", "205"])
def test_last_three_digits_choose_the_code(program, code) -> None:
    assert program.look_up(maThe=f"GD4010100000{code}").json()["maKetQua"] == code


@pytest.mark.parametrize("code", ["003", "004"])
def test_replaced_card_names_a_new_one_that_is_good(program, code) -> None:
    new = program.look_up(maThe=f"GD4010100000{code}").json()["maTheMoi"]

    answer = program.look_up(maThe=new).json()

    assert (answer["maKetQua"], answer["maThe"]) == ("000", new)


def test_server_errors_come_with_http_500_every_second_time(program) -> None:
    statuses = [program.look_up(maThe="GD4010100000101").status_code for _ in range(4)]

    assert sorted(statuses) == [200, 200, 500, 500]


def test_missing_employee_is_named(program) -> None:
    assert program.look_up(hoTenCb="").json()["ghiChu"] == "Null hoTenCb"


def test_earlier_look_ups_are_told(program) -> None:
    program.look_up()

    last = program.look_up().json()["dsLichSuKT2018"][0]

    assert (last["userKT"], last["maLoi"], len(last["thoiGianKT"])) == ("01999_BV", "000", 12)


def test_people_file_is_read_again_when_changed(tmp_path) -> None:
    file = tmp_path / "people.json"
    with simulator_running(tmp_path / "data", "--people", str(file)) as simulator:
        program = Program(simulator)
        before = program.look_up().json()["maKetQua"]
        person = {"maThe": CARD, "hoTen": "Nguyễn Văn Mẫu", "ngaySinh": "1990", "cccd": None}
        file.write_text(json.dumps([person]), encoding="utf-8")

        assert (before, program.look_up().json()["maKetQua"]) == ("050", "000")


def test_strict_simulator_takes_one_kind_of_body(tmp_path) -> None:
    with simulator_running(tmp_path, "--strict") as simulator:
        program, card = Program(simulator), "GD4010100000001"
        history = "/api/egw/Lskcb2025"

        assert program.look_up(maThe=card).json()["maKetQua"] == "001"
        assert program.look_up(maThe=card, as_form=True).json()["maKetQua"] == "205"
        assert program.look_up(history, maThe=card, as_form=True).json()["maKetQua"] == "000"
        assert program.look_up(history, maThe=card).json()["maKetQua"] == "205"


def xml1_without(name: str) -> bytes:
    names = [field.name for field in fields_of(EDITION, "XML1") if field.name != name]
    values = {"MA_LK": "x", "MA_CSKCB": "01999", "NGAY_RA": "202611231000"}
    row = "".join(f"<{tag}>{values.get(tag, '')}</{tag}>" for tag in names)
    return envelope_file(f"<TONG_HOP>{row}</TONG_HOP>")


@pytest.mark.parametrize(
    ("content", "changes", "code"),
    [
        (claim_file("a"), {"fileHSBase64": "PD9 4bWw"}, "205"),
        (claim_file("a"), {"fileHSBase64": ""}, "205"),
        (b"\xef\xbb\xbf" + claim_file("a"), {}, "205"),
        (claim_file("a"), {"loaiHoSo": "9"}, "205"),
        (b"<GIAMDINHHS>", {}, "204"),
        (b"<HOSO/>", {}, "123"),
        (xml1_without("MA_BN"), {}, "123"),
        (xml1_without("DU_PHONG"), {}, "123"),
        (claim_file("a", NGAY_RA="hôm nay"), {}, "202"),
        (claim_file("a", facility="01998"), {}, "402"),
        (claim_file("a"), {"maTinh": "02"}, "402"),
        (claim_file("a"), {"maCSKCB": "01998"}, "402"),
        (claim_file("a", MA_CSKCB="01998"), {}, "402"),
        (claim_file("a"), {}, "125"),
    ],
)
def test_file_is_refused_at_the_first_fault(program, content, changes, code) -> None:
    assert program.send(content, **changes)["maKetQua"] == code


def test_structure_is_looked_at_before_facility_and_signature(program) -> None:
    content = xml1_without("MA_BN").replace(b"<MACSKCB>01999", b"<MACSKCB>01998")

    assert program.send(content)["maKetQua"] == "123"


@pytest.mark.parametrize("suffix", ["Qd130", "Qd4750", "Qd3176"])
def test_older_paths_still_answer(program, signed, suffix) -> None:
    document = signed(check_in_file("01999.2026.0000040"))

    answer = program.send(document.content, f"/api/qd130/checkInKcb{suffix}")

    assert answer["maKetQua"] == "200"


def test_signature_off_takes_unsigned_files_and_the_size_is_limited(tmp_path) -> None:
    options = ["--signature", "off", "--size-limit", "20000"]
    with simulator_running(tmp_path, *options) as simulator:
        program = Program(simulator)

        taken = program.send(claim_file("a"))
        too_large = program.send(claim_file("a", CHAN_DOAN_RV="x" * 20_000))

        assert (taken["maKetQua"], too_large["maKetQua"]) == ("200", "1001")


def test_signature_present_is_not_verified(tmp_path) -> None:
    signature = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></CHUKYDONVI>'
    with simulator_running(tmp_path, "--signature", "present") as simulator:
        program = Program(simulator)
        marked = claim_file("a").replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI>" + signature)

        assert program.send(claim_file("a"))["maKetQua"] == "125"
        assert program.send(marked)["maKetQua"] == "200"


@pytest.mark.parametrize(
    ("edition", "end", "code"),
    [
        ("130", "202406302359", "200"),
        ("4750", "202406302359", "123"),
        ("4750", "202407010000", "200"),
        ("3176", "202606302359", "200"),
        ("1931", "202607010000", "200"),
    ],
)
def test_structure_is_that_of_the_end_of_the_visit(edition, end, code) -> None:
    delivery = Delivery(
        kind="claim",
        file_kind="130",
        province="01",
        facility="01999",
        file_base64=b64encode(claim_file("a", edition=edition, NGAY_RA=end)).decode(),
        now=datetime.now(UTC),
    )
    rules = IntakeRules(SignatureRule("off", WatchedJson(None)), 100_000)

    def intake_code() -> str:
        try:
            incoming_of(delivery, account=accounts()["01999_BV"], rules=rules)
        except Refused as refused:
            return refused.code
        return "200"

    assert intake_code() == code


@pytest.mark.parametrize("edition", ["130", "4750", "3176", "1931"])
def test_documents_of_the_system_are_accepted_in_every_edition(edition, signed, program) -> None:
    golden = GOLDEN / edition

    claim = program.send(signed((golden / "envelope.xml").read_bytes()).content)
    check_in = program.send(signed((golden / "XML0.xml").read_bytes()).content, CHECK_IN_PATH)

    assert (claim["maKetQua"], check_in["maKetQua"]) == ("200", "200")
    for answer in (claim, check_in):
        url = f"{program.url}/__sim/results?maGiaoDich={answer['maGiaoDich']}"
        assert requests.get(url, timeout=5).json()["errors"] == []


@pytest.fixture
def claims_of_this_year(tmp_path) -> Iterator[Program]:
    """A simulator that has received two claims of one card, the later visit first."""
    year = datetime.now().astimezone().year
    with simulator_running(tmp_path, "--signature", "off") as simulator:
        program = Program(simulator)
        for ma_lk, day in (("later", 2), ("earlier", 1)):
            edition = edition_for(date(year, 1, day))
            values = {"MA_THE_BHYT": "GD4010100000001", "NGAY_RA": f"{year}010{day}1000"}
            answer = program.send(claim_file(ma_lk, edition=edition, **values))
            assert answer["maKetQua"] == "200", answer
        yield program


def test_history_tells_the_last_visit_first(claims_of_this_year) -> None:
    path, card = "/api/egw/Lskcb2025", "GD4010100000001"

    visits = claims_of_this_year.look_up(path, as_form=True, maThe=card).json()["dsLichSuKCB2025"]

    assert [visit["ngayRa"][4:8] for visit in visits] == ["0102", "0101"]
    assert {visit["maCSKCB"] for visit in visits} == {"01999"}


def test_co_payments_run_up_over_the_year(claims_of_this_year) -> None:
    answer = claims_of_this_year.co_payment("GD4010100000001").json()

    assert [row["tBNCCTLuyKe"] for row in answer["DataCCT"]] == ["60000.00", "30000.00"]
    assert answer["MaKetQua"] == "200"


def test_co_payment_without_claims_is_204(program) -> None:
    answer = program.co_payment("GD4010100000919")

    assert (answer.status_code, answer.json()["MaKetQua"]) == (200, "204")


def test_co_payment_of_a_short_number_is_400(program) -> None:
    assert program.co_payment("123").status_code == 400


def test_co_payment_without_session_is_an_empty_401(program) -> None:
    program.key["id_token"] = "x"

    answer = program.co_payment("GD4010100000919")

    assert (answer.status_code, answer.content) == (401, b"")
