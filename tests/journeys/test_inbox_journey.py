"""A morning at the inbox: look, change one, approve the rest together, take one back; days later, read what it brought."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.domains.operations.inbox.inbox_app import NOW, inbox_app
from tests.engine.decisions.samples import DAY
from tests.engine.shell.standin import WORDS
from tests.journeys.entering import enter
from tests.journeys.serving import served

from linshu.engine.decisions.measuring import measure
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def company(tmp_path: Path, _quick_passwords: object) -> Iterator[tuple[Any, str]]:
    state = State.open(tmp_path / "state.sqlite")
    app = inbox_app(state, 12)
    with served(app) as url:
        yield app, url
    state.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_morning_at_the_inbox(company: tuple[Any, str], browser: Browser, width: int) -> None:
    app, url = company
    watched = enter(browser, url, "wang", WORDS, first="/", width=width, judged=True)
    page = watched.page
    page.wait_for_url("**/inbox")  # the first thing in the menu

    page.click("text=给张三发券 >> nth=0")
    page.fill("[name='line:coupon']", "8.5")
    page.fill("#edit [name=why]", "老团长，多给一点")
    page.click("text=保存修改")
    expect(page.locator(".facts.is-wide")).to_contain_text("¥85.00")
    clean(page)

    page.click(".crumbs >> text=今日待办")
    expect(page.locator(".todo")).to_contain_text("改过")
    page.check("[data-every]")
    expect(page.locator("[data-picked]")).to_have_text("选中 12 条")
    page.uncheck("[name=mark] >> nth=11")
    expect(page.locator("[data-picked]")).to_have_text("选中 11 条")
    page.click("button:has-text('批准并执行')")
    expect(page.locator("#page [role=status]")).to_contain_text("已批准 11 条")
    expect(page.locator(".segments [aria-current]")).to_have_text(re.compile("待定 1"))
    clean(page)
    page.click("#page [role=status] >> text=撤销")
    expect(page.locator("#page [role=status]")).to_contain_text("已撤销 11 条")
    page.check("[data-every]")
    page.click("button:has-text('批准并执行')")
    expect(page.locator("#list-title")).to_contain_text("0 条")

    page.click("a:has-text('已执行 1')")
    expect(page.locator(".todo tbody tr")).to_have_count(1)
    bring(app, 4_200.0)
    page.goto(f"{url}/inbox?tab=done")
    expect(page.locator(".score")).to_contain_text("¥42.00")
    expect(page.locator(".score")).to_contain_text("与原来的做法比（估计）")
    clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.wrong == []
    page.context.close()


def bring(app: Any, gain: float) -> None:
    """Eight days later every coupon that was given has brought this much."""
    from dataclasses import replace

    ledger = app.state.shell.ledger
    kind = replace(ledger.kinds["coupon"], observe=lambda _, seen, __: {one.proposal_id: gain for one in seen})
    later = replace(ledger, kinds={"coupon": kind}, now=lambda: NOW + timedelta(days=8))
    assert [one.applied for one in measure(later, None, DAY + timedelta(days=8))] == [1]


def clean(page: Page) -> None:
    """Nothing that someone who cannot see well would stumble over."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.response["violations"] == [], found.generate_report()
