"""A target is set on its page, and stands on the overview's card with where the month is likely to end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.domains.insight.overview.town import NOW
from tests.journeys.whole import ADMIN, WORDS, Whole, whole_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def whole(tmp_path_factory: pytest.TempPathFactory, _own_keys: object, _quick_passwords: object) -> Iterator[Whole]:
    with whole_project(tmp_path_factory.mktemp("aims")) as project:
        project.app.state.shell = replace(project.app.state.shell, now=lambda: NOW + timedelta(days=1))
        yield project


def test_a_target_is_set_and_stands_on_its_card(whole: Whole, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(f"{whole.url}/login?next=%2Ftargets")
    page.fill("[name=account]", ADMIN)
    page.fill("[name=password]", WORDS)
    page.click("button[type=submit]")
    page.wait_for_url("**/targets")
    page.select_option("[name=metric]", "orders")
    page.fill("[name=start]", "2026-11-24")
    page.fill("[name=value]", "150")
    page.click("button:has-text('保存')")
    expect(page.locator("#page [role=status]")).to_contain_text("已保存")
    expect(page.locator(".todo")).to_contain_text("150")
    page.click(".side >> text=经营总览")
    card = page.locator(".card-kpi", has_text="订单数")
    expect(card).to_contain_text("11月目标 150 · 已达")
    expect(card).to_contain_text("期末预计")
    assert wrong == []
    context.close()
