"""A person's own access tokens: what their programs log in with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.operations.people.limits import found_for, limits_of, scope_of
from linshu.domains.operations.people.view import scope_words
from linshu.engine.access.permissions import PERMISSIONS
from linshu.engine.access.scope import Scope
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, needs
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError

OWN = anyone("a person's own access tokens: seen and ended by whoever has some")
PATH = "/account/tokens"
router = APIRouter(prefix=PATH, include_in_schema=False)


async def _limits(request: Request) -> Scope:
    """The narrower scope that the form says."""
    return scope_of(await request.form())


@router.get("", dependencies=[Depends(OWN)])
def tokens(request: Request) -> Response:
    """One's own tokens: what each may do, when it was used last, and a form for a new one."""
    return _page(request)


@router.get("/scope/{attribute}", dependencies=[Depends(needs("tokens.make"))])
def find_places(request: Request, attribute: str, q: str = "") -> Response:
    """What a token's scope may name: found by name or pinyin, among what its owner sees."""
    return found_for(request, attribute, q, viewer_of(request).scope)


@router.post("", dependencies=[Depends(needs("tokens.make"))])
def make(
    request: Request,
    limits: Annotated[Scope, Depends(_limits)],
    name: Annotated[str, Form()] = "",
    days: Annotated[int, Form()] = 90,
    permission: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """A new token, told this once."""
    shell, user = shell_of(request), viewer_of(request).user
    try:
        secret, _ = shell.tokens.make(user, name, permission or (), by=actor_of(request), scope=limits, days=days)
    except LinshuError as error:
        return _page(request, error)
    return _page(request, secret=secret)


@router.post("/revoke", dependencies=[Depends(OWN)])
def revoke(request: Request, token: Annotated[str, Form()] = "") -> Response:
    """Ends a token from this moment."""
    shell_of(request).tokens.revoke(viewer_of(request).user, token, by=actor_of(request))
    return RedirectResponse(PATH, status_code=303)


def _page(request: Request, error: LinshuError | None = None, secret: str = "") -> Response:
    shell, viewer = shell_of(request), viewer_of(request)
    moment = shell.now()
    return render(
        request,
        "domains/operations/people/tokens.html",
        status=error.status if error else 200,
        error=error,
        secret=secret,
        tokens=[(one, one.is_good(moment)) for one in shell.tokens.of(viewer.user)],
        grantable=[one for one in PERMISSIONS if viewer.may(one.name)],
        may_make=viewer.may("tokens.make"),
        own=viewer.scope,
        scopes=limits_of(shell, Scope.everything()),
        scope_words=scope_words,
        local=shell.settings.day.local,
    )
