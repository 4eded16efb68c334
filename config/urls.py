"""All addresses of the system; each app names its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from config.health import health

if find_spec("config.demo.province") and find_spec("config.design_examples"):
    pages = include("config.page_urls")
else:
    pages = include(
        [
            path("dang-nhap/", LoginView.as_view(), name="login"),
            path("dang-xuat/", LogoutView.as_view(), name="logout"),
        ]
    )

urlpatterns = [
    path("", pages),
    path("ngon-ngu/", set_language, name="set_language"),
    path("song/", health, name="health"),
    path("tien/", include("billing.urls")),
    path("cong/", include("insurance_gateway.urls")),
    path("fhir/", include("fhir.urls")),
    path("", include("hospital.urls")),
]
