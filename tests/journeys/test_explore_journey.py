"""What an operator does with a question of their own: find it by typing, cut, hold against, click, keep, take along."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import open_page, settled
from tests.journeys.test_overview_journey import MOST_BYTES, MOST_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tests.journeys.conftest import Site, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BY_CITY = "m=gmv&by=city&period=7d&compare=previous"


@pytest.fixture
def watched(browser: Browser, site: Site) -> Iterator[Watched]:
    """Begins at a page that draws nothing: these tests go to their own question at once."""
    opened = open_page(browser, site, first="/account")
    yield opened
    opened.page.context.close()


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Watched]:
    opened = open_page(browser, site, width=390, first="/account")
    yield opened
    opened.page.context.close()


def ready(page: Page, count: int = 1) -> None:
    """Every question has its answer, and nothing is being exchanged."""
    expect(page.locator(".answer-place[aria-busy=false]")).to_have_count(count)
    settled(page)


def go(page: Page, query: str = "") -> None:
    page.goto(urljoin(page.url, f"/explore?{query}"))
    ready(page, query.count("m="))


def choose(page: Page, what: str, typed: str) -> None:
    """Opens a list, types, and takes what is found first, without waiting until it is there; all by the keyboard."""
    page.locator(f"#pick-{what}-0 summary").focus()
    page.keyboard.press("Enter")
    field = page.locator(f"#pick-{what}-0 [data-find]")
    expect(field).to_be_focused()
    expect(page.locator(f"#pick-{what}-0 .choices .skeleton")).to_have_count(0)
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def names(page: Page) -> list[str]:
    return page.locator(".answer-table tbody tr td:first-child").all_inner_texts()


def test_a_question_is_put_together_by_typing_and_looked_into_by_clicking(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    go(page, "m=gmv&period=7d")
    expect(page.locator(".figure-card b").first).to_be_visible()
    choose(page, "metric", "ddsl")  # 订单数量 is no name here: nothing is found, nothing happens
    expect(page.locator("#pick-metric-0 .choices")).to_contain_text("没有找到“ddsl”")
    assert unquote(page.url).endswith("m=gmv&period=7d")
    page.keyboard.press("Escape")
    choose(page, "metric", "dds")
    page.wait_for_url("**m=gmv,orders**")
    ready(page)
    expect(page.locator("#pick-metric-0 [data-find]")).to_have_value("dds")  # the list stays open, to choose more
    page.keyboard.press("Escape")
    choose(page, "dimension", "chengshi")
    page.wait_for_url("**by=city**")
    ready(page)
    page.keyboard.press("Escape")
    page.click("summary:has-text('不对比')")
    page.click(".pop-item:has-text('较上期')")
    page.wait_for_url("**compare=previous**")
    ready(page)
    assert names(page) == ["武汉", "长沙"]
    page.click("th a:has-text('成交额 GMV 变动')")
    page.wait_for_url("**order=gmv_move**")
    ready(page)
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("变动")

    page.locator(".cell-name", has_text="武汉").click()
    expect(page.locator("#point")).to_contain_text("武汉")
    page.click("#point a:has-text('下钻到区县')")
    page.wait_for_url("**by=district**")
    ready(page)
    assert names(page) == ["武昌区"]
    expect(page.locator(".chip", has_text="城市 = 武汉")).to_be_visible()

    with page.expect_download() as download:
        page.click("a:has-text('CSV')")
    file = tmp_path / "districts.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0][:2] == ["区县", "区县编号"]
    assert [row[0] for row in rows[1:]] == ["武昌区"]

    page.go_back()
    page.wait_for_url("**by=city**")
    expect(page.locator(".answer-table tbody tr td:first-child")).to_have_count(2)
    ready(page)
    assert sorted(names(page)) == ["武汉", "长沙"]
    assert watched.wrong == []


def test_a_point_of_the_chart_is_clicked_and_the_menu_closes_by_the_keyboard(watched: Watched) -> None:
    page = watched.page
    go(page, BY_CITY)
    for _ in range(5):  # what still moves on the page may carry the chart away from under the pointer
        box = page.locator(".chart-box").bounding_box()
        page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 50)
        page.wait_for_timeout(1000)
        if page.locator("#point").is_visible():
            break
    expect(page.locator("#point")).to_contain_text("武汉")
    expect(page.locator("#point a", has_text="明细行")).to_have_attribute(
        "href", "/lineage?where=city%3D4201&m=gmv&period=7d"
    )
    page.keyboard.press("Escape")
    expect(page.locator("#point")).to_be_hidden()
    page.locator(".cell-name").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#point")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".cell-name").first).to_be_focused()
    assert watched.wrong == []


def test_shares_are_a_pie_and_two_figures_are_points_both_to_be_clicked(watched: Watched) -> None:
    page = watched.page
    go(page, "m=gmv&by=city&period=7d")
    page.click(".segments a:has-text('饼图')")
    page.wait_for_url("**chart=pie**")
    ready(page)
    expect(page.locator(".answer-table th").last).to_have_text("成交额 GMV 占比")
    box = page.locator(".chart-box").bounding_box()
    reach = min(box["width"], box["height"]) / 2 * 0.6
    page.mouse.click(box["x"] + box["width"] / 2 + reach, box["y"] + box["height"] / 2)
    expect(page.locator("#point")).to_contain_text("武汉")  # the greater slice begins at the top, to the right
    page.keyboard.press("Escape")
    page.click(".segments a:has-text('散点')")
    page.wait_for_url("**chart=scatter**")
    ready(page)
    expect(page.locator(".note")).to_contain_text("散点不合适：要两个指标才能画")
    go(page, "m=gmv,orders&by=city&period=7d&chart=scatter")
    at = page.evaluate(
        "() => { const box = document.querySelector('.chart-box'); const place = box.getBoundingClientRect();"
        "const chart = echarts.getInstanceByDom(box); const data = chart.getOption().series[0].data[0].value;"
        "const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, data); return [place.x + x, place.y + y]; }"
    )
    page.mouse.click(*at)
    expect(page.locator("#point")).to_contain_text("武汉")
    page.click("#point a:has-text('下钻到区县')")
    page.wait_for_url("**by=district**")
    ready(page)
    assert names(page) == ["武昌区"]
    assert watched.wrong == []


def test_values_are_chosen_by_name(watched: Watched) -> None:
    page = watched.page
    go(page, BY_CITY)
    page.click("#pick-filter-0 summary")
    page.click("#pick-filter-0 .choice:has-text('城市')")
    page.check(".values-list label:has-text('长沙') input")
    page.click(".values button[type=submit]")
    page.wait_for_url("**where=city%3D4301**")
    ready(page)
    expect(page.locator(".chip", has_text="城市 = 长沙")).to_be_visible()
    assert names(page) == ["长沙"]
    page.click("button:has-text('城市 = 长沙')")
    expect(page.locator(".values-list label:has-text('长沙') input")).to_be_checked()
    page.click(".values .segments label:has-text('不是')")
    page.click(".values button[type=submit]")
    page.wait_for_url("**city%21%3D4301**")
    page.click("[aria-label='去掉 城市 = 长沙']")
    page.wait_for_url(lambda url: "city%3D4301" not in url)
    ready(page)
    assert names(page) == ["武汉"]  # 长沙 is still shut out
    assert watched.wrong == []


def test_days_are_chosen_in_the_calendar(watched: Watched) -> None:
    page = watched.page
    go(page, BY_CITY)
    page.click("summary:has-text('近7天')")
    days = page.locator(".flatpickr-day:not(.prevMonthDay):not(.nextMonthDay)")
    expect(days.first).to_be_visible()
    days.filter(has_text="10").first.click()
    days.filter(has_text="12").first.click()
    page.click(".range button")
    page.wait_for_url("**from=2026-11-10&to=2026-11-12**")
    ready(page)
    expect(page.locator("summary.pick", has_text="11月10日 – 11月12日")).to_be_visible()
    assert watched.wrong == []


def told(site: Site, page: Page, asked: Callable[[], bool]) -> None:
    """Tells open pages that data came until one of them acts on it: it listens a moment after it is open."""
    for number in range(100):
        site.hub.publish("data", state={"version": number, "tone": "live", "zh": "刚更新 14:31:05", "en": "Updated"})
        if asked():
            return
        page.wait_for_timeout(100)
    raise AssertionError("the page did not hear of the new data")


def test_an_open_page_renews_its_figures_and_leaves_what_one_does(watched: Watched, site: Site) -> None:
    page = watched.page
    go(page, "m=gmv&by=community,company_day&period=all&rows=100")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/explore/answer" in request.url else None)
    page.evaluate("() => { document.querySelector('.answer-place').dataset.renews = '1'; }")
    page.click(".why summary")
    page.locator(".answer-table").evaluate("box => { box.scrollTop = 300; }")
    page.locator(".cell-name").nth(40).click()
    expect(page.locator("#point")).to_contain_text("看逐日走势")
    told(site, page, lambda: page.locator("#freshness", has_text="14:31:05").count() == 1)
    page.wait_for_timeout(4_000)  # longer than a touch counts as work: only the open menu keeps the figures still
    assert asked == []
    page.keyboard.press("Escape")
    told(site, page, lambda: bool(asked))
    ready(page)
    expect(page.locator(".why")).to_have_attribute("open", "")
    expect(page.locator(".cell-name").nth(40)).to_be_focused()
    assert page.locator(".answer-table").evaluate("box => box.scrollTop") == 300
    assert watched.wrong == []


def test_what_cannot_be_renewed_stays_and_says_so(watched: Watched, site: Site) -> None:
    page = watched.page
    go(page, BY_CITY)
    page.route("**/explore/answer**", lambda route: route.fulfill(status=503, body="busy"))
    page.evaluate("() => { document.querySelector('.answer-place').dataset.renews = '1'; }")
    told(site, page, lambda: page.locator(".is-stale").count() == 1)
    expect(page.locator(".is-stale")).to_contain_text("这里还是之前的数")
    assert names(page) == ["武汉", "长沙"]
    page.unroute("**/explore/answer**")
    told(site, page, lambda: page.locator(".is-stale").count() == 0)
    assert names(page) == ["武汉", "长沙"]


def test_questions_stand_side_by_side_and_change_alone(watched: Watched) -> None:
    page = watched.page
    go(page, BY_CITY)
    page.click("a:has-text('并排再加一个')")
    page.wait_for_url("**2.m=gmv**")
    ready(page, 2)
    page.locator("#q-1 summary", has_text="不分时间").click()
    page.locator("#q-1 .pop-item", has_text="按天").click()
    page.wait_for_url("**2.grain=day**")
    ready(page, 2)
    assert "&grain=" not in page.url
    page.locator("#q-1 .segments a", has_text="热力表").click()
    expect(page.locator("#q-1 table.heat")).to_be_visible()
    page.locator("#q-1 .panel-head a[aria-label^='去掉']").click()
    page.wait_for_url(lambda url: "2.m" not in url)
    ready(page, 1)
    assert watched.wrong == []


def test_a_view_is_kept_opened_changed_and_taken_away(watched: Watched) -> None:
    page = watched.page
    go(page, BY_CITY)
    page.click("#save-view summary")
    page.fill("#save-view [name=name]", "两城成交")
    page.click("#save-view button")
    page.wait_for_url("**view=**")
    ready(page)
    expect(page.locator("#my-views summary")).to_contain_text("两城成交")
    page.click("th a:has-text('成交额 GMV（上期）')")
    page.wait_for_url("**order=**")
    expect(page.locator(".view-bar")).to_contain_text("已改动")
    page.click("button:has-text('更新视图')")
    expect(page.locator(".view-bar")).not_to_contain_text("已改动")
    ready(page)
    go(page, "m=orders&period=7d")
    page.click("#my-views summary")
    page.click(".view-panel a:has-text('两城成交')")
    page.wait_for_url("**order=-gmv_previous**")
    ready(page)
    page.goto(page.url.split("/explore")[0] + "/explore/views")
    page.click("button[aria-label='删除 两城成交']")
    expect(page.locator(".gone")).to_contain_text("已删除“两城成交”")
    page.click(".gone button")
    page.wait_for_url("**view=**")
    expect(page.locator("#my-views summary")).to_contain_text("两城成交")
    page.goto(page.url.split("/explore")[0] + "/explore/views")
    page.click("button[aria-label='删除 两城成交']")
    expect(page.locator(".gone")).to_be_visible()
    assert watched.wrong == []


def test_the_page_is_light_and_asks_nobody_else(watched: Watched) -> None:
    page = watched.page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    watched.asked.clear()
    go(page, BY_CITY)
    site = page.url.split("/explore")[0]
    assert sum(sizes) <= MOST_BYTES
    assert len([url for url in watched.asked if not url.startswith("data:")]) <= MOST_REQUESTS
    assert [url for url in watched.asked if not url.startswith((site, "data:"))] == []
    assert watched.wrong == []


def test_what_cannot_be_answered_says_what_can(watched: Watched) -> None:
    page = watched.page
    go(page, "m=gmv,repurchase_rate&by=sku&period=7d")
    expect(page.locator(".answer-place")).to_contain_text("复购率不能按商品拆分或筛选")
    page.click(".mends a:has-text('去掉复购率')")
    page.wait_for_url("**m=gmv&by=sku**")
    ready(page)
    assert len(names(page)) == 2
    assert watched.wrong == []


def test_on_a_phone_one_thing_stands_below_another(phone: Watched) -> None:
    page = phone.page
    go(page, BY_CITY)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("#pick-dimension-0 summary")
    expect(page.locator("#pick-dimension-0 .choice").first).to_be_visible()
    page.tap("#pick-dimension-0 .choice:has-text('渠道')")
    page.wait_for_url("**by=city,channel**")
    ready(page)
    page.keyboard.press("Escape")
    page.locator(".cell-name").first.tap()
    expect(page.locator("#point")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.wrong == []
