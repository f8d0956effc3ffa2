"""Work orders over HTTP: found, assigned in bulk, worked on to the end, taken along; and shut to whoever may not."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.domains.operations.work.work_app import work_app
from tests.engine.shell.standin import Person

from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI


@pytest.fixture
def app(state_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setattr(passwords, "HASHER", passwords.HASHER)
    state = State.open(state_url)
    yield work_app(state, 60)
    state.close()


PNG = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"  # what its beginning says, and never opened as a page


def marks(page: str) -> list[str]:
    return re.findall(r'name="mark" value="([0-9a-f]{12})"', page)


def test_the_list_is_paged_sorted_found_and_exported_alike(app: FastAPI) -> None:
    wang = Person(app, home="/work")
    page = wang.get()
    assert "未完成 60" in page
    assert len(marks(page)) == 50
    assert len(marks(wang.get("/work?page=2"))) == 10
    assert len(marks(wang.get("/work?severity=urgent"))) == 12
    assert len(marks(wang.get("/work?q=L07"))) == 1
    assert marks(wang.get("/work?sort=title"))[0] == marks(wang.get("/work?sort=-title&page=2"))[-1]
    assert "没有符合筛选的工单" in wang.get("/work?q=nobody")
    assert len(marks(wang.get("/work?owner=-"))) == 50
    assert "还有 30 张" in wang.get("/work?view=board")
    body = wang.client.get("/work/export?form=csv&severity=urgent").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(body)))) == 13
    for bad in ("sort=zzz", "tab=zzz", "severity=zzz"):
        assert wang.client.get(f"/work?{bad}").status_code == 400
    assert "Work orders" in wang.get("/work?lang=en")


def test_many_are_assigned_handed_over_and_withdrawn_at_once(app: FastAPI) -> None:
    wang = Person(app, home="/work")
    assert "没有选中任何一张" in wang.post("/work", act="assign", to="chen")
    assert "请选择负责人" in wang.post("/work?q=L01", act="assign", every="1")
    assert "已指派 10 张" in wang.post("/work?q=L1", act="assign", every="1", to="chen")
    chosen = marks(wang.get("/work?owner=chen"))
    assert len(chosen) == 10
    assert "10 张没有：待处理的工单不能指派" in wang.post("/work", act="assign", mark=chosen, to="li")
    assert "已转交 2 张" in wang.post("/work", act="hand_over", mark=chosen[:2], to="li", why="忙不过来")
    assert "已撤回 50 张" in wang.post("/work?owner=-", act="withdraw", every="1", why="不用做了")
    assert "未完成 10" in wang.get()
    assert "zhao 不能处理工单" in wang.post("/work", act="assign", mark=chosen, to="zhao")


def test_one_goes_its_whole_way(app: FastAPI) -> None:
    wang, chen = Person(app, home="/work"), Person(app, "chen", home="/work")
    one = f"/work/{marks(wang.get('/work?severity=urgent&sort=title'))[0]}"
    assert "我来处理" in chen.get(one)
    assert "今天 14:00 前" in chen.get(one)
    assert "处理中" in chen.post(one, act="start")
    assert "我来处理" not in wang.get(one)
    assert "它由 chen 负责，请先转交" in wang.post(one, act="finish", result="好了")
    assert wang.status == 403
    assert "等供应商" in chen.post(one, act="block", why="等供应商")
    assert "暂停计时" in chen.get(one)
    chen.post(one, act="unblock")
    assert "他说明天开团" in chen.post(one, act="comment", words="他说明天开团")
    page = chen.post(one, act="file", files={"file": ("<b>截图</b> 13812345678.png", PNG)})
    assert "138****5678.png" in page
    assert "<b>截图" not in page
    found = chen.client.get(re.findall(rf'href="({one}/files/[0-9a-f]+)"', page)[0])
    assert found.content == PNG
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment")
    assert "请写明处理结果" in chen.post(one, act="finish")
    assert "不是能打开的链接" in chen.post(one, act="finish", result="打过了", link="javascript:alert(1)")
    assert "待验收" in chen.post(one, act="finish", result="打过了，明天开团", link="/inbox")
    assert "紧急工单要先验收" in chen.post(one, act="close")
    assert "处理的人不能自己验收" in chen.post(one, act="verify")
    assert "已验收" in wang.post(one, act="verify")
    assert "已关闭" in wang.post(one, act="close")
    assert "重新打开" in wang.get(one)
    assert "待处理" in wang.post(one, act="reopen", why="又没开")
    assert "不知道要做什么" in wang.post(one, act="dance")


def test_one_is_opened_by_hand_or_for_a_proposal_once(app: FastAPI) -> None:
    wang = Person(app, home="/work")
    assert "请写明要做什么" in wang.post("/work/new", title=" ", severity="info")
    made = wang.post("/work/new", title="盘一下武汉仓", what="对不上", severity="info", owner="li")
    assert "盘一下武汉仓" in made
    assert "李娜" in made
    proposal = re.findall(r'name="mark" value="([0-9a-f]{20})"', wang.get("/inbox"))[0]
    assert f'href="/work/new?origin=proposal&amp;id={proposal}"' in wang.get(f"/inbox/{proposal}")
    form = wang.get(f"/work/new?origin=proposal&id={proposal}")
    assert "两周没开团" in form
    wang.post("/work/new", origin="proposal", id=proposal, title="给张三发券", what="看看", severity="warn")
    first = wang.url
    wang.post("/work/new", origin="proposal", id=proposal, title="再来一次", severity="warn")
    assert wang.url == first
    assert wang.client.get(f"/work/new?origin=proposal&id={proposal}").url.path == first
    assert f'href="/inbox/{proposal}"' in wang.get(first)
    assert f'href="{first}"' in wang.get(f"/inbox/{proposal}")
    assert wang.client.get("/work/new?origin=proposal&id=nothing").status_code == 404


def test_an_alert_becomes_one_work_order(app: FastAPI) -> None:
    wang = Person(app, home="/work")
    to = re.findall(r'href="(/work/new[?]origin=alert[^"]+)"', wang.get("/alerts"))[0].replace("&amp;", "&")
    form = wang.get(to)
    assert "卖得太少：武汉" in form
    assert "问问团长出了什么事" in form
    alert = to.rpartition("=")[2]
    page = wang.post("/work/new", origin="alert", id=alert, title="卖得太少：武汉", what="问问", severity="urgent")
    assert 'href="/alerts?tab=&amp;rule=dear"' in page
    assert f'href="{wang.url}"' in wang.get("/alerts")
    assert wang.client.get(to).url.path == wang.url
    app.state.shell.users.set_scope("chen", Scope.only(regions=["4403"]))
    chen = Person(app, "chen", home="/work")
    assert chen.client.get(to).status_code == 404
    chen.post("/work/new", origin="alert", id=alert, title="偷看", severity="warn")
    assert chen.status == 404


def test_who_may_not_sees_nothing_of_it(app: FastAPI) -> None:
    wang, zhao = Person(app, home="/work"), Person(app, "zhao", home="/work")
    one = marks(wang.get())[0]
    for address in ("/work", f"/work/{one}", "/work/new", "/work/export"):
        assert zhao.client.get(address).status_code == 403
    zhao.post(f"/work/{one}", act="start")
    assert zhao.status == 403
    app.state.shell.users.set_scope("chen", Scope.only(regions=["4403"]))
    chen = Person(app, "chen", home="/work")
    assert marks(chen.get()) == []
    assert chen.client.get(f"/work/{one}").status_code == 404
    chen.post(f"/work/{one}", act="start")
    assert chen.status == 404
    wang.post("/work", act="assign", mark=[one], to="chen")
    assert marks(chen.get()) == [one]
    assert "处理中" in chen.post(f"/work/{one}", act="start")
    assert "没有这张工单" in chen.post("/work", act="start", mark=[marks(wang.get())[-1]])


def test_what_is_late_stands_out(app: FastAPI) -> None:
    shell = app.state.shell
    app.state.shell = replace(shell, now=lambda: shell.now() + timedelta(hours=5))
    wang = Person(app, home="/work")
    page = wang.get("/work?tab=late")
    assert "已超时 12" in page
    assert len(marks(page)) == 12
    assert "超时 1 小时" in page
