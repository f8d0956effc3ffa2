"""Builds the web application: the gate, the shared pages, and whatever the domains offer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Match

from linshu.engine.access.codes import Codes
from linshu.engine.access.links import Links
from linshu.engine.access.login import Logins
from linshu.engine.access.oidc import Provider
from linshu.engine.access.own_roles import Roles
from linshu.engine.access.scope import nowhere
from linshu.engine.access.second_factor import SecondFactors
from linshu.engine.access.tokens import Tokens
from linshu.engine.access.users import Users
from linshu.engine.audit import Book, Seal
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.push.desk import PushDesk
from linshu.engine.shell import account_page, code_page, login_page, oidc_page, second_page
from linshu.engine.shell.again import Again
from linshu.engine.shell.ahead import Ahead
from linshu.engine.shell.asking import Shop
from linshu.engine.shell.assets import shipped
from linshu.engine.shell.context import Keys, Shell, WebSettings, shell_of, viewer_of
from linshu.engine.shell.feature import Domain
from linshu.engine.shell.gate import Gate, anyone, carries_token, needs, open_to
from linshu.engine.shell.live import DATA, Hub, heard
from linshu.engine.shell.making import making
from linshu.engine.shell.menu import menu
from linshu.engine.shell.modules import is_off
from linshu.engine.shell.pages import render
from linshu.engine.shell.parts import Parts
from linshu.engine.shell.problem import answer, of_http, of_validation
from linshu.engine.shell.stale import freshness
from linshu.engine.shell.visits import Visits
from linshu.engine.shell.whole import Whole
from linshu.engine.state.database import State, healthy
from linshu.engine.state.instant import utc_now
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from datetime import datetime

    from starlette.types import Scope

    from linshu.engine.access.scope import Above
    from linshu.engine.events.desk import EventDesk

logger = logging.getLogger("linshu.web")

# An event stream must leave at once; compression would hold it back (Starlette leaves text/event-stream alone).
COMPRESS_FROM = 1_000
VISITS_WRITTEN = 10  # after so many looks at the data the counts of visits are written
WATCH_SECONDS = 1.0  # how often one looks whether data came, from whatever side


def create_web(  # noqa: PLR0913 - the composition root names each part once
    shop: Shop,
    state: State,
    domains: Iterable[Domain],
    settings: WebSettings | None = None,
    *,
    hub: Hub | None = None,
    jobs: JobDesk | None = None,
    push: PushDesk | None = None,
    events: EventDesk | None = None,
    now: Callable[[], datetime] = utc_now,
    routers: Iterable[APIRouter] = (),
    keys: Keys | None = None,
    above: Above = nowhere,
) -> FastAPI:
    """The application for one running project; `routers` are the composition root's own (the HTTP API)."""
    settings, keys = settings or WebSettings(), keys or Keys()
    factors, parts = SecondFactors(state, keys.factors, now), Parts()
    shell = Shell(
        shop=shop,
        settings=settings,
        domains=tuple(domains),
        state=state,
        users=Users(state, now),
        roles=Roles(state, now),
        logins=Logins(state, settings.login_rules, now, factors),
        factors=factors,
        tokens=Tokens(state, now, above),
        links=Links(state, now),
        codes=Codes(state, keys.factors, settings.login_rules, now),
        provider=Provider(settings.oidc) if settings.oidc.issuer else None,
        book=Book(state, Seal.of(keys.audit) if keys.audit else None, keys.anchor, now),
        hub=hub or Hub(),
        assets=shipped(),
        parts=parts,
        whole=Whole(),
        ahead=Ahead(parts),
        again=Again(lambda: (state.recent.writes, shop.data_version, shop.catalog.edition)),
        jobs=jobs or JobDesk.of(state, (), settings.day),
        push=push,
        events=events,
        visits=Visits(state),
        now=now,
    )
    app = FastAPI(
        title="邻数 Linshu",
        docs_url=None,  # the shipped page loads scripts from elsewhere; ours is /api/docs
        redoc_url=None,
        openapi_url="/api/openapi.json",
        dependencies=[Depends(carries_token)],
        lifespan=_lifespan,
    )
    app.state.shell = shell
    _include(app, shell, routers)
    app.add_exception_handler(LinshuError, _on_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESS_FROM, compresslevel=5)
    app.add_middleware(Gate)
    return app


def _include(app: FastAPI, shell: Shell, routers: Iterable[APIRouter]) -> None:
    """Everything that can be asked for: the log-in and one's own pages, the API, and each feature behind its guards."""
    app.include_router(login_page.router)
    for own in (account_page, code_page, oidc_page, second_page):
        app.include_router(own.router)
    app.include_router(router)
    for one in routers:
        app.include_router(Section.of(one))
    for domain in shell.domains:
        for feature in domain.features:
            if feature.pages is not None:
                guards: list[Callable[[Request], object]] = [open_to(feature.roles)]
                guards += [needs(feature.needs)] if feature.needs else []
                guards += [switched_on(domain)] if domain.optional else []
                app.include_router(Section.of(feature.pages), dependencies=[Depends(one) for one in guards])


class Section(APIRouter):
    """All routes under one address; where another is asked for, none of them is looked at."""

    begins = ""

    @classmethod
    def of(cls, inner: APIRouter) -> Section:
        """The routes of a router."""
        # As they are: to include them here would look at each once more for each application.
        made = cls(routes=inner.routes)
        paths = [path.partition("{")[0] for path in _paths(inner)]
        both = takewhile(lambda pair: pair[0] == pair[1], zip(min(paths), max(paths), strict=False))
        made.begins = "".join(sign for sign, _ in both)
        return made

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of the routes answers."""
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        return super().matches(scope) if path.startswith(self.begins) else (Match.NONE, {})


def _paths(inner: APIRouter) -> Iterator[str]:
    """The addresses of a router's routes, those of routers within it included."""
    one: Any
    for one in inner.routes:
        if hasattr(one, "original_router"):
            yield from (one.include_context.prefix + path for path in _paths(one.original_router))
        else:
            yield one.path


def switched_on(domain: Domain) -> Callable[[Request], None]:
    """What keeps the pages of a module shut while the company has it switched off, and says how to switch it on."""

    def check(request: Request) -> None:
        if domain.name in shell_of(request).modules.off:
            raise is_off(domain)

    return check


ALL = anyone("where a person begins, live updates of their own scope, style and scripts")
router = APIRouter(include_in_schema=False, dependencies=[Depends(ALL)])


@router.get("/")
def home(request: Request) -> Response:
    """Where a role begins: the first entry of its menu."""
    groups = menu(shell_of(request).active, viewer_of(request).user)
    if groups:
        return RedirectResponse(groups[0].items[0].path, status_code=303)
    return render(request, "nothing.html")


@router.get("/making")
def being_made(request: Request, of: str = "", *, empty: bool = False) -> Response:
    """How far the jobs are that a page waits for; when none is left, a page that shows nothing yet is loaded anew."""
    found = making(shell_of(request), of.split(","))
    if found is None and empty:
        return Response(headers={"HX-Refresh": "true"})
    return render(request, "making.html", found=found, empty=empty)


@router.get("/static/{path:path}")
def static(request: Request, path: str) -> Response:
    """Style, scripts and icons."""
    return shell_of(request).assets.respond(path, request)


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """For browsers that ask for it by this name."""
    return RedirectResponse(shell_of(request).assets.url("favicon.svg"), status_code=308)


@router.get("/health")
def health(request: Request) -> Response:
    """Whether a page can really be served: users can be read, data can be asked, the page prints."""
    shell = shell_of(request)
    checks = {
        "state": _holds(lambda: healthy(shell.state)),
        "data": _holds(lambda: shell.shop.data_version >= 0),
        "pages": _holds(lambda: render(request, "nothing.html").status_code == 200),
    }
    return JSONResponse(
        {"ok": all(checks.values()), "checks": checks}, status_code=200 if all(checks.values()) else 503
    )


@router.get("/live")
async def live(request: Request, topics: str = "") -> Response:
    """The stream of live updates for the named topics."""
    viewer = viewer_of(request)
    wanted = heard(topics.split(","), viewer.user.may, viewer.scope)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    heard_last = request.headers.get("last-event-id", "")
    last = int(heard_last) if heard_last.isascii() and heard_last.isdecimal() and len(heard_last) < 19 else None
    stream = shell_of(request).hub.listen(wanted, last=last)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _holds(check: Callable[[], bool]) -> bool:
    """Whether a check passes; whatever goes wrong in it is a no, and is logged."""
    try:
        return check()
    except Exception:
        logger.exception("health check failed")
        return False


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LinshuError)
    return answer(request, error)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(request, of_http(error))


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(request, of_validation(error))


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(app.state.shell.hub.run()), asyncio.create_task(_watch(app))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await run_in_threadpool(app.state.shell.visits.flush)


async def _watch(app: FastAPI) -> None:
    """Tells open pages when data came: by a live source, an import, a batch taken back, a command."""
    told: int | None = None
    rounds = 0
    while True:
        try:
            told = await run_in_threadpool(tell_of_data, app.state.shell, told)
            rounds += 1
            if rounds % VISITS_WRITTEN == 0:
                await run_in_threadpool(app.state.shell.visits.flush)
        except Exception:
            logger.exception("watching the data failed")
        await asyncio.sleep(WATCH_SECONDS)


def tell_of_data(shell: Shell, told: int | None) -> int:
    """Publishes that the data changed since the version last told of; the version it is now."""
    version = shell.shop.data_version
    if told is not None and version != told:
        fresh = freshness(shell.shop.data_as_of, shell.now(), shell.settings.day)
        shell.hub.publish(DATA, state={"version": version, **fresh.state()})
    return version
