"""Refusals of the FHIR interface and the OperationOutcome that says them.

`diagnostics` is always Vietnamese; `details.text` follows the language of the request. Neither ever
repeats a value of the request, since a value may be a personal number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.errors import HospitalError


class FhirRefused(HospitalError):
    """An answer other than the wanted one. `issue` is a code of the value set issue-type."""

    def __init__(
        self,
        code: str,
        *,
        status: int,
        issue: str,
        text: str | Promise,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, status=status)
        self.status = status
        self.issue = issue
        self.text = text
        self.headers = dict(headers or {})


def operation_outcome(issue: str, text: str | Promise) -> dict[str, Any]:
    """Return an OperationOutcome of one error."""
    with translation.override("vi"):
        diagnostics = str(text)
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": issue,
                "details": {"text": str(text)},
                "diagnostics": diagnostics,
            }
        ],
    }


def login_needed(*, is_wrong_token: bool) -> FhirRefused:
    """401; a wrong, withdrawn or unknown token is said apart from a missing one."""
    challenge = 'Bearer realm="fhir"'
    if is_wrong_token:
        return FhirRefused(
            "fhir_token_wrong",
            status=401,
            issue="login",
            text=_("Mã truy cập không đúng hoặc đã bị thu hồi; xin quản trị cấp mã mới."),
            headers={"WWW-Authenticate": f'{challenge}, error="invalid_token"'},
        )
    return FhirRefused(
        "fhir_login_needed",
        status=401,
        issue="login",
        text=_("Chưa đăng nhập; gửi mã truy cập trong tiêu đề Authorization: Bearer."),
        headers={"WWW-Authenticate": challenge},
    )


def not_allowed() -> FhirRefused:
    """403: known, but without the right at this facility."""
    return FhirRefused(
        "fhir_not_allowed",
        status=403,
        issue="forbidden",
        text=_("Tài khoản không có quyền xem dữ liệu này tại cơ sở; liên hệ quản trị của cơ sở."),
    )


def not_found() -> FhirRefused:
    """404: no such row, or a row of another facility; the two are not told apart."""
    return FhirRefused(
        "fhir_not_found",
        status=404,
        issue="not-found",
        text=_("Không có tài nguyên này tại cơ sở; kiểm tra lại mã tài nguyên."),
    )


def not_served() -> FhirRefused:
    """404: an address or resource type that the interface does not have."""
    return FhirRefused(
        "fhir_not_served",
        status=404,
        issue="not-supported",
        text=_("Địa chỉ hoặc loại tài nguyên không được hỗ trợ; xem danh sách tại /fhir/metadata."),
    )


def method_refused(*allowed: str) -> FhirRefused:
    """405 with the methods that would do."""
    return FhirRefused(
        "fhir_method_refused",
        status=405,
        issue="not-supported",
        text=_("Thao tác không được hỗ trợ; xem danh sách tại /fhir/metadata."),
        headers={"Allow": ", ".join(allowed)},
    )


def format_refused() -> FhirRefused:
    """406: only JSON of R4 is written."""
    return FhirRefused(
        "fhir_format_refused",
        status=406,
        issue="not-supported",
        text=_("Chỉ trả lời bằng application/fhir+json, phiên bản 4.0; sửa tiêu đề Accept."),
    )


def body_refused() -> FhirRefused:
    """415: a search by POST is a form."""
    return FhirRefused(
        "fhir_body_refused",
        status=415,
        issue="not-supported",
        text=_("Tìm bằng POST phải gửi dạng application/x-www-form-urlencoded."),
    )


def request_refused(code: str, text: str | Promise) -> FhirRefused:
    """400: the request cannot be understood; `text` says what to change."""
    return FhirRefused(code, status=400, issue="invalid", text=text)
