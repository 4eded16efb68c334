"""Who and what happened. Each module holds one subject; everything is imported from here."""

from hospital.models.audit import AuditEntry, AuditSeal
from hospital.models.cards import CardCheck, InsuranceCard
from hospital.models.catalogue import (
    CatalogItem,
    DiseaseCode,
    DrugEntry,
    EquipmentEntry,
    NationalCode,
    ServiceEntry,
    SupplyEntry,
)
from hospital.models.encounter import (
    ClinicalNote,
    DepartmentStay,
    Diagnosis,
    Encounter,
    QueueTicket,
    VitalSigns,
)
from hospital.models.facility import (
    Bed,
    Department,
    DepartmentPeriod,
    Facility,
    FacilityCode,
    FacilityGrade,
    NumberSeries,
    Room,
)
from hospital.models.medication import (
    Dispense,
    DispensePart,
    Prescription,
    PrescriptionLine,
    StockLot,
    StockMovement,
)
from hospital.models.orders import Execution, Result, ServiceOrder, SupplyUse, Surgery
from hospital.models.papers import Paper
from hospital.models.patient import Allergy, Guardian, Patient, PatientAddress
from hospital.models.people import (
    PracticeCertificate,
    RoleAssignment,
    Staff,
    User,
    WorkingHours,
)
from hospital.models.stays import BedDay, BedStay

__all__ = [
    "Allergy",
    "AuditEntry",
    "AuditSeal",
    "Bed",
    "BedDay",
    "BedStay",
    "CardCheck",
    "CatalogItem",
    "ClinicalNote",
    "Department",
    "DepartmentPeriod",
    "DepartmentStay",
    "Diagnosis",
    "DiseaseCode",
    "Dispense",
    "DispensePart",
    "DrugEntry",
    "Encounter",
    "EquipmentEntry",
    "Execution",
    "Facility",
    "FacilityCode",
    "FacilityGrade",
    "Guardian",
    "InsuranceCard",
    "NationalCode",
    "NumberSeries",
    "Paper",
    "Patient",
    "PatientAddress",
    "PracticeCertificate",
    "Prescription",
    "PrescriptionLine",
    "QueueTicket",
    "Result",
    "RoleAssignment",
    "Room",
    "ServiceEntry",
    "ServiceOrder",
    "Staff",
    "StockLot",
    "StockMovement",
    "SupplyEntry",
    "SupplyUse",
    "Surgery",
    "User",
    "VitalSigns",
    "WorkingHours",
]
