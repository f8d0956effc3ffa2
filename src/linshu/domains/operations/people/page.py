"""The pages of people: the list, one person with role, scope, log-ins and tokens, and looking as they do."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.people.flow import Keeper
from linshu.domains.operations.people.limits import found_for, limits_of, scope_of
from linshu.domains.operations.people.view import ORDERS, PAGE_ROWS, address, listed, scope_words, wanted
from linshu.engine.access.codes import LIFE
from linshu.engine.access.users import User
from linshu.engine.shell.account_page import device
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import cookie_name, needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.second_page import drawn
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Conflict, LinshuError
from linshu.kernel.text import Text

MANAGES = [Depends(needs("users.manage")), Depends(sees_all)]
router = APIRouter(prefix="/admin/people", include_in_schema=False, dependencies=MANAGES)
FOLDER = "domains/operations/people"
Word = Annotated[str, Form()]


def keeper(request: Request) -> Keeper:
    """Whoever manages people by this request."""
    return Keeper(shell_of(request), viewer_of(request).user, actor_of(request))


@router.get("")
def people(request: Request) -> Response:
    """Everybody, found, sorted, page by page; and a form for a new person."""
    return _list(request)


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, everybody."""
    shell, viewer, asked = shell_of(request), viewer_of(request), wanted(request.query_params)
    heads = (
        Text("账号", "Account"), Text("姓名", "Name"), Text("角色", "Role"), Text("数据范围", "Scope"),
        Text("状态", "State"),
    )  # fmt: skip
    rows = [
        (one.account, one.name, viewer.say(one.job.title), viewer.say(scope_words(one.scope)),
         viewer.say(Text("在用", "on") if one.active else Text("停用", "off")))
        for one in listed(shell.users.all(), asked)
    ]  # fmt: skip
    title = viewer.say(Text("人员", "People"))
    sheet = Sheet(title, tuple(SheetColumn(viewer.say(one)) for one in heads), rows)
    return download(sheet, form, f"people-{shell.today}", viewer.writer)


@router.post("", dependencies=[Depends(needs("users.manage"))])
def add(request: Request, account: Word = "", name: Word = "", role: Word = "") -> Response:
    """A new person; their password is shown this once."""
    try:
        user, password = keeper(request).add(account, name, role)
    except LinshuError as error:
        return _list(request, error)
    return _one(request, user, password=password)


@router.get("/{account}")
def person(request: Request, account: str) -> Response:
    """One person: what they may do and see, and where they are logged in."""
    return _one(request, keeper(request).find(account))


@router.post("/{account}", dependencies=[Depends(needs("users.manage"))])
def change(request: Request, account: str, name: Word = "", role: Word = "") -> Response:
    """Another name or role."""
    kept = keeper(request)
    user = kept.find(account)

    def do() -> None:
        if name.strip() and name.strip() != user.name:
            kept.rename(account, name)
        if role and role != user.role:
            kept.set_role(account, role)

    return _done(request, account, do)


@router.post("/{account}/active", dependencies=[Depends(needs("users.manage"))])
def active(request: Request, account: str, on: Annotated[bool, Form()] = False) -> Response:
    """Lets a person in again, or keeps them out."""
    return _done(request, account, lambda: keeper(request).set_active(account, on))


@router.post("/{account}/password", dependencies=[Depends(needs("users.manage"))])
def password(request: Request, account: str) -> Response:
    """A new password, shown this once."""
    try:
        made = keeper(request).reset_password(account)
    except LinshuError as error:
        return _one(request, keeper(request).find(account), error)
    return _one(request, keeper(request).find(account), password=made)


@router.post("/{account}/link", dependencies=[Depends(needs("users.manage"))])
def link(request: Request, account: str) -> Response:
    """A one-time link for a leader or supplier, shown this once."""
    try:
        path = keeper(request).link(account)
    except LinshuError as error:
        return _one(request, keeper(request).find(account), error)
    return _one(request, keeper(request).find(account), link=str(request.base_url).rstrip("/") + path)


@router.post("/{account}/code", dependencies=[Depends(needs("users.manage"))])
def code(request: Request, account: str) -> Response:
    """A log-in code for a leader or supplier, shown this once."""
    try:
        made = keeper(request).code(account)
    except LinshuError as error:
        return _one(request, keeper(request).find(account), error)
    return _one(request, keeper(request).find(account), code=made)


@router.post("/{account}/channel", dependencies=[Depends(needs("users.manage"))])
def channel(request: Request, account: str, channel: Word = "") -> Response:
    """By which push channel codes reach this person."""
    return _done(request, account, lambda: keeper(request).reach(account, channel))


@router.post("/{account}/log-ins", dependencies=[Depends(needs("users.manage"))])
def end_log_ins(request: Request, account: str, key: Word = "") -> Response:
    """Ends one of a person's log-ins, or all of them."""
    return _done(request, account, lambda: keeper(request).end_log_ins(account, key))


@router.post("/{account}/tokens", dependencies=[Depends(needs("users.manage"))])
def end_token(request: Request, account: str, token: Word = "") -> Response:
    """Ends an access token of a person."""
    return _done(request, account, lambda: keeper(request).end_token(account, token))


@router.post("/{account}/second", dependencies=[Depends(needs("users.manage"))])
def drop_second(request: Request, account: str) -> Response:
    """Takes a lost second factor away."""
    return _done(request, account, lambda: keeper(request).drop_second_factor(account))


@router.get("/{account}/scope/{attribute}")
def find_places(request: Request, account: str, attribute: str, q: str = "") -> Response:
    """What a scope may name, found by name or pinyin; what is ticked already stays."""
    shell_of(request).users.find(account)
    return found_for(request, attribute, q)


@router.post("/{account}/scope", dependencies=[Depends(needs("users.manage"))])
async def set_scope(request: Request, account: str) -> Response:
    """Keeps which rows a person may see."""
    scope = scope_of(await request.form())
    return _done(request, account, lambda: keeper(request).set_scope(account, scope))


@router.post("/{account}/view-as", dependencies=[Depends(needs("view_as.use"))])
def view_as(request: Request, account: str) -> Response:
    """From now on the pages are those of this person, to be looked at only; begin and end stand in the audit."""
    shell, viewer = shell_of(request), viewer_of(request)
    whom = shell.users.find(account)
    if viewer.by_token or whom.user_id == viewer.user.user_id:
        raise Conflict(Text("请在浏览器里选另一个人", "choose somebody else, in a browser"))
    token = request.cookies.get(cookie_name(request), "")
    shell.logins.look_as(token, viewer.user, whom, by=actor_of(request))
    return RedirectResponse("/", status_code=303)


def _done(request: Request, account: str, do: Any) -> Response:
    try:
        do()
    except LinshuError as error:
        return _one(request, keeper(request).find(account), error)
    return RedirectResponse(f"/admin/people/{account}?saved=1", status_code=303)


def _list(request: Request, error: LinshuError | None = None) -> Response:
    shell, asked = shell_of(request), wanted(request.query_params)
    everybody = shell.users.all()
    found = listed(everybody, asked)
    first = (asked.page - 1) * PAGE_ROWS
    return render(
        request, f"{FOLDER}/people.html", status=error.status if error else 200, error=error, asked=asked,
        rows=found[first : first + PAGE_ROWS], total=len(found), pages=-(-len(found) // PAGE_ROWS), address=address,
        roles=shell.roles.all(), orders=ORDERS, scope_words=scope_words, filtered=asked.is_narrow,
    )  # fmt: skip


def _one(
    request: Request,
    user: User,
    error: LinshuError | None = None,
    *,
    password: str = "",
    link: str = "",
    code: str = "",
) -> Response:
    shell, moment = shell_of(request), shell_of(request).now()
    return render(
        request, f"{FOLDER}/person.html", status=error.status if error else 200, error=error, person=user,
        password=password, link=link, drawn=drawn(link) if link else "", code=code, minutes=int(LIFE.total_seconds() // 60),
        channels=shell.push.channels.all() if shell.push is not None else [], channel=shell.codes.channel(user),
        saved=request.query_params.get("saved") == "1", roles=shell.roles.all(), scopes=limits_of(shell, user.scope),
        logins=shell.logins.of(user.user_id), tokens=[(one, one.is_good(moment)) for one in shell.tokens.of(user)],
        has_second=shell.factors.on(user.user_id), device=device, local=shell.settings.day.local,
        outsider=user.job.menu in {"leader", "supplier"}, is_self=user.user_id == viewer_of(request).user.user_id,
        scope_words=scope_words,
    )  # fmt: skip
