"""Facilities with dated codes and grades, departments, rooms, beds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models.validity import Dated, DatedQuerySet, no_overlap, period_ordered


class CareLevel(models.TextChoices):
    """Care levels since 2025-01-01 (Law 51/2024, G10)."""

    PRIMARY = "primary", _("Cấp ban đầu")
    BASIC = "basic", _("Cấp cơ bản")
    INTENSIVE = "intensive", _("Cấp chuyên sâu")


class FormerClass(models.TextChoices):
    """Class on 2024-12-31, which still decides some routes (NĐ 188/2025 Đ19)."""

    COMMUNE = "commune", _("Tuyến xã")
    DISTRICT = "district", _("Tuyến huyện")
    PROVINCE = "province", _("Tuyến tỉnh")
    CENTRAL = "central", _("Tuyến trung ương")


class Facility(models.Model):
    """One hospital, centre or commune station; every row of the system belongs to one."""

    name = models.CharField(_("Tên cơ sở"), max_length=255)
    short_name = models.CharField(_("Tên gọi tắt"), max_length=64)
    address = models.CharField(_("Địa chỉ"), max_length=1024)
    phone = models.CharField(_("Điện thoại"), max_length=32, blank=True)
    parent_name = models.CharField(_("Cơ quan chủ quản"), max_length=255, blank=True)
    head = models.ForeignKey(
        "hospital.Staff",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Thủ trưởng đơn vị"),
    )
    is_active = models.BooleanField(_("Đang hoạt động"), default=True)

    class Meta:
        verbose_name = _("Cơ sở khám bệnh, chữa bệnh")
        constraints = [models.UniqueConstraint(fields=["name"], name="facility_name_unique")]

    def __str__(self) -> str:
        return self.short_name


class FacilityCode(Dated):
    """The code given by social insurance (MA_CSKCB), dated (D24)."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(_("Mã cơ sở"), max_length=5)
    source = models.CharField(max_length=255, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mã cơ sở")
        constraints = [
            period_ordered("facility_code_period_ordered"),
            no_overlap("facility_code_no_overlap", "facility"),
            models.CheckConstraint(
                name="facility_code_shape", condition=Q(code__regex=r"^[0-9][0-9A-Z]{4}$")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FacilityGrade(Dated):
    """Care level, score and former class (G10). `points` None means not yet scored."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="grades")
    care_level = models.CharField(_("Cấp chuyên môn"), max_length=16, choices=CareLevel)
    points = models.DecimalField(_("Điểm"), max_digits=5, decimal_places=2, null=True, blank=True)
    former_class = models.CharField(_("Tuyến trước 2025"), max_length=16, choices=FormerClass)
    is_commune_station = models.BooleanField(_("Trạm y tế"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Xếp cấp cơ sở")
        constraints = [
            period_ordered("facility_grade_period_ordered"),
            no_overlap("facility_grade_no_overlap", "facility"),
        ]

    def __str__(self) -> str:
        return self.get_care_level_display()


class Department(models.Model):
    """A department by its national code (QĐ 1804/2026: K01..K60, Kxx.y, Kxxyy)."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="departments")
    code = models.CharField(_("Mã khoa"), max_length=16)
    name = models.CharField(_("Tên khoa"), max_length=255)

    class Meta:
        verbose_name = _("Khoa")
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="department_code_unique"),
            models.CheckConstraint(
                name="department_code_shape",
                condition=Q(code__regex=r"^K[0-9]{2,4}(\.[0-9A-Z]{1,4})*$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DepartmentPeriod(Dated):
    """What form 01/DM declares of a department for a time (TT 12/2026)."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="periods")
    name = models.CharField(max_length=255)
    exam_tables = models.PositiveIntegerField(default=0)
    approved_beds = models.PositiveIntegerField(default=0)
    actual_beds = models.PositiveIntegerField(default=0)
    intensive_beds = models.PositiveIntegerField(default=0)
    emergency_beds = models.PositiveIntegerField(default=0)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Khai báo khoa")
        constraints = [
            period_ordered("department_period_ordered"),
            no_overlap("department_period_no_overlap", "department"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"


class Room(models.Model):
    """A room where patients queue: clinic, laboratory, imaging, pharmacy, cashier, ward."""

    class Kind(models.TextChoices):
        CLINIC = "clinic", _("Phòng khám")
        LAB = "lab", _("Xét nghiệm")
        IMAGING = "imaging", _("Chẩn đoán hình ảnh")
        PHARMACY = "pharmacy", _("Nhà thuốc")
        CASHIER = "cashier", _("Thu ngân")
        WARD = "ward", _("Buồng bệnh")

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="rooms")
    kind = models.CharField(max_length=16, choices=Kind)
    code = models.CharField(_("Mã phòng"), max_length=16)
    name = models.CharField(_("Tên phòng"), max_length=255)
    exam_item = models.ForeignKey(
        "hospital.CatalogItem",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Dịch vụ khám được tính khi người bệnh khám tại phòng này"),
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Phòng")
        constraints = [
            models.UniqueConstraint(fields=["department", "code"], name="room_code_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Bed(models.Model):
    """A bed by its national code: letter H, T, C or K and three digits."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="beds")
    code = models.CharField(_("Mã giường"), max_length=8)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Giường")
        constraints = [
            models.UniqueConstraint(fields=["room", "code"], name="bed_code_unique"),
            models.CheckConstraint(
                name="bed_code_shape", condition=Q(code__regex=r"^[HTCK][0-9]{3}$")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class NumberSeries(models.Model):
    """The last number given in one series of a facility: patients, episodes, records, receipts."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="number_series")
    kind = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "kind", "year"], name="number_series_unique"
            ),
            models.CheckConstraint(name="number_series_not_negative", condition=Q(last__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"
