"""A person's own access tokens: what their programs log in with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.engine.access.permissions import PERMISSIONS
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, needs
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError

OWN = anyone("a person's own access tokens: seen and ended by whoever has some")
PATH = "/account/tokens"
router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("", dependencies=[Depends(OWN)])
def tokens(request: Request) -> Response:
    """One's own tokens: what each may do, when it was used last, and a form for a new one."""
    return _page(request)


@router.post("", dependencies=[Depends(needs("tokens.make"))])
def make(
    request: Request,
    name: Annotated[str, Form()] = "",
    days: Annotated[int, Form()] = 90,
    permission: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """A new token, told this once."""
    shell, user = shell_of(request), viewer_of(request).user
    try:
        secret, _ = shell.tokens.make(user, name, permission or (), by=actor_of(request), days=days)
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
        "account_tokens.html",
        status=error.status if error else 200,
        error=error,
        secret=secret,
        tokens=[(one, one.is_good(moment)) for one in shell.tokens.of(viewer.user)],
        grantable=[one for one in PERMISSIONS if viewer.may(one.name)],
        may_make=viewer.may("tokens.make"),
        local=shell.settings.day.local,
    )
