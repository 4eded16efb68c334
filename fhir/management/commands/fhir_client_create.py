"""`fhir_client_create 01999 lis-mau [--user bacsi]`: let a program read over FHIR.

The token goes to standard output, once; it is not stored and cannot be shown again.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from fhir.clients import api_client_create
from hospital.errors import InputRefused
from hospital.models import Facility, FacilityCode, User


class Command(BaseCommand):
    help = "Cấp mã truy cập FHIR cho một chương trình của một cơ sở; mã chỉ hiện một lần."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("facility", help="Mã cơ sở (MA_CSKCB)")
        parser.add_argument(
            "name", help="Tên chương trình: chữ thường, số và dấu gạch, ví dụ lis-mau"
        )
        parser.add_argument("--user", help="Tài khoản mà chương trình thay mặt (không bắt buộc)")

    def handle(self, *args: Any, **options: Any) -> None:
        facility = self._facility(options["facility"])
        user = self._user(options["user"]) if options["user"] else None
        try:
            client, token = api_client_create(
                facility,
                name=options["name"],
                user=user,
                job="manage:fhir_client_create",
                now=timezone.now(),
            )
        except InputRefused as refused:
            raise CommandError(_("Không cấp được mã truy cập: %s") % refused.code) from refused
        self.stdout.write(token)
        self.stderr.write(
            _("Đã cấp mã cho “%(name)s”. Hãy lưu ngay: mã không hiện lại lần nào nữa.")
            % {"name": client.name}
        )

    def _facility(self, code: str) -> Facility:
        codes = FacilityCode.objects.on(timezone.localdate()).filter(code=code)
        facility = Facility.objects.filter(codes__in=codes).first()
        if facility is None:
            raise CommandError(_("Không có cơ sở mang mã %s hôm nay.") % code)
        return facility

    def _user(self, username: str) -> User:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("Không có tài khoản đang hoạt động tên %s.") % username)
        return user
