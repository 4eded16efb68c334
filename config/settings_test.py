"""Settings of the tests: the same system, with cheap passwords, no broker and its own folders."""

from __future__ import annotations

import os
from pathlib import Path

# Defaults for tools that import settings without a run of the tests (the type checker).
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("DATABASE_URL", "postgresql:///test")

from config.settings import *  # noqa: E402, F403  the settings of the system, then what differs
from config.settings import DATA_DIR as SYSTEM_DATA_DIR  # noqa: E402
from config.settings import DATABASES as SYSTEM_DATABASES  # noqa: E402
from config.settings import STORAGES as SYSTEM_STORAGES  # noqa: E402

DATA_DIR = SYSTEM_DATA_DIR / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main")
MEDIA_ROOT = Path(DATA_DIR) / "media"

# A test that commits empties the tables at its end, those of rows kept for ever as well.
SYSTEM_OPTIONS = dict(SYSTEM_DATABASES["default"]["OPTIONS"])  # type: ignore[call-overload]
DATABASES = {
    "default": {
        **SYSTEM_DATABASES["default"],
        "OPTIONS": {**SYSTEM_OPTIONS, "options": "-c hospital.allow_truncate=on"},
    }
}

DEMO = True
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
HTTPS_ONLY = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False  # the test of the lock-out turns it on
STORAGES = {
    **SYSTEM_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

# Messages are put into memory and read by nobody: a test calls the task itself.
CELERY_BROKER_URL = "memory://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

GATEWAY_CONNECT_TIMEOUT = 2
GATEWAY_READ_TIMEOUT = 5
