"""How what is approved leaves: into the outbox, within the transaction of the approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.push.outbox import Message, put_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.decisions.kind import Effect
    from linshu.engine.decisions.ledger import Outlet


def to_outbox(now: Callable[[], datetime]) -> Outlet:
    """An outlet that leads to the outbox."""

    def leave(connection: Connection, effects: Sequence[tuple[str, Effect]]) -> None:
        messages = [
            Message(effect.kind, effect.receiver, effect.subject, dict(effect.body), f"proposal:{key}")
            for key, effect in effects
        ]
        put_all(connection, messages, at=now())

    return leave
