"""Every journey runs against the simulator; the last lines of the test run count it so."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(autouse=True)
def _counted(record_property: Callable[[str, object], None]) -> None:
    record_property("kind", "simulator")
