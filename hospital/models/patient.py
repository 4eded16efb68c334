"""Patients: identity, addresses before and after the reform of 2025, guardians, allergies."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models.facility import Facility


class Sex(models.TextChoices):
    """GIOI_TINH."""

    MALE = "1", _("Nam")
    FEMALE = "2", _("Nữ")
    UNDETERMINED = "3", _("Chưa xác định")


class Patient(models.Model):
    """One person in the records of one facility.

    `birth` keeps only the known parts as ISO text (1980, 1980-05, 1980-05-15, 1980-05-15T07:30);
    `birth_year` repeats its year for searching. `search_name` is written by the services from the
    name (lower case, no marks); it is never shown.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="patients")
    number = models.CharField(_("Mã người bệnh"), max_length=32)
    full_name = models.CharField(_("Họ tên"), max_length=255)
    search_name = models.CharField(max_length=255, db_collation="C", editable=False)
    birth = models.CharField(_("Ngày sinh"), max_length=16)
    birth_year = models.PositiveSmallIntegerField(editable=False)
    sex = models.CharField(_("Giới tính"), max_length=1, choices=Sex)
    personal_id = models.CharField(_("Số CCCD"), max_length=12, blank=True)
    former_id = models.CharField(_("Số CMND cũ"), max_length=9, blank=True)
    passport = models.CharField(_("Hộ chiếu"), max_length=16, blank=True)
    phone = models.CharField(_("Điện thoại"), max_length=15, blank=True)
    nationality = models.CharField(_("Quốc tịch"), max_length=3, default="000")
    ethnicity = models.CharField(_("Dân tộc"), max_length=2, default="01")
    occupation = models.CharField(_("Nghề nghiệp"), max_length=5, default="00")
    blood_group = models.CharField(_("Nhóm máu"), max_length=5, blank=True)
    identity_source = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Người bệnh")
        constraints = [
            models.UniqueConstraint(fields=["facility", "number"], name="patient_number_unique"),
            models.UniqueConstraint(
                fields=["facility", "personal_id"],
                condition=~Q(personal_id="") & Q(is_active=True),
                name="patient_personal_id_unique",
            ),
            models.CheckConstraint(
                name="patient_birth_shape",
                condition=Q(
                    birth__regex=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2})?)?)?$"
                ),
            ),
            models.CheckConstraint(
                name="patient_personal_id_shape",
                condition=Q(personal_id="") | Q(personal_id__regex=r"^[0-9]{12}$"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["facility", "search_name", "birth_year"], name="patient_search_name"
            ),
            models.Index(
                fields=["facility", "phone"], name="patient_phone", condition=~Q(phone="")
            ),
            models.Index(fields=["facility", "personal_id"], name="patient_personal_id"),
            models.Index(fields=["facility", "passport"], name="patient_passport"),
            models.Index(fields=["facility", "birth"], name="patient_birth"),
            GinIndex(SearchVector("search_name", config="simple"), name="patient_name_words"),
        ]

    def __str__(self) -> str:
        return self.number


class PatientAddress(models.Model):
    """Where a patient lives. Before 2025-07-01 addresses had a district; since then they have
    none.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="addresses")
    text = models.CharField(_("Địa chỉ"), max_length=1024)
    province_code = models.CharField(_("Mã tỉnh"), max_length=3, blank=True)
    district_code = models.CharField(_("Mã huyện (cũ)"), max_length=3, blank=True)
    commune_code = models.CharField(_("Mã xã"), max_length=5, blank=True)
    is_before_reform = models.BooleanField(_("Địa giới trước 01/07/2025"), default=False)
    is_current = models.BooleanField(default=True)
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Địa chỉ")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(is_current=True), name="patient_one_current_address"
            ),
            models.CheckConstraint(
                name="address_district_only_before_reform",
                condition=Q(district_code="") | Q(is_before_reform=True),
            ),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"


class Guardian(models.Model):
    """Parent or other person who answers for a patient."""

    class Relation(models.TextChoices):
        FATHER = "father", _("Cha")
        MOTHER = "mother", _("Mẹ")
        OTHER = "other", _("Người giám hộ")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="guardians")
    relation = models.CharField(max_length=8, choices=Relation)
    full_name = models.CharField(_("Họ tên"), max_length=255)
    personal_id = models.CharField(_("Số CCCD"), max_length=12, blank=True)
    phone = models.CharField(_("Điện thoại"), max_length=15, blank=True)

    class Meta:
        verbose_name = _("Người giám hộ")

    def __str__(self) -> str:
        return self.get_relation_display()


class Allergy(models.Model):
    """A known allergy; `drug_code` is the active ingredient when it is known."""

    class Severity(models.TextChoices):
        MILD = "mild", _("Nhẹ")
        SEVERE = "severe", _("Nặng")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    substance = models.CharField(_("Dị nguyên"), max_length=255)
    drug_code = models.CharField(_("Mã hoạt chất"), max_length=255, blank=True)
    severity = models.CharField(max_length=8, choices=Severity)
    reaction = models.CharField(_("Biểu hiện"), max_length=255, blank=True)
    noted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Dị ứng")

    def __str__(self) -> str:
        return self.substance
