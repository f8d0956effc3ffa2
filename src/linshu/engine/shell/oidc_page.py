"""Logging in at the company's own provider: there, and back again."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from linshu.engine.access.oidc import SECONDS, Provider
from linshu.engine.access.users import User
from linshu.engine.shell.acting import address_of
from linshu.engine.shell.context import shell_of
from linshu.engine.shell.gate import anyone, cookie_name, is_secure
from linshu.engine.shell.login_page import keep_token
from linshu.kernel.errors import Missing, Unauthorised
from linshu.kernel.text import Text

IN = anyone("logging in")
BACK = "/login/oidc/back"
router = APIRouter(include_in_schema=False, dependencies=[Depends(IN)])


@router.get("/login/oidc")
def leave(request: Request) -> Response:
    """Sends the browser to the provider."""
    base = str(request.base_url).rstrip("/")
    if is_secure(request):
        base = base.replace("http://", "https://", 1)
    address, key = _provider(request).begin(base + BACK)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _cookie(request), key, max_age=int(SECONDS), path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )  # fmt: skip
    return response


@router.get(BACK)
def back(request: Request, state: str = "", code: str = "") -> Response:
    """Whoever comes back from the provider is logged in, when an administrator added them."""
    shell, address = shell_of(request), address_of(request)
    account = ""
    try:
        account = _provider(request).finish(request.cookies.get(_cookie(request), ""), state, code)
        user = _known(request, account)
    except Unauthorised:
        shell.logins.tries.note_failure(account, address, "oidc")
        raise
    token = shell.logins.admit(user, "oidc", address=address, agent=request.headers.get("user-agent", ""))
    response = RedirectResponse("/", status_code=303)
    keep_token(request, response, token)
    response.delete_cookie(_cookie(request), path="/", secure=is_secure(request), httponly=True)
    return response


def _known(request: Request, account: str) -> User:
    """The person with that account, added with the role of newcomers where settings name one; Unauthorised for others."""
    shell, role = shell_of(request), _provider(request).settings.role
    try:
        user = shell.users.find(account)
    except Missing:
        if not role:
            raise _stranger(account) from None
        user = shell.users.add(account, account, role, secrets.token_urlsafe(32))
    if not user.active:
        raise _stranger(account)
    return user


def _provider(request: Request) -> Provider:
    provider = shell_of(request).provider
    if provider is None:
        raise Missing(Text("没有统一登录", "there is no provider to log in at"))
    return provider


def _cookie(request: Request) -> str:
    return cookie_name(request) + "_oidc"


def _stranger(account: str) -> Unauthorised:
    return Unauthorised(
        Text(f"这里没有账号 {account}", f"there is no account {account} here"),
        mend=Text("请找管理员添加。", "Ask an administrator to add you."),
    )
