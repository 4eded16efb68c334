"""The insurance desk: the list of claims, the evidence of a visit, the tables as they were sent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hospital.models import AuditEntry, Facility, RoleAssignment
from insurance_gateway.client.fake import raising
from insurance_gateway.client.port import ContentRejected, FailureGround, PermanentFailure
from insurance_gateway.models import Submission
from tests.factories import make_facility, make_room, make_staff
from tests.insurance_gateway.outbox_rows import make_check_in, make_claim, make_outbox

pytestmark = pytest.mark.django_db
State = Submission.State
CLAIMS = "insurance_gateway:claims"


def signed_in(facility: Facility, role: str = "insurance") -> Client:
    client = Client()
    user = make_staff(facility, role).user
    assert user is not None
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: object, **query: str):
    return client.get(reverse(f"insurance_gateway:{name}", args=args), query)


def test_list_shows_the_claims_of_the_facility_only():
    outbox, other = make_outbox(), make_outbox()
    mine, theirs = make_claim(outbox.facility), make_claim(other.facility)

    text = page(signed_in(outbox.facility), "claims").content.decode()

    assert mine.encounter.link_code in text
    assert theirs.encounter.link_code not in text


@pytest.mark.parametrize("role", ["doctor", "cashier", "admin"])
def test_list_is_closed_to_other_roles(role: str):
    assert page(signed_in(make_facility(), role), "claims").status_code == 403


def test_list_asks_strangers_to_sign_in():
    assert page(Client(), "claims").status_code == 302


def test_list_takes_no_post():
    client = signed_in(make_facility())

    assert client.post(reverse(CLAIMS)).status_code == 405


def test_list_is_narrowed_by_state_and_counts_every_state():
    outbox = make_outbox()
    sent, waiting = make_claim(outbox.facility), make_claim(outbox.facility)
    outbox.send(sent)

    response = page(signed_in(outbox.facility), "claims", state="accepted")

    text = response.content.decode()
    assert sent.encounter.link_code in text
    assert waiting.encounter.link_code not in text
    counts = {tab.label: tab.count for tab in response.context["tabs"]}
    assert (counts["Tất cả"], counts["Cổng đã nhận"], counts["Chờ gửi"]) == (2, 1, 1)


@pytest.mark.parametrize("field", ["link_code", "number", "full_name"])
def test_list_finds_a_claim_by_code_number_or_name(field: str):
    outbox = make_outbox()
    submission, other = make_claim(outbox.facility), make_claim(outbox.facility)
    patient = submission.encounter.patient
    patient.full_name, patient.search_name = "Trần Thị Giả Định", "tran thi gia dinh"
    patient.save()
    query = submission.encounter.link_code if field == "link_code" else getattr(patient, field)

    url = reverse("insurance_gateway:claims-search")
    text = signed_in(outbox.facility).post(url, {"query": query}).content.decode()

    assert submission.encounter.link_code in text
    assert other.encounter.link_code not in text


def test_search_for_nothing_is_refused_and_takes_no_get():
    client = signed_in(make_facility())
    url = reverse("insurance_gateway:claims-search")

    assert client.post(url, {"query": " "}).status_code == 422
    assert client.get(url, {"query": "x"}).status_code == 405


def test_search_that_finds_nothing_says_so():
    outbox = make_outbox()
    make_claim(outbox.facility)

    response = signed_in(outbox.facility).post(
        reverse("insurance_gateway:claims-search"), {"query": "Không Có Ai"}
    )

    assert "Không tìm thấy hồ sơ nào" in response.content.decode()


def test_list_is_narrowed_by_day():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    client = signed_in(outbox.facility)

    on_the_day = page(client, "claims", since="23/11/2026", until="23/11/2026")
    later = page(client, "claims", since="24/11/2026")

    assert submission.encounter.link_code in on_the_day.content.decode()
    assert submission.encounter.link_code not in later.content.decode()


def test_day_that_is_none_is_said_and_does_not_narrow():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    response = page(signed_in(outbox.facility), "claims", since="31/02/2026")

    assert response.status_code == 200
    assert "since" in response.context["form"].errors
    assert submission.encounter.link_code in response.content.decode()


def test_list_is_cut_into_pages_at_a_constant_number_of_queries(django_assert_max_num_queries):
    outbox = make_outbox()
    client = signed_in(outbox.facility)
    for _ in range(27):
        make_claim(outbox.facility)

    with django_assert_max_num_queries(12):
        response = page(client, "claims")

    assert len(response.context["lines"]) == 25
    assert len(page(client, "claims", page="2").context["lines"]) == 2


def test_resting_queue_is_told_and_can_be_released():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(raising(PermanentFailure("403", ground=FailureGround.ACCOUNT)))
    outbox.send(submission)
    client = signed_in(outbox.facility)
    told = page(client, "claims")

    response = client.post(told.context["resting"].release_url)

    outbox.account.refresh_from_db()
    submission.refresh_from_db()
    assert "Tài khoản bị khóa" in told.content.decode()
    assert response.status_code == 302
    assert (outbox.account.blocked_at, submission.state) == (None, State.QUEUED)


def test_account_of_another_facility_cannot_be_released():
    outbox = make_outbox()
    client = signed_in(make_facility())

    url = reverse("insurance_gateway:account-release", args=[outbox.account.pk])

    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405


def test_evidence_shows_attempts_receipts_and_hash():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.send(submission)
    client = signed_in(outbox.facility)

    text = page(client, "encounter-claim", submission.encounter_id).content.decode()

    submission.refresh_from_db()
    assert submission.document is not None
    assert submission.document.digest in text
    assert submission.receipts.get().transaction_code in text
    assert "Tiếp nhận hồ sơ thành công" in text


def test_evidence_is_the_same_part_for_another_page():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    url = reverse("insurance_gateway:encounter-claim", args=[submission.encounter_id])

    text = signed_in(outbox.facility).get(url, headers={"HX-Request": "true"}).content.decode()

    assert 'id="claim-evidence"' in text
    assert "<html" not in text


def test_evidence_names_what_must_be_mended():
    outbox = make_outbox()
    submission = make_claim(outbox.facility, main_icd="")
    outbox.send(submission)
    client = signed_in(outbox.facility)

    text = page(client, "encounter-claim", submission.encounter_id).content.decode()

    assert "XML1 · dòng 1 · MA_BENH_CHINH" in text
    assert "Trường bắt buộc đang trống" in text


def test_evidence_shows_why_the_gateway_refused():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.gateway.next_call(raising(ContentRejected("123", message="Sai cấu trúc xml1")))
    outbox.send(submission)
    client = signed_in(outbox.facility)

    text = page(client, "encounter-claim", submission.encounter_id).content.decode()

    assert "Sai cấu trúc xml1" in text


def test_opening_the_evidence_leaves_an_audit_line():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)

    page(signed_in(outbox.facility), "encounter-claim", submission.encounter_id)

    line = AuditEntry.objects.get(action="claim.view")
    assert line.patient_id == submission.encounter.patient_id


def test_visit_of_another_facility_does_not_exist():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.send(submission)
    client = signed_in(make_facility())

    assert page(client, "encounter-claim", submission.encounter_id).status_code == 404
    assert page(client, "claim-xml", submission.encounter_id, "XML1").status_code == 404
    assert page(client, "claim-download", submission.pk).status_code == 404


def test_table_is_read_from_the_sent_bytes():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.send(submission)

    response = page(signed_in(outbox.facility), "claim-xml", submission.encounter_id, "XML3")

    text = response.content.decode()
    assert "Khám Nội" in text
    assert [tab.label for tab in response.context["tabs"]] == ["XML1", "XML3"]
    assert "Khớp mã băm" in text
    assert "Chữ ký hợp lệ" in text
    assert AuditEntry.objects.filter(action="claim.xml_view").count() == 1


def test_check_in_table_is_read_from_its_own_document():
    outbox = make_outbox()
    submission = make_check_in(outbox.facility)
    outbox.send(submission)

    response = page(signed_in(outbox.facility), "claim-xml", submission.encounter_id, "XML0")

    assert "MA_DOITUONG_KCB" in response.content.decode()


@pytest.mark.parametrize("table", ["XML2", "XML99", "nothing"])
def test_table_that_was_not_sent_does_not_exist(table: str):
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.send(submission)

    response = page(signed_in(outbox.facility), "claim-xml", submission.encounter_id, table)

    assert response.status_code == 404


def test_download_gives_the_exact_bytes_without_patient_data_in_the_name():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    outbox.send(submission)

    response = page(signed_in(outbox.facility), "claim-download", submission.pk)

    assert response.content == outbox.gateway.claims[0].content
    assert response["Content-Disposition"] == f'attachment; filename="claim-{submission.pk}.xml"'
    assert AuditEntry.objects.filter(action="claim.download").count() == 1


def test_parked_claim_can_be_released_once():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    Submission.objects.filter(pk=submission.pk).update(
        state=State.PARKED, parked_reason="internal_error"
    )
    client = signed_in(outbox.facility)
    url = reverse("insurance_gateway:submission-release", args=[submission.pk])

    codes = [client.post(url).status_code for _ in range(2)]

    assert codes == [302, 409]
    assert Submission.objects.get(pk=submission.pk).state == State.QUEUED


def test_claim_of_another_department_can_neither_be_seen_nor_released():
    outbox = make_outbox()
    submission = make_claim(outbox.facility)
    Submission.objects.filter(pk=submission.pk).update(
        state=State.PARKED, parked_reason="internal_error"
    )
    client = signed_in(outbox.facility)
    elsewhere = make_room(outbox.facility, department="K02").department
    RoleAssignment.objects.filter(facility=outbox.facility).update(department=elsewhere)
    url = reverse("insurance_gateway:submission-release", args=[submission.pk])

    assert page(client, "encounter-claim", submission.encounter_id).status_code == 404
    assert client.post(url).status_code == 404
    assert Submission.objects.get(pk=submission.pk).state == State.PARKED
