"""Work orders without a person: what approved proposals open and undone ones call back, and reminders of what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy import select, update

from linshu.engine.access.place import Place
from linshu.engine.audit import SYSTEM
from linshu.engine.push.outbox import Message
from linshu.engine.push.outbox import put as send
from linshu.engine.state.tables import proposal, work_order
from linshu.engine.work.hand import Hand, locked
from linshu.engine.work.order import Draft, Severity
from linshu.engine.work.rules import RUNNING, SEVERITIES, SEVERITY_TITLES, Wish, judge, late_level
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from linshu.engine.push.courier import Inside
    from linshu.engine.push.outbox import Kept
    from linshu.engine.work.desk import WorkDesk
    from linshu.engine.work.order import Order

CALLED_BACK = "建议已撤销 · the proposal was undone"


def handler(zone: ZoneInfo) -> Inside:
    """What the courier does with a message of the kind work_order, in the transaction that ends the message.

    `body`: {"do": "open" | "withdraw", "proposal": id, "part", "title_zh", "title_en", "words", "severity"}; a proposal that
    asks several things of people names each as a part of its own.
    """

    def handle(connection: Connection, message: Kept, at: datetime) -> None:
        body = message.body
        hand = Hand(connection, SYSTEM, at, zone)
        order_id, _ = hand.open(_draft(connection, message))
        do = cast("Literal['open', 'withdraw']", body.get("do", "open"))
        if do == "withdraw":
            _withdraw(hand, order_id)
        elif do != "open":
            raise Invalid(Text(f"工单不懂 {do}", f"a work order cannot {do}"))

    return handle


def _draft(connection: Connection, message: Kept) -> Draft:
    body = message.body
    proposal_id = str(body.get("proposal", ""))
    if not proposal_id:
        raise Invalid(Text("工单没有说明属于哪条建议", "the work order does not say of which proposal it is"))
    found = connection.execute(select(proposal).where(proposal.c.proposal_id == proposal_id)).first()
    title = Text(str(body.get("title_zh") or message.subject), str(body.get("title_en") or message.subject))
    part = f":{body['part']}" if body.get("part") else ""
    severity = cast("Severity", body["severity"] if body.get("severity") in SEVERITIES else "warn")
    return Draft(
        title, str(body.get("words", "")), severity, "proposal", proposal_id, f"proposal:{proposal_id}{part}",
        message.receiver, place=Place.of(found) if found is not None else Place(),
    )  # fmt: skip


def _withdraw(hand: Hand, order_id: str) -> None:
    """Calls a work order back; what is done already stays done, and says that its proposal was undone."""
    (order,) = locked(hand.connection, work_order.c.order_id == order_id)
    wish = Wish("withdraw", SYSTEM.account, hand.at, CALLED_BACK, for_all=True)
    judged = judge(order, wish)
    if isinstance(judged, Text):
        hand.step(order, "comment", words=CALLED_BACK)
    else:
        hand.turn(order, judged, wish)


def remind(desk: WorkDesk, channel: str) -> int:
    """Passes on what is late, once when it becomes late and once a working day later; how many. No channel: noted only."""
    now, count = desk.now(), 0
    with desk.state.writing() as connection:
        hand, rows = Hand(connection, SYSTEM, now, desk.zone), work_order.c
        for order in locked(connection, rows.state.in_(RUNNING), rows.due_at < now, rows.level < 2):
            level = late_level(order.due_at, now, desk.zone)
            if level <= order.level:
                continue
            count += 1
            connection.execute(update(work_order).where(rows.order_id == order.order_id).values(level=level))
            hand.step(order, "late", to=order.owner)
            if channel:
                key = f"work:{order.order_id}:late:{level}:{order.due_at:%Y%m%dT%H%M%S}"
                send(connection, Message("push", channel, order.title.zh, _words(order, level, desk.zone), key), at=now)
    return count


def _words(order: Order, level: int, zone: ZoneInfo) -> dict[str, Any]:
    facts = {
        "title": order.title.zh, "title_en": order.title.en, "owner": order.owner or "—",
        "due": f"{order.due_at.astimezone(zone):%m-%d %H:%M}", "severity": SEVERITY_TITLES[order.severity].zh,
        "severity_en": SEVERITY_TITLES[order.severity].en, "level": level,
    }  # fmt: skip
    return {
        "title": {"zh": "工单超时：{title}", "en": "Work order is late: {title_en}"},
        "text": {
            "zh": "{severity} · 负责人 {owner} · 应在 {due} 前完成（第 {level} 次提醒）",
            "en": "{severity_en} · owner {owner} · was due {due} (reminder {level})",
        },
        "facts": facts,
        "link": f"/work/{order.order_id}",
    }
