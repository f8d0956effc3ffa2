"""The pages of push: channels kept and tried, messages looked at, sent again or kept from leaving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.people.limits import found_for, limits_of, scope_of
from linshu.domains.operations.people.view import scope_words
from linshu.engine.push.books import Filter
from linshu.engine.push.channels import KINDS, NEEDED, OPTIONAL, TITLES, Channel
from linshu.engine.push.outbox import STATES
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.listing import link, page_in, words_in
from linshu.engine.shell.pages import render
from linshu.engine.shell.pushing import push_of
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from starlette.datastructures import FormData

router = APIRouter(
    prefix="/push", include_in_schema=False, dependencies=[Depends(needs("push.manage")), Depends(sees_all)]
)
FOLDER = "domains/operations/push"
TITLE = Text("推送", "Push")
MANAGES = Depends(needs("push.manage"))
PAGE_ROWS = 30
SAID = {
    "waiting": Text("等待", "Waiting"), "sending": Text("发送中", "Sending"), "sent": Text("已发出", "Sent"),
    "failed": Text("失败，将再试", "Failed, to be retried"), "dead": Text("发不出去", "Given up"),
    "cancelled": Text("已取消", "Cancelled"),
}  # fmt: skip
TONES = {"sent": "is-good", "sending": "is-info", "failed": "is-warn", "dead": "is-bad", "waiting": "", "cancelled": ""}
MESSAGE_KINDS = {
    "push": Text("消息", "Message"), "webhook": Text("调用", "Call"), "file": Text("文件", "File"),
    "work_order": Text("工单", "Work order"),
}  # fmt: skip
FIELDS = {
    "url": Text("Webhook 地址", "Webhook address"), "secret": Text("加签密钥", "Signing secret"),
    "host": Text("邮件服务器", "Mail server"), "port": Text("端口（空为默认）", "Port (empty = usual)"),
    "user": Text("账号", "Account"), "sender": Text("发件人", "From"), "to": Text("收件人，逗号分隔", "To, by commas"),
    "security": Text("加密：starttls、ssl 或 none", "Security: starttls, ssl or none"),
}  # fmt: skip
PASSWORD = Text("口令", "Password")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of the outbox; what makes no sense is not asked."""

    state: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def read(cls, request: Request) -> Asked:
        """From the address."""
        given = request.query_params
        state = given.get("state", "")
        return cls(state if state in STATES else "", words_in(given), page_in(given))

    def address(self, **changed: Any) -> str:
        """The address with something changed."""
        return link({"state": self.state, "q": self.words}, changed, "?")


@router.get("")
def push(request: Request) -> Response:
    """Channels and outbox."""
    return _page(request)


@router.get("/new")
def new(request: Request, kind: str = "wecom") -> Response:
    """The form of a new channel."""
    known = next((one for one in KINDS if one == kind), KINDS[0])
    return _form(request, Channel("", "", known, {}))


@router.post("/new", dependencies=[MANAGES])
async def add(request: Request) -> Response:
    """Keep a new channel; the form again, with what is wrong, when it cannot be."""
    made = _read(Channel("", "", "wecom", {}), await request.form())
    return await run_in_threadpool(_keep, request, made, is_new=True)


@router.get("/scope/{attribute}")
def find_places(request: Request, attribute: str, q: str = "") -> Response:
    """What the readers of a channel may be limited to, found by name or pinyin."""
    return found_for(request, attribute, q)


@router.get("/channels/{channel_id}")
def channel(request: Request, channel_id: str) -> Response:
    """The form of a channel; its secrets stay empty and as they are."""
    return _form(request, push_of(request).channels.find(channel_id))


@router.post("/channels/{channel_id}", dependencies=[MANAGES])
async def change(request: Request, channel_id: str) -> Response:
    """Keep a channel as the form says."""
    before = await run_in_threadpool(push_of(request).channels.find, channel_id)
    made = _read(before, await request.form())
    return await run_in_threadpool(_keep, request, made, is_new=False)


@router.post("/channels/{channel_id}/switch", dependencies=[MANAGES])
def switch(request: Request, channel_id: str) -> Response:
    """Switch a channel off or on."""
    kept = push_of(request).channels
    found = kept.find(channel_id)
    kept.change(replace(found, active=not found.active), actor_of(request))
    return RedirectResponse("/push", status_code=303)


@router.post("/channels/{channel_id}/test", dependencies=[MANAGES])
def test(request: Request, channel_id: str) -> Response:
    """Send a test message, and say what the receiver said."""
    desk = push_of(request)
    found = desk.channels.find(channel_id)
    return _page(request, tried=(found.name, *desk.test(channel_id, actor_of(request))))


@router.post("/channels/{channel_id}/remove", dependencies=[MANAGES])
def remove(request: Request, channel_id: str) -> Response:
    """Forget a channel."""
    push_of(request).channels.remove(channel_id, actor_of(request))
    return RedirectResponse("/push", status_code=303)


@router.get("/outbox/{message_id}")
def message(request: Request, message_id: str) -> Response:
    """One message: what is to be said, and everything that happened to it."""
    one = push_of(request).message(message_id)
    return render(request, f"{FOLDER}/message.html", one=one, **_common(request))


@router.post("/outbox/{message_id}/retry", dependencies=[MANAGES])
def retry(request: Request, message_id: str) -> Response:
    """Send a message that failed again."""
    push_of(request).retry(message_id, actor_of(request))
    return RedirectResponse(f"/push/outbox/{message_id}", status_code=303)


@router.post("/outbox/{message_id}/cancel", dependencies=[MANAGES])
def cancel(request: Request, message_id: str) -> Response:
    """Keep a message from leaving."""
    push_of(request).cancel(message_id, actor_of(request))
    return RedirectResponse(f"/push/outbox/{message_id}", status_code=303)


def _page(request: Request, tried: tuple[str, bool, Text] | None = None) -> Response:
    desk, asked = push_of(request), Asked.read(request)
    offset = (asked.page - 1) * PAGE_ROWS
    rows, total = desk.messages(Filter(asked.state, words=asked.words), limit=PAGE_ROWS, offset=offset)
    return render(
        request, f"{FOLDER}/push.html", channels=desk.channels.all(), rows=rows, total=total, asked=asked,
        pages=-(-total // PAGE_ROWS), counts=desk.counts(), tried=tried, **_common(request),
    )  # fmt: skip


def _form(request: Request, one: Channel, error: LinshuError | None = None) -> Response:
    names = [name for name in (*NEEDED[one.kind], *OPTIONAL[one.kind]) if name]
    fields = [(name, PASSWORD if (one.kind, name) == ("mail", "secret") else FIELDS[name]) for name in names]
    return render(
        request, f"{FOLDER}/channel.html", one=one, fields=fields, needed=NEEDED[one.kind], error=error, kinds=KINDS,
        scopes=limits_of(shell_of(request), one.scope),
        status=error.status if error else 200, **_common(request),
    )  # fmt: skip


def _keep(request: Request, made: Channel, *, is_new: bool) -> Response:
    kept = push_of(request).channels
    try:
        (kept.add if is_new else kept.change)(made, actor_of(request))
    except LinshuError as error:
        return _form(request, made, error)
    return RedirectResponse("/push", status_code=303)


def _read(before: Channel, form: FormData) -> Channel:
    """The channel of a filled-in form; its kind is chosen once."""
    said = {name: str(value).strip() for name, value in form.items()}
    kind = before.kind if before.channel_id else next((one for one in KINDS if one == said.get("kind")), before.kind)
    return replace(
        before, name=said.get("name", ""), kind=kind,
        config={name: said.get(name, "") for name in (*NEEDED[kind], *OPTIONAL[kind])},
        quiet_from=said.get("quiet_from", ""), quiet_to=said.get("quiet_to", ""),
        language="en" if said.get("language") == "en" else "zh", scope=scope_of(form),
    )  # fmt: skip


def _common(request: Request) -> dict[str, Any]:
    return {
        "said": SAID, "tones": TONES, "states": STATES, "titles": TITLES, "scope_words": scope_words, "message_kinds": MESSAGE_KINDS,
        "local": shell_of(request).settings.day.local,
    }  # fmt: skip
