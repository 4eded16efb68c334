"""`manage.py demo_day`: play one day of the demo province and print what became of every visit."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import date
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.day import day_play, demo_day, is_played
from config.demo.desks_now import desks_fill, visits_now
from config.demo.gateway import gateway_for, people_tell
from config.demo.plan import day_plan, insured_rows
from config.demo.province import PASSWORD, demo_logins
from config.demo.table import day_rows, is_complete, summary_lines, table_lines
from insurance_gateway.models import Submission

PATIENCE_SECONDS = 180
MOVING = (Submission.State.QUEUED, Submission.State.SENDING, Submission.State.UNKNOWN)


class Command(BaseCommand):
    help = (
        "Chơi một ngày của tỉnh Mẫu qua các dịch vụ thật; mã thoát 0 khi mọi hồ sơ BHYT được nhận."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--day", type=date.fromisoformat, help="YYYY-MM-DD; mặc định: ngày làm việc gần nhất"
        )

    def handle(self, *args: object, day: date | None, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Chỉ chạy trên bản dùng thử: đặt DEMO=1 hoặc dùng ./run demo.")
        started = time.monotonic()
        now = timezone.now()
        day = day or demo_day(now)
        if not is_played(day):
            self._play(day)
            self._fill_desks()
        self._wait(day)
        rows = day_rows(day)
        for line in [*table_lines(rows), *summary_lines(rows)]:
            self.stdout.write(line)
        self.stdout.write(f"Ngày {day:%d/%m/%Y}, chạy trong {time.monotonic() - started:.0f} giây")
        self._logins()
        if not is_complete(rows, planned=len(day_plan(day))):
            raise CommandError("Còn hồ sơ chưa được nhận hoặc lệch số tiền; xem các dòng trên.")

    def _play(self, day: date) -> None:
        now = timezone.now()
        people_tell(
            insured_rows(day_plan(day), today=timezone.localdate(now)),
            Path(settings.DATA_DIR) / "simulator-people.json",
        )
        day_play(day, partial(gateway_for, now=now), progress=self._progress)

    def _fill_desks(self) -> None:
        now = timezone.now()
        people_tell(
            insured_rows(visits_now(now), today=timezone.localdate(now)),
            Path(settings.DATA_DIR) / "simulator-people.json",
        )
        count = desks_fill(now, partial(gateway_for, now=now))
        self.stdout.write(f"  {count} người bệnh đang ở các bàn, để thử màn hình hôm nay")

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r  lượt khám {done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()
        elif done % 17 == 0:
            self.stdout.write(f"  lượt khám {done}/{total}")

    def _wait(self, day: date) -> None:
        """Wait for the worker as long as it gets on with its work."""
        waiting = Submission.objects.filter(state__in=MOVING)
        best, since = None, time.monotonic()
        while left := waiting.count():
            if best is None or left < best:
                best, since = left, time.monotonic()
                if self.stdout.isatty():
                    self.stdout.write(f"\r  chờ Cổng nhận: {left} tệp   ", ending="\r")
                    self.stdout.flush()
            if time.monotonic() - since > PATIENCE_SECONDS:
                raise CommandError(
                    f"{left} tệp chưa gửi xong; xem nhật ký của worker trong .var/demo/log."
                )
            time.sleep(0.3)
        self.stdout.write("  mọi tệp đã có trả lời của Cổng ")

    def _logins(self) -> None:
        self.stdout.write(f"\nTài khoản dùng thử (mật khẩu chung {PASSWORD}):")
        for login in demo_logins():
            self.stdout.write(f"  {login.username:<16} {login.title:<28} {login.facility}")
