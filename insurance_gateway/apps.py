from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from insurance_gateway.limits import gateway_times


class InsuranceGatewayConfig(AppConfig):
    """How the insurer hears of it."""

    name = "insurance_gateway"
    verbose_name = _("Cổng giám định")

    def ready(self) -> None:
        register(gateway_times)
