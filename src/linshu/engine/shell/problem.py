"""One answer for everything that goes wrong: a plain page for people, JSON for programs, never a stack trace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from linshu.engine.shell.pages import is_partial, render
from linshu.kernel.errors import Invalid, LinshuError, Missing, Misused, Throttled, Unauthorised
from linshu.kernel.text import Language, Text

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

logger = logging.getLogger("linshu.web")

LOGIN = "/login"
PROGRAMS = ("/api/", "/mcp")  # addresses that no browser opens


def wants_json(request: Request) -> bool:
    """Whether a program asks: anything for programs, or whoever accepts JSON and no page."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith(PROGRAMS) or ("json" in accept and "html" not in accept)


def answer(request: Request, error: LinshuError) -> Response:
    """The error in the form and language of whoever asked."""
    language: Language = getattr(request.state, "language", "zh")
    if wants_json(request):
        said = {
            "what": error.what.say(language),
            "where": error.where.say(language),
            "mend": error.mend.say(language),
            "request": getattr(request.state, "request_id", ""),
        }
        headers = {"Retry-After": str(error.seconds)} if isinstance(error, Throttled) and error.seconds else {}
        if isinstance(error, Unauthorised):
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse({"error": said}, status_code=error.status, headers=headers)
    if isinstance(error, Unauthorised) and not request.url.path.startswith(LOGIN):
        return to_login(request)
    if is_partial(request):
        # The part that was asked for stays as it is; the message appears above the page.
        response = render(request, "parts/toast.html", status=error.status, error=error)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
        return response
    return render(request, "error.html", status=error.status, error=error)


def to_login(request: Request) -> Response:
    """Sends a viewer whose log-in has ended to the log-in page, and back afterwards."""
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if is_partial(request):
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    onwards = f"?{urlencode({'next': address})}" if address != "/" and request.method == "GET" else ""
    return RedirectResponse(LOGIN + onwards, status_code=303)


def of_http(error: HTTPException) -> LinshuError:
    """What the framework says about an unknown address or method, in our words."""
    if error.status_code == 404:
        return Missing(Text("没有这个页面", "there is no such page"), mend=Text("请从菜单进入。", "Use the menu."))
    made = Misused(Text("不能这样请求这个地址", "this address cannot be used like that"))
    made.status = error.status_code  # type: ignore[misc] # this one error has its own
    return made


def of_validation(error: RequestValidationError) -> LinshuError:
    """Which parts of a request cannot be accepted, and why."""
    parts = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()[:5])
    return Invalid(Text(f"请求内容有误：{parts}", f"the request cannot be accepted: {parts}"))


def of_unknown(request: Request, error: Exception) -> LinshuError:
    """A fault of ours: logged with its trace under the request's number, told without it."""
    number = getattr(request.state, "request_id", "")
    logger.error("request %s failed: %s %s", number, request.method, request.url.path, exc_info=error)
    return LinshuError(
        Text("出错了，这不是您的问题", "something failed, and it is not your fault"),
        mend=Text(f"请稍后再试；报告问题时请附编号 {number}。", f"Try again later; quote {number} when reporting it."),
    )
