"""All addresses of the system; each app names its own."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from config.health import health

urlpatterns = [
    path("", include("config.page_urls")),
    path("ngon-ngu/", set_language, name="set_language"),
    path("song/", health, name="health"),
    path("tien/", include("billing.urls")),
    path("cong/", include("insurance_gateway.urls")),
    path("fhir/", include("fhir.urls")),
    path("", include("hospital.urls")),
]
