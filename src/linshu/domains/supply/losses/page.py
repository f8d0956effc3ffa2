"""The pages of losses: what was lost and why, which goods matter and sell steadily, how fast stock turns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.losses import asked as asking
from linshu.domains.supply.losses import classes, decide, inputs, show, turnover, why
from linshu.domains.supply.recall.flow import KIND as RECALL
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.filters import COMPARE_TITLES, read_filter
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Forbidden
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.domains.supply.losses.asked import Asked
    from linshu.domains.supply.losses.inputs import Line
    from linshu.domains.supply.losses.show import Kpi
    from linshu.engine.shell.context import Shell, Viewer
    from linshu.engine.shell.filters import PageFilter

router = APIRouter(prefix="/losses", include_in_schema=False, dependencies=[Depends(needs("figures.read"))])
FOLDER = "domains/supply/losses"
TITLE = Text("损耗与周转", "Losses & turnover")
UNITS: dict[str, Any] = {  # what every template writes figures in
    "has_places": False,
    "levels": (),
    "FEN": Unit.FEN,
    "RATIO": Unit.RATIO,
    "QTY": Unit.QTY,
    "DAYS": Unit.DAYS,
    "COUNT": Unit.COUNT,
}


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page: who, at which days."""

    shell: Shell
    viewer: Viewer
    filters: PageFilter

    @property
    def span(self) -> inputs.Span:
        """The days whose figures are shown."""
        return inputs.span_of(self.filters)

    def kept(self, what: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What was computed at this state of the data, once for however many look at the same."""
        shop = self.shell.shop
        key = ("losses", *what, self.viewer.scope.digest(), self.viewer.language, shop.catalog.edition)
        return self.shell.parts.get(key, shop.data_version, make)


def look(request: Request, beside: tuple[tuple[str, str], ...] = ()) -> Look:
    """Reads the days in the address against the days that are known."""
    shell = shell_of(request)
    last = shell.parts.get("losses last day", shell.shop.data_version, partial(inputs.last_day, shell.shop))
    return Look(shell, viewer_of(request), read_filter(request.query_params, shell.days(last), beside=beside))


@router.get("")
def losses(request: Request) -> Response:
    """What was lost, of what, why, and what moved it."""
    asked = asking.read(request.query_params)
    seen = look(request, asked.beside)
    if seen.filters.days.last is None:
        return render(request, f"{FOLDER}/nothing.html", title=TITLE)
    shop, scope, say, writer = seen.shell.shop, seen.viewer.scope, seen.viewer.say, seen.viewer.writer
    found = _lines(seen, asked)
    now, before = inputs.whole(shop, scope, seen.span, asked.where)
    moved = _change(seen, asked)
    begin = (asked.page - 1) * asking.PAGE_ROWS
    buckets, causes = inputs.trend(shop, scope, seen.span.period, seen.filters.grain, asked.where, say)
    return render(
        request, f"{FOLDER}/losses.html", title=TITLE, tab="losses", asked=asked, filters=seen.filters, compares=COMPARE_TITLES,
        period_words=show.days_of(seen.filters, writer), cuts=asking.CUTS, chips=inputs.chips(shop, asked.narrowed, say),
        kpis=show.kpis(shop.catalog, now, before, writer), rows=found[begin : begin + asking.PAGE_ROWS], total=len(found),
        pages=-(-len(found) // asking.PAGE_ROWS), whole=now, before=before, moved=moved, most=why.MOST,
        chart=show.trend_chart(buckets, causes, writer), opens=partial(show.opens, recalls=_recalls(seen.viewer)), **UNITS,
    )  # fmt: skip


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The list as a file: the same days, cut, filters and order, every row."""
    asked = asking.read(request.query_params)
    seen = look(request, asked.beside)
    by_lot = asked.by == "stock_lot"
    heads = (
        (asking.CUTS[asked.by], None), (Text("编号", "Id"), None), *([(Text("商品", "SKU"), None)] if by_lot else ()), (Text("损耗额", "Loss"), Unit.FEN),
        (Text("对比期损耗额", "Loss in the period compared"), Unit.FEN), (Text("损耗件数", "Units lost"), Unit.QTY),
        (Text("损耗率", "Loss rate"), Unit.RATIO), (Text("盘亏额", "Missing at counts"), Unit.FEN),
    )  # fmt: skip
    rows = [
        (one.name, one.key, *([one.of] if by_lot else ()), one.lost, one.before, one.units, one.rate, one.missing)
        for one in _lines(seen, asked)
    ]
    return _file(seen, TITLE, heads, rows, form, "losses")


@router.get("/why/export", dependencies=[Depends(exports)])
def export_why(request: Request, form: str = "xlsx") -> Response:
    """What moved the losses, every group, in parts that add up to the change."""
    asked = asking.read(request.query_params)
    seen = look(request, asked.beside)
    found = _change(seen, asked)
    heads = (
        (asking.CUTS[asked.by], None), (Text("多损", "More lost"), Unit.FEN), (Text("其中损耗率变化", "by its own loss rate"), Unit.FEN),
        (Text("其中结构变化", "by the mix"), Unit.FEN), (Text("怎么变的", "In words"), None),
    )  # fmt: skip
    rows = [(one.name, one.effect, one.spoils, one.mix, one.words) for one in (found.reasons if found else ())]
    return _file(seen, Text("损耗为什么变了", "What moved the losses"), heads, rows, form, "losses-why")


@router.get("/classes")
def by_class(request: Request) -> Response:
    """Which goods bring most and sell steadily: the matrix, and the SKUs of a field."""
    seen, asked = look(request), classes.read(request.query_params)
    weeks = classes.window(seen.filters.days.running)
    found = _goods(seen)
    if seen.filters.days.last is None and not found:
        return render(request, f"{FOLDER}/nothing.html", title=TITLE)
    listed = classes.listed(found, asked)
    begin = (asked.page - 1) * asking.PAGE_ROWS
    return render(
        request, f"{FOLDER}/classes.html", title=TITLE, tab="classes", asked=asked, cells=classes.matrix(found), costless=classes.costless(found), letters=classes.LETTERS,
        steady=classes.STEADY, advice=classes.ADVICE, weeks=seen.viewer.writer.days(weeks.start, weeks.end), span=weeks, count=len(found),
        rows=listed[begin : begin + asking.PAGE_ROWS], total=len(listed), pages=-(-len(listed) // asking.PAGE_ROWS),
        address=partial(show.address, "/losses/classes", show.parts_of_classes(asked)), **UNITS,
    )  # fmt: skip


@router.get("/classes/export", dependencies=[Depends(exports)])
def export_classes(request: Request, form: str = "xlsx") -> Response:
    """The SKUs of the matrix, or of one field, as a file."""
    seen, asked = look(request), classes.read(request.query_params)
    heads = (
        (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None), (Text("销售级", "Sales class"), None), (Text("稳定级", "Steadiness"), None),
        (Text("成交额", "GMV"), Unit.FEN), (Text("成交额占比", "Share of GMV"), Unit.RATIO), (Text("周销波动", "Weekly variation"), Unit.RATIO),
        (Text("损耗额", "Loss"), Unit.FEN), (Text("损耗率", "Loss rate"), Unit.RATIO), (Text("周转天数", "Turnover days"), Unit.DAYS),
    )  # fmt: skip
    rows = [
        (one.sku, one.name, one.letter, one.steady, one.gmv, one.share, one.varies, one.lost, one.loss_rate, one.turnover)
        for one in classes.listed(_goods(seen), asked)
    ]  # fmt: skip
    writer, weeks = seen.viewer.writer, classes.window(seen.filters.days.running)
    made = _sheet(seen, Text("商品分级", "Classes of goods"), heads, rows, writer.days(weeks.start, weeks.end))
    return download(made, form, f"classes-{seen.shell.today}", writer)


@router.get("/turnover")
def turning(request: Request) -> Response:
    """How fast stock turns, and what sells of what is offered, place by place."""
    asked = turnover.read(request.query_params)
    seen = look(request, asked.beside)
    if seen.filters.days.last is None:
        return render(request, f"{FOLDER}/nothing.html", title=TITLE)
    held = _warehouses(seen)
    try:
        found, refused = _places(seen, asked), None
    except Forbidden as error:  # of groups nobody can tell what lay in some warehouses alone; their stock all the same
        found, refused = [], error
    begin = (asked.page - 1) * asking.PAGE_ROWS
    return render(
        request, f"{FOLDER}/turnover.html", title=TITLE, tab="turnover", asked=asked, filters=seen.filters, compares=COMPARE_TITLES,
        period_words=show.days_of(seen.filters, seen.viewer.writer), levels_of=turnover.LEVELS,
        warehouses=held, refused=refused,
        rows=found[begin : begin + asking.PAGE_ROWS], total=len(found), pages=-(-len(found) // asking.PAGE_ROWS),
        costs=any(row["stock_value"] or row["turnover_days"] is not None for row, _ in held), quotas=any(one.quota is not None for one in found), **UNITS,
    )  # fmt: skip


@router.get("/turnover/export", dependencies=[Depends(exports)])
def export_turnover(request: Request, form: str = "xlsx") -> Response:
    """The places as a file."""
    asked = turnover.read(request.query_params)
    seen = look(request, asked.beside)
    heads = (
        (turnover.LEVELS[asked.level], None), (Text("编号", "Id"), None), (Text("在架商品数", "SKUs offered"), Unit.COUNT),
        (Text("卖动的商品数", "SKUs that sold"), Unit.COUNT), (Text("动销率", "Sell-through"), Unit.RATIO),
        (Text("对比期动销率", "Sell-through in the period compared"), Unit.RATIO), (Text("售罄率", "Quota sold"), Unit.RATIO),
    )  # fmt: skip
    rows = [
        (one.name, one.key, one.offered, one.selling, one.sells, one.sells_before, one.quota)
        for one in _places(seen, asked)
    ]
    return _file(seen, Text("动销与售罄", "Sell-through and quotas"), heads, rows, form, "sell-through")


def _recalls(viewer: Viewer) -> bool:
    """Whether this viewer may look at what a recall would do."""
    return not viewer.scope.restrictions() and viewer.user.job.menu in {*RECALL.roles, "admin"}


def _lines(seen: Look, asked: Asked) -> list[Line]:
    shop, span = seen.shell.shop, seen.span
    make = partial(inputs.lines, shop, seen.viewer.scope, asked.by, span, asked.where, seen.viewer.say)
    return show.sifted(seen.kept(("lines", asked.by, span, asked.narrowed), make), asked.words, asked.sort)


def _change(seen: Look, asked: Asked) -> show.Moved | None:
    """What moved the losses; nothing while the only day is not over."""
    span, by = seen.span, "sku" if asked.by == "stock_lot" else asked.by
    if not span.compare:
        return None
    make = partial(inputs.parts, seen.shell.shop, seen.viewer.scope, by, span, asked.where, seen.viewer.say)
    parts, names = seen.kept(("parts", by, span, asked.narrowed), make)
    found = decide.change(parts)
    if found is None:
        return None
    writer = seen.viewer.writer
    return show.Moved(found, why.said(found, writer), why.reasons(found, names, writer))


def _goods(seen: Look) -> list[classes.Good]:
    weeks = classes.window(seen.filters.days.running)
    make = partial(classes.goods, seen.shell.shop, seen.viewer.scope, weeks)
    found: list[classes.Good] = seen.kept(("goods", weeks), make)
    return found


def _places(seen: Look, asked: turnover.Asked) -> list[turnover.Place]:
    span = seen.span
    make = partial(turnover.places, seen.shell.shop, seen.viewer.scope, span, asked.level)
    return turnover.listed(seen.kept(("places", asked.level, span), make), asked)


def _warehouses(seen: Look) -> list[tuple[dict[str, Any], list[Kpi]]]:
    """Every warehouse's figures, and how each moved."""
    shop, span = seen.shell.shop, seen.span
    rows = turnover.warehouses(shop, seen.viewer.scope, span)
    return [
        (row, show.kpis(shop.catalog, {name: row[name] for name in turnover.HELD}, {name: row.get(f"{name}_{span.compare}") for name in turnover.HELD}, seen.viewer.writer))
        for row in rows
    ]  # fmt: skip


def _file(
    seen: Look,
    title: Text,
    heads: Sequence[tuple[Text, Unit | None]],
    rows: Sequence[tuple[Any, ...]],
    form: str,
    name: str,
) -> Response:
    """A list as a file that says which days it is of."""
    writer = seen.viewer.writer
    sheet = _sheet(seen, title, heads, rows, show.days_of(seen.filters, writer))
    return download(sheet, form, f"{name}-{seen.shell.today}", writer)


def _sheet(
    seen: Look, title: Text, heads: Sequence[tuple[Text, Unit | None]], rows: Sequence[tuple[Any, ...]], days: str
) -> Sheet:
    say = seen.viewer.say
    return Sheet(say(title), tuple(SheetColumn(say(head), unit) for head, unit in heads), rows, (days,))
