"""Logging in by a code, on a phone: typed in, or asked for and sent to whoever it is for."""

from __future__ import annotations

import logging
import secrets
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from linshu.engine.access.codes import LIFE
from linshu.engine.access.csrf import csrf_token, token_matches
from linshu.engine.access.users import User
from linshu.engine.audit import SYSTEM
from linshu.engine.shell.acting import address_of
from linshu.engine.shell.context import Shell, shell_of
from linshu.engine.shell.gate import anyone, cookie_name
from linshu.engine.shell.login_page import VISITOR_AGE, keep, keep_token, visitor_cookie
from linshu.engine.shell.pages import render
from linshu.kernel.errors import Forbidden, LinshuError, Throttled, Unauthorised, Unavailable
from linshu.kernel.text import Text

OWN = anyone("logging in by a code that was sent to oneself")
router = APIRouter(prefix="/login/once", include_in_schema=False, dependencies=[Depends(OWN)])
Word = Annotated[str, Form()]
logger = logging.getLogger("linshu.web")
TITLE = Text("登录验证码", "Log-in code")
WORDS = Text(
    "您的登录验证码：{code}。10 分钟内有效，只能用一次；不要告诉别人。",
    "Your log-in code: {code}. Good once, for 10 minutes; tell nobody.",
)


@router.get("")
def show(request: Request, account: str = "") -> Response:
    """The form: account and six digits."""
    if getattr(request.state, "viewer", None) is not None:
        return RedirectResponse("/", status_code=303)
    return _form(request, account)


@router.post("")
def enter(request: Request, account: Word = "", code: Word = "", csrf: Word = "") -> Response:
    """Logs in by the code, which is used up by this."""
    shell, address = shell_of(request), address_of(request)
    if not token_matches(request.cookies.get(visitor_cookie(request), ""), csrf):
        return _form(request, account, _expired())
    try:
        user = shell.codes.use(account, code, address=address)
    except (Unauthorised, Throttled, Unavailable) as error:
        return _form(request, account, error)
    held = request.cookies.get(cookie_name(request))
    if held:
        shell.logins.leave(held)
    token = shell.logins.admit(user, "code", address=address, agent=request.headers.get("user-agent", ""))
    response = RedirectResponse("/", status_code=303)
    keep_token(request, response, token)
    return response


@router.post("/send")
def send(request: Request, account: Word = "", csrf: Word = "") -> Response:
    """Has a code sent; the answer is the same, and as fast, whoever is named."""
    shell = shell_of(request)
    if not token_matches(request.cookies.get(visitor_cookie(request), ""), csrf):
        return _form(request, account, _expired())
    try:
        user = shell.codes.wanted(account, address=address_of(request))
    except (Throttled, Unavailable) as error:
        return _form(request, account, error)
    response = _form(request, account, sent=True)
    if user is not None:
        response.background = BackgroundTask(deliver, shell, user)
    return response


def deliver(shell: Shell, user: User) -> None:
    """Makes a code and sends it at once, past quiet hours and outbox, so that it is written down nowhere."""
    if shell.push is None:
        return
    try:
        channel = shell.push.channels.find(shell.codes.channel(user))
        if not channel.active:
            return
        code = shell.codes.make(user, by=SYSTEM)
        body = {
            "title": {"zh": TITLE.zh, "en": TITLE.en},
            "text": {"zh": WORDS.zh, "en": WORDS.en},
            "facts": {"code": code},
        }
        shell.push.pusher.through(channel, TITLE.zh, body, f"code:{uuid4().hex}")
    except LinshuError as error:
        logger.warning("a log-in code could not be sent: %s", type(error).__name__)


def _form(request: Request, account: str, error: LinshuError | None = None, *, sent: bool = False) -> Response:
    visitor = request.cookies.get(visitor_cookie(request), "") or secrets.token_urlsafe(32)
    response = render(
        request, "once.html", status=error.status if error else 200, account=account[:64], error=error, sent=sent,
        minutes=int(LIFE.total_seconds() // 60), visitor_csrf=csrf_token(visitor), can_send=shell_of(request).push is not None,
    )  # fmt: skip
    keep(request, response, visitor_cookie(request), visitor, VISITOR_AGE)
    return response


def _expired() -> Forbidden:
    return Forbidden(Text("登录页已过期", "the log-in page has expired"), mend=Text("请再试一次。", "Try again."))
