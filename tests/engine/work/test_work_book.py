"""Work orders on both databases: opened once, worked on, seen within scope, counted, and reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from linshu.engine.access import passwords
from linshu.engine.access.place import Place
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.audit import Actor
from linshu.engine.push.courier import Courier
from linshu.engine.push.outbox import Message, find, put
from linshu.engine.state import State
from linshu.engine.state.tables import audit, outbox
from linshu.engine.work import Draft, Wanted, WorkBook, WorkDesk
from linshu.engine.work.inside import handler, remind
from linshu.engine.work.rules import STATES, Wish
from linshu.kernel.errors import Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.work.rules import Act

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in the company
WANG, CHEN = Actor("u1", "wang", "web"), Actor("u2", "chen", "web")
WUHAN, ELSEWHERE = Place(("42", "4201"), "C1", "L1"), Place(("44", "4403"), "C9", "L9")


@pytest.fixture
def desk(state_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkDesk]:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    state = State.open(state_url)
    users = Users(state)
    for account, role in (("wang", "operator"), ("chen", "growth"), ("zhao", "viewer")):
        users.add(account, account, role, "three unrelated words")
    yield WorkDesk(state, lambda: NOW, ZONE)
    state.close()


def book(desk: WorkDesk, scope: Scope | None = None, account: str = "") -> WorkBook:
    return WorkBook(desk.state, scope or Scope.everything(), account)


def opened(desk: WorkDesk, title: str = "看看退款", **more: Any) -> str:
    return desk.open(WANG, Draft(Text(title, title), **more))[0]


def act(desk: WorkDesk, who: Actor, word: Act, order_id: str, **more: Any) -> dict[str, Text]:
    return dict(desk.act(who, book(desk), [order_id], Wish(word, who.account, desk.now(), **more)).refused)


def test_the_whole_way_of_a_work_order(desk: WorkDesk) -> None:
    one = opened(desk, severity="urgent")
    assert book(desk).find(one).due_at == NOW + timedelta(hours=4)
    assert act(desk, WANG, "assign", one, to="chen") == {}
    assert act(desk, WANG, "start", one)[one].zh == "它由 chen 负责，请先转交"
    assert act(desk, CHEN, "start", one) == {}
    assert act(desk, CHEN, "block", one, why="等供应商") == {}
    desk = replace(desk, now=lambda: NOW + timedelta(hours=1))
    assert act(desk, CHEN, "unblock", one) == {}
    assert book(desk).find(one).due_at == NOW + timedelta(hours=5)
    desk.comment(CHEN, book(desk), one, "供应商说明天补")
    desk.attach(CHEN, book(desk), one, "C:\\截图 13812345678.png", b"\x89PNG\r\n\x1a\nrest")
    assert act(desk, CHEN, "finish", one, result="补了货", link="/explore") == {}
    assert act(desk, CHEN, "verify", one)[one].zh == "处理的人不能自己验收"
    assert act(desk, WANG, "verify", one) == {}
    assert act(desk, WANG, "close", one) == {}
    found = book(desk).find(one)
    assert (found.state, found.done_by, found.result, found.result_link) == ("closed", "chen", "补了货", "/explore")
    steps = book(desk).history(one)
    assert [step.act for step in steps] == [
        "open", "assign", "start", "block", "unblock", "comment", "file", "finish", "verify", "close",
    ]  # fmt: skip
    (file,) = book(desk).files(one)
    assert (file.name, book(desk).body(one, file.file_id)) == (
        "截图 138****5678.png",
        ("截图 138****5678.png", b"\x89PNG\r\n\x1a\nrest"),
    )
    with desk.state.reading() as connection:
        seqs = connection.execute(select(audit.c.seq).where(audit.c.subject == f"work:{one}").order_by(audit.c.seq))
        assert [step.audit_seq for step in steps] == list(seqs.scalars())


def test_the_same_key_opens_one(desk: WorkDesk) -> None:
    draft = Draft(Text("看", "Look"), key="alert:a1", origin="alert", origin_id="a1")
    first, new = desk.open(WANG, draft)
    assert new
    assert desk.open(CHEN, replace(draft, title=Text("别的", "other"))) == (first, False)
    assert opened(desk) != opened(desk)
    assert book(desk).of("alert", ("a1", "a2"))["a1"].order_id == first
    assert [step.account for step in book(desk).history(first)] == ["wang"]


def test_who_sees_what(desk: WorkDesk) -> None:
    inside, outside, nowhere = (
        opened(desk, "武汉", place=WUHAN),
        opened(desk, "深圳", place=ELSEWHERE),
        opened(desk, "总部"),
    )
    wuhan = Scope.only(regions=["4201"])
    assert book(desk, wuhan, "chen").ids(Wanted()) == (inside,)
    assert set(book(desk, wuhan, "wang").ids(Wanted())) == {inside, outside, nowhere}  # wang opened them
    act(desk, WANG, "assign", outside, to="chen")
    assert set(book(desk, wuhan, "chen").ids(Wanted())) == {inside, outside}
    refused = desk.act(CHEN, book(desk, wuhan, "chen"), [nowhere], Wish("start", "chen", NOW)).refused
    assert refused[nowhere].zh == "没有这张工单"
    for read in (WorkBook.find, WorkBook.history, WorkBook.files):
        with pytest.raises(Missing):
            read(book(desk, wuhan, "chen"), nowhere)
    with pytest.raises(Missing):
        desk.comment(CHEN, book(desk, wuhan, "chen"), nowhere, "偷看")


def test_lists_are_filtered_sorted_and_counted(desk: WorkDesk) -> None:
    ids = [opened(desk, f"第{number}张", severity=("urgent", "warn", "info")[number]) for number in range(3)]
    act(desk, WANG, "assign", ids[1], to="chen")
    whole = book(desk)
    assert whole.page(Wanted(sort="severity", ascending=False))[0][0].order_id == ids[0]
    assert [one.order_id for one in whole.page(Wanted())[0]] == ids
    assert whole.ids(Wanted(owners=("chen",))) == (ids[1],)
    assert whole.ids(Wanted(severities=("info",))) == (ids[2],)
    assert whole.ids(Wanted(words="第2张")) == (ids[2],)
    assert whole.ids(Wanted(states=("new",), late_at=NOW + timedelta(hours=5))) == (ids[0],)
    assert whole.page(Wanted(limit=1))[1] == 3
    assert whole.counts() == {"new": 2, "assigned": 1}


def test_how_the_work_goes(desk: WorkDesk) -> None:
    quick, slow, left = (opened(desk, severity="urgent") for _ in range(3))
    for one, hours in ((quick, 2), (slow, 8)):
        later = replace(desk, now=lambda hours=hours: NOW + timedelta(hours=hours))
        act(later, WANG, "start", one)
        act(later, WANG, "finish", one, result="好了")
    stats = book(desk).stats(NOW - timedelta(days=90), NOW + timedelta(hours=8), ZONE)
    assert (stats.done, stats.in_time, stats.middle, stats.late) == (2, 1, timedelta(hours=5), 1)
    assert [(one.owner, one.open, one.late) for one in stats.loads] == [("", 1, 1)]
    assert stats.states == {"done": 2, "new": 1}
    assert book(desk).find(left).state == "new"
    nothing = book(desk, Scope.only(regions=["1"]), "zhao").stats(NOW, NOW, ZONE)
    assert (nothing.done, nothing.middle) == (0, None)


def test_an_approved_proposal_opens_one_and_its_undoing_calls_it_back(desk: WorkDesk) -> None:
    body = {"proposal": "p1", "title_zh": "给张三打电话", "title_en": "Call Zhang", "words": "两周没开团"}
    post(desk, "k1", {"do": "open", **body})
    (one,) = book(desk).page(Wanted())[0]
    assert (one.title.zh, one.what, one.origin_id, one.team, one.state) == (
        "给张三打电话",
        "两周没开团",
        "p1",
        "growth",
        "new",
    )
    post(desk, "k2", {"do": "open", **body})
    assert book(desk).page(Wanted(states=STATES))[1] == 1
    post(desk, "k3", {"do": "withdraw", **body})
    assert book(desk).find(one.order_id).state == "closed"
    post(desk, "k4", {"do": "withdraw", "proposal": "p2", "title_zh": "先撤回"})
    post(desk, "k5", {"do": "open", "proposal": "p2", "title_zh": "先撤回"})
    assert book(desk).ids(Wanted()) == ()


def test_what_was_done_stays_done_when_its_proposal_is_undone(desk: WorkDesk) -> None:
    post(desk, "k1", {"do": "open", "proposal": "p1"})
    (one,) = book(desk).ids(Wanted())
    act(desk, WANG, "start", one)
    act(desk, WANG, "finish", one, result="打过了")
    post(desk, "k2", {"do": "withdraw", "proposal": "p1"})
    assert book(desk).find(one).state == "done"
    assert book(desk).history(one)[-1].words.startswith("建议已撤销")


def post(desk: WorkDesk, key: str, body: dict[str, Any]) -> None:
    with desk.state.writing() as connection:
        put(connection, Message("work_order", "growth", "给张三", body, key), at=NOW)
    courier = Courier(desk.state, {}, inside={"work_order": handler(ZONE)}, clock=lambda: NOW, chance=lambda: 0.0)
    assert courier.deliver() == 1
    with desk.state.reading() as connection:
        assert find(connection, key=key).state == "sent"


def test_what_is_late_is_passed_on_once_for_each_level(desk: WorkDesk) -> None:
    one, blocked = opened(desk, severity="urgent"), opened(desk, severity="urgent")
    act(desk, WANG, "start", blocked)
    act(desk, WANG, "block", blocked, why="等")
    counts = []
    for hours in (3, 5, 5, 30, 24 * 4, 24 * 5):
        later = replace(desk, now=lambda hours=hours: NOW + timedelta(hours=hours))
        counts.append(remind(later, "ops"))
    assert counts == [0, 1, 0, 0, 1, 0]
    with desk.state.reading() as connection:
        kept = connection.execute(select(outbox.c.receiver, outbox.c.key).order_by(outbox.c.created_at)).all()
    assert [(receiver, key.split(":")[1:4]) for receiver, key in kept] == [
        ("ops", [one, "late", "1"]), ("ops", [one, "late", "2"]),
    ]  # fmt: skip
    assert remind(replace(desk, now=lambda: NOW + timedelta(days=9)), "") == 0


@pytest.mark.parametrize("owner", ["zhao"])
def test_what_is_refused(desk: WorkDesk, owner: str) -> None:
    one = opened(desk)
    with pytest.raises(Invalid, match="不能处理工单"):
        act(desk, WANG, "assign", one, to=owner)
    with pytest.raises(Invalid, match="不是能打开的链接"):
        act(desk, WANG, "finish", one, result="好了", link="javascript:alert(1)")
    with pytest.raises(Invalid, match="请写明要做什么"):
        opened(desk, " ")
    with pytest.raises(Invalid, match="请写点什么"):
        desk.comment(WANG, book(desk), one, " ")
    with pytest.raises(Invalid, match="5 MB"):
        desk.attach(WANG, book(desk), one, "大.zip", b"0" * (5 * 1024 * 1024 + 1))
