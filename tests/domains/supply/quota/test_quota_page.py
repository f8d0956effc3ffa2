"""Quotas of pre-sales from the data to the inbox: proposed by batch and warehouse, edited, approved, called back, measured."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.domains.insight.overview.town import NOW, TownShop, published
from tests.domains.models.company import Company
from tests.domains.supply.quota.made_up import TODAY, selling_rows
from tests.engine.shell.standin import BROWSER, WORDS, log_in

from linshu.domains.supply.quota.feature import FEATURE
from linshu.domains.supply.quota.flow import DECLARED, KIND, NAME, again, beyond, propose, worth_of
from linshu.domains.supply.quota.inputs import find
from linshu.domains.supply.surge import proposals as surge
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.audit import SYSTEM
from linshu.engine.decisions import Ledger, Policy, Wanted
from linshu.engine.decisions.leaving import to_outbox
from linshu.engine.decisions.measuring import measure
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.engine.decisions import Draft

DOMAIN = Domain("supply", Text("供应链", "Supply"), (FEATURE,))
AT = datetime(TODAY.year, TODAY.month, TODAY.day, 14, 30)


@pytest.fixture(scope="module")
def shop() -> TownShop:
    company = Company()
    company.land(selling_rows())
    return TownShop(published(company))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path / "state.sqlite")) as state:
        yield state


@pytest.fixture
def ledger(state: State) -> Ledger:
    return Ledger(state, {NAME: KIND, surge.NAME: surge.KIND}, to_outbox(lambda: NOW), lambda: NOW)


def again_today(shop: TownShop, ledger: Ledger) -> list[Draft]:
    return list(propose(shop, TODAY, ledger.policies.current(NAME), ledger.carried(KIND, TODAY), AT))


def test_quotas_are_proposed_edited_approved_and_not_proposed_twice(
    shop: TownShop, ledger: Ledger, state: State
) -> None:
    (draft,) = again_today(shop, ledger)
    assert draft.title.zh == "武汉 11月23日团：预售配额 1 个调高、1 个调低（武汉仓）"
    assert [(line["listing_id"], line["data"], line["quota"]) for line in draft.lines] == [("L1", 5, 19), ("L2", 40, 6)]
    assert draft.place.warehouse == "W1"
    assert draft.open_for == timedelta(hours=9, minutes=30)  # until the cut-off
    assert len(draft.reasons) == 3
    ledger.save([draft])
    book = ledger.book("buyer")
    (one,) = book.page(Wanted((NAME,)))[0]
    back = ledger.again(book, one.proposal_id)
    assert back is not None
    assert (back.lines, back.value, back.reasons) == (one.lines, one.value, one.reasons)

    fewer = [dict(line) for line in one.lines]
    fewer[0]["quota"] = 2
    with pytest.raises(Invalid, match="已经卖了 3 件"):
        ledger.edit(SYSTEM, book, one.proposal_id, fewer, "先不卖")
    fewer[0]["quota"] = 8
    edited = ledger.edit(SYSTEM, book, one.proposal_id, fewer, "慢慢放")
    assert 0 < edited.value < one.value
    assert ledger.decide(SYSTEM, book, "approve", [one.proposal_id]).done
    with state.reading() as connection:
        sent = connection.exec_driver_sql("SELECT kind, receiver, body FROM outbox ORDER BY receiver").all()
    assert [(kind, receiver) for kind, receiver, _ in sent] == [("file", "quota"), ("work_order", "supply")]
    assert '"quota_qty":8' in sent[0][2]

    (more,) = again_today(shop, ledger)  # eight are not enough: the rest is asked for on top, the eggs are done
    assert more.subject == f"{draft.subject}#2"
    assert [(line["listing_id"], line["data"], line["quota"]) for line in more.lines] == [("L1", 8, 19)]
    ledger.save([more])
    ledger.decide(SYSTEM, book, "approve", [more.key])
    assert again_today(shop, ledger) == []
    ledger.decide(SYSTEM, book, "undo", [more.key], why="供应商说送不了")
    assert [line["quota"] for line in again_today(shop, ledger)[0].lines] == [19]
    with state.reading() as connection:
        (body,) = connection.exec_driver_sql("SELECT body FROM outbox WHERE body LIKE '%-cancel.csv%'").scalars()
    assert '"quota_before":19,"quota_qty":8' in body


def test_what_a_surge_raised_is_left_alone(shop: TownShop, ledger: Ledger) -> None:
    (draft,) = again_today(shop, ledger)
    ledger.save(
        [
            replace(
                draft, kind="surge", subject="sku:S1@W1", lines=({"sku_id": "S1", "moved": 0, "quota": 9, "called": 0},)
            )
        ]
    )
    book = ledger.book("admin")
    ledger.decide(SYSTEM, book, "approve", [one.proposal_id for one in book.page(Wanted())[0]])
    assert [line["listing_id"] for line in again_today(shop, ledger)[0].lines] == ["L2"]


def test_a_surge_leaves_alone_what_was_changed_today(shop: TownShop, ledger: Ledger) -> None:
    def looked() -> set[str]:
        surge.propose(shop, ledger, Scope.everything(), TODAY, CompanyDay())
        return {one.subject for one in ledger.book("admin").page(Wanted((surge.NAME,)))[0]}

    (draft,) = again_today(shop, ledger)
    ledger.save([draft])
    ledger.decide(SYSTEM, ledger.book("buyer"), "approve", [draft.key])
    assert looked() == set()
    ledger.decide(SYSTEM, ledger.book("buyer"), "undo", [draft.key], why="先不动")
    assert looked() == {"sku:S1@W1"}


def test_groups_share_by_what_they_buy(shop: TownShop) -> None:
    """A listing for one group alone takes that group's part, and the rest is for the listing of all."""
    rows = selling_rows()
    rows["listing"].append(
        {**rows["listing"][0], "listing_id": "L5", "scope_kind": "community", "scope_id": "C1", "quota_qty": 3}
    )
    company = Company()
    company.land(rows)
    alone = {one.listing_id: one for one in find(shop, TODAY, (), AT).listings}
    found = {one.listing_id: one for one in find(TownShop(published(company)), TODAY, (), AT).listings}
    assert found["L5"].where == "翠湖一群"
    assert found["L1"].asked + found["L5"].asked == pytest.approx(alone["L1"].asked)
    (part,), (own,) = found["L1"].sources, found["L5"].sources
    assert 0.25 < own.part < 0.5  # half of what the larger group buys
    assert part.part + own.part == pytest.approx(1)
    assert found["L2"].asked == alone["L2"].asked


def test_a_listing_of_two_days_expects_both(shop: TownShop) -> None:
    rows = selling_rows()
    rows["sale_batch"][1] |= {
        "cut_off_at": rows["sale_batch"][1]["cut_off_at"] + timedelta(hours=22),
        "delivery_date": TODAY + timedelta(days=2),
    }
    company = Company()
    company.land(rows)
    (one,) = (each for each in find(shop, TODAY, (), AT).listings if each.listing_id == "L3")
    (two,) = (each for each in find(TownShop(published(company)), TODAY, (), AT).listings if each.listing_id == "L3")
    assert two.asked == pytest.approx(one.asked + 12.5)  # by ten in the evening of tomorrow all of it has come
    assert two.ends == "2026-11-24 22:00"


def test_before_the_kitchen_closes_its_quota_may_stay(shop: TownShop, ledger: Ledger) -> None:
    morning = propose(shop, TODAY, ledger.policies.current(NAME), (), AT.replace(hour=9))
    assert [line["listing_id"] for draft in morning for line in draft.lines] == ["L1"]
    assert list(propose(shop, TODAY, ledger.policies.current(NAME), (), AT + timedelta(hours=10))) == []


def test_a_raised_quota_is_measured_by_what_sold_beyond_the_old_one(shop: TownShop, ledger: Ledger) -> None:
    (draft,) = again_today(shop, ledger)
    lines = ({**draft.lines[0], "data": 2}, draft.lines[1])  # three were sold, two would have been
    ledger.save([replace(draft, lines=lines)])
    ledger.decide(SYSTEM, ledger.book("buyer"), "approve", [draft.key])
    (seen,) = measure(ledger, shop, TODAY + timedelta(days=KIND.days + 1))
    assert seen.seen.gain == 2990 - 100
    assert (beyond(30, 10, 25), beyond(12, 10, 25), beyond(9, 10, 25), beyond(9, None, 6)) == (15, 2, 0, 0)


def test_numbers_that_cannot_be_are_refused() -> None:
    policy = Policy(own=dict(KIND.policy.own))
    assert KIND.check is not None
    for wrong in ({"early": 1.5}, {"unkept": -0.1}, {"headroom": -1}):
        with pytest.raises(Invalid):
            KIND.check({**policy.own, **wrong})
    assert worth_of((), {"listings": []}, policy) == (0, 0)
    assert again({"day": "2026-11-23", "batch": "", "regions": [], "listings": []}, policy) is None
    assert DECLARED.early == policy.own["early"]


@pytest.fixture
def people(shop: TownShop, state: State, monkeypatch: pytest.MonkeyPatch) -> dict[str, TestClient]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = create_web(shop, state, (DOMAIN,), WebSettings(), now=lambda: NOW)
    for account in ("chen", "zhao"):
        app.state.shell.users.add(account, account, "buyer", WORDS)
    app.state.shell.users.set_scope("zhao", Scope.only(warehouses=["W2"]))
    app.state.shell.ledger.save(again_today(shop, app.state.shell.ledger))
    clients = {one: TestClient(app, base_url="http://shop.test", headers=BROWSER) for one in ("chen", "zhao")}
    for account, client in clients.items():
        assert log_in(client, account).status_code == 303
    return clients


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*<td class=\"todo-name\">(.*?)</tr>", page, re.DOTALL)
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row.split("</td>")][:9] for row in rows]


def test_every_open_listing_stands_there_with_its_reason(people: dict[str, TestClient]) -> None:
    chen = people["chen"]
    page = chen.get("/quota").text
    rows = cells(page)
    assert [row[0] for row in rows] == [
        "调高 五花肉 500g 建议 · 待定",
        "调低 土鸡蛋 30枚 建议 · 待定",
        "五花肉 500g",
        "五花肉 500g",
    ]
    assert [row[3] for row in rows] == ["5 → 19", "40 → 6", "不限", "400"]
    assert "供应商已经不接送得到的单" in rows[1][8]
    assert "只卖给新人" in rows[3][8]
    assert len(cells(chen.get("/quota?kind=lower&q=tjd").text)) == 1
    assert len(cells(chen.get("/quota?kind=left&warehouse=W1").text)) == 1
    assert "没有符合的商品" in chen.get("/quota?q=没有的").text
    assert [chen.get(f"/quota?{wrong}").status_code for wrong in ("sort=colour", "kind=colour")] == [400, 400]
    found = list(csv.reader(io.StringIO(chen.get("/quota/export?form=csv&sort=sku").content.decode("utf-8-sig"))))
    assert {row[0] for row in found[1:]} >= {"L1", "L2", "L3", "L4"}


def test_somebody_of_one_warehouse_sees_its_listings_alone(people: dict[str, TestClient]) -> None:
    (row,) = cells(people["zhao"].get("/quota").text)
    assert row[1].startswith("湖南")
    assert "L1" not in people["zhao"].get("/quota/export?form=csv").text
