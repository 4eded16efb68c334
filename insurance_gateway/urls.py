"""Addresses of the insurance desk."""

from __future__ import annotations

from django.urls import path

from insurance_gateway.views import claims, closing, evidence

app_name = "insurance_gateway"
urlpatterns = [
    path("luot-kham/<int:encounter_id>/ket-thuc/", closing.visit_close, name="visit-close"),
    path("ho-so/", claims.claims, name="claims"),
    path("ho-so/tim/", claims.claims_search, name="claims-search"),
    path("ho-so/<int:encounter_id>/", evidence.encounter_claim, name="encounter-claim"),
    path("ho-so/<int:encounter_id>/bang/<slug:table>/", evidence.claim_xml, name="claim-xml"),
    path("luot-gui/<int:submission_id>/tai-ve/", evidence.claim_download, name="claim-download"),
    path(
        "luot-gui/<int:submission_id>/gui-tiep/",
        claims.submission_release_view,
        name="submission-release",
    ),
    path("tai-khoan/<int:account_id>/mo-lai/", claims.account_release_view, name="account-release"),
]
