"""Every page there is, in both languages, light and dark, wide and narrow: open to everybody, whole, and in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.journeys.entering import enter
from tests.journeys.walk import ASIDE, OF_THE_LOOK, RULES, Seen, walk
from tests.journeys.whole import ADMIN, CHINESE, WORDS, Whole, whole_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Latin words a Chinese page may hold: names of things that Chinese readers know by them.
LATIN = frozenset({
    "GMV", "SKU", "SPU", "MB", "kB", "ROI", "RFM", "AOV", "SQL", "AI", "MCP", "Excel", "CSV", "csv", "xlsx", "PDF", "JSON", "YAML", "HTTP", "API", "URL", "ERP", "WAPE",
    "Webhook", "starttls", "ssl", "none", "EN", "Linshu", "DuckDB", "PostgreSQL", "Spark", "ClickHouse", "Parquet", "UTC", "Asia", "Shanghai",
    "SELECT", "Ctrl", "Esc", "Enter", "Tab", "Complete", "Journey",
    "cs", "fgl", "jd", "taobao",  # examples of what one may type: initials of Chinese names, a source
})  # fmt: skip
# A number, an address, a name with underscores: not a word of any language.
MASKED = re.compile(r"[\u3400-\u9fff]\*+")  # what is left to see of a person's name
CODE = re.compile(r"[\w.-]*[\d_/@][\w./@:-]*|[a-z]+\.[a-z]*")


@dataclass(frozen=True)
class Look:
    """How one person sees the pages."""

    language: str
    theme: str
    width: int
    rules: tuple[str, ...] = RULES

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


# The languages share their markup. The longer words are looked at where room is scarce, with the other colours.
LOOKS = (Look("zh", "light", 1440), Look("en", "dark", 390, OF_THE_LOOK))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, _own_keys: object, _quick_passwords: object) -> Iterator[Whole]:
    with whole_project(tmp_path_factory.mktemp("whole")) as project:
        yield project


@pytest.fixture(scope="module", params=LOOKS, ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


@pytest.fixture(scope="module")
def seen(look: Look, whole: Whole, browser: Browser) -> Iterator[list[Seen]]:
    """Everything this person sees; walked once for all tests below."""
    page = enter(browser, whole.url, ADMIN, WORDS, width=look.width, language=look.language, judged=True).page
    shell = whole.app.state.shell
    shell.users.choose(shell.users.find(ADMIN).user_id, theme=look.theme)
    yield walk(page, whole, rules=look.rules)
    page.context.close()


def test_the_walk_leads_far(seen: list[Seen]) -> None:
    addresses = {one.address.partition("?")[0] for one in seen}
    assert {"/overview", "/dictionary", "/standard", "/account", "/no-such-page"} <= addresses
    assert any(re.fullmatch(r"/dictionary/\w+", one) for one in addresses)


def test_what_speaks_of_the_data_can_be_asked_for_anew(seen: list[Seen]) -> None:
    renewed = {part for one in seen for part in one.renewed}
    assert {
        "alerts-live", "aside-live", "batches-live", "board-live", "classes-live", "forecasts-live", "good-live",
        "home-live", "lineage-live", "losses-live", "stock-live", "supplier-live", "suppliers-live", "surge-live",
        "targets-live", "turnover-live",
    } <= renewed  # fmt: skip
    nothing((one.address, part) for one in seen for part, found in one.renewed.items() if not found)


def test_nothing_keeps_anybody_out(seen: list[Seen]) -> None:
    """No violation of WCAG 2.1 A and AA that axe can find."""
    nothing((one.address, fault) for one in seen for fault in one.faults)


def test_every_page_is_in_one_language(seen: list[Seen], look: Look, whole: Whole) -> None:
    foreign = foreign_to_chinese if look.language == "zh" else foreign_to_english
    # Pages of errors repeat what was typed, and say what could be.
    pages = [one for one in seen if one.address not in ASIDE or look.language == "en"]
    wrong = {(one.address, word) for one in pages for text in one.texts for word in foreign(text, whole.names)}
    nothing(sorted(wrong))


def test_no_page_is_pushed_sideways(seen: list[Seen]) -> None:
    nothing((one.address, f"{one.too_wide} px") for one in seen if one.too_wide > 0)


def test_no_script_complains(seen: list[Seen]) -> None:
    nothing((one.address, said) for one in seen for said in one.said)


def nothing(found: Iterable[tuple[str, str]]) -> None:
    """Fails with everything that was found, a line each."""
    lines = [f"{address}: {fault}" for address, fault in found]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def without(text: str, names: frozenset[str]) -> str:
    """The text without the names that come from the data, longest first."""
    if text in names:
        return ""
    for name in sorted((name for name in names if len(name) > 1 and name in text), key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def foreign_to_english(text: str, names: frozenset[str]) -> list[str]:
    """What is left in Chinese."""
    left = MASKED.sub("", without(text, names).replace("中文", ""))
    return [left.strip()] if CHINESE.search(left) else []


def foreign_to_chinese(text: str, names: frozenset[str]) -> list[str]:
    """The Latin words that no Chinese reader would use."""
    left = CODE.sub(" ", without(text, names))
    return [word for word in re.findall(r"[A-Za-z]{2,}", left) if word not in LATIN]


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("成交额 GMV", [], ["成交额 GMV"]),
        ("Orders of 翠湖一群", ["Orders", "of"], []),
        ("翠湖一群", [], []),
        ("fct_orders v2", [], []),
        ("查看 details", ["details"], ["查看 details"]),
    ],
)
def test_names_of_the_data_are_no_words_of_the_page(text: str, chinese: list[str], english: list[str]) -> None:
    names = frozenset({"翠湖一群", "C1"})
    assert foreign_to_chinese(text, names) == chinese
    assert foreign_to_english(text, names) == english
