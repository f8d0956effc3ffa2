"""A person's own account: a new password, and where they are logged in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.engine.access.login import token_key
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, cookie_name
from linshu.engine.shell.login_page import keep_token, local_path
from linshu.engine.shell.pages import render
from linshu.kernel.errors import LinshuError

# The first sign that is found counts: Edge and WeChat call themselves Chrome too, and everybody calls themselves Safari.
BROWSERS = (
    ("MicroMessenger", "微信 WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)

OWN = anyone("a person's own account")
router = APIRouter(prefix="/account", include_in_schema=False, dependencies=[Depends(OWN)])


@router.get("")
def account(request: Request) -> Response:
    """Who I am here, and my open log-ins."""
    return _page(request)


@router.post("/password")
def change_password(request: Request, old: Annotated[str, Form()] = "", new: Annotated[str, Form()] = "") -> Response:
    """Sets a new password after the old one was given; every other log-in ends, this one goes on under a fresh token."""
    shell, user = shell_of(request), viewer_of(request).user
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    try:
        shell.logins.prove(user.account, old, address=address)
        shell.users.set_password(user.account, new, by=actor_of(request))
    except LinshuError as error:
        return _page(request, error)
    token = shell.logins.admit(user, "password", address=address, agent=agent)
    response = RedirectResponse("/account?changed=1", status_code=303)
    keep_token(request, response, token)
    return response


@router.post("/back")
def back(request: Request) -> Response:
    """Back from the pages of another to one's own."""
    viewer = viewer_of(request)
    if viewer.real is not None:
        token = request.cookies.get(cookie_name(request), "")
        shell_of(request).logins.look_as(token, viewer.real, None, by=actor_of(request))
    return RedirectResponse("/", status_code=303)


@router.post("/leave")
def leave(request: Request, key: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/account") -> Response:
    """Ends one of my log-ins, on a lost phone for instance."""
    shell_of(request).logins.revoke(viewer_of(request).user, key or "-", by=actor_of(request))
    return RedirectResponse(local_path(back), status_code=303)


def device(agent: str) -> str:
    """What a browser calls itself, in short: Chrome · Windows."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or agent[:40] or "—"


def _page(request: Request, error: LinshuError | None = None) -> Response:
    shell = shell_of(request)
    return render(
        request,
        "account.html",
        status=error.status if error else 200,
        error=error,
        changed=request.query_params.get("changed") == "1",
        device=device,
        logins=shell.logins.of(viewer_of(request).user.user_id),
        this=token_key(request.cookies.get(cookie_name(request), "")),
        local=shell.settings.day.local,
    )
