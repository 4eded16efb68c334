"""Celery as configured: ids in private files, and every scheduled task exists."""

from __future__ import annotations

import stat
from importlib import import_module
from typing import Any

import pytest
from celery import Task
from django.conf import settings

from config.broker import broker_settings


def test_waiting_messages_lie_in_private_folders(tmp_path):
    url, options = broker_settings("filesystem://", folder=tmp_path / "broker")

    assert url == "filesystem://"
    assert stat.S_IMODE((tmp_path / "broker").stat().st_mode) == 0o700
    assert options["data_folder_in"] == options["data_folder_out"]
    assert options["polling_interval"] < 0.1


def test_other_broker_makes_no_folder(tmp_path):
    assert broker_settings("amqp://mq.example", folder=tmp_path / "b") == ("amqp://mq.example", {})
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values())
def test_scheduled_task_exists_and_does_not_pile_up(entry: dict[str, Any]):
    module, name = entry["task"].rsplit(".", 1)

    task = getattr(import_module(module), name)

    assert isinstance(task, Task)
    assert task.name == entry["task"]
    assert entry["options"]["expires"] <= entry["schedule"]
