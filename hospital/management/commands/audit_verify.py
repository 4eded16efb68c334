"""`manage.py audit_verify`: prove that no sealed audit line was changed, removed or inserted."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from hospital.models import Facility
from hospital.selectors.audit import audit_faults, audit_state

SENTENCES = {
    "gap": "thiếu niêm phong số {expected}, gặp số {found}",
    "chain": "niêm phong {seal} không nối với niêm phong trước",
    "count": "niêm phong {seal} có {expected} dòng, nay còn {found} dòng",
    "digest": "nội dung các dòng của niêm phong {seal} đã bị thay đổi",
}


class Command(BaseCommand):
    help = "Kiểm tra chuỗi niêm phong của nhật ký truy cập; mã thoát 1 khi phát hiện sai lệch."

    def handle(self, *args: object, **options: object) -> None:
        broken = 0
        for facility in Facility.objects.order_by("pk"):
            faults = list(audit_faults(facility))
            state = audit_state(facility)
            verdict = "TOÀN VẸN" if not faults else f"SAI LỆCH ({len(faults)})"
            self.stdout.write(
                f"{facility.short_name}: {verdict}; {state.seals} niêm phong, "
                f"{state.sealed} dòng đã niêm phong, {state.unsealed} dòng chờ; "
                f"đầu chuỗi {state.head[:16] or '-'}"
            )
            for fault in faults:
                sentence = SENTENCES[fault.kind].format(
                    seal=fault.seal, expected=fault.expected, found=fault.found
                )
                self.stdout.write(f"  - {sentence}")
            broken += len(faults)
        if broken:
            raise CommandError(
                "Nhật ký không còn toàn vẹn: giữ nguyên máy chủ, sao lưu cơ sở dữ liệu "
                "và báo người phụ trách."
            )
