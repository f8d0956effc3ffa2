"""The pages of privacy: what is asked for and waits for a second person, one request, and who looked at whom."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.privacy import view
from linshu.domains.operations.privacy.decide import (
    KIND_TITLES,
    PERSONS,
    PLACES,
    PURPOSES,
    STATE_TITLES,
    may_fetch,
    refusal_of_second,
)
from linshu.domains.operations.privacy.file import as_file
from linshu.domains.operations.privacy.flow import PrivacyDesk
from linshu.domains.operations.privacy.inputs import REVEAL, consents
from linshu.engine.audit import Wanted as Entries
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.persons import Whom
from linshu.engine.shell.sheet import KINDS, Sheet, SheetColumn, attachment, download
from linshu.kernel.errors import Invalid, LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.operations.privacy.decide import Request as Wish

MANAGES = Depends(needs("personal.manage"))
TAKES_OUT = Depends(needs("personal.export"))
router = APIRouter(prefix="/admin/privacy", include_in_schema=False, dependencies=[MANAGES, Depends(sees_all)])
FOLDER = "domains/operations/privacy"
TITLE = Text("隐私", "Privacy")
Word = Annotated[str, Form()]
NOBODY = Whom("member", "")


def desk_of(request: Request) -> PrivacyDesk:
    """Where this request's wishes are dealt with."""
    shell = shell_of(request)
    return PrivacyDesk(shell.state, shell.shop.persons, shell.now, as_file)


@router.get("")
def privacy(request: Request) -> Response:
    """The part that is asked for."""
    return _page(request)


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters, every row."""
    shell, viewer = shell_of(request), viewer_of(request)
    asked, local = view.Asked.read(request.query_params), shell_of(request).settings.day.local
    heads: tuple[Text, ...]
    rows: list[tuple[str, ...]]
    if asked.tab == "consent":
        heads = CONSENT_HEADS
        said, _ = consents(shell.shop, asked.words, asked.purpose, asked.given, limit=10_000, offset=0)
        yes, no = viewer.say(Text("同意", "yes")), viewer.say(Text("撤回", "withdrawn"))
        rows = [
            (one["member_id"], viewer.say(PURPOSES[one["purpose"]]), yes if one["given"] else no,
             f"{local(one['said_at']):%Y-%m-%d %H:%M}", viewer.say(PLACES[one["place"] or "other"]), one["proof"] or "")
            for one in said
        ]  # fmt: skip
    elif asked.tab == "retention":
        heads = RETENTION_HEADS
        rows = [
            (viewer.say(span.title), viewer.say(span.goes), str(span.days), viewer.say(span.reason), str(due.now),
             str(due.soon))
            for span, due in desk_of(request).due(shell.today)
        ]  # fmt: skip
    elif asked.tab == "reveals":
        heads = REVEAL_HEADS
        rows = [
            (f"{local(one['at']):%Y-%m-%d %H:%M:%S}", one["account"], one["whom"], one["fields"], one["why"])
            for one in _reveals(request, asked, limit=10_000)[0]
        ]
    else:
        heads = view.heads()
        found, _ = desk_of(request).listed(asked.wanted(every=True))
        rows = [view.cells(one, viewer.say, local) for one in found]
    sheet = Sheet(viewer.say(view.TABS[asked.tab]), tuple(SheetColumn(viewer.say(one)) for one in heads), rows)
    return download(sheet, form, f"privacy-{shell.today}", viewer.writer)


CONSENT_HEADS = (
    Text("会员", "Member"), Text("用途", "Purpose"), Text("表示", "Word"), Text("时间", "When"), Text("在哪里", "Where"),
    Text("凭据", "Proof"),
)  # fmt: skip
RETENTION_HEADS = (
    Text("资料", "Data"), Text("删掉什么", "What goes"), Text("保留天数", "Days"), Text("依据", "Why"),
    Text("现在到期", "Past their time"), Text("30 天内到期", "Within 30 days"),
)  # fmt: skip
REVEAL_HEADS = (
    Text("时间", "When"), Text("谁看的", "Who"), Text("看了谁", "Whom"), Text("看了什么", "What"), Text("理由", "Why"),
)  # fmt: skip


@router.post("/find", dependencies=[MANAGES])
def find(request: Request, phone: Word = "") -> Response:
    """Everybody with a number; the number is compared, and kept nowhere."""
    found = desk_of(request).persons.by_phone(phone) if phone.strip() else ()
    return _ask_page(request, found=found, searched=True)


@router.get("/erase")
def erase(request: Request, kind: str = "member", key: str = "") -> Response:
    """What erasing somebody would take away and what stays, with the form that asks for it."""
    return _ask_page(request, Whom(kind, key.strip()))


@router.post("/erase", dependencies=[MANAGES])
def ask_erasure(request: Request, kind: Word = "member", key: Word = "", why: Word = "") -> Response:
    """Ask for it; another person confirms."""
    whom = Whom(kind, key.strip())
    try:
        made = desk_of(request).ask_erasure(actor_of(request), whom, why)
    except LinshuError as error:
        return _ask_page(request, whom, error=error, why=why)
    return _to(made.request_id)


@router.post("/take-out", dependencies=[TAKES_OUT])
def ask_export(
    request: Request, subject: Word = "", member: Word = "", why: Word = "", start: Word = "", end: Word = ""
) -> Response:
    """Ask for a file with personal data, a list or all of one member; another person agrees to it."""
    subject = f"member:{member.strip()}" if member.strip() else subject
    try:
        days = _days(start, end) if subject == "list:orders" else None
        made = desk_of(request).ask_export(actor_of(request), subject.strip(), why, days)
    except LinshuError as error:
        return _page(request, error)
    return _to(made.request_id)


@router.post("/consent", dependencies=[MANAGES])
def consent(
    request: Request, member: Word = "", purpose: Word = "", said: Word = "", place: Word = "", proof: Word = ""
) -> Response:
    """Keep what a member said of one use of their data."""
    try:
        desk_of(request).consent(
            actor_of(request), member.strip(), purpose, given=said == "yes", place=place, proof=proof
        )
    except LinshuError as error:
        return _page(request, error, tab="consent")
    return RedirectResponse("/admin/privacy?tab=consent", status_code=303)


@router.get("/requests/{request_id}")
def one(request: Request, request_id: str) -> Response:
    """One request, with what it would do and what became of it."""
    return _one(request, desk_of(request).find(request_id))


@router.post("/erasures/{request_id}/{deed}", dependencies=[MANAGES])
def decide_erasure(request: Request, request_id: str, deed: str, said: Word = "") -> Response:
    """The second person confirms or refuses, or whoever asked takes it back."""
    return _decided(request, "erase", request_id, deed, said)


@router.post("/exports/{request_id}/{deed}", dependencies=[TAKES_OUT])
def decide_export(request: Request, request_id: str, deed: str, said: Word = "") -> Response:
    """The same for a file."""
    return _decided(request, "export", request_id, deed, said)


@router.get("/exports/{request_id}/file", dependencies=[TAKES_OUT])
def fetch(request: Request, request_id: str) -> Response:
    """The file, for whoever asked; that it was fetched is written down first."""
    name, content = desk_of(request).fetch(actor_of(request), request_id)
    return Response(content, media_type=KINDS["xlsx"], headers=attachment(name))


def _decided(request: Request, kind: str, request_id: str, deed: str, said: str) -> Response:
    desk, actor = desk_of(request), actor_of(request)
    if deed not in {"confirm", "refuse", "withdraw"}:
        raise Misused(Text(f"不能 {deed}", f"cannot {deed}"))
    try:
        if deed == "withdraw":
            desk.withdraw(actor, request_id, kind)
        else:
            desk.decide(actor, request_id, kind, agree=deed == "confirm", said=said)
    except LinshuError as error:
        return _one(request, desk.find(request_id), error)
    return _to(request_id)


def _page(request: Request, error: LinshuError | None = None, tab: str = "") -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    asked = view.Asked.read({**request.query_params, **({"tab": tab} if tab else {})})
    desk = desk_of(request)
    shown: list[Any]
    if asked.tab == "reveals":
        shown, total = _reveals(request, asked, limit=view.PAGE_ROWS)
    elif asked.tab == "consent":
        shown, total = consents(
            shell.shop, asked.words, asked.purpose, asked.given, limit=view.PAGE_ROWS, offset=asked.first
        )
    elif asked.tab == "retention":
        shown = list(desk.due(shell.today))
        total = len(shown)
    else:
        found, total = desk.listed(asked.wanted())
        shown = [(each, view.subject(each)) for each in found]
    return render(
        request, f"{FOLDER}/privacy.html", status=error.status if error else 200, error=error, asked=asked, rows=shown,
        total=total, pages=-(-total // view.PAGE_ROWS), tabs=view.TABS, local=shell.settings.day.local,
        may_export=viewer.may("personal.export"), lists=view.LISTS, today=shell.today, **_words(),
    )  # fmt: skip


def _one(request: Request, wish: Wish, error: LinshuError | None = None) -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    account = actor_of(request).account
    may = viewer.may("personal.export") or wish.kind == "erase"
    return render(
        request, f"{FOLDER}/request.html", status=error.status if error else 200, error=error, one=wish,
        subject=view.subject(wish), not_second=refusal_of_second(wish, account), may=may,
        not_file=may_fetch(wish, account, shell.now()), is_own=wish.asked_by == account,
        local=shell.settings.day.local, english=viewer.language == "en", **_words(),
    )  # fmt: skip


def _ask_page(
    request: Request, whom: Whom = NOBODY, *, why: str = "", error: LinshuError | None = None,
    found: tuple[Whom, ...] = (), searched: bool = False,
) -> Response:  # fmt: skip
    preview: dict[str, Any] | None = None
    if whom.key:
        try:
            preview = desk_of(request).preview(whom)
        except LinshuError as refused:
            error = error or refused
    return render(
        request, f"{FOLDER}/erase.html", status=error.status if error else 200, error=error, whom=whom, why=why,
        preview=preview, found=found, searched=searched, persons=PERSONS, named=view.named, english=viewer_of(request).language == "en",
    )  # fmt: skip


def _reveals(request: Request, asked: view.Asked, *, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Who looked at whom, from the audit."""
    first = 0 if limit > view.PAGE_ROWS else asked.first
    found, total = shell_of(request).book.listed(Entries(act=REVEAL, words=asked.words), limit=limit, offset=first)
    made = []
    for one in found:
        details = json.loads(one["details"])
        made.append({**one, "whom": one["subject"], "fields": "、".join(details["fields"]), "why": details["why"]})
    return made, total


def _words() -> dict[str, Any]:
    return {
        "persons": PERSONS,
        "purposes": PURPOSES,
        "places": PLACES,
        "kinds": KIND_TITLES,
        "states": STATE_TITLES,
        "filters": view.STATES,
        "tones": view.TONES,
    }


def _to(request_id: str) -> Response:
    return RedirectResponse(f"/admin/privacy/requests/{request_id}", status_code=303)


def _days(start: str, end: str) -> tuple[date, date]:
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError as error:
        raise Invalid(Text("订单要写明从哪天到哪天", "say from which day to which for orders")) from error
    if first > last:
        raise Invalid(Text("开始日在结束日之后", "the first day is after the last"))
    return first, last
