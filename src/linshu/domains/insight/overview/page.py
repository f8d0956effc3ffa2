"""The pages of the overview: the whole, its parts one by one, rankings in full, and the places of the cascade."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from linshu.domains.insight.overview import live, places, view
from linshu.domains.insight.overview.inputs import (
    CARDS,
    FULFILMENT,
    LEVELS,
    SHOWN,
    STOCK,
    TOPS,
    Asker,
    Presence,
    Top,
    asker,
    figures,
    hours,
    presence,
    ranking,
    trend,
)
from linshu.domains.insight.targets.flow import of_cards
from linshu.domains.insight.targets.view import Line, line
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.filters import COMPARE_TITLES, DEFAULT_PERIOD, PageFilter, read_filter
from linshu.engine.shell.live import scoped
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.question import EXPLORE, lineage_address, of_page
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError, Misused, nearest
from linshu.kernel.period import Grain, Period
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linshu.engine.shell.context import Shell, Viewer

router = APIRouter(prefix="/overview", include_in_schema=False)
FOLDER = "domains/insight/overview"
TITLE = Text("经营总览", "Overview")
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the overview: who, through which filters, at what data."""

    request: Request
    shell: Shell
    viewer: Viewer
    there: Presence
    filters: PageFilter
    metric: str  # what the trend shows
    off: frozenset[str]  # the modules that are switched off
    edition: int  # of the dictionary

    @property
    def ask(self) -> Asker:
        """Asks within this look's filters and scope."""
        return asker(self.shell.shop, self.filters, self.viewer.scope)

    def origin(self, metric: str, group: Mapping[str, str] | None = None) -> str:
        """Where a figure of this look came from, or that of one row of a ranking."""
        return lineage_address(of_page(self.filters, (metric,)), self.filters.days, metric=metric, group=group)

    def key(self, name: str) -> tuple[object, ...]:
        """What makes a part of this look the same as another's."""
        return (
            "overview", name, self.off, self.filters.key(), self.metric, self.viewer.language, self.viewer.scope.digest(),
            self.edition,
        )  # fmt: skip


def look(request: Request) -> Look:
    """Reads the filters in the address against the company's calendar."""
    shell, viewer = shell_of(request), viewer_of(request)
    shop = shell.shop
    there = shell.parts.get("overview presence", shop.data_version, partial(presence, shop))
    filters = read_filter(request.query_params, shell.days(there.last_day), LEVELS)
    metric = request.query_params.get("metric", CARDS[0])
    if metric not in CARDS:
        raise Misused(
            Text(f"总览没有指标 {metric}", f"the overview has no metric {metric}"), mend=nearest(metric, CARDS)
        )
    return Look(request, shell, viewer, there, filters, metric, shell.modules.off, shop.catalog.edition)


# After how many seconds at the soonest a part is asked for anew when data comes.
RENEWS = {"today": 10, "cards": 30, "trend": 60, "tops": 60, "strips": 60}


@router.get("")
def overview(request: Request) -> Response:
    """The whole page: parts kept or made within a moment at once, the others as a skeleton that fills itself."""
    seen = look(request)
    if seen.there.last_day is None:
        return render(request, f"{FOLDER}/empty.html", title=TITLE)
    version = seen.shell.shop.data_version
    seen.shell.whole.make(partial(_printed, seen, name) for name in RENEWS if _kept(seen, name, version) is None)
    parts = {name: _kept(seen, name, version) for name in PARTS}
    parts["ticker"] = Markup(_ticker(seen))  # noqa: S704 - a quick one: not worth another request
    seen.shell.ahead.offer(replace(seen, filters=seen.filters.over(DEFAULT_PERIOD)).key("ahead"), _next_door(seen))
    return render(
        request,
        f"{FOLDER}/page.html",
        again=all(html is not None for html in parts.values()),
        title=TITLE,
        filters=seen.filters,
        metric=seen.metric,
        parts=parts,
        compares=COMPARE_TITLES,
        levels=LEVELS,
        has_places=seen.there.has("regions"),
        period_words=view.held_against(seen.filters, None, seen.viewer.writer, seen.filters.days.today),
        topic=scoped(live.TOPIC, seen.viewer.scope),
        past=seen.filters.days.past,
        renews=RENEWS,
        badge=view.past_badge(seen.filters.days) if seen.filters.days.past else None,
    )


@router.get("/parts/{name}")
def one_part(request: Request, name: str) -> Response:
    """One part of the page; when its figures fail, it says so in its own place and the rest stands."""
    if name not in PARTS:
        raise Misused(Text(f"总览没有 {name} 这一块", f"the overview has no part {name}"), mend=nearest(name, PARTS))
    seen = look(request)
    try:
        html = _printed(seen, name)
    except LinshuError as error:
        html = part(
            request,
            f"{FOLDER}/parts/failed.html",
            name=name,
            error=error,
            address=seen.filters.address(metric=seen.metric),
        )
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _printed(seen: Look, name: str) -> str:
    """A part as it stands now, from what is kept or made anew."""
    return seen.shell.parts.get(seen.key(name), seen.shell.shop.data_version, partial(PARTS[name], seen))


def _next_door(seen: Look) -> Iterator[Callable[[], str]]:
    """The parts of the same look at each of the other periods one click away."""
    for word in seen.filters.days.presets:
        if word != seen.filters.word:
            other = replace(seen, filters=seen.filters.over(word))
            yield from (partial(_printed, other, name) for name in RENEWS)


def _kept(seen: Look, name: str, version: int) -> Markup | None:
    html = seen.shell.parts.kept(seen.key(name), version)
    return None if html is None else Markup(html)  # noqa: S704 - printed by our own templates


def _cards(seen: Look) -> str:
    found = figures(seen.ask, CARDS, seen.filters, targets=seen.there.aimed, there=seen.there)
    writer = seen.viewer.writer
    shown = view.cards(found, seen.filters, writer, seen.metric, _aims(seen, CARDS))
    against = seen.filters.against()
    words = view.held_against(seen.filters, against, writer, seen.filters.days.today) if against else ""
    return part(seen.request, f"{FOLDER}/parts/cards.html", cards=shown, against=words, origin=seen.origin)


def _aims(seen: Look, metrics: tuple[str, ...]) -> dict[str, Line]:
    """The targets these figures work towards, in words."""
    if not seen.there.aimed.intersection(metrics):
        return {}
    catalog, filters = seen.shell.shop.catalog, seen.filters
    found = of_cards(seen.shell, seen.viewer.scope, SHOWN, dict(filters.where), filters.period.end, filters.days)
    return {name: line(found[name], catalog, seen.viewer.writer) for name in metrics if name in found}


def _trend(seen: Look) -> str:
    writer, ask = seen.viewer.writer, seen.ask
    found = trend(ask, seen.metric, seen.filters, seen.shell.settings.day, seen.shell.now())
    return part(
        seen.request,
        f"{FOLDER}/parts/trend.html",
        title=writer.say(found.metric.title),
        chart=view.trend_chart(found, seen.filters, writer),
        grain_words=view.GRAIN_WORDS[found.grain],
        against=view.held_against(seen.filters, found.held_against, writer, seen.filters.days.today),
        metrics=ask.known(CARDS),
        metric=seen.metric,
        filters=seen.filters,
        empty_chart=all(value is None for value in found.values),
        onwards=of_page(seen.filters, (seen.metric,)).change(grain=found.grain.value).address(EXPLORE),
    )


def _today(seen: Look) -> str:
    days, day, ask = seen.filters.days, seen.shell.settings.day, seen.ask
    shown = days.last if days.past and days.last else days.today
    before = Period(shown, shown)
    three = (
        hours(ask, shown),
        hours(ask, before.previous().start),
        hours(ask, before.shift(-1, Grain.WEEK).start),
    )
    gmv, orders = ask.known(("gmv", "orders"))
    made = view.today(three, (gmv, orders), day, seen.shell.now(), seen.viewer.writer)
    return part(seen.request, f"{FOLDER}/parts/today.html", today=made)


def _ticker(seen: Look) -> str:
    shell = seen.shell
    newest = partial(live.newest, shell.shop)
    limited = bool(seen.viewer.scope.restrictions())
    lines = () if limited else shell.parts.get("overview newest", shell.shop.data_version, newest)
    rows = live.printed(lines, seen.shell.settings.day, seen.viewer.writer, seen.shell.today)
    return part(
        seen.request,
        f"{FOLDER}/parts/ticker.html",
        rows=rows,
        zone=seen.shell.settings.day.zone,
        axis=seen.viewer.writer.money_axis(),
        past=seen.filters.days.past,
    )


def _tops(seen: Look) -> str:
    made: list[tuple[Top, view.RankView | None]] = []
    for top in TOPS:
        if not seen.there.has(*top.needs):
            made.append((top, None))
            continue
        found = ranking(seen.ask, top.dimension, top.brief, seen.filters, order=f"-{top.brief[0]}", limit=top.limit)
        made.append((top, view.rank_view(found, seen.viewer.writer)))
    onwards = {top.dimension: of_page(seen.filters, top.brief, (top.dimension,)).address(EXPLORE) for top in TOPS}
    return part(
        seen.request, f"{FOLDER}/parts/tops.html", tops=made, filters=seen.filters, origin=seen.origin, onwards=onwards
    )


def _strips(seen: Look) -> str:
    made = []
    for strip in (one for one in (FULFILMENT, STOCK) if one.module not in seen.off):
        found = figures(seen.ask, strip.metrics, seen.filters, days=False) if seen.there.has(*strip.needs) else ()
        aims = _aims(seen, strip.metrics) if found else {}
        made.append((strip, view.cards(found, seen.filters, seen.viewer.writer, aims=aims)))
    return part(seen.request, f"{FOLDER}/parts/strips.html", strips=made, origin=seen.origin)


PARTS: dict[str, Callable[[Look], str]] = {
    "cards": _cards,
    "trend": _trend,
    "today": _today,
    "ticker": _ticker,
    "tops": _tops,
    "strips": _strips,
}


@router.get("/places")
def show_places(request: Request) -> Response:
    """The cascade of places, loaded when someone opens it."""
    seen = look(request)
    columns = places.columns(seen.shell.shop, seen.filters, seen.viewer.scope)
    back = request.query_params.get("page", "/overview")
    return HTMLResponse(part(request, f"{FOLDER}/parts/places.html", columns=columns, page=back))


@router.get("/top/{dimension}")
def top(request: Request, dimension: str) -> Response:
    """A ranking in full: every row, any order, page by page."""
    seen = look(request)
    kind = _top(dimension)
    order = _order(request, kind.full)
    asked = request.query_params.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() else 1
    found = ranking(seen.ask, dimension, kind.full, seen.filters, order=order, limit=None)
    first = (page - 1) * PAGE_ROWS
    shown = view.rank_view(found.part(first, PAGE_ROWS), seen.viewer.writer, first=first + 1)
    return render(
        request,
        f"{FOLDER}/top.html",
        top=kind,
        ranking=shown,
        origin=seen.origin,
        filters=seen.filters,
        order=order,
        page_number=page,
        pages=-(-len(found.rows) // PAGE_ROWS),
        count=len(found.rows),
        period_words=view.held_against(seen.filters, None, seen.viewer.writer, seen.filters.days.today),
    )


@router.get("/top/{dimension}/export", dependencies=[Depends(exports)])
def export_top(request: Request, dimension: str, form: str = "xlsx") -> Response:
    """The ranking as a file: the same filters, the same order, every row, in full precision."""
    seen = look(request)
    kind = _top(dimension)
    order = _order(request, kind.full)
    found = ranking(seen.ask, dimension, kind.full, seen.filters, order=order, limit=None)
    say = seen.viewer.say
    sheet = Sheet(
        say(kind.title),
        (
            SheetColumn(say(Text("名次", "Rank"))),
            SheetColumn(say(kind.word)),
            SheetColumn(say(Text("编号", "Id"))),
            *(SheetColumn(say(metric.title), metric.unit) for metric in found.metrics),
        ),
        [(place, row.name, row.key, *row.values) for place, row in enumerate(found.rows, 1)],
        notes=(
            view.held_against(seen.filters, None, seen.viewer.writer, seen.filters.days.today),
            *_filter_words(seen.filters),
        ),
    )
    period = seen.filters.period
    return download(sheet, form, f"{dimension}-{period.start}-{period.end}", seen.viewer.writer)


def _filter_words(filters: PageFilter) -> tuple[str, ...]:
    return tuple(f"{name} = {value}" for name, value in filters.where)


def _top(dimension: str) -> Top:
    for one in TOPS:
        if one.dimension == dimension:
            return one
    raise Misused(
        Text(f"没有 {dimension} 的排行", f"there is no ranking of {dimension}"),
        mend=nearest(dimension, [one.dimension for one in TOPS]),
    )


def _order(request: Request, metrics: tuple[str, ...]) -> str:
    order = request.query_params.get("sort") or f"-{metrics[0]}"
    if order.removeprefix("-") not in metrics:
        raise Misused(Text(f"不能按 {order} 排序", f"cannot sort by {order}"), mend=nearest(order, metrics))
    return order
