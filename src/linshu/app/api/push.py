"""Push over HTTP: the channels, and what waits and what left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.answer import Answer
from linshu.app.api.access import MANAGES_PUSH, WHOLE, Limit, Offset, scope_of
from linshu.app.api.reading import answered
from linshu.engine.push.books import Filter
from linshu.engine.push.channels import Channel, ChannelKind
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.pushing import push_of

if TYPE_CHECKING:
    from linshu.engine.push.outbox import Kept

router = APIRouter(prefix="/api/v1/push", tags=["push"], dependencies=[WHOLE])
State = Literal["", "waiting", "sending", "sent", "failed", "dead", "cancelled"]


class Wanted(BaseModel):
    """A channel to keep; secrets are never answered back."""

    name: str = Field(max_length=64)
    kind: ChannelKind
    config: dict[str, str] = Field(
        description="url and secret; for mail host, port, user, secret, sender, to, security"
    )
    quiet_from: str = ""
    quiet_to: str = ""
    language: Literal["zh", "en"] = "zh"
    scope: dict[str, list[str]] = Field(default={}, description="The rows its readers may see, such as regions")


class Changes(BaseModel):
    """What becomes of a channel; what is not given stays."""

    name: str | None = Field(default=None, max_length=64)
    config: dict[str, str] = {}
    active: bool | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    language: Literal["zh", "en"] | None = None
    scope: dict[str, list[str]] | None = Field(default=None, description="The rows its readers may see")


@router.get("/channels", dependencies=[MANAGES_PUSH])
def channels(request: Request) -> Response:
    """Every channel, secrets masked."""
    return answered(request, Answer.of([told(one) for one in push_of(request).channels.all()]))


@router.post("/channels", dependencies=[MANAGES_PUSH])
def add(request: Request, wanted: Wanted) -> Response:
    """Keep a new channel."""
    made = Channel(
        "", wanted.name, wanted.kind, wanted.config, True, wanted.quiet_from, wanted.quiet_to,
        wanted.language, scope_of(wanted.scope),
    )  # fmt: skip
    return answered(request, Answer.of([told(push_of(request).channels.add(made, actor_of(request)))]))


@router.patch("/channels/{name}", dependencies=[MANAGES_PUSH])
def change(request: Request, name: str, changes: Changes) -> Response:
    """Change a channel; parts of its configuration left out stay as they are."""
    kept = push_of(request).channels
    given: dict[str, Any] = {key: value for key, value in changes.model_dump().items() if value is not None}
    if changes.scope is not None:
        given["scope"] = scope_of(changes.scope)
    return answered(request, Answer.of([told(kept.change(replace(kept.find(name), **given), actor_of(request)))]))


@router.delete("/channels/{name}", dependencies=[MANAGES_PUSH])
def remove(request: Request, name: str) -> Response:
    """Forget a channel."""
    push_of(request).channels.remove(name, actor_of(request))
    return channels(request)


@router.post("/channels/{name}/test", dependencies=[MANAGES_PUSH])
def test(request: Request, name: str) -> Response:
    """Send a test message now; the plain result."""
    well, words = push_of(request).test(name, actor_of(request))
    return answered(request, Answer.of([{"channel": name, "ok": well, "said": words.zh, "said_en": words.en}]))


@router.get("/outbox", dependencies=[MANAGES_PUSH])
def outbox(
    request: Request, state: State = "", kind: str = "", words: str = "", limit: Limit = 50, offset: Offset = 0
) -> Response:
    """Messages, newest first, by state, kind, and words of receiver or subject."""
    found, total = push_of(request).messages(Filter(state, kind, words), limit=limit, offset=offset)
    return answered(request, Answer.of([said(one) for one in found], total=total))


@router.get("/outbox/{message_id}", dependencies=[MANAGES_PUSH])
def message(request: Request, message_id: str) -> Response:
    """One message; what happened to it is in the meta."""
    found = push_of(request).message(message_id)
    notes = [{"at": one.at, "state": one.state, "words": one.words.zh, "words_en": one.words.en} for one in found.notes]
    return answered(request, Answer.of([said(found)], notes=notes))


@router.post("/outbox/{message_id}/retry", dependencies=[MANAGES_PUSH])
def retry(request: Request, message_id: str) -> Response:
    """Send a message that failed or was given up again."""
    push_of(request).retry(message_id, actor_of(request))
    return message(request, message_id)


@router.post("/outbox/{message_id}/cancel", dependencies=[MANAGES_PUSH])
def cancel(request: Request, message_id: str) -> Response:
    """Keep a message from leaving."""
    push_of(request).cancel(message_id, actor_of(request))
    return message(request, message_id)


def told(one: Channel) -> dict[str, Any]:
    """A channel as a row."""
    return {
        "name": one.name, "kind": one.kind, "active": one.active, "config": one.shown, "quiet_from": one.quiet_from,
        "quiet_to": one.quiet_to, "language": one.language, "scope": dict(one.scope.restrictions()),
    }  # fmt: skip


def said(one: Kept) -> dict[str, Any]:
    """A message as a row; its body is not told, it may hold what not every manager of push may see."""
    last = one.notes[-1].words if one.notes else None
    return {
        "message": one.message_id, "kind": one.kind, "receiver": one.receiver, "subject": one.subject, "key": one.key,
        "state": one.state, "attempts": one.attempts, "run_after": one.run_after, "created_at": one.created_at,
        "sent_at": one.sent_at, "said": last.zh if last else "", "said_en": last.en if last else "",
    }  # fmt: skip
