"""The second factor on the pages: asked for after the password, set up, and turned off again."""

from __future__ import annotations

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from linshu.engine.access.csrf import csrf_token, token_matches
from linshu.engine.access.login import CODE, ENROL
from linshu.engine.access.users import User
from linshu.engine.audit import Actor
from linshu.engine.shell.acting import actor_of, address_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import anyone, cookie_name
from linshu.engine.shell.login_page import keep_token, local_path
from linshu.engine.shell.pages import render
from linshu.kernel.errors import Forbidden, LinshuError, Unauthorised
from linshu.kernel.text import Text

OWN = anyone("a person's own second factor")
router = APIRouter(include_in_schema=False, dependencies=[Depends(OWN)])
Next = Annotated[str, Form()]
ACCOUNT = "/account/second"


def drawn(address: str) -> Markup:
    """A QR code as an SVG that stands in the page."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=5, border=2, xmldecl=False, svgns=True, light="#fff")
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us, the address is only squares in it


@router.get("/login/code")
def ask_code(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """After the password: the code that the phone shows."""
    _waiting(request, CODE)
    return _code_page(request, next)


@router.post("/login/code")
def take_code(
    request: Request,
    code: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Next = "/",  # noqa: A002 - the name in the address
) -> Response:
    """Opens the log-in, now that the right code was typed."""
    _waiting(request, CODE)
    _ours(request, csrf)
    try:
        fresh = shell_of(request).logins.complete(_token(request), code, address=address_of(request))
    except LinshuError as error:
        return _code_page(request, next, error)
    response = RedirectResponse(local_path(next), status_code=303)
    keep_token(request, response, fresh)
    return response


@router.get("/login/enrol")
def ask_enrolment(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """After the password of somebody whose role needs a second factor: how to set it up."""
    user = _waiting(request, ENROL)
    return _enrol_page(request, user, next)


@router.post("/login/enrol")
def take_enrolment(
    request: Request,
    code: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Next = "/",  # noqa: A002 - the name in the address
) -> Response:
    """Turns the second factor on and opens the log-in; shows the recovery codes this once."""
    user, shell = _waiting(request, ENROL), shell_of(request)
    _ours(request, csrf)
    address = address_of(request)
    try:
        codes = shell.factors.confirm(user, code, by=Actor(user.user_id, user.account, "web", address))
    except LinshuError as error:
        return _enrol_page(request, user, next, error)
    fresh = shell.logins.enrolled(_token(request), address=address)
    response = render(request, "second_codes.html", codes=codes, onwards=local_path(next))
    keep_token(request, response, fresh)
    return response


@router.get(ACCOUNT)
def second(request: Request) -> Response:
    """One's own second factor: set it up, or see that it is on."""
    return _own_page(request)


@router.post(f"{ACCOUNT}/begin")
def begin(request: Request) -> Response:
    """A new secret for an app."""
    shell_of(request).factors.begin(viewer_of(request).user)
    return RedirectResponse(ACCOUNT, status_code=303)


@router.post(f"{ACCOUNT}/confirm")
def confirm(request: Request, code: Annotated[str, Form()] = "") -> Response:
    """Turns it on, now that the app shows the right code."""
    try:
        codes = shell_of(request).factors.confirm(viewer_of(request).user, code, by=actor_of(request))
    except LinshuError as error:
        return _own_page(request, error)
    return _own_page(request, codes=codes)


@router.post(f"{ACCOUNT}/renew")
def renew(request: Request, password: Annotated[str, Form()] = "") -> Response:
    """New recovery codes, for whoever still knows the password."""
    try:
        user = _proven(request, password)
        codes = shell_of(request).factors.renew(user, by=actor_of(request))
    except LinshuError as error:
        return _own_page(request, error)
    return _own_page(request, codes=codes)


@router.post(f"{ACCOUNT}/off")
def off(request: Request, password: Annotated[str, Form()] = "") -> Response:
    """Turns it off, for whoever still knows the password."""
    try:
        shell_of(request).factors.off(_proven(request, password), by=actor_of(request))
    except LinshuError as error:
        return _own_page(request, error)
    return RedirectResponse(ACCOUNT, status_code=303)


def _proven(request: Request, password: str) -> User:
    user = viewer_of(request).user
    return shell_of(request).logins.prove(user.account, password, address=address_of(request))


def _token(request: Request) -> str:
    return request.cookies.get(cookie_name(request), "")


def _waiting(request: Request, stage: str) -> User:
    """Who gave the right password and still owes this; Unauthorised, so that the log-in page comes, for anybody else."""
    waiting = shell_of(request).logins.waiting(_token(request))
    if waiting is None or waiting[1] != stage:
        raise Unauthorised(Text("登录已失效", "the log-in has ended"), mend=Text("请重新登录。", "Log in again."))
    return waiting[0]


def _ours(request: Request, csrf: str) -> None:
    if not token_matches(_token(request), csrf):
        raise Forbidden(Text("登录页已过期", "the log-in page has expired"), mend=Text("请再试一次。", "Try again."))


def _code_page(request: Request, onwards: str, error: LinshuError | None = None) -> Response:
    return render(
        request, "second_code.html", status=error.status if error else 200, error=error, next_path=local_path(onwards),
        form_csrf=csrf_token(_token(request)),
    )  # fmt: skip


def _enrol_page(request: Request, user: User, onwards: str, error: LinshuError | None = None) -> Response:
    shell = shell_of(request)
    company = shell.settings.company
    secret, address = shell.factors.begun(user, company) or shell.factors.begin(user, company)
    return render(
        request, "second_enrol.html", status=error.status if error else 200, error=error, secret=spaced(secret),
        qr=drawn(address), next_path=local_path(onwards), form_csrf=csrf_token(_token(request)),
    )  # fmt: skip


def _own_page(request: Request, error: LinshuError | None = None, codes: tuple[str, ...] = ()) -> Response:
    shell, user = shell_of(request), viewer_of(request).user
    is_on = shell.factors.on(user.user_id)
    begun = None if is_on else shell.factors.begun(user, shell.settings.company)
    return render(
        request, "account_second.html", status=error.status if error else 200, error=error, codes=codes, is_on=is_on,
        left=shell.factors.left(user.user_id), secret=spaced(begun[0]) if begun else "",
        qr=drawn(begun[1]) if begun else "", demanded=user.role in shell.settings.login_rules.second_factor,
    )  # fmt: skip


def spaced(secret: str) -> str:
    """A secret as one types it off: in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
