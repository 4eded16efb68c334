"""The real client against the simulator over a real socket."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import unicodedata
from base64 import b64encode
from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from insurance_gateway.client import (
    CardOutcome,
    CardQuery,
    ContentRejected,
    FailureGround,
    OutcomeUnknown,
    PermanentFailure,
    SignedDocument,
    TemporaryFailure,
)
from insurance_gateway.client.transport import Timeout
from tests.insurance_gateway.gateway_files import check_in_file, claim_file
from tests.insurance_gateway.gateway_process import simulator_running

PASSWORD_MD5 = "793239BEED23CFF0A99388438BE89EAE"


def query(number="GD4010100000917", **changes) -> CardQuery:
    fields = {
        "number": number,
        "full_name": "Nguyễn Văn Mẫu",
        "birth": "05/03/1990",
        "staff_name": "Phạm Thị Tiếp Đón",
        "staff_personal_id": "079196000028",
    }
    return CardQuery(**fields | changes)


class RecordingSession(requests.Session):
    """Keeps the secrets that went over the line."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def send(self, request, **options):
        values = parse_qs(urlsplit(request.url).query)
        self.secrets.update(*(values.get(name, []) for name in ("token", "id_token")))
        self.secrets |= {request.headers.get(name, "") for name in ("accessToken", "tokenId")}
        self.secrets.discard("")
        return super().send(request, **options)


def test_claim_is_received_and_kept_as_sent(client_of, signed, running_simulator) -> None:
    document = signed(claim_file("01999.2026.0000001"))

    receipt = client_of().send_claim(document)

    kept = running_simulator.dossier("01999.2026.0000001")
    assert receipt.transaction_code.startswith("01999_")
    assert receipt.transaction_code == kept["maGiaoDich"]
    assert kept["digest"] == hashlib.sha256(document.content).hexdigest()
    assert kept["totals"]["T_BHTT"] == "120000.00"


def test_check_in_is_received(client_of, signed, running_simulator) -> None:
    receipt = client_of().check_in(signed(check_in_file("01999.2026.0000002")))

    kept = running_simulator.dossier("01999.2026.0000002", kind="check_in")
    assert kept["maGiaoDich"] == receipt.transaction_code
    assert len(receipt.received_at_text) == 14


def test_the_same_dossier_again_is_a_new_version_with_a_new_code(
    client_of, signed, running_simulator
) -> None:
    client, document = client_of(), signed(claim_file("01999.2026.0000003"))

    first, second = client.send_claim(document), client.send_claim(document)

    kept = running_simulator.dossier("01999.2026.0000003")
    assert first.transaction_code != second.transaction_code
    assert [row["version"] for row in kept["versions"]] == [1, 2]
    folder = running_simulator.data / "dossiers" / "01999" / "01999.2026.0000003"
    assert sorted(file.name for file in folder.iterdir()) == ["1.xml", "2.xml"]


def test_threads_share_one_token(client_of, running_simulator) -> None:
    client, before = client_of(), len(running_simulator.calls("token"))
    barrier, answers = threading.Barrier(6), []

    def ask() -> None:
        barrier.wait()
        answers.append(client.check_card(query()).code)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["000"] * 6
    assert len(running_simulator.calls("token")) == before + 1


def test_token_is_renewed_before_it_expires(client_of, running_simulator) -> None:
    moments = [datetime.now(UTC)]
    client, before = client_of(clock=lambda: moments[0]), len(running_simulator.calls("token"))

    client.check_card(query())
    moments[0] += timedelta(minutes=8)
    client.check_card(query())
    taken_within_nine_minutes = len(running_simulator.calls("token")) - before
    moments[0] += timedelta(minutes=2)
    client.check_card(query())

    assert taken_within_nine_minutes == 1
    assert len(running_simulator.calls("token")) == before + 2


def test_token_expired_at_the_gateway_is_renewed_once(client_of, tmp_path) -> None:
    frozen = datetime.now(UTC)
    with simulator_running(tmp_path, "--token-seconds", "1") as simulator:
        client = client_of(base_url=simulator.url, clock=lambda: frozen)
        client.check_card(query("GD4010100000001"))
        time.sleep(1.2)

        answer = client.check_card(query("GD4010100000001"))

        assert answer.code == "001"
        assert simulator.calls("card") == ["001", "401", "001"]
        assert simulator.calls("token") == ["200", "200"]


@pytest.mark.parametrize("kind", ["unauthorized_once", "unauthorized_empty"])
def test_refused_token_is_renewed_once_and_the_file_sent_once(
    client_of, signed, running_simulator, kind
) -> None:
    client, ma_lk = client_of(), f"01999.2026.{kind}"
    client.check_card(query())
    before = len(running_simulator.calls("token"))
    running_simulator.fault(kind, service="claim")

    client.send_claim(signed(claim_file(ma_lk)))

    assert len(running_simulator.calls("token")) == before + 1
    assert len(running_simulator.dossier(ma_lk)["versions"]) == 1


def test_token_refused_again_is_left_to_a_person(client_of, running_simulator) -> None:
    client, before = client_of(), len(running_simulator.calls("token"))
    running_simulator.fault("unauthorized_empty", service="card", times=2)

    with pytest.raises(PermanentFailure) as refused:
        client.check_card(query())

    assert refused.value.ground is FailureGround.ACCOUNT
    assert len(running_simulator.calls("token")) == before + 2


def test_threads_with_a_refused_token_take_one_new_token(client_of, running_simulator) -> None:
    client = client_of()
    client.check_card(query())
    before = len(running_simulator.calls("token"))
    running_simulator.fault("unauthorized_once", service="card")
    answers = []

    def ask() -> None:
        answers.append(client.check_card(query()).code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["000"] * 4
    assert len(running_simulator.calls("token")) == before + 1


def test_line_lost_after_storing_is_unknown_and_stored_once(
    client_of, signed, running_simulator
) -> None:
    client, document = client_of(), signed(claim_file("01999.2026.0000010"))
    running_simulator.fault("drop_after_store", service="claim")

    with pytest.raises(OutcomeUnknown) as lost:
        client.send_claim(document)

    assert lost.value.code == "lost_after_sending"
    assert len(running_simulator.dossier("01999.2026.0000010")["versions"]) == 1


def test_line_lost_before_storing_is_unknown_too(client_of, signed, running_simulator) -> None:
    running_simulator.fault("drop_before", service="claim")

    with pytest.raises(OutcomeUnknown):
        client_of().send_claim(signed(claim_file("01999.2026.0000011")))

    assert not running_simulator.has_dossier("01999.2026.0000011")


def test_timeout_after_sending_is_unknown(client_of, signed, running_simulator) -> None:
    client = client_of(timeout=Timeout(connect=2, read=0.3))
    running_simulator.fault("delay", service="check_in", seconds=1.5)

    with pytest.raises(OutcomeUnknown):
        client.check_in(signed(check_in_file("01999.2026.0000012")))


def test_dripping_answer_is_given_up_in_time(client_of, signed, running_simulator) -> None:
    client = client_of(timeout=Timeout(connect=2, read=0.8))
    running_simulator.fault("slow_body", service="check_in", seconds=0.3)
    started = time.monotonic()

    with pytest.raises(OutcomeUnknown):
        client.check_in(signed(check_in_file("01999.2026.0000013")))

    assert time.monotonic() - started < 3


def test_nobody_listening_is_temporary(client_of, signed) -> None:
    client = client_of(base_url="http://127.0.0.1:9")

    with pytest.raises(TemporaryFailure):
        client.send_claim(signed(claim_file("01999.2026.0000014")))


def test_gateway_gone_after_the_token_is_temporary(client_of, signed, tmp_path) -> None:
    with simulator_running(tmp_path) as simulator:
        client = client_of(base_url=simulator.url)
        client.check_card(query("GD4010100000001"))

    with pytest.raises(TemporaryFailure) as failure:
        client.send_claim(signed(claim_file("01999.2026.0000015")))

    assert failure.value.code == "not_connected"


@pytest.mark.parametrize(
    ("kind", "code"), [("http_502", "http_502"), ("maintenance_503", "http_503")]
)
def test_page_of_the_proxy_is_temporary(client_of, signed, running_simulator, kind, code) -> None:
    running_simulator.fault(kind, service="claim")

    with pytest.raises(TemporaryFailure) as failure:
        client_of().send_claim(signed(claim_file("01999.2026.0000016")))

    assert failure.value.code == code
    assert failure.value.http_status == int(code[-3:])
    assert "<html>" in failure.value.raw


def test_page_of_the_proxy_instead_of_a_token_is_temporary(client_of, running_simulator) -> None:
    running_simulator.fault("http_502", service="token")

    with pytest.raises(TemporaryFailure):
        client_of().check_card(query())


def test_numeric_code_is_read_as_text(client_of, signed, running_simulator) -> None:
    client = client_of()
    running_simulator.fault("numeric_code", service="claim")
    running_simulator.fault("numeric_code", service="card")

    receipt = client.send_claim(signed(claim_file("01999.2026.0000017")))
    answer = client.check_card(query())

    assert receipt.transaction_code
    assert (answer.code, answer.outcome) == ("000", CardOutcome.VALID)


def test_plus_signs_of_base64_survive_the_form(client_of, signed, running_simulator) -> None:
    document = signed(claim_file("01999.2026.0000018", CHAN_DOAN_RV="~~~>>>???ồồồ"))
    assert b"+" in b64encode(document.content)

    client_of().send_claim(document)

    kept = running_simulator.dossier("01999.2026.0000018")
    assert kept["digest"] == hashlib.sha256(document.content).hexdigest()


def test_locked_account_is_permanent(client_of) -> None:
    with pytest.raises(PermanentFailure) as refused:
        client_of("01996_BV").check_card(query())

    assert (refused.value.code, refused.value.ground) == ("403", FailureGround.ACCOUNT)


def test_wrong_password_is_permanent_and_tried_once(client_of, running_simulator) -> None:
    before = len(running_simulator.calls("token"))

    with pytest.raises(PermanentFailure) as refused:
        client_of(password="khong-dung").check_card(query())

    assert (refused.value.code, refused.value.ground) == ("401", FailureGround.ACCOUNT)
    assert len(running_simulator.calls("token")) == before + 1


def test_unsigned_file_is_refused(client_of, running_simulator) -> None:
    document = SignedDocument(claim_file("01999.2026.0000020"), "01999")

    with pytest.raises(PermanentFailure) as refused:
        client_of().send_claim(document)

    assert (refused.value.code, refused.value.ground) == ("125", FailureGround.SIGNATURE)
    assert not running_simulator.has_dossier("01999.2026.0000020")


def test_changed_after_signing_is_refused(client_of, signed) -> None:
    document = signed(claim_file("01999.2026.0000021"))
    changed = document.content.replace(b"<NGAYLAP>20261123", b"<NGAYLAP>20261122")

    with pytest.raises(PermanentFailure) as refused:
        client_of().send_claim(SignedDocument(changed, "01999"))

    assert refused.value.code == "125"


def test_certificate_of_another_facility_is_refused(client_of, signed) -> None:
    with pytest.raises(PermanentFailure) as refused:
        client_of().send_claim(signed(claim_file("01999.2026.0000022"), by="01998"))

    assert refused.value.code == "125"
    assert "chưa đăng ký" in refused.value.message


def test_file_of_another_facility_is_refused(client_of, signed) -> None:
    document = signed(claim_file("01998.2026.0000023", facility="01998"), facility="01998")

    with pytest.raises(PermanentFailure) as refused:
        client_of("01999_BV").send_claim(document)

    assert (refused.value.code, refused.value.ground) == ("402", FailureGround.FACILITY)


def test_wrong_order_of_tags_is_a_content_refusal(client_of, signed) -> None:
    xml = check_in_file("01999.2026.0000024").replace(
        b"<MA_BN></MA_BN><HO_TEN></HO_TEN>", b"<HO_TEN></HO_TEN><MA_BN></MA_BN>"
    )

    with pytest.raises(ContentRejected) as refused:
        client_of().check_in(signed(xml))

    assert refused.value.code == "123"
    assert not refused.value.says_already_received


def test_look_up_by_citizen_number_returns_the_card(client_of) -> None:
    answer = client_of().check_card(query("001 090 000 017"))

    assert answer.outcome is CardOutcome.VALID
    assert answer.number == "GD4010100000917"
    assert answer.valid_from is not None
    assert (answer.sex, answer.area_code, answer.registered_facility) == ("Nam", "K1", "01999")


def test_decomposed_name_and_bare_birth_digits_are_mended(client_of) -> None:
    name = unicodedata.normalize("NFD", "  nguyễn  văn mẫu ")

    assert client_of().check_card(query(full_name=name, birth="05031990")).code == "000"


def test_server_error_of_the_card_book_is_no_judgement(client_of) -> None:
    client = client_of()

    answers = [client.check_card(query("GD4010100000100")) for _ in range(2)]

    assert Counter(answer.outcome for answer in answers) == {CardOutcome.UNANSWERED: 2}


def test_no_secret_reaches_a_log_or_an_error(client_of, signed, running_simulator, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    session = RecordingSession()
    client = client_of(session=session)
    texts = []

    client.check_card(query())
    client.send_claim(signed(claim_file("01999.2026.0000030")))
    for kind in ("drop_before", "http_502"):
        running_simulator.fault(kind, service="card")
        with pytest.raises(TemporaryFailure) as failure:
            client.check_card(query())
        logging.getLogger("test").exception("seen", exc_info=failure.value)
        texts.append(repr(vars(failure.value)))

    seen = caplog.text + "".join(texts)
    assert "KQNhanLichSuKCB2024" in caplog.text
    assert len(session.secrets) == 2
    for secret in (*session.secrets, PASSWORD_MD5, PASSWORD_MD5.lower(), "Demo@2026", "?token"):
        assert secret not in seen


def test_nothing_secret_is_in_the_journal(client_of, signed, running_simulator) -> None:
    session = RecordingSession()
    client = client_of(session=session)
    client.check_card(query())
    client.send_claim(signed(claim_file("01999.2026.0000031")))

    written = (running_simulator.data / "journal.jsonl").read_text(encoding="utf-8")

    assert len(session.secrets) == 2
    for secret in (*session.secrets, PASSWORD_MD5, "Demo@2026", "GD4010100000917", "Nguyễn"):
        assert secret not in written
