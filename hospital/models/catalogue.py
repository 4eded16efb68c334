"""Catalogues: national code lists, diseases, and the dated rows of forms 02–06/DM.

A row is closed and followed, never updated in place (D19). A `CatalogItem` is what stays the same
through all rows of one thing, so that orders and stock can point at it.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.models.facility import Facility
from hospital.models.validity import Dated, DatedQuerySet, no_overlap, period_ordered


class NationalCode(Dated):
    """One row of a shared national list (D13): sex, outcome, cost group, route code, …

    `item_id` numbers the pair (list, code), as the overlap constraint wants a number. `attributes`
    keeps the other columns of the list as text.
    """

    list_name = models.CharField(max_length=32)
    code = models.CharField(max_length=32)
    item_id = models.BigIntegerField()
    name_vi = models.CharField(max_length=1024)
    name_en = models.CharField(max_length=1024, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=512)
    certainty = models.CharField(max_length=255, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mã dùng chung")
        constraints = [
            period_ordered("national_code_period_ordered"),
            no_overlap("national_code_no_overlap", "item_id"),
        ]
        indexes = [models.Index(fields=["list_name", "code"], name="national_code_lookup")]

    def __str__(self) -> str:
        return f"{self.list_name} {self.code}"


class DiseaseCode(Dated):
    """One ICD-10 code in one edition, with the flags of TT 06/2026 (D20)."""

    code = models.CharField(_("Mã bệnh"), max_length=7)
    item_id = models.BigIntegerField()
    title_vi = models.CharField(_("Tên bệnh"), max_length=1024)
    title_en = models.CharField(max_length=1024, blank=True)
    search_title = models.CharField(max_length=1024, editable=False)
    not_main = models.BooleanField(_("Không dùng làm bệnh chính"), default=False)
    discouraged = models.BooleanField(_("Hạn chế dùng"), default=False)
    has_more_specific = models.BooleanField(_("Có mã chi tiết hơn"), default=False)
    death_cause_only = models.BooleanField(_("Chỉ dùng cho nguyên nhân tử vong"), default=False)
    only_sex = models.CharField(_("Giới tính"), max_length=1, blank=True)
    source = models.CharField(max_length=255)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mã ICD-10")
        constraints = [
            period_ordered("disease_code_period_ordered"),
            no_overlap("disease_code_no_overlap", "item_id"),
        ]
        indexes = [
            models.Index(fields=["code"], name="disease_code_lookup"),
            GinIndex(SearchVector("search_title", config="simple"), name="disease_title_words"),
        ]

    def __str__(self) -> str:
        return self.code


class CatalogItem(models.Model):
    """What all rows of one drug, supply, service or machine share. `key` is made on import."""

    class Kind(models.TextChoices):
        DRUG = "drug", _("Thuốc")
        SUPPLY = "supply", _("Vật tư")
        SERVICE = "service", _("Dịch vụ kỹ thuật")
        EQUIPMENT = "equipment", _("Trang thiết bị")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="catalog_items")
    kind = models.CharField(max_length=16, choices=Kind)
    key = models.CharField(max_length=512)

    class Meta:
        verbose_name = _("Mục danh mục")
        constraints = [
            models.UniqueConstraint(fields=["facility", "kind", "key"], name="catalog_item_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class CatalogEntry(Dated):
    """Abstract: one dated row of a catalogue form.

    `scope` is PHAM_VI, `cost_group` MA_NHOM, `insured_ratio` the list ratio in percent
    (TYLE_TT_BH). `listed_price` is the price declared to social insurance in the form; what a visit
    is charged comes from the price lists of `billing`.
    """

    name = models.CharField(_("Tên"), max_length=1024)
    unit = models.CharField(_("Đơn vị tính"), max_length=50)
    search_name = models.CharField(max_length=1024, editable=False)
    cost_group = models.CharField(_("Nhóm chi phí"), max_length=2)
    scope = models.CharField(_("Phạm vi"), max_length=1, default="1")
    insured_ratio = models.DecimalField(
        _("Tỷ lệ thanh toán"), max_digits=5, decimal_places=2, default=100
    )
    listed_price = models.DecimalField(
        _("Đơn giá"), max_digits=15, decimal_places=3, null=True, blank=True
    )
    source = models.CharField(max_length=255, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class DrugEntry(CatalogEntry):
    """A row of form 03/DM: drugs, oxygen, infusions, blood."""

    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="drug_entries")
    code = models.CharField(_("Mã hoạt chất"), max_length=255)
    ingredient = models.CharField(_("Hoạt chất"), max_length=1024, blank=True)
    strength = models.CharField(_("Hàm lượng"), max_length=1024, blank=True)
    route = models.CharField(_("Đường dùng"), max_length=4)
    dosage_form = models.CharField(_("Dạng bào chế"), max_length=1024, blank=True)
    registration_number = models.CharField(_("Số đăng ký"), max_length=255, blank=True)
    tender = models.CharField(_("Thông tin thầu"), max_length=50, blank=True)
    manufacturer = models.CharField(_("Nhà sản xuất"), max_length=255, blank=True)
    country = models.CharField(_("Nước sản xuất"), max_length=64, blank=True)
    processing_codes = models.CharField(_("Phương pháp chế biến"), max_length=255, blank=True)
    source_facility = models.CharField(_("Cơ sở chuyển thuốc"), max_length=10, blank=True)
    funding_source = models.CharField(_("Nguồn chi trả"), max_length=1, default="1")
    is_prescription_only = models.BooleanField(default=True)
    control_class = models.CharField(_("Loại kiểm soát"), max_length=1, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Thuốc")
        constraints = [
            period_ordered("drug_period_ordered"),
            no_overlap("drug_no_overlap", "item"),
            models.CheckConstraint(
                name="drug_ratio_percent", condition=Q(insured_ratio__gte=0, insured_ratio__lte=100)
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="drug_code"),
            GinIndex(SearchVector("search_name", config="simple"), name="drug_name_words"),
        ]


class SupplyEntry(CatalogEntry):
    """A row of form 04/DM: medical supplies paid apart from a service."""

    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="supply_entries")
    code = models.CharField(_("Mã vật tư"), max_length=255)
    trade_name = models.CharField(_("Tên thương mại"), max_length=1024, blank=True)
    model = models.CharField(_("Ký hiệu"), max_length=255, blank=True)
    tender = models.CharField(_("Thông tin thầu"), max_length=50, blank=True)
    ceiling = models.DecimalField(
        _("Mức thanh toán"), max_digits=15, decimal_places=3, null=True, blank=True
    )
    reuse_count = models.PositiveSmallIntegerField(_("Số lần dùng lại"), default=0)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Vật tư y tế")
        constraints = [
            period_ordered("supply_period_ordered"),
            no_overlap("supply_no_overlap", "item"),
        ]
        indexes = [models.Index(fields=["code"], name="supply_code")]


class ServiceEntry(CatalogEntry):
    """A row of form 05/DM: examinations, tests, imaging, procedures, beds.

    `minutes` is the least time one execution takes; None where nobody has set it.
    `indicators` lists what a laboratory service measures: code, name, unit, low, high.
    """

    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="service_entries")
    code = models.CharField(_("Mã dịch vụ"), max_length=50)
    procedure_code = models.CharField(_("Mã ICD-9-CM"), max_length=255, blank=True)
    specialty = models.CharField(_("Chuyên khoa"), max_length=16, blank=True)
    only_sex = models.CharField(_("Giới tính"), max_length=1, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    indicators = models.JSONField(default=list, blank=True)
    decision = models.CharField(_("Quyết định phê duyệt"), max_length=255, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Dịch vụ kỹ thuật")
        constraints = [
            period_ordered("service_period_ordered"),
            no_overlap("service_no_overlap", "item"),
        ]
        indexes = [
            models.Index(fields=["code"], name="service_code"),
            GinIndex(SearchVector("search_name", config="simple"), name="service_name_words"),
        ]


class EquipmentEntry(Dated):
    """A row of form 06/DM: a machine by its national code (MA_MAY)."""

    item = models.ForeignKey(
        CatalogItem, on_delete=models.PROTECT, related_name="equipment_entries"
    )
    code = models.CharField(_("Mã máy"), max_length=255)
    name = models.CharField(_("Tên máy"), max_length=1024)
    model = models.CharField(_("Ký hiệu"), max_length=255, blank=True)
    serial = models.CharField(_("Số sê-ri"), max_length=255, blank=True)
    manufacturer = models.CharField(_("Nhà sản xuất"), max_length=255, blank=True)
    country = models.CharField(_("Nước sản xuất"), max_length=64, blank=True)
    made_in = models.CharField(_("Năm sản xuất"), max_length=4, blank=True)
    used_since = models.CharField(_("Năm sử dụng"), max_length=4, blank=True)
    source = models.CharField(max_length=255, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Trang thiết bị")
        constraints = [
            period_ordered("equipment_period_ordered"),
            no_overlap("equipment_no_overlap", "item"),
        ]
        indexes = [models.Index(fields=["code"], name="equipment_code")]

    def __str__(self) -> str:
        return self.code
