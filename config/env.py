"""Values of the environment. A wrong or missing one stops the start with the variable's name."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class SettingRefused(Exception):
    """An environment variable is missing or cannot be read; the message names it, not its value."""


def env_text(name: str, default: str | None = None) -> str:
    """Return the variable's text; without a default an absent variable raises SettingRefused."""
    value = os.environ.get(name, default)
    if value is None:
        raise SettingRefused(f"{name} is not set; .env.example says what it means")
    return value


def env_list(name: str) -> list[str]:
    """Return the comma-separated words of the variable; absent means none."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def env_bool(name: str, *, default: bool = False) -> bool:
    """Return a yes/no variable."""
    word = os.environ.get(name, "1" if default else "0").strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise SettingRefused(f"{name} must be one of 1/0, true/false, yes/no, on/off")


def env_int(name: str, default: int) -> int:
    """Return a whole number."""
    try:
        return int(os.environ.get(name, default))
    except ValueError as error:
        raise SettingRefused(f"{name} must be a whole number") from error


def env_secret(name: str) -> str:
    """Return the secret in the variable `name`, in the file `name_FILE` names, or in SECRETS_DIR.

    SECRETS_DIR is a folder with one file per secret, as containers and service managers mount it.
    A line end that closes a file is not part of the secret. Raises SettingRefused when the secret
    is nowhere, or empty, or given in two ways.
    """
    value, file_name = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value is not None and file_name is not None:
        raise SettingRefused(f"{name} and {name}_FILE are both set; keep one")
    if value is None:
        value = _secret_of_file(name, file_name)
    if not value:
        raise SettingRefused(f"{name} is missing or empty; set it or {name}_FILE")
    return value


def env_has(name: str) -> bool:
    """Say whether a secret of this name is given, in whichever way."""
    in_folder = Path(os.environ.get("SECRETS_DIR", os.devnull)) / name
    return name in os.environ or f"{name}_FILE" in os.environ or in_folder.is_file()


def _secret_of_file(name: str, file_name: str | None) -> str:
    """Return the text of the secret's file; empty when no file is meant for it."""
    folder = os.environ.get("SECRETS_DIR")
    if file_name is None and folder is None:
        return ""
    path = Path(file_name) if file_name is not None else Path(folder or "") / name
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except FileNotFoundError as error:
        if file_name is None:
            return ""
        raise SettingRefused(f"{name}_FILE names a file that does not exist") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused(f"the file of {name} cannot be read") from error


def env_database(name: str) -> dict[str, object]:
    """Return Django's settings for the PostgreSQL in a `postgresql://` URL.

    `host` may stand in the query for a socket folder; other query parameters go to libpq as they
    are (`sslmode=verify-full`). The URL may hold a password, so it is read as a secret.
    """
    url = urlsplit(env_secret(name))
    if url.scheme not in {"postgresql", "postgres"}:
        raise SettingRefused(f"{name} must be a postgresql:// URL; no other database is supported")
    options = dict(parse_qsl(url.query))
    database = unquote(url.path.lstrip("/"))
    if not database:
        raise SettingRefused(f"{name} names no database")
    try:
        port = url.port
    except ValueError as error:
        raise SettingRefused(f"{name} has a port that is not a number") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", unquote(url.hostname or "")),
        "PORT": options.pop("port", str(port or "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
