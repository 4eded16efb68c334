"""The entity diagrams of `docs/architecture.md`, drawn from the models: one Mermaid diagram per
module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Field, ForeignKey, ManyToManyField, Model, OneToOneField

APPS = ("hospital", "billing", "insurance_gateway", "fhir")
BEGIN = "<!-- entity diagrams: written by manage.py entity_diagram -->"
END = "<!-- end of entity diagrams -->"


def document() -> Path:
    """Return the file that holds the diagrams."""
    return Path(settings.BASE_DIR) / "docs" / "architecture.md"


def diagrams() -> str:
    """Return the diagrams of all apps as Markdown."""
    return "\n".join(line for app in APPS for line in _app(app))


def inserted(text: str) -> str:
    """Return a document with the diagrams between its two marks; raises ValueError without them."""
    before, mark, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError("docs/architecture.md has lost the marks around its diagrams")
    return f"{before}{BEGIN}\n\n{diagrams()}\n{END}{after}"


def _app(app: str) -> Iterator[str]:
    by_module: dict[str, list[type[Model]]] = {}
    for model in apps.get_app_config(app).get_models():
        by_module.setdefault(model.__module__, []).append(model)
    for module in sorted(by_module):
        models = sorted(by_module[module], key=lambda model: model.__name__)
        yield f"### `{module}`"
        yield ""
        for model in models:
            yield f"- **{model.__name__}**: {_first_sentence(model)}"
        yield ""
        yield "```mermaid"
        yield "erDiagram"
        for model in models:
            yield from _entity(model)
        yield "```"
        yield ""


def _first_sentence(model: type[Model]) -> str:
    return " ".join((model.__doc__ or "").strip().partition("\n\n")[0].split())


def _entity(model: type[Model]) -> Iterator[str]:
    relations = [
        field
        for field in model._meta.get_fields()
        if isinstance(field, (ForeignKey, ManyToManyField))
    ]
    own = [relation for relation in relations if not relation.auto_created]
    if not own:
        yield f"    {model.__name__}"
    for relation in own:
        target = relation.related_model
        yield f'    {target.__name__} {_cardinality(relation)} {model.__name__} : "{relation.name}"'


def _cardinality(relation: Field[object, object]) -> str:
    if isinstance(relation, ManyToManyField):
        return "}o--o{"
    left = "|o" if relation.null else "||"
    return f"{left}--o|" if isinstance(relation, OneToOneField) else f"{left}--o{{"
