"""Accounts, staff, practice certificates, working hours, roles."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.models.facility import Department, Facility, Room
from hospital.models.validity import Dated, DatedQuerySet, no_overlap, period_ordered


class Role(models.TextChoices):
    """What an account may do at a facility (DESIGN decision 11)."""

    RECEPTION = "reception", _("Tiếp đón")
    DOCTOR = "doctor", _("Bác sĩ")
    NURSE = "nurse", _("Điều dưỡng")
    LAB = "lab", _("Cận lâm sàng")
    PHARMACY = "pharmacy", _("Dược")
    CASHIER = "cashier", _("Thu ngân")
    INSURANCE = "insurance", _("Bảo hiểm y tế")
    CATALOGUE = "catalogue", _("Danh mục")
    ADMIN = "admin", _("Quản trị")
    AUDITOR = "auditor", _("Kiểm soát truy cập")


class User(AbstractUser):
    """A personal account; nobody borrows another's (G17)."""

    class Meta:
        verbose_name = _("Tài khoản")

    def __str__(self) -> str:
        return self.username


class RoleAssignment(models.Model):
    """One role of one account at one facility, or at one department of it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments")
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="role_assignments"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="role_assignments"
    )
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        verbose_name = _("Vai trò")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "facility", "department", "role"],
                name="role_assignment_unique",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class Staff(models.Model):
    """A person who works at a facility; an account is optional, a personal number is not."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="staff")
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="staff"
    )
    full_name = models.CharField(_("Họ tên"), max_length=255)
    personal_id = models.CharField(_("Số định danh"), max_length=12)
    title = models.CharField(_("Chức danh"), max_length=64, blank=True)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="staff"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Nhân viên")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "personal_id"], name="staff_personal_id_unique"
            ),
            models.CheckConstraint(
                name="staff_personal_id_shape", condition=Q(personal_id__regex=r"^[0-9]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class PracticeCertificate(Dated):
    """A practice licence (CCHN/GPHN) with its scope; the claim names staff by it (02/DM)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(_("Số GPHN"), max_length=50)
    scope = models.CharField(_("Phạm vi hành nghề"), max_length=1024)
    scope_codes = models.CharField(_("Mã phạm vi"), max_length=255, blank=True)
    issued_on = models.DateField(_("Ngày cấp"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Giấy phép hành nghề")
        constraints = [
            period_ordered("certificate_period_ordered"),
            no_overlap("certificate_no_overlap", "staff"),
        ]
        indexes = [models.Index(fields=["number"], name="certificate_number")]

    def __str__(self) -> str:
        return self.number


class WorkingHours(Dated):
    """Registered hours of one weekday (0 is Monday), in a room when it is known (G17)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="working_hours")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True)
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Thời gian hành nghề")
        constraints = [
            period_ordered("working_hours_period_ordered"),
            models.CheckConstraint(name="working_hours_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(name="working_hours_ordered", condition=Q(ends__gt=F("starts"))),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}-{self.ends}"
