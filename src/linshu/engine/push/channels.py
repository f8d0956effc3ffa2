"""The channels messages go through: kept with their secrets sealed, shown with them masked."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select, update

from linshu.engine.access.scope import Scope
from linshu.engine.audit import write as audit
from linshu.engine.state.tables import push_channel
from linshu.kernel.errors import Conflict, Invalid, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from linshu.engine.audit import Actor
    from linshu.engine.state import State
    from linshu.kernel.text import Language

ChannelKind = Literal["wecom", "dingtalk", "feishu", "mail", "webhook"]
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
TITLES = {
    "wecom": Text("企业微信群机器人", "WeCom group robot"),
    "dingtalk": Text("钉钉群机器人", "DingTalk group robot"),
    "feishu": Text("飞书群机器人", "Feishu group robot"),
    "mail": Text("邮件", "Mail"),
    "webhook": Text("其他系统", "Another system"),
}
# What each kind must be told, and may be told.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "wecom": ("url",), "dingtalk": ("url",), "feishu": ("url",), "mail": ("host", "sender", "to"), "webhook": ("url", "secret"),
}  # fmt: skip
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "wecom": (), "dingtalk": ("secret",), "feishu": ("secret",), "mail": ("port", "user", "secret", "security"), "webhook": (),
}  # fmt: skip
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NONCE = 12


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out, with everything needed to send by it; `repr` never tells its secrets."""

    channel_id: str
    name: str
    kind: ChannelKind
    config: Mapping[str, str] = field(repr=False)
    active: bool = True
    quiet_from: str = ""
    quiet_to: str = ""
    language: Language = "zh"
    scope: Scope = field(default_factory=Scope)

    @property
    def shown(self) -> dict[str, str]:
        """What pages and commands may show of its configuration."""
        return {name: _masked(name, value) for name, value in self.config.items()}


class Channels:
    """The channels of one project; `key` seals their configuration and lies outside the project."""

    def __init__(self, state: State, key: bytes, now: Callable[[], datetime]) -> None:
        self._state, self._cipher, self._now = state, AESGCM(key), now

    def all(self) -> list[Channel]:
        """Every channel, by name."""
        with self._state.reading() as connection:
            return [
                self._read(dict(row))
                for row in connection.execute(select(push_channel).order_by(push_channel.c.name)).mappings()
            ]

    def find(self, name: str) -> Channel:
        """The channel of that name or id."""
        with self._state.reading() as connection:
            rows = connection.execute(select(push_channel)).mappings().all()
        for row in rows:
            if name in {row["name"], row["channel_id"]}:
                return self._read(dict(row))
        known = [row["name"] for row in rows]
        raise Missing(Text(f"没有推送通道 {name}", f"there is no push channel {name}"), mend=nearest(name, known))

    def add(self, channel: Channel, actor: Actor) -> Channel:
        """Keep a new channel; Invalid says what it lacks."""
        made = replace(channel, channel_id=uuid4().hex, config=_checked(channel))
        now = self._now()
        with self._state.writing() as connection:
            if connection.execute(select(push_channel.c.name).where(push_channel.c.name == made.name)).first():
                raise Conflict(Text(f"已有推送通道 {made.name}", f"there is a push channel {made.name} already"))
            connection.execute(insert(push_channel), [self._row(made) | {"created_at": now, "changed_at": now}])
            audit(connection, actor, "channel.add", f"channel:{made.name}", at=now, kind=made.kind)
        return made

    def change(self, channel: Channel, actor: Actor) -> Channel:
        """Keep a channel as it is now; parts of its configuration left empty stay as they were."""
        before = self.find(channel.channel_id)
        kept = {**before.config, **{name: value for name, value in channel.config.items() if value}}
        made = replace(channel, kind=before.kind, config=_checked(replace(channel, kind=before.kind, config=kept)))
        now = self._now()
        with self._state.writing() as connection:
            of_it = push_channel.c.channel_id == before.channel_id
            connection.execute(update(push_channel).where(of_it).values(self._row(made) | {"changed_at": now}))
            audit(connection, actor, "channel.change", f"channel:{made.name}", at=now, active=made.active)
        return made

    def remove(self, name: str, actor: Actor) -> None:
        """Forget a channel; messages that wait for it are given up when their turn comes."""
        found, now = self.find(name), self._now()
        with self._state.writing() as connection:
            connection.execute(delete(push_channel).where(push_channel.c.channel_id == found.channel_id))
            audit(connection, actor, "channel.remove", f"channel:{found.name}", at=now)

    def _row(self, one: Channel) -> dict[str, Any]:
        return {
            "channel_id": one.channel_id, "name": one.name, "kind": one.kind, "active": one.active,
            "sealed": self._seal(one.channel_id, json.dumps(dict(one.config), ensure_ascii=False)),
            "quiet_from": one.quiet_from, "quiet_to": one.quiet_to, "language": one.language,
            "scope": json.dumps({name: sorted(values) for name, values in one.scope.restrictions()}),
        }  # fmt: skip

    def _read(self, row: Mapping[str, Any]) -> Channel:
        scope = json.loads(row["scope"])
        return Channel(
            row["channel_id"], row["name"], row["kind"], json.loads(self._open(row["channel_id"], row["sealed"])),
            row["active"], row["quiet_from"], row["quiet_to"], row["language"],
            Scope.only(**scope) if scope else Scope(),
        )  # fmt: skip

    def _seal(self, channel_id: str, words: str) -> str:
        nonce = os.urandom(NONCE)
        return (nonce + self._cipher.encrypt(nonce, words.encode(), channel_id.encode())).hex()

    def _open(self, channel_id: str, sealed: str) -> str:
        raw = bytes.fromhex(sealed)
        try:
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], channel_id.encode()).decode()
        except InvalidTag as error:
            raise Invalid(
                Text("推送通道的密钥打不开", "the secrets of a push channel cannot be opened"),
                mend=Text(
                    "请用封存时的密钥文件，或重新填写通道。", "Use the key file it was sealed with, or fill it in anew."
                ),
            ) from error


def _checked(one: Channel) -> dict[str, str]:
    """The parts of its configuration that its kind knows; Invalid names what is missing or cannot be."""
    if one.kind not in KINDS:
        raise Invalid(
            Text(f"没有这种通道：{one.kind}", f"there is no such kind: {one.kind}"), mend=nearest(one.kind, KINDS)
        )
    config = {name: str(one.config.get(name, "")).strip() for name in (*NEEDED[one.kind], *OPTIONAL[one.kind])}
    missing = [name for name in NEEDED[one.kind] if not config[name]]
    if missing or not one.name.strip():
        names = ", ".join(missing or ["name"])
        raise Invalid(Text(f"还缺：{names}", f"missing: {names}"))
    if config.get("port", "") and not config["port"].isdecimal():
        raise Invalid(Text("端口要是数字", "the port must be a number"))
    for hour in (one.quiet_from, one.quiet_to):
        if hour and not HOUR.fullmatch(hour):
            raise Invalid(Text(f"时间写成 22:00，不是 {hour}", f"write a time as 22:00, not {hour}"))
    if bool(one.quiet_from) != bool(one.quiet_to):
        raise Invalid(Text("免打扰要有开始和结束", "quiet hours need a beginning and an end"))
    return {name: value for name, value in config.items() if value}


def _masked(name: str, value: str) -> str:
    if name in {"secret", "url"}:
        head = value.partition("?")[0].partition("/hook/")[0] if name == "url" else ""
        return f"{head}…{value[-4:]}"
    if name == "to":
        return ", ".join(f"{one.strip()[:1]}***@{one.partition('@')[2].strip()}" for one in value.split(","))
    return value
