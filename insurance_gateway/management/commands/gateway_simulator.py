"""Run the simulator of the insurer's gateway in this process, under its own settings."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

SETTINGS_MODULE = "insurance_gateway.simulator.settings"
REPOSITORY = Path(__file__).resolve().parents[3]
SERVER_MODULE = "insurance_gateway.simulator.server"


class Command(BaseCommand):
    help = "Chạy Cổng mô phỏng (dừng bằng Ctrl-C); dữ liệu nhận được nằm trong thư mục --data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8099)
        parser.add_argument("--data", type=Path, required=True, help="folder of received files")
        parser.add_argument("--people", type=Path, help="JSON of insured people, read when changed")
        parser.add_argument("--certificates", type=Path, help="JSON {facility: [serial, …]}")
        parser.add_argument(
            "--signature", choices=("off", "present", "verified"), default="verified"
        )
        parser.add_argument("--token-seconds", type=float, default=600)
        parser.add_argument("--size-limit", type=int, default=10_000_000, help="bytes of one file")
        parser.add_argument("--strict", action="store_true", help="one kind of body per service")

    def handle(self, *args: Any, **options: Any) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
            "SIMULATOR_BIND": f"{options['host']}:{options['port']}",
            "SIMULATOR_DATA": str(options["data"].absolute()),
            "SIMULATOR_PEOPLE": _absolute(options["people"]),
            "SIMULATOR_CERTIFICATES": _absolute(options["certificates"]),
            "SIMULATOR_SIGNATURE": options["signature"],
            "SIMULATOR_TOKEN_SECONDS": str(options["token_seconds"]),
            "SIMULATOR_SIZE_LIMIT": str(options["size_limit"]),
            "SIMULATOR_STRICT": "1" if options["strict"] else "",
        }
        self.stdout.write(f"Cổng mô phỏng: http://{options['host']}:{options['port']}/")
        self.stdout.flush()
        server = [sys.executable, "-m", "gunicorn", "-c", f"python:{SERVER_MODULE}"]
        os.chdir(REPOSITORY)
        os.execve(sys.executable, server, environment)


def _absolute(path: Path | None) -> str:
    return str(path.absolute()) if path else ""
