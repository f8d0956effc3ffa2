"""How fast a channel may be written to, kept in the state database so that a restart or a second process keeps to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from linshu.engine.state.tables import push_pace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.state import State

# kind: so many messages within so many seconds
LIMITS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "wecom": ((20, 60),), "dingtalk": ((20, 60),), "feishu": ((100, 60), (5, 1)), "mail": ((60, 60),), "webhook": ((300, 60),),
}  # fmt: skip
MINUTE = timedelta(seconds=60)


def wait_of(sent: list[datetime], limits: tuple[tuple[int, int], ...], now: datetime) -> timedelta:
    """How long the next message must wait, given when those before were sent."""
    wait = timedelta(0)
    for most, seconds in limits:
        within = sorted(at for at in sent if at > now - timedelta(seconds=seconds))
        if len(within) >= most:
            wait = max(wait, within[-most] + timedelta(seconds=seconds) - now)
    return wait


def claim(state: State, channel_id: str, kind: str, now: datetime) -> timedelta:
    """Take the right to write to a channel now: zero, or how long to wait for it."""
    with state.writing() as connection:
        mine = push_pace.c.channel_id == channel_id
        row = connection.execute(select(push_pace).where(mine).with_for_update()).first()
        sent = [datetime.fromtimestamp(one, UTC) for one in json.loads(row.sent)] if row else []
        sent = [at for at in sent if now - MINUTE < at <= now]
        blocked = row.blocked_until - now if row and row.blocked_until and row.blocked_until > now else timedelta(0)
        wait = max(wait_of(sent, LIMITS[kind], now), blocked)
        if not wait:
            written = json.dumps([at.timestamp() for at in [*sent, now]])
            if row:
                connection.execute(update(push_pace).where(mine).values(sent=written, blocked_until=None))
            else:
                connection.execute(
                    insert(push_pace), [{"channel_id": channel_id, "sent": written, "blocked_until": None}]
                )
    return wait


def block(state: State, channel_id: str, until: datetime) -> None:
    """Remember that a receiver takes nothing before a moment."""
    with state.writing() as connection:
        connection.execute(update(push_pace).where(push_pace.c.channel_id == channel_id).values(blocked_until=until))
