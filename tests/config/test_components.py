"""The components: names and roles for those who do not see, and never colour alone."""

from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html

from config.templatetags.components import split_bar, xml_pretty


class VisitForm(forms.Form):
    full_name = forms.CharField(label="Họ tên", help_text="Như trên căn cước")
    birth = forms.DateField(label="Ngày sinh")
    sex = forms.ChoiceField(label="Giới", choices=[("1", "Nam")], widget=forms.RadioSelect)
    reason = forms.CharField(label="Lý do", required=False)
    is_emergency = forms.BooleanField(label="Cấp cứu", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def shown(line, **context):
    """Return the component as a tree under one element."""
    text = Template("{% load i18n formats %}" + line).render(Context(context))
    return html.fragment_fromstring(text, create_parent="div")


def field_shown(form, name, extra=""):
    line = '{% include "components/field.html" with field=field ' + extra + " only %}"
    return shown(line, field=form[name])


def test_field_ties_label_hint_and_error_to_its_input():
    tree = field_shown(VisitForm({}), "full_name")

    control = tree.xpath("//input")[0]
    assert tree.xpath("//label/@for") == [control.get("id")]
    described = control.get("aria-describedby").split()
    assert [tree.get_element_by_id(part).get("class") for part in described] == [
        "field__hint",
        "field__error",
    ]
    assert control.get("aria-invalid") == "true"


def test_field_hint_of_the_page_is_read_with_the_input():
    tree = field_shown(VisitForm(), "birth", 'hint="Hỏi người nhà"')

    described = tree.xpath("//input/@aria-describedby")[0]
    assert tree.get_element_by_id(described).text == "Hỏi người nhà"


def test_field_says_what_is_optional_and_only_that():
    assert field_shown(VisitForm(), "reason").xpath("//label/span")
    assert not field_shown(VisitForm(), "full_name").xpath("//label/span")


def test_choices_stand_in_a_fieldset_with_its_error():
    tree = field_shown(VisitForm({}), "sex")

    fieldset = tree.xpath("//fieldset")[0]
    assert fieldset.xpath("string(legend)").strip() == "Giới"
    assert tree.get_element_by_id(fieldset.get("aria-describedby")).get("class") == "field__error"


def test_a_tick_box_is_inside_its_label():
    assert field_shown(VisitForm(), "is_emergency").xpath("//label//input[@type='checkbox']")


def test_a_day_asks_for_the_number_keyboard():
    assert field_shown(VisitForm(), "birth").xpath("//input/@inputmode") == ["numeric"]


def test_form_draws_itself_with_the_components():
    tree = html.fragment_fromstring(str(VisitForm({})), create_parent="div")

    assert len(tree.find_class("field")) == 5
    assert len(tree.xpath("//input[@type='hidden']")) == 1
    assert tree.find_class("error-summary")


def test_error_summary_leads_to_every_faulty_field():
    form = VisitForm({})
    tree = shown('{% include "components/error_summary.html" with form=form only %}', form=form)
    page = html.fragment_fromstring(str(form), create_parent="div")

    targets = [href.removeprefix("#") for href in tree.xpath("//a/@href")]
    assert len(targets) == 3
    assert all(page.xpath(f"//*[@id='{target}'][self::input]") for target in targets)


def test_error_summary_names_faults_of_the_whole_form():
    form = VisitForm({"full_name": "Nguyễn Văn Mẫu", "birth": "05/09/1984", "sex": "1"})
    form.add_error(None, "Người bệnh đã có lượt khám hôm nay.")
    tree = shown('{% include "components/error_summary.html" with form=form only %}', form=form)

    assert tree.xpath("string(//li)") == "Người bệnh đã có lượt khám hôm nay."


@pytest.mark.parametrize("form", [VisitForm(), None])
def test_no_error_summary_without_errors(form):
    tree = shown('{% include "components/error_summary.html" with form=form only %}', form=form)

    assert not tree.find_class("error-summary")


@pytest.mark.parametrize("kind", ["neutral", "info", "ok", "warn", "bad"])
def test_a_tag_has_words_and_a_sign_beside_its_colour(kind):
    tree = shown(
        '{% include "components/tag.html" with kind=kind label="Đã gửi" only %}', kind=kind
    )

    assert tree.text_content().strip() == "Đã gửi"
    assert tree.xpath("//use/@href")[0].endswith(f"#{kind}")


def test_banner_tells_unasked_allergies_from_none():
    line = '{% include "components/patient_banner.html" with patient=patient only %}'
    person = {"name": "Trần Văn Thử", "code": "1", "sex": "Nam", "age": "40 tuổi", "card": None}

    unasked = shown(line, patient=person | {"allergies": None}).text_content()
    none = shown(line, patient=person | {"allergies": []}).text_content()

    assert "Chưa hỏi" in unasked
    assert "Không ghi nhận" in none


def test_banner_escapes_what_people_typed():
    line = '{% include "components/patient_banner.html" with patient=patient only %}'
    person = {"name": "<b>Mẫu</b>", "code": "1", "sex": "Nam", "age": "4 tuổi", "allergies": None}

    assert not shown(line, patient=person).xpath("//b")


def table_shown(rows):
    table = {
        "caption": "Lượt khám",
        "columns": [{"label": "Người bệnh"}, {"label": "Chi phí", "kind": "number"}],
        "rows": rows,
    }
    line = '{% include "components/table.html" with table=table empty_title="Chưa có ai" only %}'
    return shown(line, table=table)


def test_table_names_itself_its_columns_and_its_rows():
    tree = table_shown([{"url": "/luot-kham/1/", "cells": ["Lê Hữu Ví Dụ", "39.800 đ"]}])

    assert tree.xpath("string(//caption)") == "Lượt khám"
    assert len(tree.xpath("//thead//th[@scope='col']")) == 2
    assert tree.xpath("//tbody//th[@scope='row']/a/@href") == ["/luot-kham/1/"]
    assert tree.xpath("string(//tbody//td[contains(@class, 'is-number')])") == "39.800 đ"


def test_table_without_rows_says_so():
    assert "Chưa có ai" in table_shown([]).text_content()


def test_table_refuses_a_row_of_another_length():
    with pytest.raises(ValueError, match="zip"):
        table_shown([{"cells": ["Lê Hữu Ví Dụ"]}])


def test_money_bar_fills_its_width_in_proportion():
    parts = split_bar(Decimal("80"), Decimal("20"), Decimal("0"), None)

    assert [part.kind for part in parts] == ["fund", "copay", "self"]
    assert parts[1].start == 800
    assert parts[1].start + parts[1].width <= 1000
    assert parts[2].width == 0


def test_money_without_cost_has_an_empty_bar():
    assert all(part.width == 0 for part in split_bar(Decimal(0), Decimal(0), Decimal(0), None))


def test_money_bar_leaves_out_what_is_not_known():
    assert split_bar("", "", "", "") == []


def test_steps_say_in_words_what_is_done_and_what_failed():
    steps = [{"label": "Đã ký", "state": "done"}, {"label": "Cổng", "state": "failed"}]
    tree = shown('{% include "components/steps.html" with steps=steps only %}', steps=steps)

    assert "Đã xong:" in tree.text_content()
    assert "Không thành:" in tree.text_content()


def test_pager_keeps_the_filter_of_the_list():
    request = RequestFactory().get("/luot-kham/", {"state": "open", "page": "2"})
    page = Paginator(range(100), 20).get_page(2)
    text = render_to_string("components/pager.html", {"page": page}, request)
    tree = html.fragment_fromstring(text, create_parent="div")

    assert tree.xpath("//a[@rel='next']/@href") == ["?state=open&page=3"]
    assert tree.xpath("string(//*[@aria-current='page'])").split() == ["Trang", "2"]


def test_tabs_show_a_count_of_nought():
    tabs = [{"label": "Cần sửa", "url": "?", "count": 0}, {"label": "Tất cả", "url": "?"}]
    tree = shown('{% include "components/tabs.html" with tabs=tabs label="Nhóm" only %}', tabs=tabs)

    assert [count.text for count in tree.find_class("count")] == ["0"]


def test_confirmation_posts_with_its_token():
    line = '{% include "components/confirm.html" with label="Huỷ…" action="/x/" fields=fields %}'
    tree = shown(line, fields=[("version", 3)], csrf_token="token")

    form = tree.xpath("//details/form[@method='post']")[0]
    assert dict(form.form_values()) == {"csrfmiddlewaretoken": "token", "version": "3"}


def test_xml_is_indented_and_keeps_every_word():
    document = "<A n='1'><B>x &lt; y</B><!-- ghi chú --></A>"

    tree = html.fragment_fromstring(xml_pretty(document), create_parent="pre")
    assert tree.text_content() == '<A n="1">\n  <B>x &lt; y</B>\n  <!-- ghi chú -->\n</A>\n'


@pytest.mark.parametrize("text", ["không phải XML <script>", b"\xff\xfe<"])
def test_text_that_is_not_xml_is_shown_escaped(text):
    assert "<" not in xml_pretty(text)


def test_xml_viewer_reads_no_file_through_an_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("bí mật")
    document = f'<!DOCTYPE A [<!ENTITY e SYSTEM "file://{secret}">]><A>&e;</A>'

    assert "bí mật" not in xml_pretty(document)


def test_qr_needs_no_style_of_its_own():
    tree = shown('{% include "components/qr.html" with text="0002" label="Trả tiền" only %}')

    assert tree.xpath("//svg")
    assert not tree.xpath("//*[@style]")
