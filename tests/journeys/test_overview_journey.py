"""What an operator does in the morning: log in, look, filter, switch the language, take a file along, watch orders come."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect
from tests.domains.insight.overview.town import gmv

from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.view import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from tests.journeys.conftest import Site, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = (datetime(2026, 11, 16).date(), datetime(2026, 11, 22).date())
MOST_BYTES, MOST_REQUESTS = 400_000, 20


# How often each chart was given something to draw, by its box.
COUNTED = """
let library;
window.draws = new Map();
Object.defineProperty(window, "echarts", {
  set(value) { library = value; },
  get() {
    if (library?.init && !library.plain) {
      library.plain = library.init;
      library.init = (box, ...rest) => {
        const chart = library.plain(box, ...rest);
        const draw = chart.setOption;
        chart.setOption = (...given) => { window.draws.set(box, (window.draws.get(box) ?? 0) + 1); return draw.apply(chart, given); };
        return chart;
      };
    }
    return library;
  },
});
"""


def ready(page: Page) -> None:
    expect(page.locator(".card-kpi .card-value")).to_have_count(8)
    expect(page.locator("#chart-trend canvas")).to_be_visible()
    expect(page.locator("#chart-today canvas")).to_be_visible()
    expect(page.locator(".part-tops tbody tr")).to_have_count(8)
    expect(page.locator("#overview .skeleton")).to_have_count(0)


def value(page: Page, name: str) -> str:
    return page.locator(f".card-kpi:has(a[href='/dictionary/{name}']) .card-value").inner_text()


def test_look_filter_go_back(watched: Watched) -> None:
    page, written = watched.page, Writer("zh")
    ready(page)
    assert value(page, "gmv") == written.short(gmv(*WEEK), Unit.FEN)

    page.click("summary:has-text('全部地区')")
    page.click(".cascade a:has-text('长沙')")
    expect(page.locator(".chip")).to_have_text("长沙")
    ready_in_city = written.short(gmv(*WEEK, city="长沙"), Unit.FEN)
    expect(page.locator(".card-kpi .card-value").first).to_have_text(ready_in_city)
    assert "city=长沙" in unquote(page.url)

    page.click(".segments a:has-text('昨天')")
    expect(page.locator(".segments a[aria-current]").first).to_have_text("昨天")
    assert {"city=长沙", "period=yesterday"} <= set(unquote(page.url).partition("?")[2].split("&"))

    page.go_back()
    expect(page.locator(".segments a[aria-current]").first).to_have_text("近7天")
    expect(page.locator(".card-kpi .card-value").first).to_have_text(ready_in_city)
    page.locator(".chip a").click()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".card-kpi .card-value").first).to_have_text(written.short(gmv(*WEEK), Unit.FEN))
    assert watched.wrong == []


def test_each_chart_is_drawn_once_when_it_comes(watched: Watched) -> None:
    page = watched.page
    page.add_init_script(COUNTED)
    page.reload()
    ready(page)
    assert page.evaluate("() => [...window.draws.values()]") == [1, 1]
    page.click(".segments a:has-text('近30天')")
    expect(page.locator(".segments a[aria-current]").first).to_have_text("近30天")
    expect(page.locator("#overview .skeleton")).to_have_count(0)
    expect(page.locator("figure canvas")).to_have_count(2)
    drawn = page.evaluate("() => [...window.draws.values()]")
    assert len(drawn) >= 4
    assert set(drawn) == {1}


def test_a_card_changes_the_trend_and_a_chart_has_a_table_twin(watched: Watched) -> None:
    page = watched.page
    ready(page)
    page.locator(".card-kpi .card-name").nth(1).click()
    expect(page.locator(".part-trend h2")).to_contain_text("订单数")
    ready(page)
    page.click("[data-twin=chart-trend]")
    table = page.locator("#chart-trend .chart-table table")
    expect(table).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(7)
    expect(table.locator("tbody td").first).to_have_text("2026年11月16日 周一")
    page.click("[data-twin=chart-trend]")
    expect(page.locator("#chart-trend canvas")).to_be_visible()
    assert watched.wrong == []


def test_days_are_chosen_in_the_calendar(watched: Watched) -> None:
    page = watched.page
    ready(page)
    page.click(".pick:has-text('11月16日')")
    days = page.locator(".flatpickr-day:not(.prevMonthDay):not(.nextMonthDay)")
    expect(days.first).to_be_visible()
    days.filter(has_text="10").first.click()
    days.filter(has_text="12").first.click()
    page.click(".range button")
    page.wait_for_url("**from=2026-11-10&to=2026-11-12**")
    expect(page.locator(".card-kpi .card-value").first).to_have_text(
        Writer("zh").short(gmv(datetime(2026, 11, 10).date(), datetime(2026, 11, 12).date()), Unit.FEN)
    )
    assert watched.wrong == []


def test_the_language_changes_and_the_filters_stay(watched: Watched) -> None:
    page = watched.page
    ready(page)
    page.click(".segments a:has-text('近30天')")
    expect(page.locator(".segments a[aria-current]").first).to_have_text("近30天")
    page.click("a.lang")
    expect(page.locator(".top-title")).to_have_text("Overview")
    expect(page.locator(".segments a[aria-current]").first).to_have_text("30 days")
    ready(page)
    assert "¥" in value(page, "gmv")
    assert watched.wrong == []


def test_what_is_seen_is_exported(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    ready(page)
    page.locator(".part-tops .panel").nth(1).locator("a:has-text('全部')").click()
    expect(page.locator("#page h2")).to_contain_text("团长排行")
    page.click("th a:has-text('订单数')")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("订单数")
    with page.expect_download() as download:
        page.click("a:has-text('CSV')")
    file = tmp_path / "leaders.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert [row[1] for row in rows[1:]] == page.locator("tbody td.who").evaluate_all(
        "cells => cells.map(cell => cell.firstChild.textContent.trim())"
    )
    assert watched.wrong == []


def test_the_ticker_moves_in_every_tab(watched: Watched, site: Site) -> None:
    page = watched.page
    ready(page)
    second = page.context.new_page()
    second.goto(f"{site.url}/overview")
    ready(second)
    expect(page.locator("#ticker li").first).to_contain_text("10:15:00")
    order = {"id": "live-1", "at": datetime(2026, 11, 23, 6, 31, 5, tzinfo=UTC).isoformat(), "place": "翠湖一群",
             "leader": "王*", "goods": "五花肉 500g", "qty": 2, "more": 1, "fen": 5980}  # fmt: skip
    for tab in (page, second):
        tab.bring_to_front()
        for number in range(100):  # until the tab listens
            site.hub.publish("orders", state={"at": order["at"]}, items=[{**order, "id": f"live-{number}"}])
            if tab.locator("#ticker li:has-text('14:31:05')").count():
                break
            tab.wait_for_timeout(100)
        expect(tab.locator("#ticker li").first).to_contain_text("翠湖一群")
        expect(tab.locator("#ticker li").first).to_contain_text("¥59.80")
        expect(tab.locator("#freshness")).to_contain_text("实时")
    assert watched.wrong == []


def test_on_a_phone_the_menu_starts_closed_and_nothing_is_wider_than_the_screen(phone: Watched) -> None:
    page = phone.page
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".menu-item").first).not_to_be_visible()
    page.tap(".top-fold")
    expect(page.locator(".menu-item").first).to_be_visible()
    page.locator(".menu-item", has_text="指标字典").tap()
    expect(page.locator(".top-title")).to_have_text("指标字典")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.wrong == []


def test_the_page_is_light_and_asks_nobody_else(browser, site: Site) -> None:
    from tests.journeys.conftest import open_page

    watched = open_page(browser, site)
    page = watched.page
    ready(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    watched.asked.clear()
    page.goto(f"{site.url}/overview?period=30d")
    ready(page)
    page.wait_for_timeout(300)
    assert sum(sizes) <= MOST_BYTES
    assert len([url for url in watched.asked if not url.startswith("data:")]) <= MOST_REQUESTS
    assert [url for url in watched.asked if not url.startswith((site.url, "data:"))] == []
    assert watched.wrong == []
    page.context.close()


def test_the_keyboard_reaches_everything(watched: Watched) -> None:
    page = watched.page
    ready(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("summary:has-text('较上期')").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pop-item:has-text('较去年同期')")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pop-item:has-text('较去年同期')")).not_to_be_visible()
    expect(page.locator("summary:has-text('较上期')")).to_be_focused()
    unnamed = page.evaluate("""() => [...document.querySelectorAll('a,button,summary,input:not([type=hidden])')]
        .filter(one => one.offsetParent && !(one.textContent.trim() || one.ariaLabel || one.title || one.labels?.length))
        .map(one => one.outerHTML.slice(0, 120))""")
    assert unnamed == []
    assert watched.wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(watched: Watched, theme: str) -> None:
    page = watched.page
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
    ready(page)
    page.wait_for_timeout(200)
    faint = page.evaluate(CONTRAST)
    assert faint == []


# WCAG 2 AA: 4.5 for words, 3 for large ones; measured on every visible word against the first opaque ground behind it.
CONTRAST = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const rgba = (text) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = text; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((part) => { const one = part / 255; return one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4; })
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== 'none') return null;
      const colour = rgba(style.backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('script,.sr,.skip')) continue;
    const style = getComputedStyle(element), under = ground(element);
    if (!under) continue;
    const [low, high] = [light(rgba(style.color)), light(under)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${walker.currentNode.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return found;
}"""
