from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """Commands, base templates, the demo and the system checks of the whole."""

    name = "config"
    verbose_name = _("Hệ thống")

    def ready(self) -> None:
        from config import checks  # noqa: F401, PLC0415  registers, and needs the loaded models
