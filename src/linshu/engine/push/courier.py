"""Delivers what the outbox holds: outside every business transaction, again after a failure, given up after so many.

A message is leased, handed to the sender of its kind, and its end written down. When the process dies in between, the
lease runs out and the message is sent again: nothing is lost, and the history says that it may have arrived twice.
What is handled inside (a work order) is written in the same transaction as its end, and so exactly once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from sqlalchemy import Connection, and_, or_, select, update

from linshu.engine.push.outbox import Kept, kept, note
from linshu.engine.state.crash import point
from linshu.engine.state.tables import outbox
from linshu.kernel.errors import LinshuError
from linshu.kernel.retry import Patience
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.state import State

PATIENCE = Patience(most=8, first=timedelta(seconds=5), longest=timedelta(minutes=30))
LEASE = timedelta(minutes=2)
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver took it."""

    words: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Failed:
    """The receiver did not take it, or did not say; `again` = another attempt may succeed, not before `wait` if given.

    `is_unsure`: it may have arrived all the same (the answer did not come in time), so that the next attempt repeats it.
    """

    words: Text
    again: bool = True
    wait: timedelta | None = None
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing was attempted, because it is not the moment (quiet hours, the robot's limit): try again after `wait`."""

    wait: timedelta
    words: Text


Outcome = Sent | Failed | Later
Inside = Callable[[Connection, Kept, datetime], None]


class Sender(Protocol):
    """Delivers one kind of message to the outside."""

    def send(self, message: Kept) -> Outcome:
        """Deliver; a refusal is an outcome, an exception is a fault and counts as an attempt that may have arrived."""
        ...


class Courier:
    """Takes due messages of the kinds it knows, one at a time; any number of couriers may work side by side."""

    def __init__(
        self,
        state: State,
        senders: Mapping[str, Sender],
        *,
        chance: Callable[[], float],
        inside: Mapping[str, Inside] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: Patience = PATIENCE,
    ) -> None:
        self._state, self._senders, self._inside = state, dict(senders), dict(inside or {})
        self._chance, self._clock, self._patience = chance, clock, patience

    def deliver(self, most: int = 100) -> int:
        """Deliver what is due, `most` messages at the utmost; how many were looked at."""
        for count in range(most):
            taken = self._take()
            if taken is None:
                return count
            message, lease = taken
            if message.kind in self._inside:
                self._handle(message, lease)
            else:
                self._send(message, lease)
        return most

    def _take(self) -> tuple[Kept, str] | None:
        """Lease the message that has been due longest; it counts as an attempt from this moment, whatever happens."""
        now, lease = self._clock(), uuid4().hex
        left = and_(outbox.c.state == "sending", outbox.c.leased_until < now)
        due = and_(outbox.c.state.in_(("waiting", "failed")), outbox.c.run_after <= now)
        with self._state.writing() as connection:
            row = connection.execute(
                select(outbox)
                .where(outbox.c.kind.in_([*self._senders, *self._inside]), or_(due, left))
                .order_by(outbox.c.run_after, outbox.c.created_at, outbox.c.message_id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).mappings().first()  # fmt: skip
            if row is None:
                return None
            was_left = row["state"] == "sending"
            if was_left and row["kind"] not in self._inside:
                note(connection, row["message_id"], "sending", LEFT, at=now)
            values = {
                "state": "sending", "attempts": row["attempts"] + 1, "leased_by": lease, "leased_until": now + LEASE,
            }  # fmt: skip
            connection.execute(update(outbox).where(outbox.c.message_id == row["message_id"]).values(values))
        point("outbox.taken")
        return kept({**row, **values}), lease

    def _send(self, message: Kept, lease: str) -> None:
        try:
            outcome = self._senders[message.kind].send(message)
        except LinshuError as error:
            outcome = Failed(Text(error.say("zh"), error.say("en")))
        except Exception as error:  # noqa: BLE001 a fault of one sender must not stop the others' messages
            outcome = Failed(_fault(error), is_unsure=True)
        point("outbox.sent")
        with self._state.writing() as connection:
            self._note(connection, message, lease, outcome)
        point("outbox.noted")

    def _handle(self, message: Kept, lease: str) -> None:
        """What is handled inside and its end are one change."""
        try:
            with self._state.writing() as connection:
                if self._note(connection, message, lease, Sent()):
                    self._inside[message.kind](connection, message, self._clock())
                    point("outbox.sent")
        except LinshuError as error:
            self._fail(message, lease, Failed(Text(error.say("zh"), error.say("en"))))
        except Exception as error:  # noqa: BLE001 a fault of one handler must not stop the others' messages
            self._fail(message, lease, Failed(_fault(error)))
        point("outbox.noted")

    def _fail(self, message: Kept, lease: str, outcome: Failed) -> None:
        with self._state.writing() as connection:
            self._note(connection, message, lease, outcome)

    def _note(self, connection: Connection, message: Kept, lease: str, outcome: Outcome) -> bool:
        """Write the end of an attempt; False when the lease ran out and another courier has the message."""
        now = self._clock()
        state, values, words = self._end(message, outcome, now)
        mine = and_(outbox.c.message_id == message.message_id, outbox.c.leased_by == lease)
        written = connection.execute(
            update(outbox)
            .where(mine, outbox.c.state == "sending")
            .values(state=state, leased_by="", leased_until=None, **values)
            .returning(outbox.c.message_id)
        ).first()
        if written is not None:
            note(connection, message.message_id, state, words, at=now)
        return written is not None

    def _end(self, message: Kept, outcome: Outcome, now: datetime) -> tuple[str, dict[str, object], Text]:
        if isinstance(outcome, Sent):
            return "sent", {"sent_at": now, "error": ""}, outcome.words
        if isinstance(outcome, Later):
            return "waiting", {"run_after": now + outcome.wait, "attempts": message.attempts - 1}, outcome.words
        words = outcome.words
        if outcome.is_unsure:
            words = Text(f"{words.zh}{UNSURE.zh}", f"{words.en}{UNSURE.en}")
        error = words.zh[:1000]
        if not outcome.again or self._patience.is_over(message.attempts):
            return "dead", {"error": error}, words
        wait = self._patience.pause(message.attempts, self._chance())
        return "failed", {"error": error, "run_after": now + max(wait, outcome.wait or wait)}, words


LEFT = Text(
    "上一次发送没有结束就中断了，对方可能已经收到；现在再发一次。",
    "The attempt before broke off before its end, it may have arrived; now it is sent again.",
)
UNSURE = Text("。对方可能已经收到，再发会重复。", ". It may have arrived; another attempt would repeat it.")


def _fault(error: Exception) -> Text:
    """The kind of a fault and its first line; never the values of a message."""
    words = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"[:300]
    return Text(f"程序出错：{words}", f"internal error: {words}")
