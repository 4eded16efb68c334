"""A quote told line by line in Vietnamese, as a clerk reads it to a patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from billing.benefit.answers import LineQuote, VisitQuote
from billing.benefit.trace import TraceStep, gettext_noop, plain
from billing.claim_facts import ParameterUsed
from billing.params import param_table

VISIT = gettext_noop("Lượt khám")
LINE = gettext_noop(
    "Dòng {line}: thành tiền {hospital} đồng, trong phạm vi {insured} đồng, mức hưởng {rate}%: "
    "quỹ trả {fund}, cùng chi trả {co_payment}, tự trả {self_payment}, nguồn khác {other} đồng."
)
TOTAL = gettext_noop(
    "Cộng: {hospital} đồng; quỹ trả {fund}, người bệnh trả {patient} (cùng chi trả {co_payment}, "
    "tự trả {self_payment}), nguồn khác {other} đồng."
)
APPLIED = gettext_noop("Áp dụng: {why}")
NOT_APPLIED = gettext_noop("Không áp dụng: {why}")
GROUND = gettext_noop("{sentence} [{source}]")
WARNING = gettext_noop("Lưu ý: {why}")
PARAMETERS = gettext_noop("Số liệu theo quy định")
PARAMETER = gettext_noop("{label}: {value}, từ {since}. [{source}]")
ROWS = {
    "route": gettext_noop("Tỷ lệ của mã đối tượng {code}"),
    "benefit_level": gettext_noop("Mức hưởng của mức quyền lợi {code}"),
    "benefit_level_override": gettext_noop("Mức quyền lợi thay cho thẻ {code}"),
}

Translate = Callable[[str], str]


def visit_explained(quote: VisitQuote, translate: Translate = str) -> tuple[str, ...]:
    """Return the sentences of a quote in order; inner ones are indented by two spaces.

    `translate` turns each template into another language before it is filled.
    """
    return tuple(_sentences(quote, translate))


def step_explained(step: TraceStep, translate: Translate = str) -> str:
    """Return a step with whether it applied and its ground."""
    template = APPLIED if step.applied else NOT_APPLIED
    sentence = translate(template).format(why=step.told(translate))
    if not step.source:
        return sentence
    return translate(GROUND).format(sentence=sentence, source=step.source)


def _sentences(quote: VisitQuote, translate: Translate) -> Iterator[str]:
    yield translate(VISIT)
    yield from _indented(step_explained(step, translate) for step in quote.trace)
    for line in quote.lines:
        yield _line(line, translate)
        yield from _indented(step_explained(step, translate) for step in line.trace)
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
    table, _, code = used.name.partition(":")
    label = translate(ROWS[table]).format(code=code) if code else param_table(table).label
    return translate(PARAMETER).format(
        label=label, value=used.value, since=plain(used.since), source=used.source
    )


def _indented(sentences: Iterable[str]) -> Iterator[str]:
    return (f"  {sentence}" for sentence in sentences)
