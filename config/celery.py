"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_log_lines(**_: Any) -> None:
    """Keep Celery from installing its own log format over ours."""
    logging.config.dictConfig(settings.LOGGING)
