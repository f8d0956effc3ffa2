"""One hand that writes work orders down within a transaction: each change with its step and its entry in the audit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from linshu.engine import audit
from linshu.engine.state.once import insert_once
from linshu.engine.state.tables import work_order, work_order_step
from linshu.engine.work.book import ORDER, as_order
from linshu.engine.work.rules import due, due_after

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection

    from linshu.engine.audit import Actor
    from linshu.engine.work.order import Draft, Order, State
    from linshu.engine.work.rules import Wish

MOST_TITLE, MOST_WORDS, MOST_RESULT = 200, 4000, 1000


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, when, in which transaction; business hours are those of `zone`."""

    connection: Connection
    actor: Actor
    at: datetime
    zone: ZoneInfo

    def open(self, draft: Draft) -> tuple[str, bool]:
        """Opens a work order: its id, and whether it is new; one that is there under the same key stays as it is."""
        key = draft.key or f"hand:{secrets.token_hex(16)}"
        row = {
            "order_id": secrets.token_hex(6), "key": key, "title_zh": draft.title.zh.strip()[:MOST_TITLE],
            "title_en": (draft.title.en or draft.title.zh).strip()[:MOST_TITLE], "what": draft.what.strip()[:MOST_WORDS],
            "severity": draft.severity, "origin": draft.origin, "origin_id": draft.origin_id, "team": draft.team[:64],
            "state": "assigned" if draft.owner else "new", "owner": draft.owner, "created_by": self.actor.account,
            "created_at": self.at, "changed_at": self.at, "due_at": due(self.at, draft.severity, self.zone),
            "blocked_at": None, "done_at": None, "done_by": "", "result": "", "result_link": "", "level": 0,
            **draft.place.row(),
        }  # fmt: skip
        new = insert_once(self.connection, work_order, row)
        (order,) = locked(self.connection, work_order.c.key == key)
        if new:
            self.step(order, "open", to=draft.owner)
        return order.order_id, new

    def turn(self, order: Order, to: State, wish: Wish) -> None:
        """Turns a work order that was judged."""
        values: dict[str, Any] = {
            "state": to, "changed_at": self.at, "due_at": due_after(order, wish, self.zone),
            "blocked_at": self.at if to == "blocked" else None,
        }  # fmt: skip
        if wish.act in {"assign", "hand_over"}:
            values["owner"] = wish.to
        elif wish.act == "start" and not order.owner:
            values["owner"] = self.actor.account
        elif wish.act == "finish":
            result = wish.result.strip()[:MOST_RESULT]
            values |= {"done_at": self.at, "done_by": self.actor.account, "result": result, "result_link": wish.link}
        elif wish.act == "reopen":
            values |= {"done_at": None, "done_by": "", "level": 0}
        self.connection.execute(update(work_order).where(work_order.c.order_id == order.order_id).values(values))
        self.step(order, wish.act, after=to, to=wish.to, words=wish.result if wish.act == "finish" else wish.why)

    def step(self, order: Order, act: str, *, after: str = "", to: str = "", words: str = "") -> None:
        """One line of the history; what people wrote stays out of the audit."""
        details = {"to": to} if to else {}
        seq = audit.write(self.connection, self.actor, f"work.{act}", f"work:{order.order_id}", at=self.at, **details)
        row = {
            "order_id": order.order_id, "act": act, "before": "" if act == "open" else order.state,
            "after": after or order.state, "account": self.actor.account, "to": to, "words": words.strip()[:MOST_WORDS],
            "at": self.at, "audit_seq": seq,
        }  # fmt: skip
        self.connection.execute(insert(work_order_step), [row])


def locked(connection: Connection, which: ColumnElement[bool], *more: ColumnElement[bool]) -> tuple[Order, ...]:
    """These work orders, so that nobody else turns them meanwhile."""
    asked = select(*ORDER).where(which, *more).with_for_update()
    found: Iterable[Any] = connection.execute(asked.order_by(work_order.c.order_id))
    return tuple(as_order(row) for row in found)
