"""The gate before every page: who asks, in which language, from our own pages or from elsewhere; and safe headers on the way out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from linshu.engine.access.csrf import SAFE_METHODS, Sender, csrf_token, same_site, token_matches
from linshu.engine.access.permissions import permission
from linshu.engine.access.roles import role
from linshu.engine.access.users import User
from linshu.engine.intake.batches import HERE
from linshu.engine.shell.context import LOCAL_ID, Viewer, in_language, shell_of, viewer_of
from linshu.engine.shell.language import choose
from linshu.engine.shell.pages import count
from linshu.engine.shell.problem import answer, of_unknown
from linshu.kernel.errors import Forbidden, LinshuError, Unauthorised
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from linshu.engine.access.scope import Above
    from linshu.engine.shell.again import Asked
    from linshu.engine.shell.context import Shell

LANGUAGE_COOKIE = "linshu_lang"
LANGUAGE_AGE = 365 * 24 * 3600
# What one may see without having logged in, besides style and scripts: nothing of the company.
OPEN_PATHS = frozenset(
    {
        "/login",
        "/login/code",
        "/login/enrol",
        "/login/once",
        "/login/once/send",
        "/login/oidc",
        "/login/oidc/back",
        "/health",
        "/favicon.ico",
        "/api/docs",
        "/api/openapi.json",
    }
)
LINKS = "/enter/"  # one-time links, whose token is the proof
BACK_TO_ONESELF = "/account/back"
PERSON = "Linshu-Person"  # in whose name a command of this machine acts: its user, or the account named
LOCAL = User(LOCAL_ID, "local", "本机命令", "admin", job=role("admin"))


def cookie_name(request: Request) -> str:
    """The log-in cookie; over HTTPS its name makes browsers bind it to exactly this host."""
    return "__Host-linshu" if is_secure(request) else "linshu"


def is_secure(request: Request) -> bool:
    """Whether cookies must travel over HTTPS only."""
    return request.url.scheme == "https" or shell_of(request).settings.secure_cookies


def policy(nonce: str) -> str:
    """What a page may load: our own files and nothing from elsewhere; scripts only from files or with this nonce."""
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # widths of bars, and the tooltips of charts
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ))  # fmt: skip


class Gate:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognises the viewer, lets the request through or answers it, and completes the response's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.nonce = secrets.token_urlsafe(16)
        request.state.request_id = secrets.token_hex(4)
        started = False

        async def finish(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(request, MutableHeaders(scope=message))
            await send(message)

        try:
            await self._admit(request, finish)
        except LinshuError as error:
            await answer(request, error)(scope, receive, finish)
        except Exception as error:
            if started:
                raise
            await answer(request, of_unknown(request, error))(scope, receive, finish)

    async def _admit(self, request: Request, send: Send) -> None:
        """Lets the request in and through, unless its viewer was just sent the same."""
        asked = await run_in_threadpool(arrive, request)
        if asked is not None and asked.sent is not None:
            await asked.sent.to(send)
        else:
            await self.app(request.scope, request.receive, send if asked is None else asked.keeping(request, send))


def arrive(request: Request) -> Asked | None:
    """Lets the request in, and finds the page if its viewer was just sent the same."""
    enter(request)
    asked = shell_of(request).again.asked(request)
    if asked is not None and asked.sent is not None:
        count(request, asked.sent.here)
    return asked


def enter(request: Request) -> None:
    """Sets language and viewer on the request; raises what keeps it out."""
    shell, path = shell_of(request), request.url.path
    wishes = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    request.state.language = choose(wishes, shell.settings.language)
    if path.startswith("/static/"):
        return
    shell.ahead.asked()
    viewer = _viewer(request, shell)
    if viewer is not None:
        language = choose((*wishes, (viewer.real or viewer.user).language), shell.settings.language)
        request.state.language = language
        viewer = request.state.viewer = in_language(viewer, language)
        _only_looks(request, viewer)
    if (viewer is None or not viewer.by_token) and not same_site(_sender(request)):
        raise Forbidden(
            Text("这个请求来自别的网站", "this request comes from another site"),
            mend=Text("请在本页面里操作。", "Use our own pages."),
        )
    if viewer is None and path not in OPEN_PATHS and not path.startswith(LINKS):
        raise Unauthorised(
            Text("请先登录", "nobody is logged in"),
            mend=Text("打开登录页，或带上访问令牌。", "Open the log-in page, or send a token."),
        )


def _viewer(request: Request, shell: Shell) -> Viewer | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return shell.viewer(_by_bearer(request, shell, token), request.state.language, by_token=True)
    token = request.cookies.get(cookie_name(request), "")
    held = shell.logins.held(token)
    if held is None:
        return None
    viewer = shell.viewer(held.user, request.state.language, csrf=csrf_token(token))
    return viewer if held.seen_as is None else seen_as(viewer, held.seen_as, shell.tokens.above)


def _by_bearer(request: Request, shell: Shell, token: str) -> User:
    """Whose program this is: a command of this machine, also one in somebody's name, or a token's owner."""
    expected = shell.settings.bearer
    if expected and hmac.compare_digest(token.encode(errors="replace"), expected.encode()):
        return _by_command(shell, unquote(request.headers.get(PERSON, "")))
    user = shell.tokens.recognise(token)
    if user is None:
        raise Unauthorised(Text("访问令牌无效", "the token is not valid"))
    return user


def _by_command(shell: Shell, named: str) -> User:
    """The user of this machine, who may do everything; with `--as` no more, and no other rows, than the account named."""
    if not named or named.startswith(HERE):
        return replace(LOCAL, account=named or LOCAL.account)
    person = shell.users.find(named)
    return replace(
        LOCAL, account=person.account, name=person.name, role=person.role, job=person.job, scope=person.scope
    )


def seen_as(viewer: Viewer, whom: User, above: Above) -> Viewer:
    """The viewer with the pages of another: no right and no row that either of them lacks."""
    job = replace(whom.job, grants=whom.job.grants & viewer.user.job.grants, base=whom.job.menu)
    user = replace(whom, job=job, scope=whom.scope.both(viewer.user.scope, above))
    return replace(viewer, user=user, scope=user.scope, real=viewer.user)


def _only_looks(request: Request, viewer: Viewer) -> None:
    """Whoever looks at the pages of another changes nothing in their name."""
    if (
        viewer.real is not None
        and request.method not in SAFE_METHODS
        and request.url.path not in {BACK_TO_ONESELF, "/logout"}
    ):
        raise Forbidden(
            Text(
                f"您正以{viewer.user.name}的身份查看，不能更改", f"you look as {viewer.user.name}, and change nothing"
            ),
            mend=Text("先回到自己的身份。", "Go back to yourself first."),
        )


def _sender(request: Request) -> Sender:
    header = request.headers.get
    return Sender(request.method, header("host", ""), header("origin", ""), header("sec-fetch-site", ""))


async def carries_token(request: Request) -> None:
    """Asks every change made in a viewer's name for the token of that viewer's own pages."""
    path = request.url.path
    # The forms before a log-in have a token of their own.
    if request.method in SAFE_METHODS or path.startswith(("/login", LINKS)):
        return
    if viewer_of(request).by_token:
        return
    token = request.headers.get("x-csrf-token", "")
    if not token and "form" in request.headers.get("content-type", ""):
        token = str((await request.form()).get("csrf", ""))
    if not token_matches(request.cookies.get(cookie_name(request), ""), token):
        raise Forbidden(
            Text("页面已过期", "this page has expired"), mend=Text("请刷新页面再试。", "Reload the page and try again.")
        )


# What each check asks for, "" = nothing but a log-in: read by the test that walks every route there is.
ASKS: dict[Callable[[Request], object], str] = {}
Check = Callable[[Request], Awaitable[None]]  # awaited where it is: what waits for nothing needs no thread


@cache
def needs(name: str) -> Check:
    """What a page or a change asks of the viewer: the permission of that name, which must exist."""
    permission(name)

    async def check(request: Request) -> None:
        demand(request, name)

    ASKS[check] = name
    return check


def demand(request: Request, name: str) -> None:
    """Refuses a viewer who lacks the permission of that name."""
    if not viewer_of(request).user.may(name):
        wanted = permission(name).title
        raise Forbidden(
            Text(f"您没有“{wanted.zh}”的权限", f"you are not allowed to: {wanted.en}"),
            mend=Text("需要的话请找管理员开通。", "Ask an administrator if you need it."),
        )


def anyone(why: str) -> Check:  # noqa: ARG001 - said for whoever reads the route
    """The explicit mark of a route that everybody who is logged in may use, and why that is right."""

    async def check(_request: Request) -> None:
        pass

    ASKS[check] = ""
    return check


def open_to(roles: frozenset[str]) -> Check:
    """What keeps a feature's pages shut for every other role, whatever address is typed; administrators see all."""

    async def check(request: Request) -> None:
        seen = viewer_of(request).user.job.menu
        if roles and seen not in roles and seen != "admin":
            raise Forbidden(
                Text("您的角色不能看这个页面", "your role may not see this page"),
                mend=Text("需要的话请找管理员开通。", "Ask an administrator if you need it."),
            )

    return check


def sees_all(request: Request) -> Viewer:
    """The viewer, who must be bound to no row scope: what cannot be cut to a scope is not shown within one."""
    viewer = viewer_of(request)
    if viewer.scope.restrictions():
        raise Forbidden(
            Text(
                "您只能看一部分数据，这一页不能按范围裁剪",
                "you see a part of the data, and this page cannot be cut to it",
            ),
            mend=Text("需要的话请找管理员。", "Ask an administrator if you need it."),
        )
    return viewer


def _complete(request: Request, headers: MutableHeaders) -> None:
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("X-Request-ID", request.state.request_id)
    headers.setdefault("Content-Security-Policy", policy(request.state.nonce))
    if request.url.scheme == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    wish = request.query_params.get("lang")
    if wish and wish == getattr(request.state, "language", None):
        cookie = f"{LANGUAGE_COOKIE}={wish}; Path=/; Max-Age={LANGUAGE_AGE}; SameSite=Lax"
        headers.append("Set-Cookie", cookie)
