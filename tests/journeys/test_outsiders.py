"""What leaders and suppliers find on pages of their own: everything of theirs, small and fresh, and nothing of others."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import FIRST, TODAY, orders_of
from tests.domains.models.company import line, order
from tests.journeys.entering import Watched, enter
from tests.journeys.outsiders import EARNED, LEADER, LOST, SUPPLIER, WORDS, outsiders
from tests.journeys.test_every_page import foreign_to_chinese, foreign_to_english, nothing
from tests.journeys.walk import SILENT, TEXTS, UNFOLD, WIDE, axe

from linshu.engine.audit import SYSTEM
from linshu.engine.work import Draft, Wanted, WorkBook
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from tests.journeys.whole import Whole

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_HTML, MOST_STYLE, MOST_SCRIPT = 15_000, 12_000, 2_000
LEADER_PAGES = (
    "/leader",
    "/leader/orders",
    "/leader/orders?when=month",
    "/leader/commission",
    "/leader/messages",
    "/leader/me",
)
SUPPLIER_PAGES = (
    "/supplier", "/supplier/purchases", "/supplier/purchases?when=month", "/supplier/stock", "/supplier/settlement", "/supplier/messages", "/supplier/me",
)  # fmt: skip
FOREIGN = ("锦绣", "碧桂", "陈军", "李娜", "C2-", "C3-")  # groups, leaders and orders of others


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, _own_keys: object, _quick_passwords: object) -> Iterator[Whole]:
    with outsiders(tmp_path_factory.mktemp("outsiders")) as made:
        yield made


def entered(town: Whole, account: str) -> TestClient:
    """Somebody who logged in, without a browser."""
    client = TestClient(town.app, base_url="http://shop.test", headers={"accept": "text/html"}, follow_redirects=False)
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/login").text)
    assert token is not None
    said = client.post("/login", data={"csrf": token[1], "account": account, "password": WORDS})
    assert said.status_code == 303
    return client


def test_a_role_begins_on_its_own_pages_and_stays_there(town: Whole) -> None:
    leader = entered(town, LEADER)
    assert leader.get("/").headers["location"] == "/leader"
    for path in ("/overview", "/explore", "/work", "/inbox", "/admin/people", "/api/v1/work", "/api/v1/metrics"):
        assert leader.get(path).status_code == 403, path
    boss = entered(town, "boss")
    assert boss.get("/").headers["location"] != "/leader"


@pytest.mark.parametrize("path", LEADER_PAGES + SUPPLIER_PAGES)
def test_pages_are_small_and_only_grow_with_what_they_list(town: Whole, path: str) -> None:
    leader = entered(town, LEADER if path in LEADER_PAGES else SUPPLIER)
    page = leader.get(path)
    assert page.status_code == 200
    assert len(page.content) <= MOST_HTML
    sizes = {
        kind: sum(len(leader.get(one).content) for one in re.findall(rf'"(/static/[^"]+\.{kind})"', page.text))
        for kind in ("css", "js")
    }
    assert 0 < sizes["css"] <= MOST_STYLE
    assert 0 < sizes["js"] <= MOST_SCRIPT


def test_an_unchanged_page_answers_with_a_few_bytes_and_a_changed_one_anew(town: Whole) -> None:
    leader = entered(town, LEADER)
    first = leader.get("/leader")
    mark = {"if-none-match": first.headers["etag"]}
    again = leader.get("/leader", headers=mark)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert leader.get("/leader?lang=en", headers=mark).status_code == 200
    assert leader.get("/leader?lang=zh", headers=mark).status_code == 304
    placed = f"{TODAY} 13:20"
    fresh = {
        "orders": [order("NEW-C1", placed, member_id="M00", community_id="C1", leader_id="L1", placed_date=TODAY, paid_date=TODAY)],
        "order_line": [line("NEW-C1", sku_id="S1")],
    }  # fmt: skip
    town.shop.bringing.intake.land_rows("more", [(name, pa.Table.from_pylist(rows)) for name, rows in fresh.items()])
    assert town.shop.build_models().ok
    object.__setattr__(town.app.state.shell.parts, "patience", 0.0)
    changed = leader.get("/leader", headers=mark)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_figures_are_those_of_the_dictionary_within_the_scope(town: Whole) -> None:
    sold = sum(row["goods_fen"] for row, _ in orders_of(TODAY - timedelta(days=1)) if row["community_id"] == "C1")
    leader = entered(town, LEADER)
    assert f"¥{sold / 100:,.2f}" in leader.get("/leader").text
    earned = leader.get("/leader/commission").text
    assert f"¥{2 * EARNED / 100:,.2f}" in earned
    assert "¥7.77" not in earned
    assert ("gold" in earned, "silver" in earned) == (True, False)
    assert "合同上的等级" in earned
    assert "准时、售后还没有算到团长名下" in earned


def test_no_order_of_others_can_be_reached(town: Whole) -> None:
    days = [FIRST + timedelta(days=step) for step in range(21)]
    own = {row["order_id"] for day in days for row, _ in orders_of(day) if row["community_id"] == "C1"}
    leader = entered(town, LEADER)
    pages = [leader.get(f"/leader/orders?when=month&page={page}").text for page in range(1, 12)]
    assert own <= set(re.findall(r"[\w-]+-C\d-?\d*", "".join(pages)))
    asked = ["q=1120-C2-0", "q=锦绣", "state=refunded", "sort=amount", "q=M10", "community=C2", "leader=L2"]
    pages += [leader.get(f"/leader/orders?when=month&{one}").text for one in asked]
    pages += [leader.get(path).text for path in LEADER_PAGES]
    for text in pages:
        said = re.sub(r'value="[^"]*"|href="[^"]*"', "", text)  # what was typed
        assert [one for one in FOREIGN if one in said] == []
    assert "没有这样的订单" in leader.get("/leader/orders?when=month&q=1120-C2-0").text


def test_a_supplier_sees_and_takes_along_their_own_goods_alone(town: Whole) -> None:
    supplier = entered(town, SUPPLIER)
    assert supplier.get("/").headers["location"] == "/supplier"
    pages = [supplier.get(path).text for path in SUPPLIER_PAGES]
    pages += [supplier.get(f"/supplier/{what}/export?form=csv&when=month&q=").text for what in ("purchases", "stock")]
    assert all("五花肉" in pages[place] for place in (0, 1, 2, 3, -1, -2))
    pages += [supplier.get(f"/supplier/purchases?when=season&{one}").text for one in ("q=PO2", "q=别家", "supplier=V2")]
    for text in pages:
        said = re.sub(r'value="[^"]*"|href="[^"]*"', "", text)
        assert [one for one in ("土鸡蛋", "别家", "PO2", "V2") if one in said] == []
    assert "PO1,东湖仓,已到货" in pages[-5]
    assert supplier.get("/leader").status_code == 403
    assert entered(town, LEADER).get("/supplier/stock").status_code == 403


def test_programs_read_the_same_figures_within_the_same_rows(town: Whole) -> None:
    today, before = entered(town, LEADER).get("/api/v1/leader/today").json()["rows"][::-1]
    assert (before["day"], today["day"]) == (str(TODAY - timedelta(days=1)), str(TODAY))
    assert before["gmv"] == sum(
        row["goods_fen"] for row, _ in orders_of(TODAY - timedelta(days=1)) if row["community_id"] == "C1"
    )
    earned = entered(town, LEADER).get("/api/v1/leader/commission").json()["rows"]
    assert sum(row["commission_cost"] for row in earned) == 2 * EARNED
    (held,) = entered(town, SUPPLIER).get("/api/v1/supplier/stock").json()["rows"]
    assert (held["sku"], held["stock_units"]) == ("S1", 37)
    assert entered(town, LOST).get("/api/v1/leader/today").status_code == 403
    assert entered(town, SUPPLIER).get("/api/v1/leader/today").status_code == 403


def test_who_is_bound_to_nobody_sees_nothing_not_everything(town: Whole) -> None:
    lost = entered(town, LOST)
    assert "还没有说明您是哪一位" in lost.get("/leader").text
    assert "C1" not in lost.get("/leader/orders?when=month").text


def test_work_orders_of_others_are_not_there(town: Whole) -> None:
    shell = town.app.state.shell
    (other,), _ = WorkBook(shell.state, shell.users.find("boss").scope).page(Wanted(owners=("boss",)))
    leader = entered(town, LEADER)
    assert "给别人的事" not in leader.get("/leader/messages").text
    assert leader.get(f"/leader/messages/{other.order_id}").status_code == 404


def test_first_tasks_are_done_by_doing_and_can_be_put_away(town: Whole) -> None:
    town.app.state.shell.users.add("fresh", "新供应商", "supplier", WORDS)
    supplier = entered(town, "fresh")
    first = supplier.get("/supplier").text
    assert "找到公司最近向您订的货" in first
    supplier.get("/supplier/purchases")
    supplier.get(
        "/supplier/stock", headers={"sec-fetch-dest": "empty"}
    )  # a page that asks anew was not opened by anybody
    supplier.get("/supplier/purchases/export?form=csv")
    assert [row["done"] for row in supplier.get("/api/v1/first-steps").json()["rows"]] == [True, False, True, False]
    token = re.search(r'name="csrf" value="(\w+)"', first)
    assert token is not None
    for act, shown in (("close", False), ("open", True)):
        assert supplier.post("/supplier/first-steps", data={"csrf": token[1], "act": act}).status_code == 303
        assert ("上手任务" in supplier.get("/supplier").text) is shown
        assert "完成 2 / 4" in supplier.get("/supplier/me").text
    leader = entered(town, LEADER)
    assert "找到您这个月的佣金" in leader.get("/leader").text
    assert leader.post("/supplier/first-steps", data={"csrf": token[1], "act": "close"}).status_code == 403


def test_a_leader_sees_to_the_day_on_a_cheap_phone(town: Whole, browser: Browser) -> None:
    watched = enter(browser, town.url, LEADER, WORDS, first="/leader", width=320, judged=True)
    page = watched.page
    page.click("summary:has-text('今天卖了')")
    expect(page.locator("details[open]")).to_contain_text("成交额 GMV")
    page.click(".tabs a:has-text('订单')")
    page.click("text=近7天")
    page.fill("[name=q]", "土鸡蛋")
    page.click("text=找")
    page.click(".list summary >> nth=0")
    expect(page.locator("details[open]")).to_contain_text("土鸡蛋 30枚")
    page.click(".tabs a:has-text('消息')")
    page.click("text=请清点少货")
    page.click("text=处理好了")
    expect(page.locator("[role=alert]")).to_contain_text("请写明处理结果")
    page.fill("[name=words]", "少的是鸡蛋，已补")
    page.click("text=处理好了")
    expect(page.locator(".pill").first).to_have_text("待验收")
    page.click(".tabs a:has-text('今日')")
    expect(page.locator(".count")).to_have_count(0)
    draft = Draft(Text("请回电话", "Please call back"), owner=LEADER, key="c")
    town.app.state.shell.work.open(SYSTEM, draft)
    page.evaluate("document.activeElement.blur(); document.dispatchEvent(new Event('visibilitychange'))")  # looks again
    expect(page.locator(".count")).to_have_text("1")
    walked(watched, town, LEADER_PAGES)


def test_a_supplier_looks_after_a_delivery_at_a_desk(town: Whole, browser: Browser) -> None:
    watched = enter(browser, town.url, SUPPLIER, WORDS, first="/supplier", judged=True)
    page = watched.page
    page.click(".tabs a:has-text('采购单')")
    page.fill("[name=q]", "五花肉")
    page.click("text=找")
    page.click(".list summary >> nth=0")
    expect(page.locator("details[open]")).to_contain_text("订 40，到 38，拒收 1")
    walked(watched, town, SUPPLIER_PAGES)


def walked(watched: Watched, town: Whole, paths: tuple[str, ...]) -> None:
    """Every page in both languages: open to everybody, not pushed sideways, and in one language."""
    page, found = watched.page, list[tuple[str, str]]()
    for language, foreign in (("zh", foreign_to_chinese), ("en", foreign_to_english)):
        for path in paths:
            page.goto(f"{town.url}{path}{'&' if '?' in path else '?'}lang={language}")
            page.evaluate(UNFOLD)
            texts: list[str] = page.evaluate(TEXTS, SILENT)
            found += [(path, f"{language}: {word}") for text in texts for word in foreign(text, town.names)]
            found += [(path, f"{page.evaluate(WIDE)} px")] if page.evaluate(WIDE) else []
            found += [(path, fault) for fault in axe(page)] if language == "zh" else []
    nothing(found)
    assert [one for one in watched.wrong if "status of 403" not in one and "status of 400" not in one] == []
    page.context.close()
