"""The pages of the forecast: what each warehouse will be asked for, how good forecasts were, and one SKU's fortnight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.forecast import accuracy, sheets, view
from linshu.domains.supply.forecast.communities import Split, over_communities
from linshu.domains.supply.forecast.days import Good, fortnight
from linshu.domains.supply.forecast.flow import TITLE
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from linshu.engine.shell.asking import Shop

router = APIRouter(prefix="/forecast", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/supply/forecast"
TOP_GROUPS = 20  # groups shown under one SKU; the file holds all


@router.get("")
def forecasts(request: Request) -> Response:
    """What every warehouse will be asked for, and how good earlier forecasts were."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    made_on = view.newest(shell.shop)
    if made_on is None:
        return render(request, f"{FOLDER}/forecasts.html", made_on=None, may=viewer.may("jobs.run"))
    names = shell.shop.query(
        "forecast_units", "warehouse", start=made_on, end=made_on + 7 * view.DAY, scope=viewer.scope
    ).rows()
    warehouses = [(row["warehouse"], row["warehouse_name"] or row["warehouse"]) for row in names]
    if asked.by == "community" and not asked.warehouse and warehouses:
        asked = asked.within(max(names, key=lambda row: row["forecast_units"] or 0)["warehouse"])
    found = _lines(request, made_on, asked)
    begin = (asked.page - 1) * view.PAGE_ROWS
    rows = found[begin : begin + view.PAGE_ROWS]
    return render(
        request,
        f"{FOLDER}/forecasts.html",
        made_on=made_on,
        asked=asked,
        rows=rows,
        daily=_daily(request, made_on, rows) if asked.daily and asked.by == view.GOODS else {},
        ahead=[made_on + step * view.DAY for step in range(1, view.AHEAD + 1)],
        added=view.added(found),
        likened=view.likened(shell.shop, made_on) if asked.by == view.GOODS else set(),
        total=len(found),
        pages=-(-len(found) // view.PAGE_ROWS),
        units=view.total(shell.shop, viewer.scope, made_on, asked.warehouse),
        by=view.BY,
        warehouses=warehouses,
        judged=accuracy.over_time(shell.shop, viewer.scope, made_on, viewer.writer),
        judged_all=accuracy.whole(shell.shop, viewer.scope, made_on).figures,
        late=(shell.today - made_on).days - 1,
        QTY=Unit.QTY,
        RATIO=Unit.RATIO,
    )


@router.get("/accuracy")
def judged(request: Request) -> Response:
    """How good forecasts were: week by week and by class of goods, beside what anybody could guess."""
    shell, viewer = shell_of(request), viewer_of(request)
    made_on = _made_on(shell.shop)
    return render(
        request,
        f"{FOLDER}/accuracy.html",
        made_on=made_on,
        judged=accuracy.over_time(shell.shop, viewer.scope, made_on, viewer.writer),
        classes=accuracy.by_class(shell.shop, viewer.scope, made_on),
        guesses=accuracy.GUESSES,
        QTY=Unit.QTY,
        RATIO=Unit.RATIO,
    )


@router.get("/accuracy/export", dependencies=[Depends(exports)])
def export_judged(request: Request, form: str = "xlsx") -> Response:
    """The classes as a file."""
    shell, viewer = shell_of(request), viewer_of(request)
    made_on = _made_on(shell.shop)
    sheet = sheets.judged(accuracy.by_class(shell.shop, viewer.scope, made_on), made_on, viewer.say)
    return download(sheet, form, f"forecast-accuracy-{made_on}", viewer.writer)


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row; day by day when the page shows days."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    made_on = _made_on(shell.shop)
    found = _lines(request, made_on, asked)
    if asked.daily and asked.by == view.GOODS:
        wanted = {(one.sku_id, one.warehouse_id) for one in found}
        where = {"warehouse": asked.warehouse} if asked.warehouse else {}
        goods = fortnight(shell.shop, viewer.scope, made_on, where)
        sheet = sheets.daily([one for one in goods if (one.sku_id, one.warehouse_id) in wanted], made_on, viewer.say)
        return download(sheet, form, f"forecast-days-{made_on}", viewer.writer)
    return download(sheets.listed(found, asked, made_on, viewer.say), form, f"forecast-{made_on}", viewer.writer)


@router.get("/{sku}/{warehouse}")
def one(request: Request, sku: str, warehouse: str) -> Response:
    """One SKU at one warehouse: what was sold, what is expected day by day, and in which groups."""
    shell, viewer = shell_of(request), viewer_of(request)
    made_on, good = _good(request, sku, warehouse)
    divided = _divided(request, made_on, warehouse)
    groups = sorted(divided.lines(sku), key=lambda each: -each.fortnight) if divided else []
    return render(
        request,
        f"{FOLDER}/one.html",
        good=good,
        made_on=made_on,
        chart=view.course(shell.shop, viewer.scope, made_on, sku, warehouse, viewer.writer),
        origin=view.origin(shell.shop, made_on, sku, warehouse),
        groups=groups[:TOP_GROUPS],
        many=len(groups),
        title=TITLE,
        QTY=Unit.QTY,
        RATIO=Unit.RATIO,
    )


@router.get("/{sku}/{warehouse}/export", dependencies=[Depends(exports)])
def export_one(request: Request, sku: str, warehouse: str, form: str = "xlsx", of: str = "days") -> Response:
    """One SKU's fortnight as a file: by day, or by group."""
    viewer = viewer_of(request)
    made_on, good = _good(request, sku, warehouse)
    if of == "communities":
        divided = _divided(request, made_on, warehouse)
        lines = divided.lines(sku) if divided else []
        asked = view.Asked(by="community", warehouse=warehouse)
        sheet = sheets.listed(view.arranged(lines, asked), asked, made_on, viewer.say)
        return download(sheet, form, f"forecast-{sku}-communities-{made_on}", viewer.writer)
    return download(sheets.daily([good], made_on, viewer.say), form, f"forecast-{sku}-{made_on}", viewer.writer)


def _lines(request: Request, made_on: date, asked: view.Asked) -> list[view.Line]:
    shell, viewer = shell_of(request), viewer_of(request)
    if asked.by != "community":
        return view.lines(shell.shop, viewer.scope, made_on, asked)
    divided = _divided(request, made_on, asked.warehouse) if asked.warehouse else None
    return view.arranged(divided.lines() if divided else [], asked)


def _divided(request: Request, made_on: date, warehouse: str) -> Split | None:
    """Kept for a moment: pages of one warehouse ask for the same split again and again."""
    shell, viewer = shell_of(request), viewer_of(request)
    key = ("forecast split", made_on, warehouse, viewer.writer.language, viewer.scope)
    (found,) = shell.parts.get(
        key, shell.shop.data_version,
        lambda: (over_communities(shell.shop, viewer.scope, made_on, warehouse, viewer.say),),
    )  # fmt: skip
    return found


def _daily(request: Request, made_on: date, rows: list[view.Line]) -> dict[tuple[str, str], Good]:
    where = {"sku": sorted({one.sku_id for one in rows})}
    found = fortnight(shell_of(request).shop, viewer_of(request).scope, made_on, where) if rows else []
    return {(one.sku_id, one.warehouse_id): one for one in found}


def _good(request: Request, sku: str, warehouse: str) -> tuple[date, Good]:
    shell, viewer = shell_of(request), viewer_of(request)
    made_on = _made_on(shell.shop)
    found = fortnight(shell.shop, viewer.scope, made_on, {"sku": sku, "warehouse": warehouse})
    if not found:
        raise Missing(Text("没有这个商品在这个仓的预测", "there is no forecast of this SKU at this warehouse"))
    return made_on, found[0]


def _made_on(shop: Shop) -> date:
    found = view.newest(shop)
    if found is None:
        raise Missing(
            Text("还没有预测", "there is no forecast yet"),
            mend=Text("在任务页运行“销量预测”。", "Run “Demand forecast” on the page of jobs."),
        )
    return found
