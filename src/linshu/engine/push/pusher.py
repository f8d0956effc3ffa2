"""Sends messages through their channel: at a good moment, not faster than it may, as words for whoever reads there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx

from linshu.engine.push import mail, webhook
from linshu.engine.push.channels import Channel, Channels
from linshu.engine.push.courier import Failed, Later, Outcome, Sent
from linshu.engine.push.guard import Guard
from linshu.engine.push.outbox import Message, put_all
from linshu.engine.push.pace import block, claim
from linshu.engine.push.rendering import NOTHING, Receiver, Rendered
from linshu.engine.push.robots import BODIES, is_crowded, judge, parts
from linshu.kernel.errors import Conflict, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from linshu.engine.push.outbox import Kept
    from linshu.engine.push.rendering import Renderer
    from linshu.engine.state import State

TIMEOUT = httpx.Timeout(5.0, read=10.0)
PART = "part"  # in the body of a message that is a part of another: its words as they were
UNTIL_KNOWN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)  # nothing can have arrived


class Pusher:
    """The sender of the kinds push and webhook; `receiver` of a message is the name of its channel."""

    def __init__(  # noqa: PLR0913 - what it works with, each named once
        self,
        state: State,
        channels: Channels,
        renderer: Renderer,
        *,
        zone: str,
        guard: Guard | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        tls: ssl.SSLContext | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self._state, self._channels, self._renderer, self._zone = state, channels, renderer, ZoneInfo(zone)
        self._guard, self._clock, self._tls, self._timeout = guard or Guard(), clock, tls, timeout

    def send(self, message: Kept) -> Outcome:
        """Deliver one message, or say why and when it is tried again."""
        try:
            channel = self._channels.find(message.receiver)
        except Missing as error:
            return Failed(error.what, again=False)
        if not channel.active:
            return Failed(Text("推送通道已停用", "the push channel is switched off"), again=False)
        now = self._clock()
        if not message.body.get("urgent") and (quiet := self._quiet(channel, now)):
            return Later(quiet, Text("免打扰时间，稍后再发", "quiet hours: it is sent afterwards"))
        if crowded := is_crowded(channel.kind, now):
            return Later(crowded, Text("避开整点与半点", "the full and half hour are avoided"))
        if wait := claim(self._state, channel.channel_id, channel.kind, now):
            return Later(wait, Text("按对方的限速等待", "it waits for the receiver's limit"))
        outcome = self._in_parts(channel, message) if channel.kind in BODIES else self._whole(channel, message)
        if isinstance(outcome, Failed) and outcome.wait:
            block(self._state, channel.channel_id, now + outcome.wait)
        return outcome

    def _whole(self, channel: Channel, message: Kept) -> Outcome:
        return self.through(channel, message.subject, message.body, message.key)

    def _in_parts(self, channel: Channel, message: Kept) -> Outcome:
        """The first part now; the others become messages of their own, each with its own attempts."""
        if PART in message.body:
            return self._robot(channel, Rendered(**message.body[PART]))
        words = self._renderer.render(message.subject, message.body, Receiver(channel.language, channel.scope))
        if words.is_outside:
            return Sent(NOTHING)
        first, *others = parts(channel.kind, words)
        if others:
            self._keep(message, others)
        return self._robot(channel, first)

    def _keep(self, message: Kept, others: list[Rendered]) -> None:
        """Put the other parts into the outbox, once: an attempt before this one may have done so."""
        now, urgent = self._clock(), bool(message.body.get("urgent"))
        kept = [
            Message(
                "push", message.receiver, part.title, {PART: asdict(part), "urgent": urgent}, f"{message.key}#{number}"
            )
            for number, part in enumerate(others, 2)
        ]
        try:
            with self._state.writing() as connection:
                put_all(connection, kept, at=now)
        except Conflict:
            return  # figures moved since: the parts that are there already say what the first said then

    def through(self, channel: Channel, subject: str, body: Mapping[str, Any], key: str) -> Outcome:
        """Send through a channel now, whatever its hours and limits; the test button does so too."""
        if channel.kind == "webhook":
            return self._call(channel, body, key)
        words = self._renderer.render(subject, body, Receiver(channel.language, channel.scope))
        if words.is_outside:
            return Sent(NOTHING)
        if channel.kind == "mail":
            return mail.send(channel, words, key, self._tls)
        for part in parts(channel.kind, words):
            outcome = self._robot(channel, part)
            if not isinstance(outcome, Sent):
                return outcome
        return Sent()

    def _robot(self, channel: Channel, words: Rendered) -> Outcome:
        posted = BODIES[channel.kind](channel, words, self._clock())
        answer = self._post(posted.url, webhook.content(posted.body), {})
        if not isinstance(answer, httpx.Response):
            return answer
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not isinstance(said, dict):
            return Failed(Text("机器人的回答看不懂", "the answer of the robot cannot be read"), is_unsure=True)
        return judge(channel.kind, said)

    def _call(self, channel: Channel, body: Mapping[str, Any], key: str) -> Outcome:
        sent = webhook.content(body)
        headers = {
            webhook.SIGNATURE: webhook.signature(channel.config["secret"], sent, self._clock()),
            webhook.KEY: key,
        }
        answer = self._post(channel.config["url"], sent, headers)
        return Sent() if isinstance(answer, httpx.Response) else answer

    def _post(self, url: str, content: bytes, headers: Mapping[str, str]) -> httpx.Response | Failed:
        """Post to the address that was judged, never on to another; a response that took it, or why not."""
        target = httpx.URL(url)
        address = self._guard.address(target)
        named = {**headers, "Host": target.netloc.decode(), "Content-Type": "application/json; charset=utf-8"}
        try:
            with httpx.Client(timeout=self._timeout, trust_env=False, verify=self._tls or True) as client:
                answer = client.post(
                    target.copy_with(host=address), content=content, headers=named,
                    extensions={"sni_hostname": target.host},
                )  # fmt: skip
        except httpx.HTTPError as error:
            kind = type(error).__name__
            words = Text(f"对方没有回答（{kind}）", f"no answer came ({kind})")
            return Failed(words, is_unsure=not isinstance(error, UNTIL_KNOWN))
        return answer if answer.is_success else _refused(answer)

    def _quiet(self, channel: Channel, now: datetime) -> timedelta:
        """How long the quiet hours of a channel go on; zero when there are none now."""
        if not channel.quiet_from:
            return timedelta(0)
        local = now.astimezone(self._zone)
        begin, end = time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_to)
        at = local.time()
        is_quiet = begin <= at < end if begin < end else at >= begin or at < end
        if not is_quiet:
            return timedelta(0)
        until = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return (until if until > local else until + timedelta(days=1)) - local


def _refused(answer: httpx.Response) -> Failed:
    code = answer.status_code
    words = Text(f"对方回答 HTTP {code}", f"the receiver answers HTTP {code}")
    if code in {408, 425, 429}:
        after = answer.headers.get("retry-after", "")
        return Failed(words, wait=timedelta(seconds=min(int(after), 3600)) if after.isdecimal() else None)
    if code >= 500:
        return Failed(words, is_unsure=True)
    return Failed(words, again=False)
