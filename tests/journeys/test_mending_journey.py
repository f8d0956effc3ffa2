"""From bad rows to figures one trusts: mended by rule and cell by cell, left aside, watched, traced, people joined."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from playwright.sync_api import expect
from tests.app.test_identities import MEMBERS
from tests.domains.insight.faulty import WORDS, faulty, opened
from tests.journeys.entering import Watched, enter
from tests.journeys.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from linshu.app.local import LocalShop

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _patience() -> Iterator[None]:
    """A repair builds every table that it touches before it says that it is done."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, _own_keys: object) -> Iterator[tuple[str, LocalShop]]:
    """The project with faults, and people who buy on three platforms; its pages on a free port."""
    with opened(faulty(tmp_path_factory.mktemp("mending"))) as (shop, app):
        for source, members in MEMBERS.items():
            rows = [{"member_id": name, "phone": phone} for name, phone in members]
            shop.bringing.intake.land_rows(source, {"member": pa.Table.from_pylist(rows)})
        shop.build()
        with served(app) as url:
            yield url, shop


@contextmanager
def seen_by(
    browser: Browser, url: str, account: str = "operator", width: int = 1440, words: str = WORDS
) -> Iterator[Watched]:
    watched = enter(browser, url, account, words, width=width)
    yield watched
    watched.page.context.close()


def shows(page: Page, title: str) -> None:
    """A tab of this title with this count."""
    expect(page.locator(f".filters .segments a:has-text('{title.partition(' ')[0]}')").first).to_have_text(title)


def test_bad_rows_are_mended_by_rule_by_cell_or_left_aside(browser: Browser, place) -> None:
    url, shop = place
    with seen_by(browser, url) as watched:
        page = watched.page
        page.click(".menu-item:has-text('隔离区')")
        page.wait_for_url("**/data/quarantine*")
        expect(page.locator(".groups")).to_contain_text("标称克重的数字后面写着“斤”")
        shows(page, "待处理 8")

        page.locator(".groups li", has_text="“斤”").locator("a.btn").click()
        expect(page.locator("#preview")).to_contain_text("会修好 5 行，共 5 格")
        page.locator("[name=word]").nth(1).fill("")  # only 斤
        page.locator("[name=to]").nth(1).fill("")
        expect(page.locator("#preview")).to_contain_text("会修好 4 行")
        page.click("#preview button[type=submit]")
        expect(page.locator("h1")).to_contain_text("修复 4 行共 4 格：4 行入库")
        page.click("a:has-text('回到隔离区')")
        shows(page, "待处理 4")

        row = page.locator(".shelf tbody tr", has_text="一个大的")
        row.locator("a:has-text('改')").click()
        cell = page.locator(".editor .is-wrong input")
        expect(cell).to_be_focused()
        cell.fill("还是不对")
        page.keyboard.press("Enter")
        expect(page.locator(".editor .is-wrong")).to_contain_text("“还是不对”不是数字")
        page.locator(".editor .is-wrong input").fill("900")
        page.keyboard.press("Enter")
        expect(page.locator(".editor-row")).to_contain_text("补进去了")

        page.goto(f"{url}/data/quarantine")
        page.locator(".shelf tbody tr", has_text="约300").locator("[name=mark]").check()
        expect(page.locator("[data-picked]")).to_have_text("选中 1 行")
        page.fill("[name=because]", "供应商说作废")
        page.click(".leave button[type=submit]")
        expect(page.locator(".note.is-good")).to_contain_text("1 行不再处理")
        page.locator(".note.is-good button", has_text="撤销").click()
        expect(page.locator(".note.is-good")).to_contain_text("已恢复")
        shows(page, "待处理 3")
        assert watched.wrong == []
    weights = shop.warehouse.query("SELECT sku_id, nominal_gram AS g FROM std.sku").to_pylist()
    assert {"A2": 1500, "A3": 250, "A5": 900, "A7": 6000, "A9": 1500}.items() <= {
        one["sku_id"]: one["g"] for one in weights
    }.items()


def test_filters_stay_in_the_address_and_go_into_the_file(browser: Browser, place, tmp_path: Path) -> None:
    with seen_by(browser, place[0]) as watched:
        page = watched.page
        page.goto(f"{place[0]}/data/quarantine?status=waiting")
        page.fill("[name=q]", "O9")
        page.wait_for_url("**q=O9**")
        expect(page.locator(".shelf tbody tr")).to_have_count(1)
        with page.expect_download() as download:
            page.click("a:has-text('CSV')")
        file = tmp_path / "rows.csv"
        download.value.save_as(file)
        with file.open(encoding="utf-8-sig", newline="") as read:
            lines = list(csv.reader(read))
        assert [line[5] for line in lines[1:]] == ["O9/1"]
        page.go_back()
        page.wait_for_url("**status=waiting")
        expect(page.locator(".chips")).to_have_count(0)
        assert watched.wrong == []


def test_from_a_card_to_the_rows_of_the_file(browser: Browser, place) -> None:
    with seen_by(browser, place[0]) as watched:
        page = watched.page
        card = page.locator(".card-kpi", has_text="成交额 GMV")
        value = card.locator(".card-value").inner_text()
        card.locator("a[href^='/lineage']").click()
        expect(page.locator(".origin-value")).to_contain_text(value)
        expect(page.locator(".chain .chain-box.is-metric")).to_contain_text("成交额 GMV")
        expect(page.locator(".chain .chain-box.is-batch", has_text="order_line.csv")).to_have_count(1)
        rows = page.locator("#origin-rows tbody tr")
        expect(rows).to_have_count(4)
        page.locator("summary", has_text="算它的 SQL").click()
        page.locator(".sql summary", has_text="ClickHouse").click()
        expect(page.locator(".sql[open] pre")).to_contain_text("SELECT")
        rows.first.locator("a[href^='/data/batches/']").click()
        expect(page.locator("h1")).to_contain_text("order_line.csv")
        assert watched.wrong == []


def test_a_formula_shows_the_rows_of_each_part(browser: Browser, place) -> None:
    with seen_by(browser, place[0]) as watched:
        page = watched.page
        page.goto(f"{place[0]}/lineage?m=aov&period=all")
        page.locator("#origin-rows .segments a", has_text="订单数").click()
        expect(page.locator("#origin-rows .segments a[aria-current]")).to_have_text("订单数")
        expect(page.locator("#origin-rows h2")).to_contain_text("fct_orders")
        assert watched.wrong == []


def test_the_board_tells_what_is_late_or_bad_and_its_charts_have_twins(browser: Browser, place) -> None:
    with seen_by(browser, place[0]) as watched:
        page = watched.page
        page.click(".menu-item:has-text('新鲜与质量')")
        expect(page.locator("tr", has_text="erp").first).to_contain_text("的行有问题")
        expect(page.locator("#chart-backlog canvas")).to_be_visible()
        page.click("[data-twin=chart-backlog]")
        expect(page.locator("#chart-backlog tbody tr")).to_have_count(60)
        page.locator("a[href^='/data/quality?table=orders']").click()
        page.wait_for_url("**table=orders**")
        expect(page.locator("#days h2")).to_contain_text("订单")
        expect(page.locator("#chart-days canvas")).to_be_visible()
        assert watched.wrong == []


def test_people_are_joined_in_part_with_the_effect_shown_first(browser: Browser, place) -> None:
    url, shop = place
    with seen_by(browser, url, "boss") as watched:
        page = watched.page
        page.click(".menu-item:has-text('身份合并')")
        expect(page.locator("#plan tbody tr")).to_have_count(3)
        box = page.locator("#plan tbody tr", has_text="tb-li").locator("[name=person]")
        box.check()
        expect(page.locator(".effect")).to_contain_text("合并选中的 1 人")
        page.click(".effect button")
        expect(page.locator(".note.is-good")).to_contain_text("个账号已改")
        expect(page.locator("#links tbody tr").first).to_contain_text("手机号一致")
        assert {row["person"] for row in shop.identity.links().rows} == {"jd-li"}
        page.locator(".note.is-good button", has_text="撤销").click()
        expect(page.locator(".note.is-good")).to_contain_text("已撤销")
        assert shop.identity.links().rows == []
        assert watched.wrong == []


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, place) -> None:
    url, _ = place
    paths = (
        "/data/quarantine",
        "/data/quarantine/rule?table=sku&column=nominal_gram",
        "/data/quality",
        "/lineage?m=gmv&period=all",
        "/data/identity",
    )
    with seen_by(browser, url, "boss", 390) as watched:
        for path in paths:
            watched.page.goto(url + path)
            expect(watched.page.locator("#page .skeleton")).to_have_count(0)
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert watched.wrong == []
