"""The CapabilityStatement: made from the table of resources, so that it says only what works.

Source: FHIR R4 CapabilityStatement; `kind` instance needs `implementation`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fhir.mapping import RESOURCES
from fhir.mapping.base import Json, Resource
from fhir.rendering import MEDIA_TYPE

FHIR_VERSION = "4.0.1"
STATEMENT_DATE = "2026-11-25"


def capability_statement(base_url: str) -> Json:
    """Return what this server does, for anyone who asks."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": STATEMENT_DATE,
        "kind": "instance",
        "software": {"name": "Hospital information and insurance billing"},
        "implementation": {
            "description": _("Giao diện FHIR của hệ thống bệnh viện và thanh toán BHYT"),
            "url": base_url,
        },
        "fhirVersion": FHIR_VERSION,
        "format": [MEDIA_TYPE, "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": _(
                        "Mã truy cập (Authorization: Bearer) do quản trị của cơ sở cấp cho từng"
                        " chương trình, hoặc phiên đăng nhập; mỗi lượt truy cập được ghi nhật ký."
                    ),
                },
                "resource": [_resource(resource) for resource in RESOURCES.values()],
            }
        ],
    }


def _resource(resource: Resource[Any]) -> Json:
    return {
        "type": resource.type,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": False,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchParam": [
            {"name": param.name, "definition": param.definition_url, "type": param.kind}
            for param in resource.params
        ],
    }
