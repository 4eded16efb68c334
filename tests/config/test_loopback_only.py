from __future__ import annotations

import socket

import pytest

from tests.conftest import NetworkRefused


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_no_test_reaches_beyond_this_machine(way):
    with socket.socket() as outward, pytest.raises(NetworkRefused):
        getattr(outward, way)(("192.0.2.1", 80))
