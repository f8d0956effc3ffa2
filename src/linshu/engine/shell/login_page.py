"""The log-in page, logging out, and the viewer's own choices."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from linshu.engine.access.csrf import csrf_token, token_matches
from linshu.engine.shell.acting import actor_of, address_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import LANGUAGE_COOKIE, anyone, cookie_name, is_secure
from linshu.engine.shell.pages import render
from linshu.kernel.errors import Forbidden, LinshuError, Throttled, Unauthorised
from linshu.kernel.text import Text

OWN = anyone("logging in and out, and how one likes one's pages")
router = APIRouter(include_in_schema=False, dependencies=[Depends(OWN)])
VISITOR_AGE = 3600
NOBODY = Text(
    "还没有人能登录。请在这台机器上运行 linshu user add boss --role admin，会给出密码。",
    "Nobody can log in yet. On this machine, run linshu user add boss --role admin; it tells the password.",
)


def local_path(address: str) -> str:
    """An address on this server to go to after log-in; "/" for anything that would lead elsewhere."""
    parts = urlsplit(address)
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if safe and "\\" not in address and address.isprintable() else "/"


def visitor_cookie(request: Request) -> str:
    """The cookie that ties the log-in form to the browser it was sent to."""
    return cookie_name(request) + "_visitor"


@router.get("/login")
def show_login(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name of the field - the name in the address
    """The form; whoever is logged in already goes on."""
    if getattr(request.state, "viewer", None) is not None:
        return RedirectResponse(local_path(next), status_code=303)
    return _form(request, next)


@router.post("/login")
def log_in(
    request: Request,
    account: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the field
) -> Response:
    """Checks the password and opens a log-in under a fresh token."""
    shell = shell_of(request)
    if not token_matches(request.cookies.get(visitor_cookie(request), ""), csrf):
        expired = Forbidden(
            Text("登录页已过期", "the log-in page has expired"), mend=Text("请再试一次。", "Try again.")
        )
        return _form(request, next, account, expired)
    address = address_of(request)
    try:
        token, _ = shell.logins.enter(account, password, address=address, agent=request.headers.get("user-agent", ""))
    except (Unauthorised, Throttled) as error:
        return _form(request, next, account, error)
    held = request.cookies.get(cookie_name(request))
    if held:
        shell.logins.leave(held)
    waiting = shell.logins.waiting(token)
    onwards = f"/login/{waiting[1]}?{urlencode({'next': local_path(next)})}" if waiting else local_path(next)
    response = RedirectResponse(onwards, status_code=303)
    keep_token(request, response, token)
    response.delete_cookie(visitor_cookie(request), path="/", secure=is_secure(request), httponly=True)
    return response


@router.post("/logout")
def log_out(request: Request) -> Response:
    """Ends this log-in on the server and in the browser."""
    shell_of(request).logins.leave(request.cookies.get(cookie_name(request), ""), by=actor_of(request))
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(cookie_name(request), path="/", secure=is_secure(request), httponly=True)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.get("/enter/{token}")
def show_link(request: Request, token: str) -> Response:
    """Before a one-time link is used: a button, so that whoever previews the link does not use it up."""
    return _entering(request, token)


@router.post("/enter/{token}")
def use_link(request: Request, token: str, csrf: Annotated[str, Form()] = "") -> Response:
    """Logs in by a one-time link, which is used up by this."""
    shell, address = shell_of(request), address_of(request)
    if not token_matches(request.cookies.get(visitor_cookie(request), ""), csrf):
        return _entering(request, token)
    user = shell.links.use(token)
    fresh = shell.logins.admit(user, "link", address=address, agent=request.headers.get("user-agent", ""))
    response = RedirectResponse("/", status_code=303)
    keep_token(request, response, fresh)
    return response


def _entering(request: Request, token: str) -> Response:
    """The page of a one-time link; Missing when it is none any more."""
    user = shell_of(request).links.whose(token)
    visitor = request.cookies.get(visitor_cookie(request), "") or secrets.token_urlsafe(32)
    response = render(request, "enter.html", name=user.name, visitor_csrf=csrf_token(visitor))
    keep(request, response, visitor_cookie(request), visitor, VISITOR_AGE)
    return response


@router.post("/me")
def choose(
    request: Request,
    language: Annotated[str | None, Form()] = None,
    theme: Annotated[str | None, Form()] = None,
    trend_colors: Annotated[str | None, Form()] = None,
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Keeps how the viewer likes their pages, and shows the page they came from anew."""
    given = {"language": language, "theme": theme, "trend_colors": trend_colors}
    choices = {name: value for name, value in given.items() if value is not None}
    shell_of(request).users.choose(viewer_of(request).user.user_id, **choices)
    response = RedirectResponse(local_path(back), status_code=303)
    if language is not None:
        response.delete_cookie(LANGUAGE_COOKIE, path="/")
    return response


def keep_token(request: Request, response: Response, token: str) -> None:
    """Gives the browser the token of its log-in."""
    age = int(shell_of(request).settings.login_rules.absolute.total_seconds())
    keep(request, response, cookie_name(request), token, age)


def _form(request: Request, next_path: str, account: str = "", error: LinshuError | None = None) -> Response:
    visitor = request.cookies.get(visitor_cookie(request), "") or secrets.token_urlsafe(32)
    shell = shell_of(request)
    response = render(
        request,
        "login.html",
        status=error.status if error else 200,
        next_path=local_path(next_path),
        account=account[:64],
        error=error,
        visitor_csrf=csrf_token(visitor),
        hint=shell.settings.login_hint if shell.users.has_any() else NOBODY,
    )
    keep(request, response, visitor_cookie(request), visitor, VISITOR_AGE)
    return response


def keep(request: Request, response: Response, name: str, value: str, age: int) -> None:
    """Gives the browser a cookie that scripts cannot read."""
    response.set_cookie(name, value, max_age=age, path="/", httponly=True, samesite="lax", secure=is_secure(request))
