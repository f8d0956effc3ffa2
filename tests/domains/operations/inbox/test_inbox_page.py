"""The inbox over HTTP: found, decided in bulk, edited, undone, taken along; and shut to whoever may not."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from tests.domains.operations.inbox.inbox_app import inbox_app
from tests.engine.shell.standin import Person

from linshu.engine.access import passwords
from linshu.engine.decisions import Wanted
from linshu.engine.state import State
from linshu.engine.state.tables import audit, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI


@pytest.fixture
def app(state_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setattr(passwords, "HASHER", passwords.HASHER)
    state = State.open(state_url)
    yield inbox_app(state)
    state.close()


def marks(page: str) -> list[str]:
    return re.findall(r'name="mark" value="([0-9a-f]{20})"', page)


def test_the_list_is_paged_sorted_found_and_exported_alike(app: FastAPI) -> None:
    wang = Person(app, home="/inbox")
    page = wang.get()
    assert "待定 60" in page
    assert len(marks(page)) == 50
    assert len(marks(wang.get("/inbox?page=2"))) == 10
    assert marks(wang.get("/inbox?sort=value"))[0] == marks(wang.get("/inbox?page=2"))[-1]
    assert len(marks(wang.get("/inbox?q=L07"))) == 1
    assert "没有符合筛选的建议" in wang.get("/inbox?q=nobody")
    assert "没有符合筛选的建议" in wang.get("/inbox?kind=not-mine")  # a link of somebody who decides other kinds
    assert "没有符合筛选的建议" in wang.get("/inbox?from=2026-12-01")
    body = wang.client.get("/inbox/export?form=csv&q=L0").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert len(rows) == 11
    assert rows[0][5] == "预计收益（元）"
    for bad in ("sort=zzz", "tab=zzz", "from=gestern"):
        assert wang.client.get(f"/inbox?{bad}").status_code == 400
    assert "Inbox" in wang.get("/inbox?lang=en")


def test_many_are_approved_carried_out_and_undone(app: FastAPI) -> None:
    wang = Person(app, home="/inbox")
    chosen = marks(wang.get())[:3]
    said = wang.post("/inbox", act="approve", mark=chosen)
    assert "已批准 3 条" in said
    assert "待定 57" in said
    assert marks(said)[:3] != chosen
    with app.state.shell.state.reading() as connection:
        assert len(connection.execute(select(outbox.c.key)).all()) == 3
    undone = wang.post("/inbox", act="undo", mark=chosen, why="点错了")
    assert "已撤销 3 条" in undone
    assert "未采纳 3" in undone
    again = wang.post("/inbox", act="approve", mark=chosen)
    assert "3 条没有：已撤销的建议不能批准" in again


def test_all_pages_are_done_at_once_within_the_filter(app: FastAPI) -> None:
    wang = Person(app, home="/inbox")
    assert "请写明原因" in wang.post("/inbox?q=L1", act="reject", every="1")
    assert "已拒绝 10 条" in wang.post("/inbox?q=L1", act="reject", every="1", why="不做")
    assert "已批准 50 条" in wang.post("/inbox", act="approve", every="1")
    assert "都处理完了" in wang.get()
    assert "没有选中任何一条" in wang.post("/inbox", act="approve")
    assert wang.status == 400


def test_one_is_looked_into_edited_with_a_reason_and_explained(app: FastAPI) -> None:
    wang = Person(app, home="/inbox")
    one = marks(wang.get("/inbox?q=L05"))[0]
    page = wang.get(f"/inbox/{one}")
    assert "两周没开团" in page
    assert 'value="1.05"' in page
    assert "结果一模一样" in page
    refused = wang.post(f"/inbox/{one}", act="edit", **{"line:coupon": "2.50"})
    assert "请写明原因" in refused
    assert wang.status == 403
    assert "“zwei”不是数字" in wang.post(f"/inbox/{one}", act="edit", why="多给", **{"line:coupon": "zwei"})
    assert "应在 0 与 10000 之间" in wang.post(f"/inbox/{one}", act="edit", why="多给", **{"line:coupon": "2000"})
    edited = wang.post(f"/inbox/{one}", act="edit", why="多给", **{"line:coupon": "2.50"})
    assert "¥25.00" in edited
    assert "多给" in edited
    assert "说的是系统原来的数" in edited
    assert "说的是系统原来的数" not in page
    assert "2 版" in edited
    assert "结果一模一样" in edited  # the machine's own version
    snoozed = wang.post(f"/inbox/{one}", act="snooze", until="2h")
    assert "稍后" in snoozed
    assert "稍后 1" in wang.get()


def test_a_policy_is_changed_by_an_admin_alone_with_a_reason(app: FastAPI) -> None:
    wang, root = Person(app, home="/inbox"), Person(app, "root", home="/inbox")
    assert "只有管理员能改" in wang.get("/inbox/policy/coupon")
    wang.post("/inbox/policy/coupon", auto_below="5", why="x")
    assert wang.status == 403
    now = root.get("/inbox/policy/coupon")
    assert "还没有改过" in now
    assert "为什么改" in root.post("/inbox/policy/coupon", auto_below="5.00", two_from="100", open_days="3")
    assert root.status == 422
    changed = root.post(
        "/inbox/policy/coupon", auto_below="5.00", two_from="100", open_days="3", size="500", why="小额放行"
    )
    assert "小额放行" in changed
    policy = app.state.shell.ledger.policies.current("coupon")
    assert (policy.auto_below, policy.two_from, policy.version) == (500, 10_000, 1)
    with app.state.shell.state.reading() as connection:
        acts = connection.execute(select(audit.c.account, audit.c.details).where(audit.c.act == "policy.change")).all()
    assert [tuple(act) for act in acts] == [
        ("root", '{"auto_below":500,"two_from":10000,"version":1,"why":"小额放行"}')
    ]
    assert "0 → 100" in changed  # what this version changed
    assert "回到这一版" not in wang.get("/inbox/policy/coupon")
    wang.post("/inbox/policy/coupon", back="0", why="回到第 0 版")
    assert wang.status == 403
    assert "100 → 0" in root.post("/inbox/policy/coupon", back="0", why="回到第 0 版")
    policies = app.state.shell.ledger.policies
    gone_back = policies.current("coupon")
    assert (gone_back.version, gone_back.told()) == (2, {**policies.at("coupon", 0).told(), "version": 2})
    root.post("/inbox/policy/coupon", back="7", why="没有的")
    assert root.status == 404


def test_who_does_not_decide_it_sees_nothing_of_it(app: FastAPI) -> None:
    wang, chen = Person(app, home="/inbox"), Person(app, "chen", home="/inbox")
    one = marks(wang.get())[0]
    assert marks(chen.get()) == []
    assert "张三" not in chen.get() + chen.get("/inbox/export?form=csv")
    for address in (f"/inbox/{one}", "/inbox/policy/coupon"):
        assert chen.client.get(address).status_code in {400, 404}
    chen.post(f"/inbox/{one}", act="approve")
    assert chen.status == 404
    assert "没有这条建议" in chen.post("/inbox", act="approve", mark=[one])
    assert app.state.shell.ledger.book("admin").page(Wanted())[1] == 60
