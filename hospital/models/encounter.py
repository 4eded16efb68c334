"""One episode of care, the departments it passed, its diagnoses, vital signs and notes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.models.cards import InsuranceCard
from hospital.models.facility import Department, Facility, Room
from hospital.models.patient import Patient
from hospital.models.people import Staff, User


class Encounter(models.Model):
    """One episode (đợt KCB) under one `link_code` (MA_LK), which never changes (D09).

    `route_code` (MA_DOITUONG_KCB) is provisional until the visit closes (D16). `visit_type` is
    MA_LOAI_KCB, `outcome` KET_QUA_DTRI, `discharge_type` MA_LOAI_RV.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ khám")
        IN_EXAM = "in_exam", _("Đang khám")
        AWAITING_RESULTS = "awaiting_results", _("Chờ cận lâm sàng")
        IN_TREATMENT = "in_treatment", _("Đang điều trị")
        CONCLUDED = "concluded", _("Đã kết luận")
        ENDED = "ended", _("Đã kết thúc")
        CANCELLED = "cancelled", _("Đã hủy")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="encounters")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    card = models.ForeignKey(
        InsuranceCard, on_delete=models.PROTECT, null=True, blank=True, related_name="encounters"
    )
    link_code = models.CharField(_("Mã đợt điều trị"), max_length=100, unique=True)
    record_number = models.CharField(_("Số phiếu khám"), max_length=100)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    visit_type = models.CharField(_("Loại hình KCB"), max_length=2, default="01")
    route_code = models.CharField(_("Mã đối tượng đến KCB"), max_length=4)
    is_emergency = models.BooleanField(_("Cấp cứu"), default=False)
    is_state_secret = models.BooleanField(_("Hồ sơ bí mật nhà nước"), default=False)
    arrived_at = models.DateTimeField(_("Giờ đến"))
    card_shown_at = models.DateTimeField(_("Giờ trình thẻ"), null=True, blank=True)
    admitted_at = models.DateTimeField(_("Giờ vào nội trú"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Giờ kết thúc"), null=True, blank=True)
    reason = models.TextField(_("Lý do đến khám"))
    admission_reason = models.TextField(_("Lý do vào nội trú"), blank=True)
    arrival_diagnosis = models.TextField(_("Chẩn đoán sơ bộ"), blank=True)
    history = models.TextField(_("Bệnh sử"), blank=True)
    referred_from = models.CharField(_("Nơi chuyển đến"), max_length=5, blank=True)
    referral_number = models.CharField(_("Số phiếu chuyển"), max_length=50, blank=True)
    referred_to = models.CharField(_("Nơi chuyển đi"), max_length=5, blank=True)
    accident_code = models.CharField(_("Mã tai nạn"), max_length=1, blank=True)
    treatment_method = models.TextField(_("Phương pháp điều trị"), blank=True)
    outcome = models.CharField(_("Kết quả điều trị"), max_length=1, blank=True)
    discharge_type = models.CharField(_("Loại ra viện"), max_length=1, blank=True)
    advice = models.TextField(_("Lời dặn"), blank=True)
    return_on = models.DateField(_("Ngày tái khám"), null=True, blank=True)
    cancelled_reason = models.CharField(max_length=255, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    doctor = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="encounters"
    )

    class Meta:
        verbose_name = _("Lượt khám")
        constraints = [
            models.CheckConstraint(
                name="encounter_ends_after_arrival",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="encounter_admitted_after_arrival",
                condition=Q(admitted_at__isnull=True) | Q(admitted_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="encounter_ended_has_time",
                condition=~Q(state="ended")
                | Q(ended_at__isnull=False, outcome__gt="", discharge_type__gt=""),
            ),
            models.CheckConstraint(
                name="encounter_uninsured_has_no_card",
                condition=~Q(route_code="9") | Q(card__isnull=True),
            ),
            models.CheckConstraint(
                name="encounter_visit_type_shape",
                condition=Q(visit_type__regex=r"^(0[1-9]|1[0-6])$"),
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "-arrived_at"], name="encounter_day"),
            models.Index(fields=["patient", "-arrived_at"], name="encounter_of_patient"),
            models.Index(
                fields=["facility", "state"],
                name="encounter_open",
                condition=~Q(state__in=["ended", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return self.link_code


class DepartmentStay(models.Model):
    """One department the episode passed through, in order; open while `left_at` is empty."""

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="department_stays"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Khoa điều trị")
        constraints = [
            models.CheckConstraint(
                name="department_stay_ordered",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
            ),
            models.UniqueConstraint(
                fields=["encounter"],
                condition=Q(left_at__isnull=True),
                name="department_stay_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.entered_at}"


class QueueTicket(models.Model):
    """A place in the queue of one room on one day."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        CALLED = "called", _("Đã gọi")
        SERVED = "served", _("Đã xong")
        SKIPPED = "skipped", _("Vắng mặt")

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="tickets")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="tickets")
    queue_on = models.DateField()
    number = models.PositiveIntegerField(_("Số thứ tự"))
    is_priority = models.BooleanField(_("Ưu tiên"), default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    issued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Số thứ tự")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "queue_on", "number"], name="ticket_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Diagnosis(models.Model):
    """A diagnosis of the episode. There is one main one; traditional codes stand beside ICD-10."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Bệnh chính")
        OTHER = "other", _("Bệnh kèm theo")
        TRADITIONAL = "traditional", _("Y học cổ truyền")

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="diagnoses")
    kind = models.CharField(max_length=12, choices=Kind)
    position = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(_("Mã bệnh"), max_length=16)
    title = models.CharField(_("Chẩn đoán"), max_length=1024)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Chẩn đoán")
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["encounter"], condition=Q(kind="main"), name="diagnosis_one_main"
            ),
            models.UniqueConstraint(
                fields=["encounter", "kind", "code"], name="diagnosis_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class VitalSigns(models.Model):
    """One measurement round; what was not measured is empty."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="vital_signs")
    pulse = models.PositiveSmallIntegerField(_("Mạch"), null=True, blank=True)
    temperature = models.DecimalField(
        _("Nhiệt độ"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    systolic = models.PositiveSmallIntegerField(_("Huyết áp tâm thu"), null=True, blank=True)
    diastolic = models.PositiveSmallIntegerField(_("Huyết áp tâm trương"), null=True, blank=True)
    breathing = models.PositiveSmallIntegerField(_("Nhịp thở"), null=True, blank=True)
    oxygen_saturation = models.PositiveSmallIntegerField(_("SpO2"), null=True, blank=True)
    weight_kg = models.DecimalField(
        _("Cân nặng"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    height_cm = models.DecimalField(
        _("Chiều cao"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    measured_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Dấu hiệu sinh tồn")
        constraints = [
            models.CheckConstraint(
                name="vital_signs_plausible",
                condition=(Q(weight_kg__isnull=True) | Q(weight_kg__gt=0, weight_kg__lt=500))
                & (Q(temperature__isnull=True) | Q(temperature__gte=25, temperature__lte=45)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.measured_at}"


class ClinicalNote(models.Model):
    """One note on the course of disease (XML5): what was seen, by whom, when."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("Diễn biến"))
    stage = models.TextField(_("Giai đoạn bệnh"), blank=True)
    consultation = models.TextField(_("Hội chẩn"), blank=True)
    operation = models.TextField(_("Phẫu thuật"), blank=True)
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Diễn biến lâm sàng")

    def __str__(self) -> str:
        return f"{self.noted_at}"
