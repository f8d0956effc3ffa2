"""People, roles and the audit over HTTP: the same as on the pages of administration."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from linshu.app.answer import Answer
from linshu.app.api.access import WHOLE, Limit, Offset, scope_of
from linshu.app.api.reading import answered
from linshu.domains.operations.people.flow import Keeper
from linshu.engine.access.permissions import PERMISSIONS
from linshu.engine.access.scopes import told
from linshu.engine.access.tokens import Token
from linshu.engine.access.users import User
from linshu.engine.audit import Wanted
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, needs
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

PEOPLE, ROLES = Depends(needs("users.manage")), Depends(needs("roles.manage"))
READS_AUDIT, VERIFIES = Depends(needs("audit.read")), Depends(needs("audit.verify"))
MAKES_TOKENS = Depends(needs("tokens.make"))
OWN = Depends(anyone("a person's own access tokens"))
router = APIRouter(prefix="/api/v1", tags=["people"], dependencies=[WHOLE])
own_router = APIRouter(prefix="/api/v1", tags=["people"])


class NewUser(BaseModel):
    """A person to add; a password is made up unless given."""

    account: str = Field(examples=["wang"])
    name: str = ""
    role: str = Field(examples=["operator"])
    password: str = ""


class UserChanges(BaseModel):
    """What to change of a person; what is left out stays."""

    name: str | None = None
    role: str | None = None
    active: bool | None = None
    channel: str | None = Field(default=None, description="The push channel that brings log-in codes; empty for none")
    scope: dict[str, list[str] | None] | None = Field(
        default=None,
        description="Attributes (regions, communities, leaders, suppliers, warehouses, channels) with ids, null = not limited;"
        " {} = everything",
        examples=[{"communities": ["G1"]}],
    )


class RoleContent(BaseModel):
    """A role of the company's own."""

    title: str = Field(examples=["稽核"])
    title_en: str = ""
    base: str = Field(default="operator", description="The built-in role whose menu it sees")
    permissions: list[str] = Field(examples=[["audit.read"]])


class NewToken(BaseModel):
    """An access token of one's own."""

    name: str
    permissions: list[str] = Field(examples=[["figures.read"]])
    scope: dict[str, list[str]] = Field(default={}, description="Narrower than one's own, never wider")
    days: int = Field(default=90, ge=1, le=366)


def _keeper(request: Request) -> Keeper:
    return Keeper(shell_of(request), viewer_of(request).user, actor_of(request))


def user_row(one: User) -> dict[str, Any]:
    """A person as an answer tells them."""
    return {
        "account": one.account, "name": one.name, "role": one.role, "active": one.active, "scope": told(one.scope)
    }  # fmt: skip


def token_row(one: Token) -> dict[str, Any]:
    """A token as an answer tells it: never what opens."""
    return {
        "token": one.token_id, "name": one.name, "prefix": one.prefix, "permissions": sorted(one.permissions),
        "scope": told(one.scope), "expires_at": one.expires_at, "used_at": one.used_at, "revoked_at": one.revoked_at,
    }  # fmt: skip


@router.get("/users", dependencies=[PEOPLE])
def users(request: Request) -> Response:
    """Everybody with role and scope."""
    return answered(request, Answer.of(user_row(one) for one in shell_of(request).users.all()))


@router.post("/users", dependencies=[PEOPLE])
def add(request: Request, wanted: NewUser) -> Response:
    """A new person; a made-up password is told this once."""
    user, password = _keeper(request).add(wanted.account, wanted.name, wanted.role, wanted.password)
    row = user_row(user)
    return answered(request, Answer.of([row if wanted.password else {**row, "password": password}]))


@router.get("/users/{account}", dependencies=[PEOPLE])
def user(request: Request, account: str) -> Response:
    """One person."""
    return answered(request, Answer.of([user_row(_keeper(request).find(account))]))


@router.patch("/users/{account}", dependencies=[PEOPLE])
def change(request: Request, account: str, wanted: UserChanges) -> Response:
    """Another name, role, scope, or on and off."""
    kept = _keeper(request)
    scope = None if wanted.scope is None else scope_of(wanted.scope)
    if wanted.name is not None:
        kept.rename(account, wanted.name)
    if wanted.role is not None:
        kept.set_role(account, wanted.role)
    if scope is not None:
        kept.set_scope(account, scope)
    if wanted.channel is not None:
        kept.reach(account, wanted.channel)
    if wanted.active is not None:
        kept.set_active(account, wanted.active)
    return answered(request, Answer.of([user_row(kept.find(account))]))


@router.post("/users/{account}/password", dependencies=[PEOPLE])
def password(request: Request, account: str) -> Response:
    """A new made-up password, told this once."""
    made = _keeper(request).reset_password(account)
    return answered(request, Answer.of([{"account": account, "password": made}]))


@router.post("/users/{account}/link", dependencies=[PEOPLE])
def link(request: Request, account: str) -> Response:
    """A one-time log-in link for a leader or supplier, told this once."""
    path = _keeper(request).link(account)
    return answered(request, Answer.of([{"account": account, "link": str(request.base_url).rstrip("/") + path}]))


@router.post("/users/{account}/code", dependencies=[PEOPLE])
def code(request: Request, account: str) -> Response:
    """A log-in code for a leader or supplier, told this once; good once, for ten minutes."""
    return answered(request, Answer.of([{"account": account, "code": _keeper(request).code(account)}]))


@router.get("/users/{account}/log-ins", dependencies=[PEOPLE])
def log_ins(request: Request, account: str) -> Response:
    """Where a person is logged in."""
    found = shell_of(request).logins.of(_keeper(request).find(account).user_id)
    return answered(
        request, Answer.of({"key": one.key, "seen_at": one.seen_at, "address": one.address, "agent": one.agent} for one in found)
    )  # fmt: skip


@router.delete("/users/{account}/log-ins", dependencies=[PEOPLE])
def end_log_ins(request: Request, account: str, key: str = "") -> Response:
    """Ends one of a person's log-ins, or all of them."""
    return answered(request, Answer.of([{"ended": _keeper(request).end_log_ins(account, key)}]))


@router.delete("/users/{account}/second-factor", dependencies=[PEOPLE])
def drop_second_factor(request: Request, account: str) -> Response:
    """Takes a lost second factor away."""
    _keeper(request).drop_second_factor(account)
    return Response(status_code=204)


@router.get("/users/{account}/tokens", dependencies=[PEOPLE])
def tokens_of(request: Request, account: str) -> Response:
    """A person's access tokens."""
    found = shell_of(request).tokens.of(_keeper(request).find(account))
    return answered(request, Answer.of(token_row(one) for one in found))


@router.delete("/users/{account}/tokens/{token}", dependencies=[PEOPLE])
def end_token(request: Request, account: str, token: str) -> Response:
    """Ends an access token of a person."""
    _keeper(request).end_token(account, token)
    return Response(status_code=204)


@router.get("/permissions", dependencies=[ROLES])
def permissions(request: Request) -> Response:
    """Everything a role may be allowed to do."""
    rows = ({"permission": one.name, "title": one.title.zh, "title_en": one.title.en} for one in PERMISSIONS)
    return answered(request, Answer.of(rows))


@router.get("/roles", dependencies=[ROLES])
def roles(request: Request) -> Response:
    """Every role with what it allows."""
    rows = (
        {"role": one.name, "title": one.title.zh, "title_en": one.title.en, "menu": one.menu, "permissions": sorted(one.grants)}
        for one in shell_of(request).roles.all()
    )  # fmt: skip
    return answered(request, Answer.of(rows))


@router.put("/roles/{name}", dependencies=[ROLES])
def keep_role(request: Request, name: str, wanted: RoleContent) -> Response:
    """Keeps a role of the company's own, new or changed."""
    made = _keeper(request).keep_role(name, wanted.title, wanted.base, wanted.permissions, wanted.title_en)
    return answered(request, Answer.of([{"role": made.name, "permissions": sorted(made.grants)}]))


@router.delete("/roles/{name}", dependencies=[ROLES])
def drop_role(request: Request, name: str) -> Response:
    """Takes a role away that nobody has."""
    _keeper(request).drop_role(name)
    return Response(status_code=204)


@router.get("/audit", dependencies=[READS_AUDIT])
def audit(
    request: Request, person: str = "", act: str = "", subject: str = "", limit: Limit = 50, offset: Offset = 0
) -> Response:
    """The audit, newest first; `meta.total` counts all that fit."""
    rows, total = shell_of(request).book.listed(Wanted(person, act, subject), limit=limit, offset=offset)
    return answered(request, Answer.of(rows, total=total))


@router.post("/audit/verify", dependencies=[VERIFIES])
def verify(request: Request) -> Response:
    """Checks the whole chain, its signed roots and the anchor; a row for each finding."""
    report = shell_of(request).book.verify()
    rows = ({"seq": one.seq, "what": one.what.zh, "what_en": one.what.en} for one in report.findings)
    meta = {"ok": report.ok, "entries": report.entries, "roots": report.roots, "anchored": report.anchored}
    return answered(request, Answer.of(rows, **meta))


@own_router.get("/tokens", dependencies=[OWN])
def own_tokens(request: Request) -> Response:
    """One's own access tokens."""
    found = shell_of(request).tokens.of(_person(request))
    return answered(request, Answer.of(token_row(one) for one in found))


@own_router.post("/tokens", dependencies=[MAKES_TOKENS])
def make_token(request: Request, wanted: NewToken) -> Response:
    """A new access token of one's own, told this once."""
    secret, made = shell_of(request).tokens.make(
        _person(request), wanted.name, wanted.permissions, by=actor_of(request), scope=scope_of(wanted.scope),
        days=wanted.days,
    )  # fmt: skip
    return answered(request, Answer.of([{**token_row(made), "secret": secret}]))


@own_router.delete("/tokens/{token}", dependencies=[OWN])
def revoke_token(request: Request, token: str) -> Response:
    """Ends one of one's own access tokens."""
    shell_of(request).tokens.revoke(_person(request), token, by=actor_of(request))
    return Response(status_code=204)


def _person(request: Request) -> User:
    """Whoever asks, who must be a person: a command of this machine has no tokens."""
    viewer = viewer_of(request)
    if viewer.is_local:
        raise Forbidden(
            Text("本机命令没有自己的令牌", "the commands of this machine have no tokens"),
            mend=Text("请登录后建立。", "Log in, and make one."),
        )
    return viewer.user
