"""Translations: no text of any app lacks English, and catalogues compile without gettext."""

import gettext
import re
from io import BytesIO
from pathlib import Path

import django
import pytest

from scripts.compile_messages import (
    CatalogUnreadable,
    catalog_bytes,
    catalog_read,
    catalogs_compile,
)
from scripts.missing_messages import (
    APPS,
    ENGLISH,
    REPOSITORY,
    TextComputed,
    entry_text,
    marked_texts,
    missing_messages,
    unused_messages,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u00c0-\u00c3\u00e0-\u00e3\u1ea0-\u1ef9]")

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Lưu \\"hồ sơ\\""
msgstr ""
"Save "
"the record"
msgid "Tên"
msgstr "Name"

#, fuzzy
msgid "Mờ"
msgstr "Fuzzy"

msgid "Trống"
msgstr ""

msgctxt "thẻ"
msgid "Hạn"
msgstr "Expiry"

msgid "%(n)s dòng"
msgid_plural "%(n)s các dòng"
msgstr[0] "%(n)s row"
msgstr[1] "%(n)s rows"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOG, encoding="utf-8")
    return path


def test_catalogue_is_read_by_the_standard_library(source):
    compiled = gettext.GNUTranslations(BytesIO(catalog_bytes(catalog_read(source))))

    assert compiled.gettext('Lưu "hồ sơ"') == "Save the record"
    assert compiled.gettext("Tên") == "Name"
    assert compiled.pgettext("thẻ", "Hạn") == "Expiry"
    assert compiled.ngettext("%(n)s dòng", "%(n)s các dòng", 2) == "%(n)s rows"


@pytest.mark.parametrize("text", ["Mờ", "Trống"])
def test_unfinished_entries_show_the_source(source, text):
    compiled = gettext.GNUTranslations(BytesIO(catalog_bytes(catalog_read(source))))

    assert compiled.gettext(text) == text


def test_compiling_again_writes_nothing(source, tmp_path):
    assert catalogs_compile(tmp_path) == [source.with_suffix(".mo")]
    assert catalogs_compile(tmp_path) == []


def test_a_broken_line_is_named(source):
    source.write_text('msgid "a"\nmsgtsr "b"\n', encoding="utf-8")

    with pytest.raises(CatalogUnreadable, match=r"django\.po:2"):
        catalog_read(source)


def test_an_entry_written_twice_is_named(source):
    source.write_text('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', encoding="utf-8")

    with pytest.raises(CatalogUnreadable, match=r"'a' stands twice"):
        catalog_read(source)


def test_texts_are_found_in_templates_and_python(tmp_path):
    (tmp_path / "a.html").write_text(
        '{% load i18n %}{% translate "Một" %}{% include "b.html" with label=_("Hai") %}'
        "{% blocktranslate with x=y %}Ba {{ x }}{% endblocktranslate %}"
    )
    (tmp_path / "a.py").write_text('_("Bốn "\n  "năm")')

    assert set(marked_texts(tmp_path)) == {"Một", "Hai", "Ba %(x)s", "Bốn năm"}


PYTHON_MARKS = [
    ('from x import gettext_lazy as late\nclass M:\n class Meta:\n  n = late("Thẻ")', "Thẻ"),
    ('RULE = gettext_noop("Thẻ {card}")', "Thẻ {card}"),
    ('translation.gettext("Thẻ")', "Thẻ"),
    ('ngettext("%(n)s dòng", "%(n)s các dòng", n)', "%(n)s dòng\0%(n)s các dòng"),
    ('ngettext_lazy("%d dòng", "%d các dòng", "n")', "%d dòng\0%d các dòng"),
    ('pgettext_lazy("thẻ", "Hạn")', "thẻ\x04Hạn"),
    ('npgettext("thẻ", "%d dòng", "%d các dòng", n)', "thẻ\x04%d dòng\0%d các dòng"),
]


@pytest.mark.parametrize(("source", "key"), PYTHON_MARKS)
def test_every_way_to_mark_a_text_in_python_is_known(tmp_path, source, key):
    (tmp_path / "a.py").write_text(source)

    assert list(marked_texts(tmp_path)) == [key]


TEMPLATE_MARKS = [
    ('{% translate "Hạn" context "thẻ" %}', "thẻ\x04Hạn"),
    ("{% translate 'Hạn' as limit %}", "Hạn"),
    ('{{ _("Hạn") }}', "Hạn"),
    (
        "{% blocktranslate count n=rows %}{{ n }} dòng{% plural %}{{ n }} các dòng"
        "{% endblocktranslate %}",
        "%(n)s dòng\0%(n)s các dòng",
    ),
    ("{% blocktranslate trimmed %}\n Một\n hai\n{% endblocktranslate %}", "Một hai"),
    ("{% blocktranslate asvar title %}Một{% endblocktranslate %}", "Một"),
]


@pytest.mark.parametrize(("source", "key"), TEMPLATE_MARKS)
def test_every_way_to_mark_a_text_in_a_template_is_known(tmp_path, source, key):
    (tmp_path / "a.html").write_text("{% load i18n %}" + source)

    assert list(marked_texts(tmp_path)) == [key]


def test_a_name_in_the_place_of_a_text_is_left_to_where_it_was_marked(tmp_path):
    (tmp_path / "a.py").write_text("_(reason)\n_(REASONS[code])")

    assert marked_texts(tmp_path) == {}


@pytest.mark.parametrize("text", ['f"Thẻ {card}"', '"Thẻ " + card', '"Thẻ" if card else "Hạn"'])
def test_a_text_put_together_before_it_is_looked_up_is_refused(tmp_path, text):
    (tmp_path / "a.py").write_text(f"\n_({text})")

    with pytest.raises(TextComputed, match=r"a\.py:2"):
        marked_texts(tmp_path)


def test_a_missing_text_is_printed_as_an_entry_to_fill_in():
    assert entry_text('thẻ\x04%d "dòng"\0%d\n') == (
        'msgctxt "thẻ"\nmsgid "%d \\"dòng\\""\nmsgid_plural "%d\\n"\nmsgstr[0] ""\nmsgstr[1] ""'
    )


@pytest.mark.parametrize("app", APPS)
def test_every_text_has_english(app):
    assert missing_messages(REPOSITORY / app) == {}


def test_every_english_entry_is_in_use():
    assert unused_messages(*(REPOSITORY / app for app in APPS)) == []


def test_english_keeps_the_placeholders():
    changed = [
        (form, english)
        for key, translated in catalog_read(ENGLISH).items()
        for form in key.rpartition("\x04")[2].split("\0")
        for english in translated.split("\0")
        if key and sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(english))
    ]

    assert changed == []


def test_english_holds_no_vietnamese():
    texts = [text for key, text in catalog_read(ENGLISH).items() if key]

    assert [text for text in texts if VIETNAMESE_LETTER.search(text)] == []


def test_django_speaks_vietnamese_where_its_own_catalogue_is_silent():
    own = catalog_read(REPOSITORY / "config/locale/vi/LC_MESSAGES/django.po")
    django_own = catalog_read(Path(django.__file__).parent / "conf/locale/vi/LC_MESSAGES/django.po")

    assert "Enter a valid UUID." not in django_own
    assert own["Enter a valid UUID."] == "Nhập một UUID hợp lệ."
