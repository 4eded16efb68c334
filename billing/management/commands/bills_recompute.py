"""`manage.py bills_recompute`: price past visits again, as they were or under a proposed law."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from billing.recompute.as_json import report_json
from billing.recompute.proposal import Proposal, ProposalRefused, message, proposal_read
from billing.recompute.read_only import read_only
from billing.recompute.run import recompute
from billing.recompute.source import Period, facilities_with_code
from billing.recompute.words import report_lines

USAGE = 2


class Command(BaseCommand):
    help = (
        "Tính lại các lượt khám đã chốt, không ghi gì. Không có --as-if: chứng minh số đã chốt, mã "
        "thoát 1 khi có số lệch. Có --as-if: cho biết quy định đề xuất làm thay đổi bao nhiêu."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        day = date.fromisoformat
        parser.add_argument("--from", dest="first", type=day, required=True, help="YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=day, required=True, help="YYYY-MM-DD")
        parser.add_argument(
            "--as-if",
            nargs="+",
            action="extend",
            default=[],
            metavar="THÔNG_SỐ=GIÁ_TRỊ@NGÀY",
            help="giả định thông số có giá trị này từ ngày này; danh mục: giá trị cách nhau bằng ;",
        )
        parser.add_argument("--facility", metavar="MÃ", help="chỉ cơ sở có MA_CSKCB này")
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: object, **options: object) -> None:
        period, proposal = self._asked(options)
        self._started = time.monotonic()
        with read_only():
            report = recompute(period, proposal=proposal, progress=self._progress)
        if options["format"] == "json":
            self.stdout.write(report_json(report, period, proposal))
        else:
            for line in report_lines(report, period, proposal):
                self.stdout.write(line)
        if report.fault_count:
            sys.exit(1)

    def _asked(self, options: dict[str, object]) -> tuple[Period, Proposal | None]:
        """Return what is asked for; raises CommandError, exit status 2."""
        first, last, code = options["first"], options["last"], options["facility"]
        if not isinstance(first, date) or not isinstance(last, date) or last < first:
            raise CommandError("--to phải từ ngày --from trở đi.", returncode=USAGE)
        facilities = None
        if code:
            facilities = facilities_with_code(str(code))
            if not facilities:
                raise CommandError(f"Không có cơ sở nào mang mã {code}.", returncode=USAGE)
        texts = options["as_if"]
        if not isinstance(texts, list) or not texts:
            return Period(first, last, facilities), None
        try:
            return Period(first, last, facilities), proposal_read(texts)
        except ProposalRefused as refused:
            raise CommandError(message(refused), returncode=USAGE) from refused

    def _progress(self, done: int, total: int) -> None:
        seconds = time.monotonic() - self._started
        self.stderr.write(f"đã tính {done}/{total} ({seconds:.0f} giây)", style_func=str)
