from __future__ import annotations

import socket

import pytest

from tests.conftest import NetworkRefused


def test_no_test_reaches_beyond_this_machine():
    with socket.socket() as outward, pytest.raises(NetworkRefused):
        outward.connect(("192.0.2.1", 80))
