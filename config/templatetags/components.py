"""What the component templates need beyond plain variables: controls, bars, viewers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import segno
from django import template
from django.core.paginator import Paginator
from django.forms import BaseForm, BoundField, CheckboxInput, DateInput
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lxml import etree

register = template.Library()

BAR_WIDTH = 1000
BAR_GAP = 4

# An amount, or what a template passes for a variable that is absent.
Share = Decimal | Literal[""] | None


@register.simple_tag
def described_by(field: BoundField, hint: str = "") -> str:
    """Return the ids of the hint and the error of a field, in reading order."""
    own = str(field.field.widget.attrs.get("aria-describedby", ""))
    parts = [own] if own else []
    if hint:
        parts.append(f"{field.auto_id}_helptext")
    if field.errors:
        parts.append(f"{field.auto_id}_error")
    return " ".join(parts)


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """Return the input of a field, tied to its hint and error; a day asks for a number keyboard."""
    attrs: dict[str, str | bool] = {}
    described = described_by(field, hint)
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = described
    if isinstance(field.field.widget, DateInput) and field.field.widget.input_type == "text":
        attrs |= {"inputmode": "numeric", "autocomplete": "off"}
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Say whether the field is a single tick box, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the error summary; `href` leads to the field, empty when no field is at fault."""

    text: str
    href: str = ""


@register.simple_tag
def error_lines(form: BaseForm | None, errors: Sequence[Any] | None = None) -> list[Any]:
    """Return the lines of the summary: those given, else the form's own, form-wide ones first."""
    if errors:
        return list(errors)
    if not form or not form.is_bound or not form.errors:
        return []
    general = [ErrorLine(str(text)) for text in form.non_field_errors()]
    hidden = [ErrorLine(str(text)) for field in form.hidden_fields() for text in field.errors]
    fields = [
        ErrorLine(_("%(label)s: %(error)s") % {"label": field.label, "error": text}, _href(field))
        for field in form.visible_fields()
        for text in field.errors
    ]
    return general + hidden + fields


def _href(field: BoundField) -> str:
    return f"#{field.id_for_label or f'{field.auto_id}_0'}"


@register.filter
def page_numbers(paginator: Paginator[Any], number: int) -> list[int | str]:
    """Return the page numbers to offer, with `…` where some are left out."""
    return list(paginator.get_elided_page_range(number, on_each_side=1, on_ends=1))


@register.filter
def beside(cells: Iterable[Any], columns: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Return each cell with its column; a row of another length is a mistake of the presenter."""
    return zip(cells, columns, strict=True)


@dataclass(frozen=True, slots=True)
class BarPart:
    """One share of the money bar: `start` and `width` in thousandths of the bar."""

    kind: str
    label: str
    amount: Decimal
    start: int
    width: int


@register.simple_tag
def split_bar(fund: Share, co_pay: Share, self_pay: Share, other: Share) -> list[BarPart]:
    """Return the shares that are known, in the order of the statement; `other` only when paid."""
    given = (
        ("fund", _("Quỹ bảo hiểm y tế trả"), fund),
        ("copay", _("Người bệnh cùng chi trả"), co_pay),
        ("self", _("Người bệnh tự trả"), self_pay),
        ("other", _("Nguồn khác trả"), other or None),
    )
    known = [
        (kind, label, Decimal(amount)) for kind, label, amount in given if amount not in (None, "")
    ]
    total = sum((amount for _kind, _label, amount in known), Decimal(0))
    parts: list[BarPart] = []
    start = 0
    for kind, label, amount in known:
        width = int(BAR_WIDTH * amount / total) if total else 0
        parts.append(BarPart(kind, label, amount, start, max(0, width - BAR_GAP)))
        start += width
    return parts


PIECE = re.compile(r"<!--.*?-->|<[^>]+>|[^<]+", re.DOTALL)
TAG = re.compile(r"(</?[\w:.-]+|/?>|\?>|<\?[\w:.-]+)|([\w:.-]+)(=)(\"[^\"]*\")|(\s+)")


@register.filter
def xml_pretty(xml: str | bytes) -> SafeString:
    """Return the document indented and coloured; text that is not XML is shown as it is."""
    data = xml.encode() if isinstance(xml, str) else xml
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return format_html("{}", data.decode(errors="replace"))
    text = etree.tostring(tree, pretty_print=True, encoding="unicode")
    return mark_safe("".join(map(_coloured, PIECE.findall(text))))  # noqa: S308  pieces are escaped


def _coloured(piece: str) -> SafeString:
    if piece.startswith("<!--"):
        return format_html('<span class="code__note">{}</span>', piece)
    if not piece.startswith("<"):
        return format_html("{}", piece)
    return format_html_join("", "{}", ((_coloured_part(match),) for match in TAG.finditer(piece)))


def _coloured_part(match: re.Match[str]) -> SafeString:
    bracket, name, equals, value, space = match.groups()
    if bracket:
        return format_html('<span class="code__tag">{}</span>', bracket)
    if name:
        return format_html('<span class="code__attr">{}</span>{}{}', name, equals, value)
    return format_html("{}", space)


@register.filter
def qr_svg(text: str) -> SafeString:
    """Return the QR code of `text` as an SVG that needs no styles; raises DataOverflowError."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, border=2))  # noqa: S308  segno writes only paths
