"""A quote told line by line in Vietnamese, as a clerk reads it to a patient.

What was decided for the whole visit is told once, above the lines. A sentence that names a rule
which did not apply begins with a dash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from billing.benefit.answers import LineQuote, VisitQuote
from billing.benefit.trace import TraceStep, gettext_noop, plain
from billing.claim_facts import ParameterUsed
from billing.params import ParamTable, param_table
from billing.rounding import PERCENT

VISIT = gettext_noop("Lượt khám")
LINE = gettext_noop(
    "Dòng {line}: thành tiền {hospital} đồng, trong phạm vi {insured} đồng, mức hưởng {rate}%: "
    "quỹ trả {fund}, cùng chi trả {co_payment}, tự trả {self_payment}, nguồn khác {other} đồng."
)
TOTAL = gettext_noop(
    "Cộng: {hospital} đồng; quỹ trả {fund}, người bệnh trả {patient} (cùng chi trả {co_payment}, "
    "tự trả {self_payment}), nguồn khác {other} đồng."
)
NOT_APPLIED = gettext_noop("– {why}")
GROUND = gettext_noop("{sentence} [{source}]")
WARNING = gettext_noop("Lưu ý: {why}")
PARAMETERS = gettext_noop("Số liệu theo quy định")
PARAMETER = gettext_noop("{label}: {value}, từ ngày {since}. [{source}]")
UNITS = {
    "percent": gettext_noop("{value}%"),
    "ratio": gettext_noop("{value}%"),
    "VND/month": gettext_noop("{value} đồng một tháng"),
    "months": gettext_noop("{value} tháng"),
    "days": gettext_noop("{value} ngày"),
}
ROWS = {
    "route": gettext_noop("Tỷ lệ tuyến của mã đối tượng {code}"),
    "benefit_level": gettext_noop("Mức hưởng của thẻ mức {code}"),
    "benefit_level_override": gettext_noop("Mức tính thay cho mức in trên thẻ {code}"),
}

Translate = Callable[[str], str]


def visit_explained(quote: VisitQuote, translate: Translate = str) -> tuple[str, ...]:
    """Return the sentences of a quote in order; inner ones are indented by two spaces.

    `translate` turns each template into another language before it is filled.
    """
    return tuple(_sentences(quote, translate))


def step_explained(step: TraceStep, translate: Translate = str) -> str:
    """Return a step with whether it applied and its ground."""
    sentence = step.told(translate)
    if not step.applied:
        sentence = translate(NOT_APPLIED).format(why=sentence)
    if not step.source:
        return sentence
    return translate(GROUND).format(sentence=sentence, source=step.source)


def _sentences(quote: VisitQuote, translate: Translate) -> Iterator[str]:
    yield translate(VISIT)
    yield from _indented(step_explained(step, translate) for step in quote.trace)
    for line in quote.lines:
        yield _line(line, translate)
        own = (step for step in line.trace if step not in quote.trace)
        yield from _indented(step_explained(step, translate) for step in own)
    yield _total(quote, translate)
    for step in quote.warnings:
        yield translate(WARNING).format(why=step.told(translate))
    yield translate(PARAMETERS)
    yield from _indented(_parameter(used, translate) for used in quote.parameters)


def _line(line: LineQuote, translate: Translate) -> str:
    return translate(LINE).format(
        line=line.position,
        hospital=plain(line.total_hospital),
        insured=plain(line.total_insured),
        rate=plain(line.benefit_rate),
        fund=plain(line.fund),
        co_payment=plain(line.co_payment),
        self_payment=plain(line.self_payment),
        other=plain(line.other_sources),
    )


def _total(quote: VisitQuote, translate: Translate) -> str:
    totals = quote.totals
    return translate(TOTAL).format(
        hospital=plain(totals.hospital),
        fund=plain(totals.fund),
        patient=plain(totals.co_payment + totals.self_payment),
        co_payment=plain(totals.co_payment),
        self_payment=plain(totals.self_payment),
        other=plain(totals.other_sources),
    )


def _parameter(used: ParameterUsed, translate: Translate) -> str:
    name, _, code = used.name.partition(":")
    if code:
        label = translate(ROWS[name]).format(code=code)
        value = used.value if name == "benefit_level_override" else f"{used.value}%"
    else:
        table = param_table(name)
        label, value = table.label, _value(table, used.value, translate)
    return translate(PARAMETER).format(
        label=label, value=value, since=plain(used.since), source=used.source
    )


def _value(table: ParamTable, written: str, translate: Translate) -> str:
    """Return a value of the law with its unit, a choice in words."""
    if table.kind == "choice":
        return table.choices[written]
    if table.kind != "number":
        return written.replace(";", ", ")
    number = Decimal(written) * (PERCENT if table.unit == "ratio" else 1)
    return translate(UNITS.get(table.unit, "{value}")).format(value=plain(number))


def _indented(sentences: Iterable[str]) -> Iterator[str]:
    return (f"  {sentence}" for sentence in sentences)
