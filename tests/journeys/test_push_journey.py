"""At the push page: a group's robot is added and tried, a message that nobody could get is found and sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.engine.shell.standin import WORDS, EmptyShop
from tests.fakes.robots import Robots
from tests.journeys.entering import enter
from tests.journeys.serving import served

from linshu.domains.operations.push import FEATURE
from linshu.engine.push.channels import Channels
from linshu.engine.push.courier import Courier
from linshu.engine.push.desk import PushDesk
from linshu.engine.push.guard import Guard
from linshu.engine.push.outbox import Message, put
from linshu.engine.push.pusher import Pusher
from linshu.engine.push.rendering import Plain
from linshu.engine.shell.context import WebSettings
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.web import create_web
from linshu.engine.state import State
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.usefixtures("_quick_passwords")
def test_a_robot_is_added_and_tried_and_a_dead_letter_reaches_it(tmp_path: Path, browser: Browser) -> None:
    robots, state = Robots(), State.open(tmp_path / "state.sqlite")
    channels = Channels(state, b"k" * 32, now)
    pusher = Pusher(state, channels, Plain(), zone="Asia/Shanghai", guard=Guard(frozenset({"127.0.0.1"})))
    courier = Courier(state, {"push": pusher}, chance=lambda: 0.0)
    domain = Domain("operations", Text("协同", "Operations"), (FEATURE,))
    app = create_web(EmptyShop(), state, (domain,), WebSettings(), push=PushDesk(state, channels, pusher, now))
    app.state.shell.users.add("wang", "王芳", "operator", WORDS)
    with state.writing() as connection:
        put(connection, Message("push", "运营群", "早报", {"text": "昨天卖了 3 单"}, "k1"), at=now())
    courier.deliver()
    with served(app) as address:
        page = enter(browser, address, "wang", WORDS, first="/push").page
        row = page.locator("#outbox tbody tr")
        expect(row).to_contain_text("没有推送通道 运营群")

        page.get_by_role("link", name="新增通道").first.click()
        page.fill("[name=name]", "运营群")
        page.fill("[name=url]", f"{robots.address}/wecom?key=wrong")
        page.get_by_role("button", name="保存").click()
        page.get_by_role("button", name="发测试消息：运营群").click()
        expect(page.get_by_role("alert")).to_contain_text("机器人地址无效：请核对 Webhook 地址")
        page.get_by_role("link", name="运营群").click()
        page.fill("[name=url]", f"{robots.address}/wecom?key=k1")
        page.get_by_role("button", name="保存").click()
        page.get_by_role("button", name="发测试消息：运营群").click()
        expect(page.get_by_role("status").first).to_contain_text("对方已收下测试消息")
        assert len(robots.got) == 1

        page.get_by_role("link", name="早报").click()
        page.get_by_role("button", name="再发一次").click()
        expect(page.locator(".pill").first).to_have_text("等待")
        courier.deliver()
        page.goto("/push?state=sent")
        expect(row).to_contain_text("早报")
        assert "昨天卖了 3 单" in robots.texts("/wecom")[-1]["markdown"]["content"]
        page.context.close()
    robots.close()
    state.close()
