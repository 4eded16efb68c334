"""How Django draws forms: every field through components/field.html, errors summed up on top."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """`{{ form }}` and `{{ field.as_field_group }}` give the product's own components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
