"""Pages of money."""

from __future__ import annotations

from django.urls import path

from billing.views import bill

app_name = "billing"
urlpatterns = [
    path("luot-kham/<int:pk>/", bill.encounter_bill, name="encounter-bill"),
]
