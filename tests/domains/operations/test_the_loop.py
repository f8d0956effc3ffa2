"""From a figure that fell to a closed work order: told once in a group, passed on when nobody answers; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from tests.domains.operations.alerts.test_watching import NOW, RULE, TODAY, WANG, Clock, TwoCities, sales
from tests.fakes.robots import Robots

from linshu.app.domains import catalog
from linshu.domains.operations.alerts.flow import pass_on, watch
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.alerts.book import AlertBook, Wanted
from linshu.engine.audit import SYSTEM
from linshu.engine.audit.book import Book as AuditBook
from linshu.engine.push.channels import Channel, Channels
from linshu.engine.push.courier import Courier
from linshu.engine.push.guard import Guard
from linshu.engine.push.pusher import Pusher
from linshu.engine.push.rendering import Plain
from linshu.engine.state import State
from linshu.engine.state.tables import audit
from linshu.engine.work import Draft, WorkBook, WorkDesk
from linshu.engine.work.rules import Wish

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def robots() -> Iterator[Robots]:
    made = Robots()
    yield made
    made.close()


def test_a_fall_rings_in_the_group_once_is_passed_on_worked_on_and_closed(
    state_url: str, robots: Robots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    state, clock = State.open(state_url), Clock()
    Users(state).add("wang", "王芳", "operator", "three unrelated words")
    channels = Channels(state, b"k" * 32, clock)
    url = {"url": f"{robots.address}/wecom?key=k1"}
    channels.add(Channel("", RULE.channel, "wecom", url, scope=Scope.only(regions=["A"])), SYSTEM)
    pusher = Pusher(
        state, channels, Plain(), zone="Asia/Shanghai", guard=Guard(frozenset({"127.0.0.1"})), clock=clock,
        timeout=httpx.Timeout(5),
    )  # fmt: skip
    courier = Courier(state, {"push": pusher}, clock=clock, chance=lambda: 1.0)
    alerts = AlertBook(state, {RULE.name: RULE}, clock)
    shop = TwoCities({"A": sales(100), "B": sales(100)})

    def told() -> list[str]:
        robots.now = clock.now.timestamp()
        courier.deliver()
        return [str(body) for body in robots.texts("/wecom")]

    for _ in range(3):  # the chain runs again, the courier comes again
        watch(alerts, shop, TODAY)
        assert len(told()) == 1
    assert "城A" in told()[0]
    assert "城B" not in told()[0]  # outside what the group may see

    clock.now = NOW + timedelta(hours=4)
    assert pass_on(alerts, catalog()) == 2
    assert pass_on(alerts, catalog()) == 0
    assert len(told()) == 2  # A is passed on; of B the group hears nothing at all

    (alert,) = alerts.page(Wanted(words="城A"), Scope.everything())[0]
    desk, book = WorkDesk(state, clock, ZONE), WorkBook(state, Scope.only(regions=["A"]), "wang")
    draft = Draft(
        RULE.title,
        "看走势",
        "urgent",
        "alert",
        alert.alert_id,
        f"alert:{alert.alert_id}",
        owner="wang",
        place=alert.place,
    )
    order, fresh = desk.open(WANG, draft)
    assert fresh
    assert desk.open(WANG, draft) == (order, False)
    alerts.see(WANG, alert.alert_id, Scope.everything(), "已建工单")
    clock.now += timedelta(days=3)
    assert pass_on(alerts, catalog()) == 1  # B, which nobody looks at
    assert len(told()) == 2
    for act, who in (("start", "wang"), ("finish", "wang"), ("verify", "li"), ("close", "li")):
        wish = Wish(act, who, clock.now, why="补了货", result="补了货")
        assert desk.act(WANG, book, [order], wish).refused == {}, act
    assert book.find(order).state == "closed"

    watch(alerts, TwoCities({"A": sales(1_000), "B": sales(1_000)}), TODAY)
    assert alerts.counts(Scope.everything()) == {"over": 2}
    with state.reading() as connection:
        acts = set(connection.execute(select(audit.c.act)).scalars())
    assert {"alert.see", "work.open", "work.close"} <= acts
    assert AuditBook(state).verify().ok
    state.close()
