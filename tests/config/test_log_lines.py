from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from django.db import IntegrityError, connection

from config.log_lines import logging_settings

NAME = "Nguyễn Văn\n\nMẫu"


def line_of(write) -> dict[str, object]:
    """Return the one JSON line that `write` causes on a logger with our format."""
    format_settings = dict(logging_settings(level="INFO")["formatters"]["json"])
    formatter = format_settings.pop("()")(**format_settings)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("test.lines")
    logger.addHandler(handler)
    try:
        write()
    finally:
        logger.removeHandler(handler)
    line: dict[str, object] = json.loads(stream.getvalue())
    return line


def test_plain_and_structured_lines_look_alike():
    plain = line_of(lambda: logging.getLogger("test.lines").warning("visit %s closed", 7))
    structured = line_of(lambda: structlog.stdlib.get_logger("test.lines").warning("closed", pk=7))

    assert plain["event"] == "visit 7 closed"
    assert (structured["event"], structured["pk"]) == ("closed", 7)
    assert plain.keys() == structured.keys() - {"pk"} == {"event", "level", "logger", "timestamp"}


@pytest.mark.django_db
def test_traceback_of_a_refused_row_does_not_quote_its_values():
    def write():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE person (name text UNIQUE)")
            try:
                cursor.execute("INSERT INTO person VALUES (%(name)s), (%(name)s)", {"name": NAME})
            except IntegrityError:
                logging.getLogger("test.lines").exception("refused")

    line = line_of(write)

    assert "UniqueViolation" in str(line["exception"])
    assert "Nguyễn" not in str(line)
    assert "Mẫu" not in str(line)
