"""A target is set on its page, and stands on the overview's card with where the month is likely to end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.domains.insight.overview.town import NOW
from tests.journeys.entering import enter
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
    watched = enter(browser, whole.url, ADMIN, WORDS, first="/targets")
    page = watched.page
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
    assert watched.wrong == []
    page.context.close()
