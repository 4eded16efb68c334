"""Django settings of the simulator's own process: no database, no sessions, no applications.

Its options come from the environment, where `manage.py gateway_simulator` puts them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

HERE = Path(__file__).resolve().parent

SECRET_KEY = secrets.token_hex()
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "insurance_gateway.simulator.urls"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "templates"]}
]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
USE_I18N = False
USE_THOUSAND_SEPARATOR = False
# A claim file arrives as one form field of several megabytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64_000_000
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

SIMULATOR_BIND = os.environ.get("SIMULATOR_BIND", "127.0.0.1:8099")
SIMULATOR_DATA = Path(os.environ.get("SIMULATOR_DATA", "simulator-data"))
SIMULATOR_PEOPLE = os.environ.get("SIMULATOR_PEOPLE", "")
SIMULATOR_CERTIFICATES = os.environ.get("SIMULATOR_CERTIFICATES", "")
SIMULATOR_SIGNATURE = os.environ.get("SIMULATOR_SIGNATURE", "verified")
SIMULATOR_TOKEN_SECONDS = float(os.environ.get("SIMULATOR_TOKEN_SECONDS", "600"))
SIMULATOR_SIZE_LIMIT = int(os.environ.get("SIMULATOR_SIZE_LIMIT", "10000000"))
SIMULATOR_STRICT = os.environ.get("SIMULATOR_STRICT", "") == "1"
