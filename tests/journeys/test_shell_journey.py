"""The shell around every page: reached by keys alone, printed on paper, folded as one likes, open for a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.journeys.test_overview_journey import ready

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page
    from tests.journeys.conftest import Site, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RENEWED = ("part-today", "part-cards", "part-trend", "part-tops")
ROUNDS, EVENTS = 25, 80


def test_everything_is_reached_by_keys(watched: Watched, site: Site) -> None:
    page = watched.page
    page.goto(f"{site.url}/dictionary")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").evaluate("one => one.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.type("tkl")
    expect(page.locator("#found tbody tr").first).to_contain_text("退款率")
    page.locator(".menu-item").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".menu-item").nth(1)).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("End")
    expect(page.locator(".menu-item").last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".menu-item").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator(".user > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".user .pop-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".user .pop-panel")).to_be_hidden()
    expect(page.locator(".user > summary")).to_be_focused()
    assert watched.wrong == []


def test_the_menu_stays_folded(watched: Watched) -> None:
    page = watched.page
    page.locator(".top-fold").click()
    expect(page.locator(".menu-item span").first).to_be_hidden()
    page.reload()
    expect(page.locator(".menu-item span").first).to_be_hidden()
    page.locator(".top-fold").click()
    expect(page.locator(".menu-item span").first).to_be_visible()


def test_paper_is_white_and_has_no_menu(watched: Watched) -> None:
    page = watched.page
    ready(page)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator("#chart-trend canvas")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


@pytest.mark.parametrize(("choice", "up", "down"), [("red_up", "--rise", "--fall"), ("green_up", "--good", "--bad")])
def test_movement_is_coloured_as_the_viewer_reads_it(watched: Watched, choice: str, up: str, down: str) -> None:
    page = watched.page
    page.locator(".user > summary").click()
    with page.expect_event("load"):
        page.click(f"[name=trend_colors][value={choice}]")
    ready(page)
    colours = page.evaluate(
        """([up, down]) => {
          const of = (css) => { const one = document.createElement("i"); one.style.color = css; document.body.append(one); const seen = getComputedStyle(one).color; one.remove(); return seen; };
          const shown = (name) => { const one = document.createElement("i"); one.className = name; document.body.append(one); const seen = getComputedStyle(one).color; one.remove(); return seen; };
          return { up: shown("up") === of(`var(${up})`), down: shown("down") === of(`var(${down})`), differ: shown("up") !== shown("down") };
        }""",
        [up, down],
    )
    assert colours == {"up": True, "down": True, "differ": True}
    # Colour is never the only sign.
    assert page.locator(".up, .down").evaluate_all("all => all.every(one => /[▲▼]/.test(one.textContent))")


def counted(devtools: CDPSession) -> dict[str, Any]:
    """What the page holds once everything that can go is gone."""
    for _ in range(2):
        devtools.send("HeapProfiler.collectGarbage")
    counters: dict[str, Any] = devtools.send("Memory.getDOMCounters")
    counters["heap"] = devtools.send("Runtime.getHeapUsage")["usedSize"]
    return counters


def live_through(page: Page, site: Site, topic: str, rounds: int) -> None:
    """Orders flow in and every part is renewed, again and again."""
    for number in range(rounds):
        items = [
            {"id": f"X{number}-{each}", "at": "2026-11-23T06:30:00Z", "place": "翠湖一群", "leader": "王芳", "goods": "土鸡蛋",
             "qty": 1, "more": 0, "fen": 1990}
            for each in range(EVENTS)
        ]  # fmt: skip
        site.hub.publish(topic, state={"at": "2026-11-23T06:30:00Z"}, items=items)
        done = page.evaluate(
            """async (parts) => {
              for (const id of parts) {
                const part = document.getElementById(id);
                const settled = new Promise((done) => part.addEventListener("htmx:afterSettle", done, { once: true }));
                window.htmx.trigger(part, "refresh");
                await settled;
              }
              return true;
            }""",
            RENEWED,
        )
        assert done


def test_a_page_open_for_a_day_holds_no_more_than_at_first(watched: Watched, site: Site) -> None:
    """Thousands of orders and a hundred renewals: as many elements, listeners and charts as before, and no growing heap."""
    page = watched.page
    ready(page)
    topic = page.locator("#overview").get_attribute("data-topic") or ""
    devtools = page.context.new_cdp_session(page)
    live_through(page, site, topic, 5)
    before = counted(devtools)
    live_through(page, site, topic, ROUNDS)
    ready(page)
    after = counted(devtools)
    charts = page.evaluate("document.querySelectorAll('[_echarts_instance_]').length")
    assert charts == page.locator("figure[data-chart]").count()
    assert page.locator("#ticker li").count() <= 7
    assert after["jsEventListeners"] <= before["jsEventListeners"] + 10
    assert after["nodes"] <= before["nodes"] + 100
    # Far less than one kept rendering of a part would weigh, for each of them.
    assert after["heap"] - before["heap"] < ROUNDS * len(RENEWED) * 10_000
