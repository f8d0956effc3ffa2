"""From an alert to a work order that is given to somebody, done, looked at by another, and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.domains.operations.work.work_app import work_app
from tests.engine.shell.standin import WORDS
from tests.journeys.entering import enter
from tests.journeys.serving import served

from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def url(state_url: str, _quick_passwords: object) -> Iterator[str]:
    state = State.open(state_url)
    with served(work_app(state, 8)) as address:
        yield address
    state.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_an_alert_is_seen_to(url: str, browser: Browser, width: int, tmp_path: Path) -> None:
    both = [
        enter(browser, url, account, WORDS, first="/inbox", width=width, judged=True) for account in ("wang", "chen")
    ]
    wang, chen = (one.page for one in both)
    wang.goto(f"{url}/alerts")
    wang.click("a:has-text('建工单')")
    expect(wang.locator("[name=title]")).to_have_value("卖得太少：武汉")
    clean(wang)
    wang.select_option("[name=owner]", "chen")
    wang.click("button:has-text('建工单')")
    expect(wang.locator(".facts")).to_contain_text("陈军")
    order = wang.url

    chen.goto(f"{url}/work?view=board")
    clean(chen)
    chen.click(".board-card:has-text('卖得太少')")
    chen.click("button:has-text('开始处理')")
    expect(chen.locator(".panel-head .pill").nth(1)).to_have_text("处理中")
    picture = tmp_path / "截图.txt"
    picture.write_text("武汉仓昨天停电")
    chen.set_input_files("[name=file]", picture)
    chen.click("button:has-text('上传')")
    expect(chen.locator(".work-files")).to_contain_text("截图.txt")
    chen.fill("[name=result]", "仓里停电，已补发")
    chen.click("button:text-is('完成')")
    expect(chen.locator(".panel-head .pill").nth(1)).to_have_text("待验收")
    clean(chen)

    wang.goto(order)
    wang.click("button:text-is('验收')")
    wang.click("button:text-is('关闭')")
    expect(wang.locator(".panel-head .pill").nth(1)).to_have_text("已关闭")
    expect(wang.locator(".trail")).to_contain_text("仓里停电，已补发")

    wang.goto(f"{url}/work")
    wang.check("[data-every]")
    expect(wang.locator("[data-picked]")).to_have_text("选中 8 张")
    wang.select_option("#act [name=to]", "li")
    wang.click("#act button:has-text('指派')")
    expect(wang.locator("#page [role=status]")).to_contain_text("已指派 8 张")
    clean(wang)
    assert wang.evaluate("document.documentElement.scrollWidth") <= width
    assert [one.wrong for one in both] == [[], []]
    for page in (wang, chen):
        page.context.close()


def clean(page: Page) -> None:
    """Nothing that someone who cannot see well would stumble over."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.response["violations"] == [], found.generate_report()
