"""Pages of the desks."""

from __future__ import annotations

from django.urls import path

from hospital.views import encounters, patients

app_name = "hospital"
urlpatterns = [
    path("luot-kham/", encounters.encounters, name="encounters"),
    path("luot-kham/<int:pk>/", encounters.encounter, name="encounter"),
    path("nguoi-benh/", patients.patients, name="patients"),
    path("nguoi-benh/<int:pk>/", patients.patient, name="patient"),
    path("doi-co-so/", patients.facility_switch, name="facility-switch"),
]
