"""What pages, commands and programs ask of the push channels and the outbox of one project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from linshu.engine.audit import write as audit
from linshu.engine.push import books, outbox
from linshu.engine.push.courier import Failed, Outcome, Sent
from linshu.kernel.errors import Conflict, LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from linshu.engine.audit import Actor
    from linshu.engine.push.channels import Channel, Channels
    from linshu.engine.push.outbox import Kept
    from linshu.engine.push.pusher import Pusher
    from linshu.engine.state import State

TRIAL = {
    "title": {"zh": "邻数测试消息", "en": "A test message of Linshu"},
    "text": {"zh": "看到这条消息，说明通道可用。", "en": "If you read this, the channel works."},
}
RETRIED = Text("{who} 要求重新发送", "{who} asked to send it again")
CANCELLED = Text("{who} 取消了发送", "{who} cancelled it")


@dataclass(frozen=True, slots=True)
class PushDesk:
    """The channels, what waits and what left."""

    state: State
    channels: Channels
    pusher: Pusher
    now: Callable[[], datetime]

    def messages(self, wanted: books.Filter, *, limit: int = 50, offset: int = 0) -> tuple[list[Kept], int]:
        """A page of the outbox, newest first, and how many messages there are."""
        with self.state.reading() as connection:
            return books.listed(connection, wanted, limit=limit, offset=offset)

    def counts(self) -> dict[str, int]:
        """How many messages stand in each state."""
        with self.state.reading() as connection:
            return books.counts(connection)

    def message(self, message_id: str) -> Kept:
        """One message, with everything that happened to it."""
        with self.state.reading() as connection:
            return outbox.find(connection, message_id=message_id)

    def retry(self, message_id: str, actor: Actor) -> None:
        """Send a message that failed, or was given up, again."""
        self._turn(message_id, actor, "message.retry", RETRIED, outbox.retry)

    def cancel(self, message_id: str, actor: Actor) -> None:
        """Keep a message from leaving."""
        self._turn(message_id, actor, "message.cancel", CANCELLED, outbox.cancel)

    def test(self, name: str, actor: Actor) -> tuple[bool, Text]:
        """Send a test message through a channel now; whether it went well, and the plain result."""
        channel, now = self.channels.find(name), self.now()
        outcome = self._try(channel)
        with self.state.writing() as connection:
            well = isinstance(outcome, Sent)
            audit(connection, actor, "channel.test", f"channel:{channel.name}", at=now, well=well)
        return well, Text("对方已收下测试消息", "the test message was taken") if well else outcome.words

    def _try(self, channel: Channel) -> Outcome:
        try:
            return self.pusher.through(channel, "", TRIAL, f"test {uuid4().hex}")
        except LinshuError as error:
            return Failed(Text(error.say("zh"), error.say("en")))

    def _turn(self, message_id: str, actor: Actor, act: str, words: Text, turn: Callable[..., bool]) -> None:
        now = self.now()
        with self.state.writing() as connection:
            found = outbox.find(connection, message_id=message_id)
            if not turn(connection, message_id, at=now, words=words.fill(who=actor.account)):
                raise Conflict(
                    Text(
                        f"消息是“{found.state}”，现在不能这样做",
                        f"the message is {found.state}: this cannot be done now",
                    )
                )
            audit(connection, actor, act, f"message:{message_id}", at=now, key=found.key)
