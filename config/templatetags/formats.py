"""The filters of `hospital.formatting` for templates."""

from __future__ import annotations

from django import template

from hospital.formatting import clock, day, moment, money, percent, quantity

register = template.Library()
for function in (quantity, money, percent, day, clock, moment):
    register.filter(function.__name__, function)
