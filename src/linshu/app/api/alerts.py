"""Alerts over HTTP: what rings, who looks, the rules, and what a rule would have done."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field

from linshu.app import watching
from linshu.app.api.access import READS, WHOLE, shop_of
from linshu.app.api.reading import answered
from linshu.app.watching import alert_book, rules_told, silences_told, told, watched_told
from linshu.domains.operations.alerts import flow
from linshu.engine.alerts.book import AlertBook, Wanted
from linshu.engine.alerts.life import State
from linshu.engine.alerts.rule import MOST_MINUTES, Grain, Test
from linshu.engine.shell.acting import actor_of
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"], dependencies=[READS])
MANAGES = Depends(needs("alerts.manage"))
WORKS = Depends(needs("orders.work"))
RUNS = Depends(needs("jobs.run"))


class Asked(BaseModel):
    """Which alerts; by default those that are open."""

    state: list[State] = []
    rule: list[str] = []
    q: str = Field(default="", max_length=100)
    limit: int = Field(default=50, ge=1, le=10_000)
    offset: int = Field(default=0, ge=0, le=10**9)


class Seen(BaseModel):
    """Somebody looks at it."""

    note: str = Field(default="", max_length=500)


class Quiet(BaseModel):
    """Nobody is told until then."""

    rule: str
    group: str = Field(default="", description="One group of the rule; empty = all of them")
    until: AwareDatetime
    why: str = Field(min_length=1, max_length=500)


class New(BaseModel):
    """A rule: `metric` with a test, or `event` with a window; the limit in the metric's own unit."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$", max_length=64, examples=["many_cancelled"])
    title: str = Field(default="", max_length=60)
    metric: str = Field(default="", max_length=64)
    event: str = Field(
        default="", max_length=80, description="A kind of event, or kind:state", examples=["order:cancelled"]
    )
    by: str = Field(default="", max_length=64, examples=["community"])
    test: Test = "above"
    grain: Grain = "day"
    limit: float = Field(allow_inf_nan=False, examples=[20])
    minutes: int = Field(default=10, ge=1, le=MOST_MINUTES, description="The window of a rule on events")


class Numbers(BaseModel):
    """What to change of a rule."""

    changes: dict[str, bool | int | float | str] = Field(examples=[{"active": True, "limit": 0.25}])


def _book(request: Request) -> AlertBook:
    return alert_book(shell_of(request).state)


@router.get("")
def alerts(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Alerts within the scope of whoever asks."""
    wanted = Wanted(tuple(asked.state), tuple(asked.rule), asked.q, limit=asked.limit, offset=asked.offset)
    book = _book(request)
    rows, total = book.page(wanted, viewer_of(request).scope)
    return answered(request, told(book, rows, total=total))


@router.post("/{alert_id}/see", dependencies=[WORKS])
def see(request: Request, alert_id: str, seen: Seen) -> Response:
    """Say that you look at it: it is passed on no further."""
    book = _book(request)
    found = book.see(actor_of(request), alert_id, viewer_of(request).scope, seen.note)
    return answered(request, told(book, [found]))


@router.post("/silence", dependencies=[MANAGES])
def silence(request: Request, quiet: Quiet) -> Response:
    """Keep a rule, or one group of it, from telling anybody for a while."""
    book = _book(request)
    scope = viewer_of(request).scope
    book.silence(actor_of(request), quiet.rule, quiet.group, quiet.until, quiet.why, scope)
    return answered(request, silences_told(one for one in book.silences(scope) if one.rule == quiet.rule))


@router.get("/silences")
def silences(request: Request) -> Response:
    """What nobody is told of just now, why, and until when."""
    return answered(request, silences_told(_book(request).silences(viewer_of(request).scope)))


@router.delete("/silences/{silence_id}", dependencies=[MANAGES])
def unsilence(request: Request, silence_id: str) -> Response:
    """End a silence before its time."""
    _book(request).unsilence(actor_of(request), silence_id, viewer_of(request).scope)
    return silences(request)


@router.post("/watch", dependencies=[RUNS, WHOLE])
def watch(request: Request) -> Response:
    """Look at every active rule now; also done by the daily chain; doing it again rings nothing twice."""
    shell = shell_of(request)
    shop_of(request).ready()
    return answered(request, watched_told(flow.watch(_book(request), shell.shop, shell.today)))


@router.get("/rules")
def rules(request: Request) -> Response:
    """Every rule."""
    return answered(request, rules_told(_book(request).rules().values()))


@router.post("/rules", dependencies=[MANAGES, WHOLE])
def add(request: Request, wanted: New) -> Response:
    """A rule of the company's own, on a metric or on live events; it begins switched off."""
    book, shell = _book(request), shell_of(request)
    said = {name: str(value) for name, value in wanted.model_dump().items() if value not in (None, "")}
    book.keep(actor_of(request), flow.begun(shell.shop, said, shell.today), fresh=True)
    return answered(request, rules_told([book.rule(wanted.name)]))


@router.patch("/rules/{name}", dependencies=[MANAGES, WHOLE])
def change(request: Request, name: str, numbers: Numbers) -> Response:
    """Other numbers for a rule, or on and off."""
    book = _book(request)
    changes: dict[str, Any] = dict(numbers.changes)
    book.keep(actor_of(request), book.rule(name).changed(changes))
    return answered(request, rules_told([book.rule(name)]))


@router.delete("/rules/{name}", dependencies=[MANAGES, WHOLE])
def drop(request: Request, name: str) -> Response:
    """Take an own rule away, or a ready one back to how it came."""
    book = _book(request)
    book.drop(actor_of(request), name)
    return rules(request)


@router.get("/rules/{name}/tried", dependencies=[WHOLE])
def tried(request: Request, name: str, back: Annotated[int, Query(ge=1, le=120)] = 28) -> Response:
    """How often the rule would have rung in the past."""
    shell = shell_of(request)
    shop_of(request).ready()
    found = watching.tried(_book(request), shell.shop, name, back, shell.today, shell.settings.day.day_of)
    return answered(request, found)
