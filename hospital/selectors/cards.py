"""Cards of a patient as a visit may use them."""

from __future__ import annotations

from datetime import datetime

from hospital.models import CardCheck, Encounter, InsuranceCard


def cards_of(encounter: Encounter) -> list[InsuranceCard]:
    """Return the cards of a visit in the order of use: the one shown, then those that the gateway
    confirmed during the visit (NĐ 188/2025 Đ21).
    """
    if encounter.card is None:
        return []
    confirmed = CardCheck.objects.filter(
        patient=encounter.patient_id,
        outcome=CardCheck.Outcome.VALID,
        asked_at__gte=encounter.arrived_at,
        card__isnull=False,
    )
    if encounter.ended_at is not None:
        confirmed = confirmed.filter(asked_at__lte=_closing(encounter, encounter.ended_at))
    found = InsuranceCard.objects.filter(pk__in=confirmed.values("card"))
    others = found.exclude(pk=encounter.card.pk).order_by("valid_from", "pk")
    return [encounter.card, *others]


def _closing(encounter: Encounter, ended_at: datetime) -> datetime:
    """Return the last moment whose checks count: the closing, which may follow the end of care."""
    last = CardCheck.objects.filter(
        patient=encounter.patient_id,
        moment=CardCheck.Moment.CLOSING,
        asked_at__gte=ended_at,
    ).order_by("asked_at")
    first_after = last.values_list("asked_at", flat=True).first()
    return first_after or ended_at
