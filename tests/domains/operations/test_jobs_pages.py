"""The pages of jobs and push: what is shown, what can be done, and who may."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.engine.shell.standin import WORDS, EmptyShop, log_in, page_token
from tests.fakes.robots import Robots

from linshu.domains.operations.jobs import FEATURE as JOBS
from linshu.domains.operations.push import FEATURE as PUSH
from linshu.engine.access import passwords
from linshu.engine.access.scope import Scope
from linshu.engine.jobs import Job, Planned, Run
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.jobs.workers import Workers
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
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Forbidden, Invalid
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

DOMAIN = Domain("operations", Text("协同", "Operations"), (JOBS, PUSH))
ONCE = Patience(1, timedelta(seconds=1), timedelta(seconds=1))


def _build(run: Run) -> dict[str, Any]:
    run.log("看了 80 张表", "looked at 80 tables")
    return {"built": 3, "tables": 80}


def _break(_: Run) -> None:
    raise Invalid(Text("磁盘满了", "the disk is full"))


def _accepts(said: Any) -> dict[str, Any]:
    if said.get("folder") == "/etc":
        raise Forbidden(Text("不能读文件夹 /etc", "the folder /etc may not be read"))
    return dict(said)


KINDS = (
    Job("build", Text("更新数据表", "Build tables"), _build, schedule="10 * * * *", stage="models"),
    Job("backup", Text("备份", "Back up"), _break, schedule="30 3 * * *", patience=ONCE),
    Job(
        "collect",
        Text("收取数据", "Collect data"),
        lambda _: {"files": 2},
        planned=Planned(_accepts, lambda: {"connector": (), "folder": (), "mapping": ()}),
    ),
)


class Office:
    """The application, its queue and outbox, and people at it."""

    def __init__(self, state: State, robots: Robots) -> None:
        passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.state, self.robots = state, robots
        self.jobs = JobDesk.of(state, KINDS, CompanyDay())
        now = lambda: datetime.now(UTC)
        channels = Channels(state, b"k" * 32, now)
        pusher = Pusher(state, channels, Plain(), zone="Asia/Shanghai", guard=Guard(frozenset({"127.0.0.1"})))
        self.push = PushDesk(state, channels, pusher, now)
        app = create_web(EmptyShop(), state, (DOMAIN,), WebSettings(), jobs=self.jobs, push=self.push)
        for account, role in (("wang", "operator"), ("sun", "finance"), ("lei", "leader")):
            app.state.shell.users.add(account, account, role, WORDS)
        self.people = {account: TestClient(app, base_url="http://shop.test") for account in ("wang", "sun", "lei")}
        for account, client in self.people.items():
            assert log_in(client, account).status_code == 303
        self.token = {account: page_token(client.get("/account").text) for account, client in self.people.items()}

    def get(self, address: str, account: str = "wang") -> str:
        return self.people[account].get(address).text

    def post(self, address: str, account: str = "wang", **data: str) -> Any:
        return self.people[account].post(address, data=data, headers={"X-CSRF-Token": self.token[account]})

    def work(self) -> None:
        Workers(self.jobs.queue, KINDS, chance=lambda: 0.0).work()


@pytest.fixture(scope="module")
def robots() -> Iterator[Robots]:
    made = Robots()
    yield made
    made.close()


@pytest.fixture
def office(state_url: str, robots: Robots, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(passwords, "HASHER", passwords.HASHER)
    state = State.open(state_url)
    robots.got.clear()
    robots._sent.clear()
    yield Office(state, robots)
    state.close()


def test_an_empty_board_says_so_and_names_what_runs_by_the_clock(office: Office) -> None:
    page = office.get("/jobs")
    for words in ("现在没有任务", "还没有任务", "更新数据表", "30 3 * * *"):
        assert words in page
    assert "Nothing runs now" in office.get("/jobs?lang=en")


def test_a_job_is_run_read_and_found_again(office: Office) -> None:
    assert "排队" in office.post("/jobs/run", kind="build").text
    assert "更新数据表" in office.get("/jobs/now")
    office.work()
    page = office.get("/jobs")
    assert "更新的表 3 · 全部表 80" in page
    job_id = re.search(r"/jobs/([0-9a-f]{32})", page)[1]
    shown = office.get(f"/jobs/{job_id}")
    assert "看了 80 张表" in shown
    assert "looked at 80 tables" in office.get(f"/jobs/{job_id}?lang=en")
    assert "没有符合的任务" in office.get("/jobs?kind=backup&lang=zh")
    rows = list(csv.reader(io.StringIO(office.people["wang"].get("/jobs/export?form=csv").content.decode("utf-8-sig"))))
    assert [rows[1][0], rows[1][1], rows[1][3]] == ["更新数据表", "完成", "wang"]


def test_a_failed_job_says_why_and_is_retried_and_one_that_waits_is_cancelled(office: Office) -> None:
    address = office.post("/jobs/run", kind="backup").url.path
    office.work()
    assert "磁盘满了" in office.get(address)
    assert "the disk is full" in office.get("/jobs?state=dead&lang=en")
    assert "Queued" in office.post(f"{address}/retry").text
    assert "Cancelled" in office.post(f"{address}/cancel").text
    assert office.post(f"{address}/cancel").status_code == 409
    assert office.people["wang"].get("/jobs/nothing").status_code == 404


def test_the_chain_and_the_schedules_are_in_the_hands_of_those_who_may(office: Office) -> None:
    assert "更新数据表" in office.post("/jobs/day").text
    assert office.jobs.counts() == {"queued": 1}
    assert "已关闭" in office.post("/jobs/schedules/backup", active="off").text
    assert [one.active for one, _ in office.jobs.schedules()] == [True, False]
    assert "现在运行" not in office.get("/jobs", "sun")
    for address in ("/jobs/day", "/jobs/run", "/jobs/schedules/backup"):
        assert office.post(address, "sun", kind="build", active="on").status_code == 403
    assert office.people["lei"].get("/jobs").status_code == 403
    assert office.people["sun"].get("/push").status_code == 403


def test_a_source_is_planned_collected_changed_switched_and_removed(office: Office) -> None:
    assert "还没有定期收取的来源" in office.get("/jobs")
    wrong = office.post("/jobs/plans/new", name="订单", folder="/etc", often="minutes", minutes="30")
    assert (wrong.status_code, "不能读文件夹 /etc" in wrong.text, 'value="订单"' in wrong.text) == (403, True, True)
    page = office.post(
        "/jobs/plans/new", name="订单", pattern="*.xlsx", often="daily", daily="06:30", minutes="30"
    ).text
    for words in ("订单", "incoming/*.xlsx", "每天 06:30"):
        assert words in page
    address = re.search(r"/jobs/plans/[0-9a-f]{32}", page)[0]
    assert "等前一步完成" not in office.post(f"{address}/run").text
    office.work()
    assert "文件 2" in office.get("/jobs")
    assert "every 20 minutes" in office.post(
        address, name="订单", often="minutes", minutes="20", lang="en"
    ).text + office.get("/jobs?lang=en")
    assert "daily" in office.get(address)
    assert "Off" in office.post(f"{address}/switch").text
    assert office.post(f"{address}/remove", "lei").status_code == 403
    assert "Nothing is collected by itself yet" in office.post(f"{address}/remove").text
    assert office.people["wang"].get(address).status_code == 404


def test_a_channel_is_added_tried_changed_and_removed(office: Office) -> None:
    assert "还没有推送通道" in office.get("/push")
    assert "Webhook" in office.get("/push/new?kind=dingtalk")
    wrong = office.post("/push/new", name="群", kind="wecom")
    assert (wrong.status_code, "还缺：url" in wrong.text) == (422, True)
    secret = f"{office.robots.address}/wecom?key=k1"
    page = office.post("/push/new", name="运营群", kind="wecom", url=secret, quiet_from="22:00", quiet_to="07:00").text
    assert "运营群" in page
    assert secret not in page
    address = re.search(r"/push/channels/[0-9a-f]{32}", page)[0]
    assert "对方已收下测试消息" in office.post(f"{address}/test").text
    assert len(office.robots.got) == 1
    assert secret not in office.get(address)
    assert "新群" in office.post(address, name="新群", url="", language="en").text
    assert office.push.channels.find("新群").config == {"url": secret}
    only = office.post(
        address, name="新群", language="zh", limit_regions="only", regions="420106", limit_channels="all"
    )
    assert "区域 1" in only.text
    assert office.push.channels.find("新群").scope == Scope.only(regions=["420106"])
    assert 'value="420106" checked' in office.get(address)
    assert "没有找到“武汉”" in office.get("/push/scope/regions?q=武汉&lang=zh")
    assert office.people["sun"].get("/push/scope/regions").status_code == 403
    assert "已停用" in office.post(f"{address}/switch").text
    assert "还没有推送通道" in office.post(f"{address}/remove").text


def test_a_message_given_up_is_found_read_sent_again_and_cancelled(office: Office) -> None:
    now = datetime.now(UTC)
    with office.state.writing() as connection:
        message_id = put(connection, Message("push", "没有的群", "早报", {"text": "早"}, "k1"), at=now)
    Courier(office.state, {"push": office.push.pusher}, chance=lambda: 0.0).deliver()
    page = office.get("/push?state=dead&q=早报")
    assert "没有推送通道 没有的群" in page
    assert "there is no push channel" in office.get("/push?lang=en")
    address = f"/push/outbox/{message_id}"
    assert "Waiting" in office.post(f"{address}/retry").text
    assert "wang asked to send it again" in office.get(address)
    assert "Cancelled" in office.post(f"{address}/cancel").text
    assert office.post(f"{address}/retry").status_code == 409
    assert "No such messages" in office.get("/push?state=sent")
