"""A person with an Excel file and nothing else: dropped, mended, imported, looked at, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.domains.insight.uploads.pinduoduo import faulty, workbook
from tests.journeys.conftest import ACCOUNT, WORDS
from tests.journeys.entering import enter
from tests.journeys.serving import served
from tests.journeys.uploading import LONG, upload_and_mend
from tests.journeys.walk import menu

from linshu.app.local import LocalShop
from linshu.app.project import Project
from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def empty(
    tmp_path_factory: pytest.TempPathFactory, _own_keys: object, _quick_passwords: object
) -> Iterator[tuple[str, LocalShop]]:
    """The pages of a company that has no data yet."""
    project = Project.init(tmp_path_factory.mktemp("upload") / "shop", name="翠湖优选")
    project.make_key()
    with LocalShop.open(project) as shop, open_state(project) as state:
        Users(state).add(ACCOUNT, "王芳", "operator", WORDS)
        with served(compose(shop, state)) as url:
            yield url, shop


@pytest.fixture
def page(empty: tuple[str, LocalShop], browser: Browser) -> Iterator[Page]:
    """Logged in, on a phone (`test_ten_minutes` is at a desk); nothing may go wrong in the console."""
    watched = enter(browser, empty[0], ACCOUNT, WORDS, width=390)
    watched.page.set_default_timeout(LONG)
    yield watched.page
    watched.page.context.close()
    assert watched.wrong == []


def test_every_page_of_a_company_without_data_opens_and_leads_to_the_upload(page: Page) -> None:
    for href in menu(page):
        answer = page.request.get(href)
        assert answer.ok, href
        body = answer.text().partition('<div class="body">')[2]
        assert '="/data/upload"' in body, href


def test_from_a_faulty_file_to_figures_and_back(empty: tuple[str, LocalShop], page: Page) -> None:
    url, shop = empty
    good = 13
    upload_and_mend(page, url, "拼多多.xlsx", workbook(faulty(good)))
    expect(page.get_by_role("link", name="看这几天的经营总览")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("link", name="看这个批次").click()
    page.get_by_role("link", name="撤销这个批次").click()
    expect(page.locator(".undo table").first).to_be_visible(timeout=LONG)
    page.fill("[name=why]", "只是试试")
    page.get_by_role("button", name="撤销“").click()
    expect(page.locator(".done h1")).to_contain_text("像从来没有导入过", timeout=LONG)
    expect(page.locator(".figures-table")).to_contain_text("撤销后")
    page.get_by_role("link", name="看这次撤销").click()
    expect(page.locator(".batch-facts")).to_contain_text("只是试试")
    assert shop.warehouse.query("SELECT count(*) AS n FROM std.orders")["n"][0].as_py() == 0
