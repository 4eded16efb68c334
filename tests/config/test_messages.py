"""Translations: nothing of the frame lacks English, and catalogues compile without gettext."""

import gettext
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
from scripts.missing_messages import REPOSITORY, marked_texts, missing_messages

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


def test_texts_are_found_in_templates_and_python(tmp_path):
    (tmp_path / "a.html").write_text(
        '{% load i18n %}{% translate "Một" %}{% include "b.html" with label=_("Hai") %}'
        "{% blocktranslate with x=y %}Ba {{ x }}{% endblocktranslate %}"
    )
    (tmp_path / "a.py").write_text('_("Bốn "\n  "năm")')

    assert set(marked_texts(tmp_path)) == {"Một", "Hai", "Ba %(x)s", "Bốn năm"}


def test_every_text_of_the_frame_has_english():
    assert missing_messages(REPOSITORY / "config") == {}


def test_english_keeps_the_placeholders():
    entries = catalog_read(REPOSITORY / "config/locale/en/LC_MESSAGES/django.po").items()

    assert [text for text, english in entries if text.count("%(") != english.count("%(")] == []


def test_django_speaks_vietnamese_where_its_own_catalogue_is_silent():
    own = catalog_read(REPOSITORY / "config/locale/vi/LC_MESSAGES/django.po")
    django_own = catalog_read(Path(django.__file__).parent / "conf/locale/vi/LC_MESSAGES/django.po")

    assert "Enter a valid UUID." not in django_own
    assert own["Enter a valid UUID."] == "Nhập một UUID hợp lệ."
