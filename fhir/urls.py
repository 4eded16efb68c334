"""Addresses of the interface, one set per type of resource that is served.

Types and ids are spelled out, so that nothing else (a card number typed into an address) becomes a
named part of the route, which the request log writes.
"""

from __future__ import annotations

from django.urls import path, re_path

from fhir import views
from fhir.mapping import RESOURCES

app_name = "fhir"
TYPE = rf"(?P<resource_type>{'|'.join(RESOURCES)})"
ID = r"(?P<resource_id>[1-9][0-9]{0,10})"  # our keys; a personal number has twelve digits

urlpatterns = [
    path("", views.unserved, name="base"),
    path("metadata", views.metadata, name="metadata"),
    re_path(rf"^{TYPE}$", views.resource_search, name="search"),
    re_path(rf"^{TYPE}/_search$", views.resource_search_form, name="search_form"),
    re_path(rf"^{TYPE}/{ID}$", views.resource_read, name="read"),
    re_path(r"^.*$", views.unserved, name="unserved"),
]
