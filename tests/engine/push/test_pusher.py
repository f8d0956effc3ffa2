"""Messages through their channel to robots that limit, block, refuse, answer late or send elsewhere."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select
from tests.fakes.robots import SECRET, Robots

from linshu.engine.access.scope import Scope
from linshu.engine.audit import SYSTEM
from linshu.engine.push import mail
from linshu.engine.push import outbox as box
from linshu.engine.push.channels import Channel, Channels
from linshu.engine.push.courier import Courier, Failed, Sent
from linshu.engine.push.guard import Guard
from linshu.engine.push.outbox import Kept, Message, put
from linshu.engine.push.pusher import Pusher
from linshu.engine.push.rendering import Plain, Receiver, Rendered
from linshu.engine.push.webhook import KEY, SIGNATURE, is_genuine
from linshu.engine.state import State
from linshu.engine.state.tables import audit, push_channel
from linshu.kernel.errors import Conflict, Forbidden, Invalid, LinshuError, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 8, 3, tzinfo=UTC)
BODY = {"title": {"zh": "预警", "en": "Alert"}, "text": {"zh": "成交下降", "en": "GMV falls"}}
HERE = Guard(frozenset({"127.0.0.1"}))


class Company:
    """A state database, channels to the fake robots, and a clock that moves theirs too."""

    def __init__(self, url: str, robots: Robots) -> None:
        self.state, self.robots, self.now = State.open(url), robots, NOW
        robots.now = NOW.timestamp()
        self.channels = Channels(self.state, b"k" * 32, lambda: self.now)
        self.pusher = self.over(Plain())

    def over(self, renderer: object, guard: Guard = HERE) -> Pusher:
        return Pusher(
            self.state, self.channels, renderer, zone="Asia/Shanghai", guard=guard, clock=lambda: self.now,
            timeout=httpx.Timeout(5, read=0.5),
        )  # fmt: skip

    def add(self, kind: str, name: str = "", **more: object) -> Channel:
        paths = {
            "wecom": "/wecom?key=k1",
            "dingtalk": "/dingtalk?access_token=t1",
            "feishu": "/feishu/h1",
            "webhook": "/hook",
        }
        config = {"url": self.robots.address + paths[kind], "secret": SECRET}
        return self.channels.add(Channel("", name or kind, kind, config, **more), SYSTEM)

    def put(self, receiver: str, *keys: str, kind: str = "push", body: dict | None = None) -> None:
        with self.state.writing() as connection:
            for key in keys:
                put(connection, Message(kind, receiver, "预警", body or BODY, key), at=self.now)

    def deliver(self, pusher: Pusher | None = None) -> int:
        sender = pusher or self.pusher
        return Courier(
            self.state, {"push": sender, "webhook": sender}, clock=lambda: self.now, chance=lambda: 1.0
        ).deliver()

    def on(self, **step: float) -> None:
        self.now += timedelta(**step)
        self.robots.now = self.now.timestamp()

    def found(self, key: str) -> Kept:
        with self.state.reading() as connection:
            return box.find(connection, key=key)


@pytest.fixture(scope="module")
def server() -> Iterator[Robots]:
    robots = Robots()
    yield robots
    robots.close()


@pytest.fixture
def company(state_url: str, server: Robots) -> Iterator[Company]:
    server.got.clear()
    server.wrong.clear()
    server._sent.clear()
    server._blocked.clear()
    made = Company(state_url, server)
    yield made
    made.state.close()


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_each_robot_takes_what_it_is_sent(company: Company, kind: str) -> None:
    company.add(kind)
    company.put(kind, "a")
    company.deliver()
    assert company.found("a").state == "sent", company.found("a").error
    assert "成交下降" in json.dumps(company.robots.got[0][1], ensure_ascii=False)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_thirty_at_once_arrive_once_each_and_no_limit_is_ever_hit(company: Company, kind: str) -> None:
    company.add(kind)
    keys = [f"k{number}" for number in range(30)]
    company.put(kind, *keys)
    company.deliver()
    assert len(company.robots.got) == 20
    for _ in range(3):
        company.on(seconds=61)
        company.deliver(company.over(Plain()))  # a new process keeps to the pace too
    assert {company.found(key).state for key in keys} == {"sent"}
    assert {company.found(key).attempts for key in keys} == {1}
    assert len(company.robots.got) == 30


def test_a_long_message_arrives_in_parts_each_once_though_one_of_them_is_refused_at_first(company: Company) -> None:
    company.add("wecom")
    lines = [f"- 第 {number} 个社群，成交额 ¥{number}，比上周少 18%" for number in range(150)]
    company.put("wecom", "a", body={"title": "清单", "text": "\n".join(lines)})
    company.robots.wrong += ["", "503"]
    company.deliver()
    for _ in range(3):
        company.on(minutes=2)
        company.deliver()
    texts = [body["markdown"]["content"] for body in company.robots.texts("/wecom")]
    assert sorted(text.partition("\n")[0] for text in texts) == [
        "**清单（1/3）**",
        "**清单（2/3）**",
        "**清单（3/3）**",
    ]
    assert [sum(line in text.split("\n") for text in texts) for line in lines] == [1] * len(lines)
    assert {company.found(key).state for key in ("a", "a#2", "a#3")} == {"sent"}


def test_a_blocked_robot_is_left_alone_for_ten_minutes(company: Company) -> None:
    company.add("dingtalk")
    company.robots._blocked["dingtalk"] = company.robots.now + 500  # others wrote to it as well
    company.put("dingtalk", "a", "b")
    company.deliver()
    states = sorted((company.found(key).state, company.found(key).attempts) for key in "ab")
    assert states == [("failed", 1), ("waiting", 0)]
    company.on(minutes=9)
    assert company.robots.got == []
    company.on(minutes=1, seconds=2)
    company.deliver()
    assert [company.found(key).state for key in "ab"] == ["sent", "sent"]


def test_feishu_waits_for_the_crowd_of_the_half_hour_to_pass(company: Company) -> None:
    company.add("feishu")
    company.on(minutes=27)
    company.put("feishu", "a")
    company.deliver()
    assert (company.found("a").state, company.found("a").attempts) == ("waiting", 0)
    company.on(seconds=66)
    company.deliver()
    assert company.found("a").state == "sent"


def test_a_refusal_in_an_answer_of_200_is_told_in_plain_words(company: Company) -> None:
    channel = company.add("wecom")
    company.channels.change(replace(channel, config={"url": company.robots.address + "/wecom?key=no"}), SYSTEM)
    company.put("wecom", "a")
    company.deliver()
    assert company.found("a").state == "dead"
    assert "机器人地址无效" in company.found("a").error


def test_what_timed_out_after_it_arrived_is_repeated_and_says_so(company: Company) -> None:
    company.add("wecom")
    company.robots.wrong.append("hang after")
    company.put("wecom", "a")
    company.deliver()
    assert company.found("a").state == "failed"
    company.on(minutes=1)
    company.deliver()
    assert len(company.robots.texts("/wecom")) == 2
    assert ["可能已经收到" in one.words.zh for one in company.found("a").notes] == [True, False]


def test_another_system_can_tell_a_repetition_by_its_key_and_a_forgery_by_its_signature(company: Company) -> None:
    company.add("webhook", "erp")
    company.robots.wrong.append("hang after")
    company.put("erp", "po-1", kind="webhook", body={"sku": "苹果"})
    company.deliver()
    company.on(minutes=1)
    company.deliver()
    assert [headers[KEY] for _, _, headers in company.robots.got] == ["po-1", "po-1"]
    _, body, headers = company.robots.got[-1]
    sent = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert is_genuine(SECRET, sent, headers[SIGNATURE], company.now)


@pytest.mark.parametrize(
    ("wrong", "state"),
    [
        ("503", "failed"),
        ("404", "dead"),
        ("redirect", "dead"),
        ("blank", "failed"),
        ("busy", "failed"),
        ("429", "failed"),
    ],
)
def test_what_goes_wrong_is_tried_again_only_where_that_may_help(company: Company, wrong: str, state: str) -> None:
    company.add("wecom")
    company.robots.wrong.append(wrong)
    company.put("wecom", "a")
    company.deliver()
    assert company.found("a").state == state
    assert company.robots.got == []


def test_quiet_hours_hold_back_what_is_not_urgent(company: Company) -> None:
    company.add("wecom", quiet_from="22:00", quiet_to="07:30")
    company.on(hours=7)  # 23:03 in Shanghai
    company.put("wecom", "calm")
    company.put("wecom", "urgent", body={**BODY, "urgent": True})
    company.deliver()
    assert [company.found(key).state for key in ("calm", "urgent")] == ["waiting", "sent"]
    company.on(hours=8, minutes=26)
    assert company.deliver() == 0
    company.on(minutes=1)
    company.deliver()
    assert company.found("calm").state == "sent"


def test_a_message_is_rendered_for_whoever_reads_there(company: Company) -> None:
    seen: list[Receiver] = []

    class Figures:
        def render(self, subject: str, body: dict, receiver: Receiver) -> Rendered:
            seen.append(receiver)
            return Rendered(subject, "x")

    wuchang = Scope.only(regions=["420106"])
    company.add("wecom", language="en", scope=wuchang)
    company.put("wecom", "a")
    company.deliver(company.over(Figures()))
    assert seen == [Receiver("en", wuchang)]


@pytest.mark.parametrize(("url", "found"), [
    ("https://10.0.0.8/hook", ["10.0.0.8"]), ("https://evil.example/hook", ["93.184.216.34", "169.254.169.254"]),
    ("https://[::1]/hook", ["::1"]), ("http://erp.example/hook", ["93.184.216.34"]), ("https://a@erp.example/", ["93.184.216.34"]),
    ("ftp://erp.example/", ["93.184.216.34"]), ("https://[::ffff:10.0.0.8]/", ["::ffff:10.0.0.8"]),
])  # fmt: skip
def test_nothing_is_sent_inside_the_network_unless_its_host_was_named(url: str, found: list[str]) -> None:
    with pytest.raises((Forbidden, Invalid)):
        Guard(resolve=lambda *_: found).address(httpx.URL(url))


def test_the_connection_goes_to_the_address_that_was_judged(company: Company) -> None:
    port = int(company.robots.address.rpartition(":")[2])
    guard = Guard(frozenset({"erp.local"}), lambda *_: ["127.0.0.1"])
    company.channels.add(Channel("", "erp", "webhook", {"url": f"http://erp.local:{port}/hook", "secret": "s"}), SYSTEM)
    company.put("erp", "a", kind="webhook")
    company.deliver(company.over(Plain(), guard))
    assert company.found("a").state == "sent", company.found("a").error
    assert company.robots.got[0][2]["Host"] == f"erp.local:{port}"
    company.put("erp", "b", kind="webhook")
    company.deliver(company.over(Plain(), Guard(resolve=lambda *_: ["127.0.0.1"])))
    assert len(company.robots.got) == 1


def test_channels_keep_their_secrets_sealed_and_masked_and_every_change_is_in_the_audit(company: Company) -> None:
    made = company.add("dingtalk", "群")
    with company.state.reading() as connection:
        row = connection.execute(select(push_channel.c.sealed)).scalar_one()
    assert SECRET not in row
    assert SECRET not in repr(made)
    assert SECRET not in json.dumps(made.shown)
    assert company.channels.find("群") == made
    changed = company.channels.change(replace(made, name="新群", config={"secret": ""}, active=False), SYSTEM)
    assert changed.config == made.config
    company.put("新群", "a")
    company.deliver()
    assert "停用" in company.found("a").error
    company.channels.remove("新群", SYSTEM)
    with pytest.raises(Missing):
        company.channels.find("新群")
    with company.state.reading() as connection:
        acts = connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars().all()
    assert acts == ["channel.add", "channel.change", "channel.remove"]


@pytest.mark.parametrize("wrong", [
    Channel("", "a", "wecom", {}), Channel("", "", "wecom", {"url": "x"}), Channel("", "a", "fax", {"url": "x"}),
    Channel("", "a", "wecom", {"url": "x"}, quiet_from="25:00", quiet_to="07:00"),
    Channel("", "a", "wecom", {"url": "x"}, quiet_from="22:00"), Channel("", "a", "mail", {"host": "h", "sender": "s", "to": "t", "port": "x"}),
])  # fmt: skip
def test_a_channel_that_could_not_work_is_refused(company: Company, wrong: Channel) -> None:
    with pytest.raises(Invalid):
        company.channels.add(wrong, SYSTEM)


def test_two_channels_of_one_name_and_a_key_that_does_not_fit_are_refused(company: Company) -> None:
    company.add("wecom")
    with pytest.raises(Conflict):
        company.add("wecom")
    with pytest.raises(LinshuError, match="密钥"):
        Channels(company.state, b"x" * 32, lambda: NOW).all()


class Mailbox:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []
        self.refuse = ""

    async def handle_DATA(self, _server, _session, envelope) -> str:
        if self.refuse:
            return self.refuse
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def _certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A mail server's own certificate, and whoever trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=made.public_bytes(pem).decode())


def test_mail_goes_out_under_tls_and_to_no_server_whose_name_nobody_vouches_for(
    company: Company, tmp_path: Path
) -> None:
    theirs, ours = _certificate(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box_ = Mailbox()
    controller = Controller(box_, hostname="localhost", port=port, tls_context=theirs, require_starttls=True)
    controller.start()
    try:
        config = {"host": "localhost", "port": str(port), "sender": "linshu@example.com", "to": "a@example.com"}
        channel = Channel("c", "信", "mail", config)
        words = Rendered("预警", "成交下降")
        assert mail.send(channel, words, "k", ours) == Sent()
        assert len(box_.letters) == 1
        refused = mail.send(channel, words, "k")  # the certificate is nobody's this machine trusts
        assert isinstance(refused, Failed)
        assert "SSLCertVerificationError" in refused.words.en
        plain = mail.send(replace(channel, config={**config, "security": "none"}), words, "k")
        assert isinstance(plain, Failed)  # the server takes nothing in the clear
        assert len(box_.letters) == 1
    finally:
        controller.stop()


def test_mail_is_handed_over_and_its_refusals_are_read(company: Company) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    box_ = Mailbox()
    controller = Controller(box_, hostname="127.0.0.1", port=int(port))
    controller.start()
    try:
        config = {
            "host": "127.0.0.1",
            "port": port,
            "sender": "linshu@example.com",
            "to": "a@example.com, b@example.com",
            "security": "none",
        }
        channel = company.channels.add(Channel("", "信", "mail", config, language="en"), SYSTEM)
        assert company.pusher.through(channel, "", BODY, "k") == Sent()
        receivers, content = box_.letters[0]
        assert receivers == ["a@example.com", "b@example.com"]
        assert b"GMV falls" in content
        for refuse, again in (("451 later", True), ("554 no", False)):
            box_.refuse = refuse
            outcome = company.pusher.through(channel, "", BODY, "k")
            assert isinstance(outcome, Failed)
            assert outcome.again is again
    finally:
        controller.stop()
    assert isinstance(company.pusher.through(channel, "", BODY, "k"), Failed)
