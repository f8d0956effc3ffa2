"""What each robot is sent, byte for byte; what their answers mean; what fits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.access.scope import Scope
from linshu.engine.push.channels import Channel
from linshu.engine.push.courier import Failed, Sent
from linshu.engine.push.fit import fit, split
from linshu.engine.push.mail import letter
from linshu.engine.push.pace import LIMITS, wait_of
from linshu.engine.push.rendering import Plain, Receiver, Rendered
from linshu.engine.push.robots import BODIES, dingtalk_sign, feishu_sign, is_crowded, judge, parts
from linshu.engine.push.webhook import is_genuine, signature

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
WORDS = Rendered(
    "武汉：昨日成交下降", "成交额 **12,300 元**，比上周少 18%\n负责人：王姐", "https://linshu.example/explore?q=1"
)
CONFIGS = {
    "wecom": {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1"},
    "dingtalk": {"url": "https://oapi.dingtalk.com/robot/send?access_token=t1", "secret": "SEC0001"},
    "feishu": {"url": "https://open.feishu.cn/open-apis/bot/v2/hook/h1", "secret": "SEC0001"},
}


def test_bodies_and_signatures_are_as_they_were_read(golden) -> None:
    found = {}
    for kind, config in CONFIGS.items():
        posted = BODIES[kind](Channel("c", "组", kind, config), WORDS, NOW)
        found[kind] = {"url": posted.url, "body": posted.body}
    golden("push_bodies.json", json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def test_signatures_by_hand() -> None:
    # computed with openssl: printf '1577808000000\nSEC0001' | openssl dgst -sha256 -hmac SEC0001 -binary | base64
    assert dingtalk_sign("SEC0001", "1577808000000") == "FNwdQEOUPktsZsXImLrhLVvZDcI5zSZPUHKPNnObX40="
    # printf '' | openssl dgst -sha256 -hmac $'1577808000\nSEC0001' -binary | base64
    assert feishu_sign("SEC0001", "1577808000") == "UXqTP52iGwJEVRNCIOptKuMDiBAp0teXqF6QwxJyOnc="


@pytest.mark.parametrize(("kind", "answer", "expected"), [
    ("wecom", {"errcode": 0}, "sent"), ("wecom", {"errcode": 45009}, 60), ("wecom", {"errcode": 93000}, "dead"),
    ("wecom", {"errcode": -1}, "again"), ("dingtalk", {"errcode": 130101}, 600), ("dingtalk", {"errcode": 310000}, "dead"),
    ("feishu", {"code": 0}, "sent"), ("feishu", {"StatusCode": 0}, "sent"), ("feishu", {"code": 11232}, 60),
    ("feishu", {"code": 19021}, "dead"), ("feishu", {"code": 19024}, "dead"), ("feishu", {}, "dead"),
])  # fmt: skip
def test_an_answer_is_read_from_its_body(kind: str, answer: dict, expected: object) -> None:
    outcome = judge(kind, answer)
    if expected == "sent":
        assert isinstance(outcome, Sent)
    else:
        assert isinstance(outcome, Failed)
        assert outcome.again == (expected != "dead")
        assert outcome.wait == (timedelta(seconds=expected) if isinstance(expected, int) else None)


@given(text=st.text(alphabet=st.sampled_from("成交额abc 1\n😀"), max_size=400), most=st.integers(10, 300))
def test_what_fits_is_whole_and_what_does_not_is_cut_at_a_sign(text: str, most: int) -> None:
    cut = fit(text, most)
    assert len(cut.encode()) <= most
    assert cut == text if len(text.encode()) <= most else text.startswith(cut.removesuffix("…"))


@given(
    text=st.text(alphabet=st.sampled_from("成交额abc 1\n😀"), max_size=400),
    most=st.integers(10, 300),
    count=st.integers(1, 6),
)
def test_parts_say_everything_in_order_and_only_the_last_may_be_too_long(text: str, most: int, count: int) -> None:
    found = split(text, most, count)
    assert 1 <= len(found) <= count
    assert all(len(part.encode()) <= most for part in found[:-1])
    assert "".join(found).replace("\n", "") == text.replace("\n", "")
    assert len(found) == count or len(found[-1].encode()) <= most


@pytest.mark.parametrize(("kind", "most"), [("wecom", 4096), ("dingtalk", 20_480), ("feishu", 20_480)])
def test_a_long_message_goes_out_in_numbered_parts_that_fit(kind: str, most: int) -> None:
    lines = [
        f"- 第 {number} 个社群，成交额 ¥{number}，负责人：王姐" for number in range(1, 220 if kind == "wecom" else 900)
    ]
    found = parts(kind, Rendered("很长的清单", "\n".join(lines), "https://linshu.example/x"))
    assert [one.title for one in found] == [f"很长的清单（{n}/{len(found)}）" for n in range(1, len(found) + 1)]
    sent = [
        json.dumps(BODIES[kind](Channel("c", "组", kind, CONFIGS[kind]), one, NOW).body, ensure_ascii=False)
        for one in found
    ]
    if kind == "wecom":
        sent = [json.loads(one)["markdown"]["content"] for one in sent]
    assert all(len(one.encode()) <= most for one in sent)
    assert all(any(line in one for one in sent) for line in lines)
    assert all("……" not in one for one in sent)
    assert parts(kind, WORDS) == (WORDS,)


def test_the_longest_message_fits_every_robot() -> None:
    long = Rendered("标" * 300, "长" * 20_000, "https://linshu.example/x")
    for kind, most in (("wecom", 4096), ("dingtalk", 20_480), ("feishu", 20_480)):
        body = BODIES[kind](Channel("c", "组", kind, CONFIGS[kind]), long, NOW).body
        size = (
            len(body["markdown"]["content"].encode())
            if kind == "wecom"
            else len(json.dumps(body, ensure_ascii=False).encode())
        )
        assert size <= most
        assert "https://linshu.example/x" in json.dumps(body, ensure_ascii=False)


@given(steps=st.lists(st.integers(0, 20), max_size=80))
def test_no_span_ever_holds_more_than_the_robot_takes(steps: list[int]) -> None:
    now, sent = NOW, []
    for step in steps:
        now += timedelta(seconds=step)
        now += wait_of(sent, LIMITS["wecom"], now)
        sent.append(now)
    for first in sent:
        assert sum(first <= at < first + timedelta(seconds=60) for at in sent) <= 20


def test_feishu_avoids_the_full_and_half_hour() -> None:
    assert is_crowded("feishu", NOW.replace(second=50)) == timedelta(seconds=15)
    assert is_crowded("feishu", NOW.replace(minute=30)) == timedelta(seconds=65)
    assert is_crowded("feishu", NOW.replace(minute=31)) == timedelta(0)
    assert is_crowded("wecom", NOW) == timedelta(0)


def test_a_webhook_is_known_by_its_signature_and_not_for_long() -> None:
    sent = b'{"a":1}'
    header = signature("s3cret", sent, NOW)
    assert is_genuine("s3cret", sent, header, NOW + timedelta(minutes=4))
    assert not is_genuine("s3cret", sent, header, NOW + timedelta(minutes=6))
    assert not is_genuine("s3cret", b'{"a":2}', header, NOW)
    assert not is_genuine("other", sent, header, NOW)
    assert not is_genuine("s3cret", sent, "v1=", NOW)


def test_a_mail_has_the_id_of_its_message_and_no_line_in_its_subject() -> None:
    channel = Channel("c", "m", "mail", {"host": "h", "sender": "linshu@example.com", "to": "a@example.com"})
    mail = letter(channel, Rendered("一\nBcc: x@example.com", "二"), "k")
    assert mail["Subject"] == "一 Bcc: x@example.com"
    assert mail["Message-ID"] == letter(channel, WORDS, "k")["Message-ID"]
    assert mail["Message-ID"] != letter(channel, WORDS, "k2")["Message-ID"]


def test_words_are_filled_in_the_readers_language_and_facts_are_not_words() -> None:
    body = {"title": {"zh": "{city}预警", "en": "Alert: {city}"}, "text": {"zh": "{n} 单", "en": "{n} orders"},
            "facts": {"city": "{n}武汉", "n": 3}, "link": "/explore"}  # fmt: skip
    plain = Plain("https://linshu.example/")
    assert plain.render("", body, Receiver("en", Scope())).title == "Alert: {n}武汉"
    assert plain.render("", body, Receiver("zh", Scope())).text == "3 单"
    assert plain.render("", body, Receiver("zh", Scope())).link == "https://linshu.example/explore"
    assert plain.render("只有标题", {}, Receiver("en", Scope())) == Rendered("只有标题", "", "", "Open")
