from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FhirConfig(AppConfig):
    """How other hospitals hear of it."""

    name = "fhir"
    verbose_name = _("FHIR")
