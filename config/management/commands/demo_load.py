"""`manage.py demo_load`: fill an empty system with the demo province; running it again adds
nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.catalogue import catalogue_load
from config.demo.gateway import gateway_load
from config.demo.province import facilities_load


class Command(BaseCommand):
    help = "Nạp tỉnh Mẫu: cơ sở, người dùng, danh mục, giá, kho, tài khoản Cổng (dữ liệu bịa)."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Chỉ chạy trên bản dùng thử: đặt DEMO=1 hoặc dùng ./run demo.")
        now = timezone.now()
        facilities = facilities_load()
        self.stdout.write(f"Cơ sở: {len(facilities)}")
        for line in catalogue_load(now=now):
            self.stdout.write(line)
        gateway_load(now=now)
        self.stdout.write("Tài khoản Cổng và chứng thư số: xong")
