"""Every word of the pages exists in both languages, and no page or script holds words of its own."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import linshu
from linshu.engine.shell.language import choose, translations
from linshu.engine.shell.pages import SCRIPT_WORDS, environment

ROOT = Path(__file__).parents[3]
PACKAGE = Path(linshu.__file__).parent
CHINESE = re.compile(r"[\u3400-\u9fff]")
TEMPLATES = sorted(PACKAGE.rglob("*.html"))
SCRIPTS = sorted((PACKAGE / "engine/shell/static/js").glob("*.js"))
# Words that name the other language in its own writing.
OWN_NAMES = {"中文", "English"}

sys.path.insert(0, str(ROOT / "scripts"))
import catalogue  # noqa: E402 - from scripts/, which the line above makes known


def test_the_catalogue_holds_exactly_the_words_of_the_templates() -> None:
    used = {message.id for message in catalogue.used() if message.id}
    with catalogue.CATALOGUE.open("rb") as file:
        kept = {message.id: message.string for message in read_po(file, locale="en") if message.id}
    assert set(kept) == used, "run: python scripts/catalogue.py"
    assert [word for word, english in kept.items() if not english] == []
    assert [word for word, english in kept.items() if CHINESE.search(str(english))] == []


def test_placeholders_survive_translation() -> None:
    with catalogue.CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="en"):
            if message.id:
                found = re.findall(r"%\(\w+\)s", str(message.id))
                assert sorted(found) == sorted(re.findall(r"%\(\w+\)s", str(message.string))), message.id
                for words in (message.id, message.string):  # a lone % would break the page that says them
                    assert str(words) % defaultdict(lambda: "1"), message.id


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_marks_all_its_words(path: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text(encoding="utf-8"))
    bare = [part.data for part in tree.find_all(nodes.TemplateData) if CHINESE.search(part.data)]
    marked = {
        arg.value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "_"
        for arg in call.args
        if isinstance(arg, nodes.Const)
    }
    constants = {
        one.value for one in tree.find_all(nodes.Const) if isinstance(one.value, str) and CHINESE.search(one.value)
    }
    assert bare == []
    assert constants - marked - OWN_NAMES == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_take_their_words_from_the_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not CHINESE.search(text)
    assert set(re.findall(r"words\.(\w+)", text)) <= set(SCRIPT_WORDS)


def test_english_is_read_from_the_catalogue_and_chinese_stands_as_written() -> None:
    assert translations("en").gettext("登录") == "Log in"
    assert translations("zh").gettext("登录") == "登录"


@pytest.mark.parametrize(
    ("wishes", "expected"), [((None, None), "zh"), (("fr", "en"), "en"), (("en", "zh"), "en"), (("",), "zh")]
)
def test_the_first_wish_we_speak_wins(wishes: tuple, expected: str) -> None:
    assert choose(wishes, "zh") == expected


def test_a_page_in_english_counts_one_thing_in_the_singular() -> None:
    said = environment("en").from_string('{{ _("%(count)s 行", count=count) }}')
    assert [str(said.render(count=count)) for count in ("1", "2", "1,001")] == ["1 row", "2 rows", "1,001 rows"]


def test_counts_in_words_have_their_thousands_marked_and_what_numbers_a_thing_has_not() -> None:
    for language, rows in (("zh", "151,174 行"), ("en", "151,174 rows")):
        page = environment(language)
        assert str(page.from_string('{{ _("%(count)s 行", count=n) }}').render(n=151_174)) == rows
        assert "12345" in str(page.from_string('{{ _("第 %(version)s 版", version=n) }}').render(n=12_345))
