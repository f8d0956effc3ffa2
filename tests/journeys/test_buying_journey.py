"""A buyer's morning: what runs out, what spoils, what sells out too early; transfers, quotas and orders approved, taken along as a file; a week later, what they earned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.domains.insight.overview.town import NOW, TownShop, published
from tests.domains.models.company import Company, line, order
from tests.domains.supply.replenish.made_up import MADE_ON, TODAY, at, buying_rows, told
from tests.engine.shell.standin import WORDS
from tests.journeys.entering import enter
from tests.journeys.serving import served

from linshu.domains.operations.inbox import FEATURE as INBOX
from linshu.domains.supply.markdown.feature import FEATURE as MARKDOWN
from linshu.domains.supply.quota.feature import FEATURE as QUOTA
from linshu.domains.supply.replenish.feature import FEATURE as REPLENISH
from linshu.domains.supply.transfer.feature import FEATURE as TRANSFER
from linshu.domains.supply.watching import FEATURE as STOCK
from linshu.engine.decisions import proposing
from linshu.engine.decisions.measuring import measure
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DOMAINS = (
    Domain("operations", Text("协同", "Operations"), (INBOX,)),
    Domain("supply", Text("供应链", "Supply"), (STOCK, REPLENISH, QUOTA, TRANSFER, MARKDOWN)),
)
HELD = (("W1", "S1", 260, 3), ("W2", "S1", 6, 4))  # Wuhan has far too many eggs for four days, Changsha hardly any


def rows() -> dict[str, list[dict[str, Any]]]:
    """The town with stock; what is bought for Changsha takes three days, and noodles are sold ahead in Wuhan."""
    found = buying_rows()
    found["sku"].append({**found["sku"][0], "sku_id": "S3", "name": "热干面 5份", "supply_mode": "buy_to_order"})
    found["orders"].append(order("N1", f"{MADE_ON} 21:00", placed_date=MADE_ON, paid_date=MADE_ON))
    found["order_line"].append(
        line("N1", sku_id="S3", qty=200, goods_fen=398_000, paid_fen=398_000, unit_price_fen=1990)
    )
    found["demand_forecast"] += [told("S3", "W1", ahead, 12_000) for ahead in range(1, 15)]
    found["purchase_order_line"].append({**found["purchase_order_line"][0], "line_no": 3, "sku_id": "S3"})
    found["pickup_assignment"] = [
        {"community_id": "C1", "pickup_point_id": "P1", "warehouse_id": "W1", "valid_from": at(MADE_ON, 0)}
    ]
    opens = at(MADE_ON, 16)
    found["sale_batch"] = [
        {
            "batch_id": "B1", "name": "武汉今日团", "status": "open", "opened_at": opens, "opened_date": TODAY,
            "cut_off_at": opens + timedelta(days=1), "delivery_date": TODAY + timedelta(days=1),
        }
    ]  # fmt: skip
    found["listing"] = [
        {
            "listing_id": "L1", "batch_id": "B1", "sku_id": "S3", "scope_kind": "region", "scope_id": "4201", "price_fen": 1990,
            "quota_qty": 5, "listed_at": opens, "listed_date": TODAY,
        }
    ]  # fmt: skip
    for bought in found["purchase_order"]:
        if bought["warehouse_id"] == "W2":
            bought["received_at"] += timedelta(days=2)
            bought["received_date"] = bought["received_at"].date()
        bought["ordered_date"] = bought["ordered_at"].date()
    found["stock_batch"] = [
        {
            "stock_batch_id": f"B-{home}", "sku_id": sku, "received_qty": pieces, "unit_cost_fen": 100, "expires_on": TODAY + timedelta(days=days),
        }
        for home, sku, pieces, days in HELD
    ]  # fmt: skip
    found["stock_movement"] = [
        {
            "stock_movement_id": f"M-{home}", "sku_id": sku, "warehouse_id": home, "stock_batch_id": f"B-{home}", "kind": "receipt",
            "qty": pieces, "cost_fen": pieces * 100, "moved_at": at(MADE_ON, 2), "moved_date": MADE_ON,
        }
        for home, sku, pieces, _ in HELD
    ]  # fmt: skip
    return found


@pytest.fixture
def company(tmp_path: Path, _quick_passwords: object) -> Iterator[tuple[Any, TownShop, str]]:
    made = Company()
    made.land(rows())
    shop, state = TownShop(published(made)), State.open(tmp_path / "state.sqlite")
    app = create_web(shop, state, DOMAINS, WebSettings(company="翠湖优选"), now=lambda: NOW)
    app.state.shell.users.add("chen", "陈军", "buyer", WORDS)
    proposing.run(app.state.shell.ledger, shop, TODAY)
    with served(app) as url:
        yield app, shop, url
    state.close()


def test_a_morning_of_buying(company: tuple[Any, TownShop, str], browser: Browser) -> None:
    app, shop, url = company
    watched = enter(browser, url, "chen", WORDS, first="/stock", judged=True)
    page = watched.page
    expect(page.locator("#page")).to_contain_text("将断货")
    expect(page.locator("#page")).to_contain_text("临期")
    clean(page)
    page.locator("nav.kinds a", has_text="临期").click()
    page.wait_for_url("**kind=*")
    expect(page.locator("nav.kinds a[aria-current]")).to_contain_text("临期")
    expect(page.locator(".filters [name=q]")).to_be_visible()  # the page, not its list alone

    page.click("nav >> text=补货建议")
    page.wait_for_url("**/replenish")
    expect(page.locator(".kinds")).to_contain_text("临期")
    expect(page.locator("#page")).to_contain_text("从武汉仓调货到长沙仓")
    expect(page.locator("#page")).to_contain_text("卖不完")
    clean(page)
    with page.expect_download() as moved:
        page.click(".beside-title a[download]")
    assert moved.value.suggested_filename.startswith("transfer-orders")
    expect(page.locator("#page")).to_contain_text("武汉今日团：热干面 5份配额 5 →")
    page.click(".filters a:has-text('预售配额 1')")
    page.wait_for_url("**/quota")
    page.click("summary:has-text('截单前卖完的可能')")
    expect(page.locator("td .reasons")).to_contain_text("供应商还接单")
    clean(page)
    page.click(".filters a:has-text('补货建议')")
    page.wait_for_url("**/replenish")
    page.click("text=向江夏合作社订货，送长沙仓")
    expect(page.locator(".todo-more")).to_contain_text(["不订的话，到下次能到货前预计缺"])
    page.check("[data-every]")
    with page.expect_download() as export:
        page.click("a[download]:has-text('CSV')")
    assert "长沙仓" in export.value.path().read_text("utf-8-sig")
    page.click("button:has-text('批准并执行')")
    expect(page.locator("#page [role=status]")).to_contain_text("处理了 6 单")
    expect(page.locator("#page")).to_contain_text("今天的都处理完了")

    later = measure(app.state.shell.ledger, shop, TODAY + timedelta(days=8))
    assert {one.kind: one.applied for one in later} == {"replenish": 3, "quota": 1, "transfer": 1, "markdown": 1}
    page.click("text=已下单")
    expect(page.locator(".inbox-side")).to_contain_text("实际多赚")
    clean(page)
    assert watched.wrong == []
    page.context.close()


def clean(page: Page) -> None:
    """Nothing that someone who cannot see well would stumble over."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert found.response["violations"] == [], found.generate_report()
