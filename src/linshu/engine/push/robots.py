"""The group robots of WeCom, DingTalk and Feishu: what each is sent, how it is signed, what its answers mean.

An answer of 200 says nothing: each tells in its body whether it took the message.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from linshu.engine.push.courier import Failed, Outcome, Sent
from linshu.engine.push.fit import fit, split
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from linshu.engine.push.channels import Channel
    from linshu.engine.push.rendering import Rendered

WECOM_BYTES, DINGTALK_BYTES, FEISHU_BYTES = 4096, 18_000, 18_000  # Feishu and DingTalk: 20 KB with all around it
TITLE_BYTES = 200
AROUND = 60  # signs around title, text and link
MOST_PARTS = 5  # more would fill the group; what is left over is cut off and said to be
LIMITS: Mapping[str, int] = {"wecom": WECOM_BYTES, "dingtalk": DINGTALK_BYTES, "feishu": FEISHU_BYTES}
MINUTE = timedelta(minutes=1)
BLOCK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Posted:
    """What is posted where."""

    url: str
    body: dict[str, Any]


def parts(kind: str, message: Rendered) -> tuple[Rendered, ...]:
    """A message as the numbered messages in which a robot takes it: 标题（1/3）."""
    tail = len(message.link.encode()) + len(message.label.encode())
    room = LIMITS[kind] - min(len(message.title.encode()), TITLE_BYTES) - tail - AROUND
    if kind == "dingtalk":  # its lines are set apart by two signs
        room -= message.text.count("\n")
    texts = split(message.text, max(room, LIMITS[kind] // 4), MOST_PARTS)
    if len(texts) == 1:
        return (message,)
    title = fit(message.title, TITLE_BYTES - 20)
    return tuple(
        replace(message, title=f"{title}（{number}/{len(texts)}）", text=text) for number, text in enumerate(texts, 1)
    )


def wecom(channel: Channel, message: Rendered, _: datetime) -> Posted:
    """Markdown of at most 4,096 bytes; the key in the address is the secret."""
    content = _linked(f"**{message.title}**\n{message.text}", WECOM_BYTES, message)
    return Posted(channel.config["url"], {"msgtype": "markdown", "markdown": {"content": content}})


def dingtalk(channel: Channel, message: Rendered, now: datetime) -> Posted:
    """Markdown; signed in the address when the robot has a secret."""
    url = channel.config["url"]
    if secret := channel.config.get("secret", ""):
        stamp = str(int(now.timestamp() * 1000))
        url = f"{url}&timestamp={stamp}&sign={quote_plus(dingtalk_sign(secret, stamp))}"
    title = fit(message.title, TITLE_BYTES)
    text = _linked(f"### {title}\n\n{_paragraphs(message.text)}", DINGTALK_BYTES, message)
    return Posted(url, {"msgtype": "markdown", "markdown": {"title": title, "text": text}, "at": {"isAtAll": False}})


def feishu(channel: Channel, message: Rendered, now: datetime) -> Posted:
    """A card; signed in the body when the robot has a secret."""
    body: dict[str, Any] = {}
    if secret := channel.config.get("secret", ""):
        stamp = str(int(now.timestamp()))
        body = {"timestamp": stamp, "sign": feishu_sign(secret, stamp)}
    title = {"tag": "plain_text", "content": fit(message.title, TITLE_BYTES)}
    text = {"tag": "markdown", "content": _linked(message.text, FEISHU_BYTES, message)}
    return Posted(
        channel.config["url"],
        body | {"msg_type": "interactive", "card": {"header": {"title": title}, "elements": [text]}},
    )


def dingtalk_sign(secret: str, stamp: str) -> str:
    """The secret is the key, time and secret are what is signed."""
    return _base64(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), sha256))


def feishu_sign(secret: str, stamp: str) -> str:
    """Time and secret are the key, nothing is what is signed."""
    return _base64(hmac.digest(f"{stamp}\n{secret}".encode(), b"", sha256))


def judge(kind: str, answer: Mapping[str, Any]) -> Outcome:
    """What the answer of a robot means."""
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    if code == 0:
        return Sent()
    said = str(answer.get("errmsg", answer.get("msg", "")))[:200]
    words = MEANINGS.get(
        (kind, code), Text(f"机器人没有接收（{code}）：{said}", f"the robot did not take it ({code}): {said}")
    )
    if (kind, code) in PAUSES:
        return Failed(words, wait=PAUSES[kind, code])
    return Failed(words, again=code in AGAIN)


def is_crowded(kind: str, now: datetime) -> timedelta:
    """How long to wait because everybody writes at this moment: Feishu at the full and half hour."""
    if kind != "feishu" or now.minute % 30:
        return timedelta(0)
    return timedelta(seconds=60 - now.second + 5)


BODIES: Mapping[str, Callable[[Channel, Rendered, datetime], Posted]] = {
    "wecom": wecom, "dingtalk": dingtalk, "feishu": feishu,
}  # fmt: skip
_LIMIT = Text("发得太快，机器人限制了发送", "sent too fast: the robot holds messages back")
_SIGN = Text(
    "签名不对：请核对加签密钥和服务器时间", "the signature is wrong: check the secret and the clock of this machine"
)
_WORD = Text(
    "消息不含机器人要求的关键词，或签名、IP 不对", "the message lacks the robot's keyword, or signature or IP is wrong"
)
_GONE = Text("机器人地址无效：请核对 Webhook 地址", "there is no such robot: check its webhook address")
MEANINGS: Mapping[tuple[str, Any], Text] = {
    ("wecom", 45009): _LIMIT, ("wecom", 93000): _GONE,
    ("dingtalk", 130101): _LIMIT, ("dingtalk", 410100): _LIMIT, ("dingtalk", 310000): _WORD, ("dingtalk", 300005): _GONE,
    ("feishu", 11232): _LIMIT, ("feishu", 9499): _LIMIT, ("feishu", 19021): _SIGN, ("feishu", 19001): _GONE,
    ("feishu", 19022): Text("服务器 IP 不在机器人的白名单里", "the IP of this machine is not on the robot's list"),
    ("feishu", 19024): Text("消息不含机器人要求的关键词", "the message lacks the robot's keyword"),
}  # fmt: skip
PAUSES: Mapping[tuple[str, Any], timedelta] = {
    ("wecom", 45009): MINUTE, ("dingtalk", 130101): BLOCK, ("dingtalk", 410100): BLOCK, ("feishu", 11232): MINUTE,
    ("feishu", 9499): MINUTE,
}  # fmt: skip
AGAIN = frozenset({-1})  # "the system is busy"


def _linked(text: str, most: int, message: Rendered) -> str:
    """The text with where to look further, cut so that the link always fits."""
    tail = f"\n\n[{message.label}]({message.link})" if message.link else ""
    return fit(text, most - len(tail.encode()), "\n……") + tail


def _paragraphs(text: str) -> str:
    """DingTalk joins single lines; each of ours stands alone."""
    return text.replace("\n", "\n\n")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
