"""The pages of the forecast: what each warehouse will be asked for, how good forecasts were, and one SKU's course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.forecast import view
from linshu.domains.supply.forecast.flow import TITLE
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from linshu.engine.shell.asking import Shop

router = APIRouter(prefix="/forecast", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/supply/forecast"


@router.get("")
def forecasts(request: Request) -> Response:
    """What every warehouse will be asked for, and how good earlier forecasts were."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    made_on = view.newest(shell.shop)
    if made_on is None:
        return render(request, f"{FOLDER}/forecasts.html", made_on=None, may=viewer.may("jobs.run"))
    found = view.lines(shell.shop, viewer.scope, made_on, asked)
    begin = (asked.page - 1) * view.PAGE_ROWS
    warehouses = shell.shop.query(
        "forecast_units", "warehouse", start=made_on, end=made_on + 7 * view.DAY, scope=viewer.scope
    )
    return render(
        request,
        f"{FOLDER}/forecasts.html",
        made_on=made_on,
        asked=asked,
        rows=found[begin : begin + view.PAGE_ROWS],
        total=len(found),
        pages=-(-len(found) // view.PAGE_ROWS),
        units=view.total(shell.shop, viewer.scope, made_on, asked.warehouse),
        warehouses=[(row["warehouse"], row["warehouse_name"] or row["warehouse"]) for row in warehouses.rows()],
        judged=view.accuracy(shell.shop, viewer.scope, made_on, viewer.writer),
        late=(shell.today - made_on).days - 1,
        QTY=Unit.QTY,
        RATIO=Unit.RATIO,
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same filters and order, every row."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.read(request.query_params)
    made_on = _made_on(shell.shop)
    say = viewer.say
    heads = (
        (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None), (Text("仓库编号", "Warehouse id"), None), (Text("仓库", "Warehouse"), None),
        (Text("次日预测（估计）", "Next day (estimate)"), Unit.QTY), (Text("次日低位 P10", "Next day, low side (P10)"), Unit.QTY),
        (Text("次日高位 P90", "Next day, high side (P90)"), Unit.QTY), (Text("7 天预测（估计）", "Next 7 days (estimate)"), Unit.QTY),
    )  # fmt: skip
    rows = [
        (one.sku_id, one.sku, one.warehouse_id, one.warehouse, round(one.tomorrow, 3), one.low, one.high, round(one.week, 3))
        for one in view.lines(shell.shop, viewer.scope, made_on, asked)
    ]  # fmt: skip
    note = Text(f"预测是估计，作出于 {made_on} 日终", f"Forecasts are estimates, made at the end of {made_on}")
    sheet = Sheet(say(TITLE), tuple(SheetColumn(say(title), unit) for title, unit in heads), rows, (say(note),))
    return download(sheet, form, f"forecast-{made_on}", viewer.writer)


@router.get("/{sku}/{warehouse}")
def one(request: Request, sku: str, warehouse: str) -> Response:
    """One SKU at one warehouse: what was sold, and what is expected."""
    shell, viewer = shell_of(request), viewer_of(request)
    made_on = _made_on(shell.shop)
    mine = view.lines(shell.shop, viewer.scope, made_on, view.Asked(warehouse=warehouse), sku=sku)
    if not mine:
        raise Missing(Text("没有这个商品在这个仓的预测", "there is no forecast of this SKU at this warehouse"))
    chart = view.course(shell.shop, viewer.scope, made_on, sku, warehouse, viewer.writer)
    return render(request, f"{FOLDER}/one.html", line=mine[0], made_on=made_on, chart=chart, QTY=Unit.QTY)


def _made_on(shop: Shop) -> date:
    found = view.newest(shop)
    if found is None:
        raise Missing(
            Text("还没有预测", "there is no forecast yet"),
            mend=Text("在任务页运行“销量预测”。", "Run “Demand forecast” on the page of jobs."),
        )
    return found
