"""The pages of watching stock: the list with what is at risk by kind, and one SKU in one warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.markdown.flow import NAME as MARKDOWN
from linshu.domains.supply.watching import view, words
from linshu.domains.supply.watching.decide import KINDS, NEAR, NEVER, OUT, SOON
from linshu.domains.supply.watching.flow import POLICY, Wanted, Watched, shared, unforecast, watched
from linshu.domains.supply.watching.inputs import DAY
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.supply.watching.words import Line
    from linshu.engine.shell.context import Viewer

router = APIRouter(prefix="/stock", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
STOOD = ("stock_value", "stock_units")
FOLDER = "domains/supply/watching"
RENEWS = 30  # seconds between looks at an open list while stock moves


def _watched(request: Request) -> Watched | None:
    """What this viewer sees, of this version of the data; kept for a moment, as pages and filters ask again."""
    shell, scope = shell_of(request), viewer_of(request).scope
    if shell.shop.data_as_of is None:
        return None
    key = ("stock watched", shell.today, scope)
    (found,) = shell.parts.get(key, shell.shop.data_version, lambda: (watched(shell.shop, scope, shell.today),))
    return found if found is not None and len(found.known.frame) else None


@router.get("")
def stock(request: Request) -> Response:
    """What needs somebody, by kind, and the list."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    found = _watched(request)
    if found is None:
        return render(request, f"{FOLDER}/stock.html", found=None, may=viewer.may("data.import"))
    places = found.chosen(asked.wanted)
    begin = (asked.page - 1) * view.PAGE_ROWS
    rows = found.lines(places[begin : begin + view.PAGE_ROWS])
    warehouses, categories = view.choices(found)
    known = found.known
    return render(
        request,
        f"{FOLDER}/stock.html",
        found=found,
        asked=asked,
        counts=found.counts(asked.wanted),
        rows=[(one, _order_of(one, viewer)) for one in rows],
        total=len(places),
        pages=-(-len(places) // view.PAGE_ROWS),
        stood=shell.shop.query(STOOD, start=known.known_on, end=known.known_on, scope=viewer.scope).rows()[0],
        warehouses=warehouses,
        categories=categories,
        kinds=KINDS,
        words=words,
        policy=POLICY,
        unforecast=unforecast(found),
        shared=shared(found),
        late=(shell.today - known.known_on).days,
        stale=view.STALE_DAYS,
        renews=RENEWS,
        orders=viewer.may("orders.work"),
        markdowns=viewer.may("proposals.decide")
        and MARKDOWN in shell.ledger.book(viewer.user.job.menu, viewer.scope).kinds,
        QTY=Unit.QTY,
        FEN=Unit.FEN,
        RATIO=Unit.RATIO,
    )  # fmt: skip


@router.get("/strip")
def strip(request: Request) -> Response:
    """What is out, what soon will be and what spoils, in figures that lead to the list; another page shows it."""
    found = _watched(request)
    if found is None:
        return Response()
    pressing = tuple(KINDS[one] for one in (OUT, SOON, NEAR))
    return render(
        request, f"{FOLDER}/strip.html", kinds=pressing, counts=found.counts(Wanted()), words=words, FEN=Unit.FEN
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    viewer, asked = viewer_of(request), view.read(request.query_params)
    found = _watched(request)
    if found is None:
        raise Missing(Text("没有库存记录", "no stock is booked"))
    made = view.sheet(found.lines(found.chosen(asked.wanted)), found, viewer.say)
    return download(made, form, f"stock-{found.known.known_on}", viewer.writer)


@router.get("/{sku}/{warehouse}")
def one(request: Request, sku: str, warehouse: str) -> Response:
    """One SKU in one warehouse: why it stands in the list, its lots, its course, what comes."""
    shell, viewer = shell_of(request), viewer_of(request)
    found = watched(shell.shop, viewer.scope, shell.today, (sku, warehouse))
    if found is None or not len(found.known.frame):
        raise Missing(Text("这个仓没有这个商品的库存记录", "this warehouse has no stock records of this SKU"))
    row, positions = found.known.frame.iloc[0], found.known.positions
    lines = found.lines(range(len(found.found.position)))
    comes = int(positions.receipt_in[0])
    return render(
        request,
        f"{FOLDER}/one.html",
        row=row,
        lines=[(one, _order_of(one, viewer)) for one in lines],
        lots=view.lots(found, POLICY.near_days),
        chart=view.course(shell.shop, viewer.scope, found, (sku, warehouse), viewer.writer),
        known=found.known,
        forecast=found.known.made_on is not None,
        week=_week(found),
        coming=(int(row["coming_qty"]), found.known.evening + comes * DAY) if comes < NEVER else None,
        words=words,
        late=(shell.today - found.known.known_on).days,
        stale=view.STALE_DAYS,
        orders=viewer.may("orders.work"),
        explore="/explore?" + urlencode([("m", "stock_units"), ("grain", "day"), ("period", "30d"), ("where", f"sku={sku}"), ("where", f"warehouse={warehouse}")]),
        lineage="/lineage?" + urlencode([("m", "stock_units"), ("grain", "day"), ("period", "30d"), ("where", f"sku={sku}"), ("where", f"warehouse={warehouse}")]),
        QTY=Unit.QTY,
        FEN=Unit.FEN,
    )  # fmt: skip


def _week(found: Watched) -> float | None:
    """What the next seven days are expected to ask for."""
    if found.known.made_on is None:
        return None
    return float(sum(one for one in found.known.positions.mean[0][:7] if one == one))  # noqa: PLR0124 - nan


def _order_of(line: Line, viewer: Viewer) -> str:
    """The address at which a work order about this line is written."""
    title = f"{viewer.say(words.TITLES[line.kind])}：{line.sku} · {line.warehouse}"
    what = f"{viewer.say(line.why)}\n{viewer.say(words.TODO[line.kind])}\n/stock/{line.sku_id}/{line.warehouse_id}"
    severity = "urgent" if words.TONES[line.kind] == "bad" else "warn"
    return "/work/new?" + urlencode({"title": title, "what": what, "severity": severity})
