"""The pages of suppliers: how all keep their word, and one of them: trend, worst goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.losses import show
from linshu.domains.supply.suppliers import inputs
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.filters import COMPARE_TITLES, read_filter
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Missing
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.supply.suppliers.inputs import Asked, Row
    from linshu.engine.shell.context import Shell, Viewer
    from linshu.engine.shell.filters import PageFilter
    from linshu.engine.shell.view import Writer
    from linshu.kernel.period import Period

router = APIRouter(prefix="/suppliers", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/supply/suppliers"
TITLE = Text("供应商", "Suppliers")
USUAL_PERIOD = "30d"
WRITES: dict[str, Any] = {
    "has_places": False, "levels": (), "FEN": Unit.FEN, "RATIO": Unit.RATIO, "QTY": Unit.QTY, "DAYS": Unit.DAYS,
    "COUNT": Unit.COUNT, "PER_MILLE": Unit.PER_MILLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page: who, at which days."""

    shell: Shell
    viewer: Viewer
    filters: PageFilter

    @property
    def period(self) -> Period:
        """The days judged."""
        return inputs.period_of(self.filters)

    def kept(self, what: tuple[Any, ...], make: Any) -> Any:
        """What was computed at this state of the data, once for however many look at the same."""
        shop = self.shell.shop
        key = ("suppliers", *what, self.period, self.viewer.scope.digest(), shop.catalog.edition)
        return self.shell.parts.get(key, shop.data_version, make)


def look(request: Request, asked: Asked) -> Look:
    """Reads the days in the address against the days that are known."""
    shell = shell_of(request)
    last = shell.parts.get("suppliers last day", shell.shop.data_version, partial(inputs.last_day, shell.shop))
    filters = read_filter(request.query_params, shell.days(last), beside=asked.beside, usual=USUAL_PERIOD)
    return Look(shell, viewer_of(request), filters)


@router.get("")
def suppliers(request: Request) -> Response:
    """How suppliers keep their word, one a line."""
    asked = inputs.read(request.query_params)
    seen = look(request, asked)
    if seen.filters.days.last is None:
        return render(request, f"{FOLDER}/nothing.html", title=TITLE)
    shop, writer = seen.shell.shop, seen.viewer.writer
    found = _suppliers(seen, asked)
    now, before = inputs.whole(shop, seen.viewer.scope, seen.period, seen.filters.compare)
    begin = (asked.page - 1) * inputs.PAGE_ROWS
    return render(
        request, f"{FOLDER}/suppliers.html", title=TITLE, asked=asked, filters=seen.filters, compares=COMPARE_TITLES,
        period_words=show.days_of(seen.filters, writer), kpis=show.kpis(shop.catalog, now, before, writer), few=inputs.FEW,
        rows=found[begin : begin + inputs.PAGE_ROWS], total=len(found), pages=-(-len(found) // inputs.PAGE_ROWS), **WRITES,
    )  # fmt: skip


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same days, filters and order, every row."""
    asked = inputs.read(request.query_params)
    seen = look(request, asked)
    return _file(seen, TITLE, _suppliers(seen, asked), "supplier", inputs.SCORE, form)


@router.get("/{supplier}")
def one(request: Request, supplier: str) -> Response:
    """One supplier: the score against the period before, trend, worst goods."""
    asked = inputs.read(request.query_params, inputs.GOODS_SORTS, inputs.USUAL_GOODS_SORT)
    seen = look(request, asked)
    name = _mine(seen, supplier)
    shop, writer = seen.shell.shop, seen.viewer.writer
    now, before = inputs.whole(shop, seen.viewer.scope, seen.period, seen.filters.compare, supplier)
    found = _goods(seen, asked, supplier)
    begin = (asked.page - 1) * inputs.PAGE_ROWS
    return render(
        request, f"{FOLDER}/one.html", title=TITLE, name=name, supplier=supplier, asked=asked, filters=seen.filters,
        compares=COMPARE_TITLES, period_words=show.days_of(seen.filters, writer), kpis=show.kpis(shop.catalog, now, before, writer),
        terms=inputs.terms_of(shop, supplier), chart=_chart(seen, supplier), rows=found[begin : begin + inputs.PAGE_ROWS], total=len(found),
        pages=-(-len(found) // inputs.PAGE_ROWS), **WRITES,
    )  # fmt: skip


@router.get("/{supplier}/export", dependencies=[Depends(exports)])
def export_one(request: Request, supplier: str, form: str = "xlsx") -> Response:
    """The goods of one supplier as a file."""
    asked = inputs.read(request.query_params, inputs.GOODS_SORTS, inputs.USUAL_GOODS_SORT)
    seen = look(request, asked)
    name = _mine(seen, supplier)
    return _file(seen, Text(name, name), _goods(seen, asked, supplier), "sku", inputs.GOODS, form)


def _mine(seen: Look, supplier: str) -> str:
    """The supplier's name; Missing for one nobody knows, or whom this viewer may not see."""
    allowed = seen.viewer.scope.suppliers
    name = inputs.name_of(seen.shell.shop, supplier) if allowed is None or supplier in allowed else ""
    if not name:
        raise Missing(
            Text("没有这个供应商", "there is no such supplier"),
            mend=Text("从供应商列表里选一个。", "Choose one from the list of suppliers."),
        )
    return name


def _suppliers(seen: Look, asked: Asked) -> list[Row]:
    make = partial(inputs.suppliers, seen.shell.shop, seen.viewer.scope, seen.period)
    return inputs.listed(seen.kept(("all",), make), asked, "supplier")


def _goods(seen: Look, asked: Asked, supplier: str) -> list[Row]:
    make = partial(inputs.goods, seen.shell.shop, seen.viewer.scope, seen.period, supplier)
    return inputs.listed(seen.kept(("goods", supplier), make), asked, "sku")


def _chart(seen: Look, supplier: str) -> dict[str, Any]:
    """On time and in full, day by day or week by week."""
    grain = seen.filters.grain if seen.filters.grain is not Grain.HOUR else Grain.DAY
    rows = inputs.trend(seen.shell.shop, seen.viewer.scope, seen.period, grain, supplier)
    writer, catalog = seen.viewer.writer, seen.shell.shop.catalog
    buckets = [str(row[str(grain)]) for row in rows]
    return {
        "kind": "line", "first": writer.say(Text("日期", "Day")), "labels": [_short(one, writer) for one in buckets], "titles": buckets,
        "series": [
            {"name": writer.say(catalog.metric(name).title), "values": [row[name] for row in rows], "role": "main"}
            for name in inputs.TREND
        ],
        "axis": writer.axis(Unit.RATIO), "unit": "",
    }  # fmt: skip


def _short(bucket: str, writer: Writer) -> str:
    try:
        day = date.fromisoformat(bucket)
    except ValueError:
        return bucket
    return writer.tick(day)


def _file(seen: Look, title: Text, rows: list[Row], key: str, metrics: tuple[str, ...], form: str) -> Response:
    """A list as a file under the dictionary's own titles."""
    say, catalog = seen.viewer.say, seen.shell.shop.catalog
    columns = (
        SheetColumn(say(Text("编号", "Id"))), SheetColumn(say(Text("名称", "Name"))),
        *(SheetColumn(say(catalog.metric(name).title), catalog.metric(name).unit) for name in metrics),
    )  # fmt: skip
    table = [(row[key], row["name"], *(row[name] for name in metrics)) for row in rows]
    notes = (show.days_of(seen.filters, seen.viewer.writer),)
    name = f"suppliers-{seen.shell.today}" if key == "supplier" else f"supplier-goods-{seen.shell.today}"
    return download(Sheet(say(title), columns, table, notes), form, name, seen.viewer.writer)
