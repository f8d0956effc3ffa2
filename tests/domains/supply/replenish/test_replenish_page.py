"""The buyer's page as HTML: from forecast and stock to purchase orders, their reasons, approval, files, and a viewer's own warehouses."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TownShop, published
from tests.domains.models.company import Company
from tests.domains.supply.names import unnamed
from tests.domains.supply.replenish.made_up import MADE_ON, TODAY, at, buying_rows, case, told
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.domains.supply.replenish import flow, view
from linshu.domains.supply.replenish.advise import AMPLE, House, reasons
from linshu.domains.supply.replenish.came import came
from linshu.domains.supply.replenish.feature import FEATURE
from linshu.domains.supply.replenish.flow import KIND, draft_of
from linshu.domains.supply.replenish.inputs import Read, number_of, read
from linshu.domains.supply.replenish.presale import presale
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.audit import SYSTEM
from linshu.engine.decisions import Wanted, proposing
from linshu.engine.decisions.measuring import measure
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOMAIN = Domain("supply", Text("供应链", "Supply"), (FEATURE,))


@pytest.fixture(scope="module")
def company() -> Company:
    company, rows = Company(), buying_rows()
    rows["supplier"][0] |= {"order_weekdays": "1,4", "delivery_weekdays": "2,5"}  # today is a Monday
    rows["sku"] += [
        {"sku_id": key, "name": name, "supply_mode": "stocked", "base_unit": "piece"}
        for key, name in (("S7", "没人买过的"), ("S8", "没人卖过的"))
    ]
    rows["demand_forecast"] += [told("S7", "W1", ahead, 2_000) for ahead in range(1, 15)]
    rows["transfer_order"] = [
        {
            "transfer_order_id": number, "from_warehouse_id": giver, "to_warehouse_id": taker, "status": status,
            "ordered_at": at(MADE_ON, 7), "ordered_date": MADE_ON,
            "expected_at": at(TODAY + timedelta(days=1), 7), "expected_date": TODAY + timedelta(days=1),
        }
        for number, giver, taker, status in (
            ("T1", "W1", "W2", "shipped"), ("T2", "W2", "W1", "ordered"), ("T3", "W2", "W1", "cancelled"),
        )
    ]  # fmt: skip
    rows["transfer_order_line"] = [
        {"transfer_order_id": number, "line_no": 1, "sku_id": "S1", "ordered_qty": 6, "shipped_qty": sent}
        for number, sent in (("T1", 5), ("T2", None), ("T3", None))
    ]
    came = [(9, 3), (8, 2), (7, 3), (120, 60)]  # days ago, days it could still be sold after that day
    rows["stock_batch"] = [
        {"stock_batch_id": f"B{old}", "sku_id": "S1", "expires_on": TODAY + timedelta(days=left - old)}
        for old, left in came
    ]
    rows["stock_movement"] = [
        {
            "stock_movement_id": f"M{old}{kind}", "sku_id": "S1", "warehouse_id": "W1", "stock_batch_id": f"B{old}", "kind": kind,
            "qty": qty, "cost_fen": qty * 100, "moved_at": at(TODAY - timedelta(days=old), 2), "moved_date": TODAY - timedelta(days=old),
        }
        for old, _ in came
        for kind, qty in (("receipt", 9), ("loss", -9))
    ]  # fmt: skip
    rows["warehouse"].append({"warehouse_id": "W3", "name": "洪山网格仓", "level": "grid", "parent_id": "W1"})
    rows["transfer_order"] += [
        {**rows["transfer_order"][0], "transfer_order_id": "T4", "to_warehouse_id": "W3"},
        {**rows["transfer_order"][1], "transfer_order_id": "T5", "from_warehouse_id": "W1", "to_warehouse_id": "W3"},
    ]
    rows["transfer_order_line"] += [
        {"transfer_order_id": number, "line_no": 1, "sku_id": "S2", "ordered_qty": 6, "shipped_qty": sent}
        for number, sent in (("T4", 4), ("T5", None))
    ]
    rows["stock_movement"].append(
        {
            "stock_movement_id": "M3", "sku_id": "S2", "warehouse_id": "W3", "kind": "receipt", "qty": 30, "cost_fen": 3000,
            "moved_at": at(MADE_ON, 2), "moved_date": MADE_ON,
        }
    )  # fmt: skip
    company.land(rows)
    return published(company)


@pytest.fixture
def shop(company: Company) -> TownShop:
    return TownShop(company)


@pytest.fixture
def people(shop: TownShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, TestClient]]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        app = create_web(shop, state, (DOMAIN,), WebSettings(), now=lambda: NOW)
        shell = app.state.shell
        for account in ("chen", "zhao"):
            shell.users.add(account, account, "buyer", WORDS)
        shell.users.set_scope("zhao", Scope.only(warehouses=["W2"]))
        proposing.run(shell.ledger, shop, TODAY)
        clients = {one: TestClient(app, base_url="http://shop.test", headers=BROWSER) for one in ("chen", "zhao")}
        for account, client in clients.items():
            assert log_in(client, account).status_code == 303
        yield clients


def token(page: str) -> str:
    return page.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


def test_orders_are_proposed_explained_approved_and_not_proposed_twice(
    people: dict[str, TestClient], shop: TownShop
) -> None:
    page = people["chen"].get("/replenish").text
    assert "向江夏合作社订货，送武汉仓" in page
    assert "向江夏合作社订货，送长沙仓" in page
    assert page.count("最晚") == 2
    ids = [part.split('"')[0] for part in page.split('name="mark" value="')[1:]]
    lines = people["chen"].get(f"/replenish/lines/{ids[0]}").text
    assert "不订的话，到下次能到货前预计缺" in lines
    done = people["chen"].post("/replenish", data={"csrf": token(page), "act": "approve", "mark": ids}).text
    assert "处理了 2 单" in done
    assert "今天的都处理完了" in done
    ledger = people["chen"].app.state.shell.ledger
    with ledger.state.reading() as connection:
        files = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE receiver = 'purchase'").scalar_one()
    assert files == 2
    # the next morning, before any purchase order came back: what was approved counts as on the way
    carried = ledger.carried(KIND, TODAY + timedelta(days=1))
    assert len(carried) == 2
    again = {one.subject: one for one in KIND.propose(shop, TODAY + timedelta(days=1), KIND.policy, carried)}
    fresh = {one.subject: one for one in KIND.propose(shop, TODAY + timedelta(days=1), KIND.policy, ())}
    for subject, one in again.items():
        assert sum(line["on_way"] for line in one.lines) > 0
        assert one.cost < fresh[subject].cost
    assert measure(ledger, shop, TODAY + timedelta(days=KIND.days + 1))[0].applied == 2
    assert "实际多赚" in people["chen"].get("/replenish?tab=done").text
    lines = people["chen"].get(f"/replenish/lines/{ids[0]}").text
    assert "比原来的订法多赚" in lines
    assert "数据里还没有采购单 LS" in lines
    assert ledger.book("buyer").find(ids[0]).gain is not None


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ((), "也没有相近的"),
        (("P9", 30, 20), "订 30 件，已到 20 件"),
        (("own", 40, 40), "：订 40 件，已到 40 件"),
    ],
)
def test_an_order_that_was_placed_says_what_of_it_has_come(known: tuple[Any, ...], said: str) -> None:
    draft = draft_of([case(1, shelf=(), coming=())], TODAY, House(), 0, AMPLE, ())
    assert draft is not None
    one = SimpleNamespace(
        proposal_id="ab" * 10, kind=KIND.name, day=TODAY, state="applied", lines=draft.lines, place=draft.place
    )
    rows = [
        {"sku_id": sku, "purchase_order_id": number_of(one) if number == "own" else number, "ordered_qty": ordered, "accepted_qty": came_}
        for number, ordered, came_ in ([known] if known else [])
        for sku in (draft.lines[0]["sku_id"], "another")
    ]  # fmt: skip
    shop: Any = SimpleNamespace(read=lambda *_: SimpleNamespace(to_pylist=lambda: rows))
    assert said in came(shop, one).zh
    one.state = "undone"
    assert came(shop, one) is None


def test_after_the_suppliers_cut_off_nothing_is_ordered_of_it_today(shop: TownShop) -> None:
    def ordered(hour: int) -> int:
        return len(list(KIND.propose(shop, TODAY, KIND.policy, (), at=datetime.combine(TODAY, time(hour, 30)))))

    assert (ordered(22), ordered(23)) == (2, 0)
    drafts = list(KIND.propose(shop, TODAY, KIND.policy, (), at=datetime.combine(TODAY, time(22, 30))))
    assert {one.open_for for one in drafts} == {timedelta(minutes=30)}  # then the supplier takes no more
    _, said = view.why(shop, Scope.everything(), TODAY, KIND.policy, (), "", at=datetime.combine(TODAY, time(23, 30)))
    (why,) = {one.why[0].zh for one in said if one.day is not None}
    assert "已过截止时间" in why  # until the supplier's next day


def test_pre_sales_are_ordered_on_top_of_what_was_ordered_today(
    shop: TownShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    sold = case(1, mode="presale", confirmed=30, mean=(0.0,) * 14, usual=0.0, shelf=(), coming=((0, 12),), pack=1)

    def read_(_shop: object, day: date, earlier: tuple[Any, ...], **_: object) -> Read:
        asked.append(earlier)
        return Read(day, day, (sold,), {}, {})

    monkeypatch.setattr(flow, "read", read_)
    first, *_ = KIND.propose(shop, TODAY, KIND.policy, ())
    placed = SimpleNamespace(day=TODAY, subject=first.subject)
    (more,) = KIND.propose(shop, TODAY, KIND.policy, (placed,))
    assert asked == [(), (placed,)]  # what was placed is on its way
    assert (first.subject, more.subject) == ("presale:P1@W1", "presale:P1@W1#2")
    assert more.key != first.key
    assert "补订" in more.title.zh
    assert sum(line["boxes"] for line in more.lines) == 18
    late = datetime.combine(TODAY, time(23, 30))
    closed = replace(sold, wait=1)
    monkeypatch.setattr(flow, "read", lambda *_, **__: Read(TODAY, TODAY, (closed,), {}, {}))
    assert list(KIND.propose(shop, TODAY, KIND.policy, (), at=late)) == []
    assert "截止时间已过" in reasons(presale(closed, House()))[0].zh


def test_a_long_list_comes_by_pages_and_is_acted_on_whole(
    people: dict[str, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "PAGE_ROWS", 1)
    chen = people["chen"]
    first, second = (chen.get(f"/replenish?page={page}").text for page in (1, 2))
    marks = [re.findall(r'name="mark" value="(\w+)"', text) for text in (first, second)]
    assert [len(one) for one in marks] == [1, 1]
    assert marks[0] != marks[1]
    assert "1 / 2" in first
    assert "连其他页，共 2 条" in first
    assert "2 / 2" in chen.get("/replenish?page=9").text
    done = chen.post("/replenish?page=2", data={"csrf": token(first), "act": "snooze", "every": "1"}).text
    assert "处理了 2 单" in done


def test_the_same_order_comes_out_of_its_frozen_numbers(people: dict[str, TestClient]) -> None:
    shell = people["chen"].app.state.shell
    book = shell.ledger.book("buyer")
    page = people["chen"].get("/replenish").text
    ids = [part.split('"')[0] for part in page.split('name="mark" value="')[1:]]
    for name in ids:
        one, told_again = book.find(name), shell.ledger.again(book, name)
        assert (told_again.lines, told_again.value, told_again.cost) == (one.lines, one.value, one.cost)
        assert not unnamed(KIND, book.inputs(name))


def test_an_edit_is_reckoned_anew(people: dict[str, TestClient]) -> None:
    shell = people["chen"].app.state.shell
    book = shell.ledger.book("buyer")
    before = book.page(Wanted(("replenish",)))[0][0]
    lines = [{"boxes": line["boxes"] + 3} for line in before.lines]
    after = shell.ledger.edit(SYSTEM, book, before.proposal_id, lines, "节前多备")
    more = sum(3 * line["pack"] * line["price"] for line in before.lines)
    assert after.cost == before.cost + more
    assert after.value < before.value


def test_a_buyer_of_one_warehouse_sees_and_orders_only_for_it(people: dict[str, TestClient]) -> None:
    page = people["zhao"].get("/replenish").text
    assert "长沙仓" in page
    assert "武汉仓" not in page
    others = people["chen"].get("/replenish?warehouse=W1").text
    (other,) = [part.split('"')[0] for part in others.split('name="mark" value="')[1:]]
    assert people["zhao"].get(f"/replenish/lines/{other}").status_code == 404
    refused = people["zhao"].post("/replenish", data={"csrf": token(page), "act": "approve", "mark": other}).text
    assert "处理了" not in refused
    file = people["zhao"].get("/replenish/export?form=csv").text
    rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
    assert {row["收货仓编号"] for row in rows} == {"W2"}
    assert all(int(row["箱数"]) > 0 for row in rows)


def test_why_answers_about_any_good_within_the_scope(people: dict[str, TestClient]) -> None:
    page = people["zhao"].get("/replenish/why?q=S1").text
    assert "长沙仓" in page
    assert "武汉仓" not in page
    assert "没有找到" in people["chen"].get("/replenish/why?q=没有这样的商品").text
    assert "没有进价" in people["chen"].get("/replenish/why?q=没人买过").text
    assert "没有它的销量预测" in people["chen"].get("/replenish/why?q=S8").text
    assert "输入一个商品" in people["chen"].get("/replenish/why").text


def test_goods_that_sell_most_are_of_class_a(shop: TownShop) -> None:
    ranks = {one.sku_id: one.rank for one in read(shop, TODAY).cases}
    assert ranks == {"S1": "A", "S2": "A"}


def test_a_transfer_under_way_is_on_its_way_there_and_gone_here(shop: TownShop) -> None:
    coming = {(one.sku_id, one.warehouse_id): one.coming for one in read(shop, TODAY).cases}
    assert coming["S1", "W2"] == ((1, 5),)
    assert coming["S1", "W1"] == ((1, 6),)
    assert coming["S2", "W2"] == ()
    leaving = shop.read("SELECT from_warehouse_id, leaving_qty FROM fct_coming_lines WHERE leaving_qty > 0").to_pylist()
    assert sorted((row["from_warehouse_id"], row["leaving_qty"]) for row in leaving) == [("W1", 6), ("W2", 6)]


def test_what_lies_below_a_warehouse_or_goes_there_serves_the_same_demand(shop: TownShop) -> None:
    cases = {(one.sku_id, one.warehouse_id): one for one in read(shop, TODAY).cases}
    assert ("S2", "W3") not in cases
    own = cases["S2", "W1"]
    assert own.on_hand == 30 - 6  # of the 30 below it 6 are as good as on the road
    assert own.coming == ((1, 4), (1, 6))
    apart = {(one.sku_id, one.warehouse_id): one for one in read(shop, TODAY, apart=True).cases}
    assert (apart["S2", "W3"].on_hand, apart["S2", "W3"].warehouse) == (30, "洪山网格仓")
    assert apart["S2", "W3"].coming == ((1, 4), (1, 6))
    assert (apart["S2", "W1"].on_hand, apart["S2", "W1"].coming) == (0, ())


def test_goods_keep_as_long_as_lots_lately_did_when_they_came(shop: TownShop) -> None:
    assert {one.sku_id: one.life for one in read(shop, TODAY).cases} == {"S1": 4, "S2": 5}  # of S1 lots come a day late


def test_a_supplier_of_mondays_and_thursdays_is_ordered_from_on_these(shop: TownShop) -> None:
    assert {(one.wait, one.lead, one.review) for one in read(shop, TODAY).cases} == {(0, (1,), 3)}
    assert {(one.wait, one.lead) for one in read(shop, TODAY + timedelta(days=1)).cases} == {(2, (3,))}
