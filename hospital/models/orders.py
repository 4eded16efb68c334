"""Orders of services, their executions, results and surgery (G29: who, when, on which machine)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.models.catalogue import CatalogItem, ServiceEntry, SupplyEntry
from hospital.models.encounter import Encounter
from hospital.models.facility import Department, Room
from hospital.models.people import Staff


class ServiceOrder(models.Model):
    """A service ordered for an episode. `entry` is the catalogue row in force at the order.

    `is_on_request` marks a service outside the benefit for which the patient's consent is recorded
    (G35).
    """

    class State(models.TextChoices):
        ORDERED = "ordered", _("Đã chỉ định")
        EXECUTED = "executed", _("Đã thực hiện")
        RESULTED = "resulted", _("Đã có kết quả")
        CANCELLED = "cancelled", _("Đã hủy")

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="orders")
    entry = models.ForeignKey(ServiceEntry, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=12, choices=State, default=State.ORDERED)
    quantity = models.DecimalField(max_digits=10, decimal_places=3, default=1)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    icd_codes = models.CharField(_("Mã bệnh chỉ định"), max_length=100, blank=True)
    is_on_request = models.BooleanField(_("Theo yêu cầu"), default=False)
    consented_at = models.DateTimeField(null=True, blank=True)
    ordered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    cancelled_reason = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("Chỉ định")
        constraints = [
            models.CheckConstraint(name="order_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="order_on_request_has_consent",
                condition=Q(is_on_request=False) | Q(consented_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["encounter", "ordered_at"], name="order_of_encounter"),
            models.Index(
                fields=["room", "ordered_at"], name="order_worklist", condition=Q(state="ordered")
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"


class Execution(models.Model):
    """What was done: performer, machine, times. One order is executed once."""

    order = models.OneToOneField(ServiceOrder, on_delete=models.PROTECT, related_name="execution")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="executions")
    machine = models.ForeignKey(
        CatalogItem, on_delete=models.PROTECT, null=True, blank=True, related_name="executions"
    )
    machine_code = models.CharField(_("Mã máy"), max_length=255, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Thực hiện dịch vụ")
        constraints = [
            models.CheckConstraint(
                name="execution_ordered",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            )
        ]
        indexes = [models.Index(fields=["performer", "started_at"], name="execution_time_line")]

    def __str__(self) -> str:
        return f"execution {self.pk}"


class Result(models.Model):
    """One indicator or one report of an executed order. A correction is a new row that names the
    old.
    """

    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="results")
    position = models.PositiveSmallIntegerField(default=1)
    indicator_code = models.CharField(_("Mã chỉ số"), max_length=255, blank=True)
    indicator_name = models.CharField(_("Tên chỉ số"), max_length=255)
    value = models.CharField(_("Giá trị"), max_length=255, blank=True)
    unit = models.CharField(_("Đơn vị"), max_length=50, blank=True)
    reference_range = models.CharField(_("Khoảng tham chiếu"), max_length=64, blank=True)
    is_abnormal = models.BooleanField(_("Bất thường"), default=False)
    description = models.TextField(_("Mô tả"), blank=True)
    conclusion = models.TextField(_("Kết luận"), blank=True)
    reader = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    resulted_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name = _("Kết quả")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.indicator_name


class SupplyUse(models.Model):
    """A medical supply that is paid apart from the service it was used in.

    `package` is GOI_VTYT (G1, G2, …): the supplies of one use of a technique, whose sum is capped.
    """

    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="supplies")
    entry = models.ForeignKey(SupplyEntry, on_delete=models.PROTECT, related_name="uses")
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    package = models.CharField(_("Gói vật tư"), max_length=3, blank=True)
    is_reused = models.BooleanField(_("Tái sử dụng"), default=False)
    used_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Vật tư đã dùng")
        constraints = [
            models.CheckConstraint(name="supply_use_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="supply_use_package_shape",
                condition=Q(package="") | Q(package__regex=r"^G[0-9]{1,2}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"supply use {self.pk}"


class Surgery(models.Model):
    """What a surgery or procedure adds to its execution: team, anaesthesia, class, codes."""

    execution = models.OneToOneField(Execution, on_delete=models.PROTECT, related_name="surgery")
    session = models.PositiveSmallIntegerField(_("Lần phẫu thuật"), default=1)
    is_main = models.BooleanField(_("Phẫu thuật chính"), default=True)
    same_team = models.BooleanField(_("Cùng kíp"), default=True)
    anaesthesia = models.CharField(_("Phương pháp vô cảm"), max_length=1, blank=True)
    surgery_class = models.CharField(_("Loại phẫu thuật"), max_length=8, blank=True)
    procedure_codes = models.CharField(_("Mã ICD-9-CM"), max_length=255, blank=True)
    description = models.TextField(_("Tường trình"), blank=True)
    team = models.ManyToManyField(Staff, related_name="surgeries")

    class Meta:
        verbose_name = _("Phẫu thuật, thủ thuật")

    def __str__(self) -> str:
        return f"surgery {self.pk}"
