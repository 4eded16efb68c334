"""Words for states, reasons and findings; the codes behind them are free of language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insurance_gateway.client.codes import code_meaning
from insurance_gateway.models import Attempt, ClaimFinding, Submission

State = Submission.State
Outcome = Attempt.Outcome

STATE_KINDS = {
    State.QUEUED: ("neutral", "wait"),
    State.SENDING: ("info", "send"),
    State.ACCEPTED: ("ok", ""),
    State.REJECTED: ("bad", ""),
    State.UNKNOWN: ("warn", ""),
    State.PARKED: ("warn", ""),
}
OUTCOME_KINDS = {
    Outcome.RUNNING: "info",
    Outcome.ACCEPTED: "ok",
    Outcome.REJECTED: "bad",
    Outcome.TEMPORARY: "warn",
    Outcome.UNKNOWN: "warn",
}
GROUNDS = {
    "account": gettext_lazy("Tài khoản Cổng"),
    "facility": gettext_lazy("Mã cơ sở"),
    "signature": gettext_lazy("Chữ ký số"),
    "setup": gettext_lazy("Cài đặt"),
}
REASONS = {
    "conformity": gettext_lazy("Hồ sơ chưa đúng chuẩn dữ liệu; xem các lỗi bên dưới."),
    "account_missing": gettext_lazy("Cơ sở chưa có tài khoản Cổng còn hiệu lực."),
    "already_received": gettext_lazy(
        "Cổng báo hồ sơ đã tồn tại sau một lần gửi chưa rõ kết quả; đối chiếu trên Cổng."
    ),
    "gave_up": gettext_lazy("Đã thử quá nhiều lần mà Cổng chưa nhận."),
    "internal_error": gettext_lazy("Lỗi phần mềm; báo quản trị hệ thống."),
    "secret_missing": gettext_lazy("Chưa cấu hình mật khẩu."),
    "address_refused": gettext_lazy("Địa chỉ Cổng không hợp lệ."),
    "certificate_missing": gettext_lazy("Cơ sở chưa có chứng thư số đang dùng."),
    "file_missing": gettext_lazy("Không thấy tệp chứng thư số."),
    "cannot_open": gettext_lazy("Không mở được tệp chứng thư số; kiểm tra mật khẩu của tệp."),
    "serial_differs": gettext_lazy("Tệp chứng thư số không phải chứng thư đã đăng ký."),
    "expired": gettext_lazy("Chứng thư số đã hết hạn."),
    "not_yet_valid": gettext_lazy("Chứng thư số chưa có hiệu lực."),
}
DEVIATIONS = {
    "DOCUMENT-MISSING_TABLE": gettext_lazy("Thiếu bảng"),
    "DOCUMENT-MISSING_FIELD": gettext_lazy("Thiếu trường"),
    "DOCUMENT-UNKNOWN_FIELD": gettext_lazy("Trường không có trong chuẩn dữ liệu"),
    "DOCUMENT-ORDER": gettext_lazy("Trường sai thứ tự"),
    "DOCUMENT-TOO_LONG": gettext_lazy("Vượt độ dài cho phép"),
    "DOCUMENT-BAD_TYPE": gettext_lazy("Sai kiểu dữ liệu"),
    "DOCUMENT-REQUIRED_EMPTY": gettext_lazy("Trường bắt buộc đang trống"),
    "DOCUMENT-FORMULA": gettext_lazy("Sai công thức tính"),
    "DOCUMENT-ROW_COUNT": gettext_lazy("Sai số dòng"),
    "DOCUMENT-LINK": gettext_lazy("Không cùng mã đợt điều trị"),
    "DOCUMENT-SEQUENCE": gettext_lazy("Số thứ tự không liên tục"),
}
ATTEMPT_CODES = {
    "lease_expired": gettext_lazy("Tiến trình gửi dừng giữa chừng."),
    "internal_error": gettext_lazy("Lỗi phần mềm; báo quản trị hệ thống."),
    "not_connected": gettext_lazy("Không kết nối được với Cổng."),
    "no_token": gettext_lazy("Không kết nối được với Cổng."),
    "lost_after_sending": gettext_lazy("Mất kết nối sau khi gửi."),
    "no_transaction_code": gettext_lazy("Cổng trả lời mà không có mã giao dịch."),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A status tag: kind, words, and an icon where the kind's own does not fit."""

    kind: str
    label: str
    icon: str = ""


def state_tag(submission: Submission) -> Tag:
    kind, icon = STATE_KINDS[State(submission.state)]
    return Tag(kind, str(submission.get_state_display()), icon)


def outcome_tag(attempt: Attempt) -> Tag:
    return Tag(OUTCOME_KINDS[Outcome(attempt.outcome)], str(attempt.get_outcome_display()))


def reason_text(reason: str) -> str:
    """Return why a submission or an account stands still, as a sentence; empty for no reason."""
    if not reason:
        return ""
    ground, _colon, code = reason.rpartition(":")
    known = REASONS.get(code)
    if known is not None:
        return str(known)
    meaning = code_meaning("send", code) or code_meaning("token", code)
    label = str(GROUNDS.get(ground, ""))
    if meaning is not None:
        return f"{meaning.meaning}. {meaning.action}" if meaning.action else meaning.meaning
    if label:
        return _("%(ground)s: Cổng trả lời mã %(code)s.") % {"ground": label, "code": code}
    return _("Không gửi được (mã %(code)s).") % {"code": code}


def attempt_text(attempt: Attempt) -> str:
    """Return what the gateway said in a try: its own words first, else what its code means."""
    if attempt.message:
        return attempt.message
    if known := ATTEMPT_CODES.get(attempt.code):
        return str(known)
    meaning = code_meaning("send", attempt.code)
    return meaning.meaning if meaning else ""


def finding_text(finding: ClaimFinding) -> str:
    """Return what is wrong, in words; a finding whose words live elsewhere keeps its code."""
    known = DEVIATIONS.get(finding.code)
    expected = finding.args.get("expected", "")
    if known is not None:
        return (
            _("%(what)s (cần %(expected)s)") % {"what": known, "expected": expected}
            if expected
            else str(known)
        )
    if finding.code.startswith("GATEWAY-"):
        meaning = code_meaning("send", finding.code.removeprefix("GATEWAY-"))
        return finding.value or (meaning.meaning if meaning else finding.code)
    return finding.code


def finding_place(finding: ClaimFinding) -> str:
    """Return where: table, row and field, as far as known."""
    parts = [finding.table]
    if finding.row:
        parts.append(_("dòng %(row)s") % {"row": finding.row})
    parts.append(finding.field)
    return " · ".join(part for part in parts if part)
