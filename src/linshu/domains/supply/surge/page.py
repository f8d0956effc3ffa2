"""The pages of surges: what sells far beyond the usual today and will not last, and one good's day hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.surge import view
from linshu.domains.supply.surge.flow import LIKELY, Nowcast, nowcast
from linshu.domains.supply.surge.inputs import begin, load, newest_day
from linshu.domains.supply.surge.proposals import proposed
from linshu.engine.decisions.rules import STATE_TITLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

router = APIRouter(prefix="/surge", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/supply/surge"
RENEWS = 30  # seconds between looks at an open list while orders come in
PAST_SECONDS = 900  # how long what was usual before the day is kept
LATE_MINUTES = 90  # without a sale for so long the page says until when it knows


def _nowcast(request: Request) -> Nowcast | None:
    """Today as this viewer may see it, of this version of the data; None before the first sale of the day."""
    shell, scope = shell_of(request), viewer_of(request).scope
    if shell.shop.data_as_of is None:
        return None
    period = int(shell.now().timestamp() // PAST_SECONDS)
    past = shell.parts.get(
        ("surge past", shell.today, scope), period, lambda: begin(shell.shop, scope, shell.today, shell.settings.day)
    )
    found: Nowcast = shell.parts.get(
        ("surge", shell.today, scope),
        shell.shop.data_version,
        lambda: nowcast(load(shell.shop, scope, shell.today, past)),
    )
    return found if found.known.at is not None else None


def _at(request: Request, at: datetime | None) -> str:
    return f"{shell_of(request).settings.day.local(at):%H:%M}" if at else ""


@router.get("")
def surges(request: Request) -> Response:
    """Every good at every warehouse today, the likeliest surge first."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    now = _nowcast(request)
    if now is None:
        newest = newest_day(shell.shop, shell.today) if shell.shop.data_as_of else None
        return render(request, f"{FOLDER}/surges.html", now=None, newest=newest, may=viewer.may("data.import"))
    found = view.lines(now, asked)
    first = (asked.page - 1) * view.PAGE_ROWS
    known = now.known
    return render(
        request,
        f"{FOLDER}/surges.html",
        now=now,
        asked=asked,
        at=_at(request, known.at),
        late=known.at is not None and (shell.now() - known.at).total_seconds() > LATE_MINUTES * 60,
        rows=found[first : first + view.PAGE_ROWS],
        total=len(found),
        pages=-(-len(found) // view.PAGE_ROWS),
        short=sum(one.short for one in found),
        counts=view.counts(now),
        kinds=view.KINDS,
        warehouses=view.warehouses(now),
        guessed=bool(known.frame["guessed"].all()),
        likely=LIKELY,
        renews=RENEWS,
        QTY=Unit.QTY,
        RATIO=Unit.RATIO,
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    viewer, now = viewer_of(request), _nowcast(request)
    if now is None:
        raise _nothing()
    made = view.sheet(view.lines(now, view.read(request.query_params)), viewer.say, _at(request, now.known.at))
    return download(made, form, f"surge-{now.known.day}", viewer.writer)


@router.get("/{sku}/{warehouse}")
def one(request: Request, sku: str, warehouse: str) -> Response:
    """One good at one warehouse: its day hour by hour, and where it would be missed."""
    shell, viewer, now = shell_of(request), viewer_of(request), _nowcast(request)
    if now is None:
        raise _nothing()
    line = view.find(now, sku, warehouse)
    if line is None:
        raise Missing(
            Text(
                "今天没有这个商品在这个仓的销售和预测",
                "neither sales nor a forecast of this good at this warehouse today",
            )
        )
    book = shell.ledger.book(viewer.user.job.menu, viewer.scope)
    places, many = view.places(shell.shop, viewer.scope, now, line)
    return render(
        request,
        f"{FOLDER}/one.html",
        line=line,
        chart=view.course(shell.shop, viewer.scope, now, line, viewer.writer),
        places=places,
        many=many,
        known=now.known,
        proposed=proposed(book, shell.today, sku, warehouse),
        states=STATE_TITLES,
        at=_at(request, now.known.at),
        likely=LIKELY,
        renews=RENEWS,
        QTY=Unit.QTY,
        RATIO=Unit.RATIO,
    )


def _nothing() -> Missing:
    return Missing(
        Text("今天还没有销售", "nothing was sold today yet"),
        mend=Text("今天的订单到了再来看。", "Come back when today's orders are in."),
    )
