"""Log lines: one JSON object each, on standard error.

Patient data must not reach them. Our own code logs row ids only; PostgreSQL quotes the values of a
refused row under DETAIL, so that part is dropped from every traceback.
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.types import EventDict, WrappedLogger

# A quoted row may hold line ends of its own, so it goes up to the next exception or the end.
QUOTED_ROW = re.compile(r"^DETAIL: .*?(?=^The above|^During handling|\Z)", re.MULTILINE | re.DOTALL)
BEFORE_RENDERING: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def without_quoted_rows(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Return the event with the values that PostgreSQL quoted taken out of its texts."""
    for key in ("exception", "event"):
        if isinstance(event.get(key), str):
            event[key] = QUOTED_ROW.sub("DETAIL: (left out)\n", event[key])
    return event


def logging_settings(*, level: str) -> dict[str, Any]:
    """Return Django's LOGGING and point structlog at the same lines."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *BEFORE_RENDERING,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": BEFORE_RENDERING,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_quoted_rows,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # The development server would log whole request lines with their query.
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # A timer that fires every few seconds says nothing when it only fires.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "axes": {"level": "ERROR"},
        },
    }
