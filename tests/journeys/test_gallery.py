"""Every shared part of the shell in every state, side by side: whole and open to everybody however one looks at it.

`LINSHU_PICTURES=folder pytest tests/journeys/test_gallery.py` also takes pictures of it, for eyes.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response
from tests.domains.insight.overview.town import NOW, TownShop, town
from tests.journeys.conftest import ACCOUNT
from tests.journeys.conftest import WORDS as PASSWORD
from tests.journeys.entering import enter
from tests.journeys.serving import served
from tests.journeys.walk import SILENT, TEXTS, WIDE, axe
from tests.journeys.whole import CHINESE

from linshu.domains.insight.overview import FEATURE as OVERVIEW
from linshu.engine.metrics.declare import Better, Unit
from linshu.engine.shell.context import WebSettings, viewer_of
from linshu.engine.shell.feature import Domain, Feature
from linshu.engine.shell.pages import environment, shared
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from linshu.engine.shell.view import Writer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEMPLATE = Path(__file__).with_name("gallery.html").read_text("utf-8")
STATES = ("badges", "notes", "buttons", "fields", "normal", "loading", "empty", "error", "stale", "work", "toasts-here")
BADGES = (
    ("live", Text("刚更新 14:31:05", "Updated 14:31:05")), ("fresh", Text("数据截至 14:00", "Data as of 14:00")),
    ("amber", Text("数据截至 11:00", "Data as of 11:00")), ("red", Text("数据截至 11月20日 11:00", "Data as of 20 Nov 11:00")),
    ("past", Text("数据到 2017年12月31日", "Data until 31 Dec 2017")), ("empty", Text("还没有数据", "No data yet")),
)  # fmt: skip
TITLES = {
    "line": ("折线", "Line"), "columns": ("柱状", "Columns"), "ranking": ("排行", "Ranking"), "stack": ("堆叠", "Stacked"),
    "pie": ("饼图", "Pie"), "points": ("散点", "Scatter"), "gap": ("有空档的线", "A line with a gap"),
}  # fmt: skip
router = APIRouter(include_in_schema=False)


@router.get("/gallery")
def gallery(request: Request) -> Response:
    """The specimens in the viewer's language."""
    viewer = viewer_of(request)
    writer = viewer.writer
    move = {
        "up": writer.movement(330_000, 300_000, Unit.FEN, Better.HIGHER),
        "down": writer.movement(0.012, 0.018, Unit.RATIO, Better.LOWER),
        "flat": writer.movement(15_100, 15_100, Unit.COUNT, Better.HIGHER),
    }
    wuhan, changsha = viewer.say(Text("武汉", "Wuhan")), viewer.say(Text("长沙", "Changsha"))
    rows = [
        (changsha, 100, writer.short(16_800_000, Unit.FEN), move["up"]),
        (wuhan, 96, writer.short(16_200_000, Unit.FEN), None),
    ]
    text = environment(request.state.language).from_string(TEMPLATE).render(
        **shared(request), **move, badges=BADGES, rows=rows, charts=charts(writer, (changsha, wuhan)), titles=TITLES,
        job=SimpleNamespace(fraction=0.4, stopping=False, words=viewer.say(Text("正在建表", "Building tables"))),
        error=Unavailable(Text("数据库正忙", "the database is busy"), mend=Text("稍后再试。", "Try again.")),
    )  # fmt: skip
    return HTMLResponse(text)


def charts(writer: Writer, names: tuple[str, str]) -> dict[str, dict[str, object]]:
    """One picture of every kind."""
    sold, before = [1200, 1500, 900, 1700], [1000, 1400, 1100, 1300]
    gmv, orders = writer.say(Text("成交额", "GMV")), writer.say(Text("订单数", "Orders"))
    base = {
        "first": "",
        "labels": ["11/16", "11/17", "11/18", "11/19"],
        "axis": writer.axis(Unit.FEN),
        "unit": writer.currency,
    }
    both = [
        {"name": gmv, "values": sold, "role": "main"},
        {"name": writer.say(Text("上期", "previous")), "values": before, "role": "compare"},
    ]
    cities = {"labels": list(names), "titles": list(names)}
    two = [{"name": gmv, "values": [16_800, 16_200], "role": "main"}]
    return {
        "line": {**base, "kind": "line", "series": both},
        "columns": {**base, "kind": "bar", "series": both[:1]},
        "ranking": {**base, **cities, "kind": "bar", "across": True, "rest": -1, "series": two},
        "stack": {**base, "kind": "bar", "stack": True, "series": [{"name": name, "values": values} for name, values in zip(names, (sold, before), strict=True)]},
        "pie": {**base, **cities, "kind": "pie", "shares": ["50.9%", "49.1%"], "rest": -1, "total": writer.short(33_000, Unit.FEN), "series": two},
        "points": {**base, **cities, "kind": "scatter", "series": [{**two[0], "axis": writer.axis(Unit.FEN)}, {"name": orders, "values": [7_786, 7_326], "axis": writer.axis(Unit.COUNT)}]},
        "gap": {**base, "kind": "line", "series": [{"name": gmv, "values": [1200, None, 900, 1700], "role": "main"}]},
    }  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, _quick_passwords: object) -> Iterator[str]:
    state = State.open(tmp_path_factory.mktemp("gallery") / "state.sqlite")
    domain = Domain(
        "insight", Text("洞察", "Insight"), (OVERVIEW, Feature("gallery", Text("样品", "Specimens"), pages=router))
    )
    app = create_web(TownShop(town()), state, (domain,), WebSettings(company="翠湖优选"), now=lambda: NOW)
    app.state.shell.users.add(ACCOUNT, "王芳", "operator", PASSWORD)
    with served(app) as address:
        yield address
    state.close()


# Any two of language, colours and width meet in one of these.
LOOKS = (("zh", "light", 1440), ("zh", "dark", 390), ("en", "dark", 1440), ("en", "light", 390))


@pytest.fixture(params=LOOKS, ids=lambda one: "-".join(map(str, one)))
def page(request: pytest.FixtureRequest, url: str, browser: Browser) -> Iterator[tuple[Page, str, list[str]]]:
    language, theme, width = request.param
    watched = enter(browser, url, ACCOUNT, PASSWORD, first="/account", width=width, language=language, judged=True)
    opened = watched.page
    opened.goto(f"{url}/gallery")
    opened.evaluate(
        "theme => { document.documentElement.dataset.bsTheme = theme; document.dispatchEvent(new Event('linshu:theme')); }",
        theme,
    )
    opened.wait_for_function("() => document.querySelectorAll('.chart-box canvas').length === 7")
    if folder := os.environ.get("LINSHU_PICTURES"):
        opened.screenshot(path=f"{folder}/gallery-{language}-{theme}-{width}.png", full_page=True)
    yield opened, language, watched.wrong
    opened.context.close()


def test_every_part_is_there_in_every_state_and_open_to_everybody(page: tuple[Page, str, list[str]]) -> None:
    opened, language, wrong = page
    shown = opened.locator("#page section").evaluate_all("all => all.map(one => one.id)")
    assert shown == [*STATES, *(f"chart-{name}" for name in TITLES)]
    assert axe(opened) == []
    assert opened.evaluate(WIDE) == 0
    assert wrong == []
    if language == "en":
        names = ("翠湖优选", "王芳", "中文", "33.0万", "1.51万")
        texts: list[str] = opened.evaluate(TEXTS, SILENT)
        assert [text for text in texts if CHINESE.search(text) and not any(name in text for name in names)] == []
    for number in range(len(TITLES)):
        opened.locator("[data-twin]").nth(number).click()
    assert opened.locator(".chart-table:visible tbody tr").count() == 4 * 4 + 3 * 2  # each picture as a table
    assert axe(opened) == []
