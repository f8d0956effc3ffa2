"""An administrator writes: a metric of the company's own, from a mistake to its figure in explore, and a statement in SQL."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import settled
from tests.journeys.test_mending_journey import seen_by
from tests.journeys.whole import ADMIN, WORDS, Whole, whole_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tests.journeys.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

METRIC = """\
- name: buyers_per_order
  title: {zh: 每单人数, en: Buyers per order}
  definition: {zh: 下单人数 ÷ 订单数。, en: Buyers ÷ orders.}
  unit: times
  owner: insight
  formula: active_membres / orders
"""
BROKEN = "SELECT community_id,\n  count(*) AS orders\nFROM fct_ordres"


@pytest.fixture(scope="module", autouse=True)
def _patience() -> Iterator[None]:
    """A metric is judged, and a statement run, in the process that owns the data: a busy machine takes its time."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, _own_keys: object, _quick_passwords: object) -> Iterator[Whole]:
    with whole_project(tmp_path_factory.mktemp("writing")) as project:
        project.app.state.shell.users.add("operator", "王芳", "operator", WORDS)
        yield project


@pytest.fixture
def admin(browser: Browser, whole: Whole) -> Iterator[Watched]:
    with seen_by(browser, whole.url, ADMIN, words=WORDS) as watched:
        yield watched


@pytest.fixture
def operator(browser: Browser, whole: Whole) -> Iterator[Watched]:
    with seen_by(browser, whole.url, words=WORDS) as watched:
        yield watched


def write(page: Page, text: str) -> None:
    """What stands in the editor, as if typed; the judgement of it has arrived."""
    settled(page)
    with page.expect_response("**/own-metrics/check"):
        page.fill("#own textarea", text)


def test_an_own_metric_is_written_mended_used_changed_and_taken_away(admin: Watched, whole: Whole) -> None:
    page = admin.page
    page.goto(f"{whole.url}/own-metrics")
    page.click("a:has-text('新建文件')")
    page.fill("[name=new]", "people")
    write(page, METRIC)
    expect(page.locator("#checked .troubles")).to_contain_text("active_membres")
    expect(page.locator("#checked .troubles")).to_contain_text("active_members")  # what was meant
    page.click("#checked [data-go]")
    expect(page.locator("#own textarea")).to_be_focused()
    page.click("#own .btn-accent")
    expect(page.locator("[role=alert]")).to_be_visible()  # nothing faulty is kept, nothing written is lost
    assert page.input_value("#own textarea") == METRIC
    mended = METRIC.replace("membres", "members")
    write(page, mended)
    expect(page.locator("#checked .troubles")).to_have_count(0)
    expect(page.locator("#checked")).to_contain_text("最近 7 天：")
    page.focus("#own textarea")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note[role=status]")).to_contain_text("已保存，现在就算数。")

    page.click("#checked a:has-text('用它分析')")
    page.wait_for_url("**/explore?m=buyers_per_order**")
    expect(page.locator(".figure-card b")).to_contain_text("倍")
    expect(page.locator(".answer-tools")).to_contain_text("数据截至")
    page.click(".figure-card a.tip")
    page.wait_for_url("**/dictionary/buyers_per_order")
    expect(page.locator(".definition")).to_contain_text("自有")
    page.click("dd a:has-text('修改')")

    write(page, mended.replace("每单人数", "每单买家数"))
    page.click("#own .btn-accent")
    expect(page.locator(".note[role=status]")).to_contain_text("已保存")
    page.goto(f"{whole.url}/explore?m=buyers_per_order")
    expect(page.locator("h2").first).to_contain_text("每单买家数")

    page.goto(f"{whole.url}/own-metrics/edit?file=people.yaml")
    page.click("button:has-text('删除这个文件')")
    expect(page.locator(".note[role=status]")).to_contain_text("已删除 people.yaml")
    page.click("button:has-text('撤销删除')")
    page.wait_for_url("**/own-metrics/edit?file=people.yaml")
    page.click("button:has-text('删除这个文件')")
    page.goto(f"{whole.url}/explore?m=buyers_per_order")
    expect(page.locator(".answer-place")).to_contain_text("buyers_per_order")  # told in its place, with what is near
    assert [one for one in admin.wrong if "status of 422" not in one] == []


def test_a_statement_is_written_mended_paged_and_taken_along(admin: Watched, whole: Whole, tmp_path: Path) -> None:
    page = admin.page
    page.goto(f"{whole.url}/data/sql")
    page.fill("[data-narrow]", "is_paid")
    shown = page.locator(".desk-table:visible")
    expect(shown.filter(has_text="fct_orders").first).to_be_visible()
    expect(shown.filter(has_text="dim_shop")).to_have_count(0)
    page.fill("[data-narrow]", "")

    page.fill("#sql textarea", BROKEN)
    page.click("#sql .btn-accent")
    expect(page.locator("[role=alert]")).to_contain_text("fct_ordres")
    expect(page.locator("[role=alert]")).to_contain_text("fct_orders")
    assert page.input_value("#sql textarea") == BROKEN
    page.fill("#sql textarea", "SELECT *\nFROM fct_orders\nWHERE (")
    page.click("#sql .btn-accent")
    page.click("[role=alert] [data-go]")
    expect(page.locator("#sql textarea")).to_be_focused()
    expect(page.locator(".editor-lines .is-wrong")).to_have_text("3")
    page.fill("#sql textarea", "DELETE FROM fct_orders")
    page.click("#sql .btn-accent")
    expect(page.locator("[role=alert]")).to_contain_text("SELECT")

    page.fill("#sql textarea", BROKEN.replace("ordres", "orders\nGROUP BY ALL ORDER BY ALL"))
    page.focus("#sql textarea")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".desk-rows tbody tr")).to_have_count(3)
    with page.expect_download() as download:
        page.click("button:has-text('CSV')")
    file = tmp_path / "rows.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["community_id", "orders"]
    assert [row[0] for row in rows[1:]] == page.locator(".desk-rows tbody td:first-child").all_inner_texts()

    page.fill("[data-narrow]", "fct_order_lines")
    page.click(".desk-table:visible summary:has-text('fct_order_lines')")
    page.locator(".desk-table[open] button:has-text('看前 100 行')").click()
    assert page.input_value("#sql textarea") == "SELECT *\nFROM fct_order_lines\nLIMIT 100"
    page.locator(".desk-again").nth(0).click()  # what one ran lately comes back with a click
    assert page.input_value("#sql textarea").startswith("SELECT community_id")
    assert [one for one in admin.wrong if "40" not in one] == []  # what was refused, as the browser notes it


def test_who_is_no_administrator_finds_neither_page(operator: Watched, whole: Whole) -> None:
    page = operator.page
    assert page.locator(".menu-item", has_text="SQL").count() == 0
    for path in ("/data/sql", "/own-metrics", "/own-metrics/edit"):
        answer = page.goto(whole.url + path)
        assert answer is not None
        assert answer.status == 403
        expect(page.locator("#page h1")).to_contain_text(re.compile("您没有“.+”的权限|您的角色不能看这个页面"))
