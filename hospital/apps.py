from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HospitalConfig(AppConfig):
    """Who and what happened: people, catalogues, visits, orders, papers."""

    name = "hospital"
    verbose_name = _("Bệnh viện")
