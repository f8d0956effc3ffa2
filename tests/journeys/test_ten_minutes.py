"""From an Excel file with faults to an insight and back to its rows, with a browser only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect
from tests.domains.hamlet import UNTIL, hamlet
from tests.domains.insight.uploads.pinduoduo import faulty, workbook
from tests.journeys.conftest import ACCOUNT, WORDS
from tests.journeys.entering import enter
from tests.journeys.serving import served
from tests.journeys.test_explore_journey import choose, names, ready
from tests.journeys.uploading import LONG, upload_and_mend

from linshu.app.states import open_state
from linshu.app.web import compose
from linshu.engine.access.users import Users

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from linshu.app.local import LocalShop

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILE = "拼多多4月.xlsx"


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, _own_keys: object, _quick_passwords: object
) -> Iterator[tuple[str, LocalShop]]:
    """A company with eleven weeks behind it, in April 2026."""
    with hamlet(tmp_path_factory.mktemp("ten-minutes")) as shop, open_state(shop.project) as state:
        Users(state).add(ACCOUNT, "王芳", "operator", WORDS)
        app = compose(shop, state)
        app.state.shell = replace(app.state.shell, now=lambda: UNTIL)
        with served(app) as url:
            yield url, shop


@pytest.fixture
def page(town: tuple[str, LocalShop], browser: Browser) -> Iterator[Page]:
    """Logged in; nothing may go wrong in the console."""
    watched = enter(browser, town[0], ACCOUNT, WORDS)
    watched.page.set_default_timeout(LONG)
    yield watched.page
    watched.page.context.close()
    assert watched.wrong == []


def test_from_an_excel_file_to_the_street_that_fell(town: tuple[str, LocalShop], page: Page, tmp_path: Path) -> None:
    url, shop = town
    upload_and_mend(page, url, FILE, workbook(faulty(12, "2026-04")))
    street = find_the_street(page, url, shop)
    keep_and_take_along(page, street, tmp_path)
    read_the_definition(page)
    see_the_rows(page, url)
    see_the_source(page, url)


def find_the_street(page: Page, url: str, shop: LocalShop) -> str:
    """The street whose repurchase rate fell most (or rose least) against the month before, by typing and clicking."""
    page.goto(f"{url}/explore?m=gmv&period=7d")
    ready(page)
    choose(page, "metric", "fgl")
    page.wait_for_url("**repurchase_rate**")
    page.keyboard.press("Escape")
    page.locator(".chip a[aria-label='去掉 成交额 GMV']").click()
    page.wait_for_url(lambda now: parts(now)["m"] == "repurchase_rate")
    ready(page)
    choose(page, "dimension", "jiedao")
    page.wait_for_url("**by=street**")
    ready(page)
    page.keyboard.press("Escape")
    page.locator("summary.pick", has_text="近7天").click()
    page.locator(".period-words button", has_text="上月").first.click()
    page.wait_for_url("**period=last-month**")
    ready(page)
    page.locator("summary", has_text="不对比").click()
    page.locator(".pop-item", has_text="较上期").first.click()
    page.wait_for_url("**compare=previous**")
    ready(page)
    page.locator("th a", has_text="复购率变动").click()
    page.wait_for_url("**order=repurchase_rate_move**")
    ready(page)
    counted = shop.query(
        "repurchase_rate", "street", start="2026-03-01", end="2026-03-31", compare="previous"
    ).table.to_pylist()
    known = [one for one in counted if None not in (one["repurchase_rate"], one["repurchase_rate_previous"])]
    worst = min(known, key=lambda one: one["repurchase_rate"] - one["repurchase_rate_previous"])
    assert names(page)[0] == worst["street_name"]
    return str(worst["street_name"])


def keep_and_take_along(page: Page, street: str, folder: Path) -> None:
    """The view under a name, and what is seen as an Excel file."""
    page.click("#save-view summary")
    page.fill("#save-view [name=name]", "复购下降的街道")
    page.click("#save-view button")
    page.wait_for_url("**view=**")
    ready(page)
    expect(page.locator("#my-views summary")).to_contain_text("复购下降的街道")
    with page.expect_download() as download:
        page.locator("a", has_text="Excel").first.click()
    file = folder / "streets.xlsx"
    download.value.save_as(file)
    rows = list(openpyxl.load_workbook(file).worksheets[0].values)
    assert any(row[0] == street for row in rows)
    assert set(names(page)) <= {row[0] for row in rows}


def read_the_definition(page: Page) -> None:
    """From the view to where its figure comes from, and on to what it means."""
    page.locator("a", has_text="来源").first.click()
    page.wait_for_url("**/lineage**")
    page.locator("a", has_text="完整口径").click()
    page.wait_for_url("**/dictionary/repurchase_rate")
    expect(page.locator(".definition")).to_contain_text("30 天内在至少两个团期购买的人数")


def see_the_rows(page: Page, url: str) -> None:
    """The rows of the uploaded file behind a figure of its day, by file and row."""
    page.goto(f"{url}/lineage?m=orders&from=2026-04-05&to=2026-04-05&where=channel=pinduoduo")
    rows = page.locator("#origin-rows tbody tr", has_text=FILE)
    expect(rows.first).to_be_visible()
    rows.first.locator("a[href^='/data/batches/']").click()
    expect(page.locator("h1")).to_contain_text(FILE)


def see_the_source(page: Page, url: str) -> None:
    """Where the file stands among what came, on the page one begins at; it keeps its own title."""
    page.goto(f"{url}/data")
    expect(page.locator("#data-sources tbody")).to_contain_text("拼多多")
    assert page.title().startswith("数据接入")


def parts(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
