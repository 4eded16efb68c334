from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsuranceGatewayConfig(AppConfig):
    """How the insurer hears of it."""

    name = "insurance_gateway"
    verbose_name = _("Cổng giám định")
