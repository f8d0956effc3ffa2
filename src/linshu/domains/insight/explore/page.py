"""The pages of explore: questions side by side, their answers one by one, the lists to choose from, and exports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from linshu.domains.insight.explore import charts, controls, nearest, pointing, views_page
from linshu.domains.insight.explore import lacking as missing
from linshu.domains.insight.explore.controls import PATH, Panel
from linshu.domains.insight.explore.decide import MOST_SLICES, TITLES, chosen, offered, refused, unfit
from linshu.domains.insight.explore.gaps import with_gaps
from linshu.domains.insight.explore.inputs import Answer, Value, ask, names, values
from linshu.domains.insight.explore.table import PAGE_SIZES, sheet, table
from linshu.domains.insight.overview.inputs import presence
from linshu.domains.insight.targets.flow import of_cards
from linshu.domains.insight.targets.view import Line, line
from linshu.engine.metrics.drill import group_of
from linshu.engine.metrics.query import read_day
from linshu.engine.metrics.shapes import TOTAL
from linshu.engine.shell import search
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.question import EVER, Question, lineage_address, read_questions
from linshu.engine.shell.saved import MOST_NAME
from linshu.engine.shell.sheet import download
from linshu.kernel.errors import NOWHERE, LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.metrics import Catalog, Filter
    from linshu.engine.shell.context import Shell, Viewer
    from linshu.engine.shell.filters import Days

router = APIRouter(prefix=PATH, include_in_schema=False)
router.include_router(views_page.router, prefix="")
FOLDER = "domains/insight/explore"
TITLE = Text("自助分析", "Explore")
SHOWN_VALUES = 200
FIRST = ("gmv", "paid_amount", "orders")  # what is shown to who asks for nothing yet


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the page: who, at which questions, and which of them this request is about."""

    request: Request
    shell: Shell
    viewer: Viewer
    days: Days
    panel: Panel
    catalog: Catalog  # the dictionary as it is now
    address: str  # of the whole page: the same for all its questions

    def key(self, name: str) -> tuple[object, ...]:
        """What makes a part of this look the same as another's."""
        return (
            "explore", name, self.address, self.panel.place, self.days, self.viewer.language,
            self.viewer.scope.digest(), self.catalog.edition,
        )  # fmt: skip


def look(request: Request, pairs: Iterable[tuple[str, str]] | None = None) -> Look:
    """Reads the questions in the address; an address without any gets the first one that can be answered."""
    shell, viewer = shell_of(request), viewer_of(request)
    shop = shell.shop
    there = shell.parts.get("overview presence", shop.data_version, partial(presence, shop))
    catalog = shop.catalog
    asked = read_questions(request.query_params.multi_items() if pairs is None else pairs)
    if not asked[0].metrics:
        asked = (beginning(catalog),)
    asked = tuple(with_shares(one, catalog) for one in asked)
    place = request.query_params.get("n", "0")
    at = int(place) if place.isdecimal() and int(place) < len(asked) else 0
    panel = Panel(asked, at, request.query_params.get("view", ""))
    return Look(request, shell, viewer, shell.days(there.last_day), panel, catalog, panel.address)


def with_shares(question: Question, catalog: Catalog) -> Question:
    """A pie shows shares, so that its table and file hold them too; other questions stay as they are."""
    alone = len(question.by) == 1 and not question.grain and not question.pivot
    if question.chart != "pie" or question.share or not alone or not charts.adds_up(catalog, question.metrics):
        return question
    return replace(question, share=TOTAL)


def beginning(catalog: Catalog) -> Question:
    """The question of an empty page: what was sold, day by day, against the month before."""
    metric = next((name for name in (*FIRST, *catalog.metrics) if name in catalog.metrics), "")
    return Question((metric,) if metric else (), period="30d", grain="day", compare="previous")


@router.get("")
def explore(request: Request) -> Response:
    """The whole page: with the answers that are kept or made within a moment, the others as soon as they are there."""
    seen = look(request)
    if seen.days.last is None:
        return render(request, f"{FOLDER}/empty.html", title=TITLE)
    if "m" not in request.query_params and (begins := views_page.begins_with(request)):
        return RedirectResponse(begins, status_code=303)
    looks = [replace(seen, panel=replace(seen.panel, place=place)) for place in range(len(seen.panel.questions))]
    version = seen.shell.shop.data_version
    seen.shell.whole.make(partial(_printed, one) for one in looks if _kept(one, version) is None)
    shown = [_shown(one, version) for one in looks]
    bar = views_page.bar(request, seen.address.partition("?")[2])
    suggested = seen.viewer.say(shown[0]["sentence"])[:MOST_NAME]
    made = partial(nearest.examples, seen.days, seen.catalog)
    examples = seen.shell.parts.get(("explore examples", seen.days, seen.catalog.edition), 0, made)
    complete = all(one["html"] is not None for one in shown)
    return render(
        request, f"{FOLDER}/page.html", again=complete, panels=shown, bar=bar, suggested=suggested, examples=examples
    )


def _shown(seen: Look, version: int) -> dict[str, Any]:
    """What the template says of one question: its controls, and the answer if it is at hand."""
    html, parts = _kept(seen, version), seen.shell.parts
    return {
        "panel": seen.panel,
        "question": seen.panel.question,
        "sentence": controls.sentence(seen.panel.question, seen.catalog, period_words(seen)),
        "controls": Markup(parts.get(seen.key("controls"), version, partial(_controls, seen))),  # noqa: S704 - our own
        "html": None if html is None else Markup(html),  # noqa: S704 - printed by our own templates
    }


def _controls(seen: Look) -> str:
    period = period_words(seen)
    said = controls.sentence(seen.panel.question, seen.catalog, period)
    one = {**_words(seen), "period": period, "sentence": said}
    return part(seen.request, f"{FOLDER}/parts/controls.html", panel=seen.panel, question=seen.panel.question, one=one)


def _words(seen: Look) -> dict[str, Any]:
    """The names and lists the controls of a question show."""
    catalog = seen.catalog
    return {
        "name": partial(controls.title_of, catalog),
        "menu": partial(_menu, seen),
        "filters": [(one, filter_words(seen, one)) for one in seen.panel.question.where],
        "grains": controls.GRAINS,
        "compares": controls.COMPARES,
        "presets": {**seen.days.presets, **controls.PERIODS},
        "as_of": controls.AS_OF,
        "part_of_whole": all(controls.is_part(catalog, name) for name in seen.panel.question.metrics),
        "span": _span(seen),
        "today": seen.days.today,
    }


def _menu(seen: Look, part_of: str, lines: dict[str, Text], current: str) -> Markup:
    """The lines of a menu, printed once for all questions in which the same one is chosen."""
    key = ("explore menu", part_of, tuple(lines.items()), current, seen.viewer.language)
    make = partial(part, seen.request, f"{FOLDER}/parts/menu.html", name=part_of, lines=lines, current=current)
    return Markup(seen.shell.parts.get(key, 0, make))  # noqa: S704 - our own


def filter_words(seen: Look, one: Filter) -> Text:
    """A filter as people read it: 街道 = 永丰街道; its values by their names."""
    title = controls.title_of(seen.catalog, one.dimension)
    known = _names(seen, one) if one.operator in ("in", "not in") else {}
    said = [known.get(str(value), Text(str(value), str(value))) for value in one.values[:3]]
    more = Text(f"等 {len(one.values)} 个", f" and {len(one.values) - 3} more") if len(one.values) > 3 else NOWHERE
    sign = controls.SIGNS[one.operator]
    zh, en = "、".join(each.zh for each in said), ", ".join(each.en for each in said)
    return Text(f"{title.zh} {sign} {zh}{more.zh}", f"{title.en} {sign} {en}{more.en}")


def _names(seen: Look, one: Filter) -> dict[str, Text]:
    """The names of a filter's values; none where they cannot be looked up, as in a question that has no answer."""
    question = replace(seen.panel.question, where=(), page=1)
    key = ("explore names", one.written, question.metrics[:1], question.period, question.start, question.end,
           question.as_of, seen.viewer.scope.digest(), seen.days)  # fmt: skip

    def read() -> dict[str, Text]:
        try:
            return names(seen.shell.shop, question, one, seen.days, seen.viewer.scope)
        except LinshuError:
            return {}

    return seen.shell.parts.get(key, seen.shell.shop.data_version, read)


def _values(seen: Look, dimension: str) -> tuple[Value, ...]:
    """The values of a dimension within the viewer's scope; none where it cannot be listed."""
    question = replace(seen.panel.question, where=(), page=1)
    key = ("explore values", dimension, question.metrics[:1], question.period, question.start, question.end,
           question.as_of, seen.viewer.scope.digest(), seen.days)  # fmt: skip

    def read() -> tuple[Value, ...]:
        try:
            return values(seen.shell.shop, question, dimension, seen.days, seen.viewer.scope)
        except LinshuError:
            return ()

    return seen.shell.parts.get(key, seen.shell.shop.data_version, read)


def _span(seen: Look) -> Any:
    try:
        return seen.panel.question.span(seen.days)
    except LinshuError:
        return None


def period_words(seen: Look) -> Text:
    """The period in words: a preset by its name, other days by their dates."""
    question = seen.panel.question
    known: dict[str, Text] = {**seen.days.presets, **controls.PERIODS}
    if question.period in known:
        return known[question.period]
    span = _span(seen)
    if span is None:
        return controls.PERIODS[EVER] if question.period == EVER else Text(question.period, question.period)
    written = seen.viewer.writer.days(span.start, span.end, today=seen.days.today)
    return Text(written, written)


@router.get("/answer")
def answer(request: Request) -> Response:
    """The answer to one question: picture, table, where it came from; or why there is none and what to ask instead."""
    seen = look(request)
    try:
        html = _printed(seen)
    except LinshuError as error:
        ways = nearest.mends(seen.panel, seen.days, seen.catalog)
        html = part(
            request, f"{FOLDER}/parts/failed.html", what=nearest.trouble(seen.panel.question, seen.catalog) or error.what,
            where=error.where if not ways else NOWHERE, mend=error.mend, mends=ways, again=seen.panel.inner("answer"),
        )  # fmt: skip
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _printed(seen: Look) -> str:
    """The answer as it stands now, from what is kept or made anew."""
    return seen.shell.parts.get(seen.key("answer"), seen.shell.shop.data_version, partial(_answer, seen))


def _kept(seen: Look, version: int) -> str | None:
    html: str | None = seen.shell.parts.kept(seen.key("answer"), version)
    return html


def answered(seen: Look) -> Answer:
    """The answer to the question of this look, with every bucket of time up to now."""
    found = ask(seen.shell.shop, seen.panel.question, seen.days, seen.viewer.scope)
    return with_gaps(found, seen.days, seen.shell.settings.day, seen.shell.now(), seen.catalog)


def _answer(seen: Look) -> str:
    panel, catalog, writer = seen.panel, seen.catalog, seen.viewer.writer
    found = answered(seen)
    shape = charts.shape(found, catalog)
    kinds = offered(shape)
    kind = chosen(panel.question.chart, kinds)
    partial_end = found.span is not None and found.span.end >= seen.days.running
    running = partial_end and bool(found.compared or panel.question.grain)
    return part(
        seen.request,
        f"{FOLDER}/parts/answer.html",
        panel=panel,
        question=panel.question,
        answer=found,
        kinds=[(one, TITLES[one]) for one in kinds],
        kind=kind,
        refused=[(one, TITLES[one], why) for one, why in refused(shape)],
        unfit=unfit(panel.question.chart, shape) if found.rows else None,
        folds=MOST_SLICES - 1 if panel.question.chart == "pie" and shape.groups[:1] > (MOST_SLICES,) else 0,
        aims=_aims(seen, found) if kind == "card" else {},
        picture=charts.picture(found, kind, catalog, writer),
        table=table(found, catalog, writer),
        notes=(*found.result.notes, *missing.unnamed(found, catalog)),
        lacking=missing.lacking(found, catalog),
        may_bring=seen.viewer.may("data.import"),
        running=running,
        explained=(explained := found.result.explained()),
        scans=[one for at, one in enumerate(explained["scans"]) if one not in explained["scans"][:at]],
        milliseconds=round(found.seconds * 1000, 1),
        facts={name: fact.title for name, fact in catalog.facts.items()},
        lineage=lineage_address(panel.question, seen.days),
        held=_held_against(seen, found),
        sizes=PAGE_SIZES,
        command=controls.command(panel.question, found.span),
        as_of=f"{seen.shell.settings.day.local(made):%Y-%m-%d %H:%M}" if (made := found.result.as_of) else "",
    )


def _aims(seen: Look, found: Answer) -> dict[str, Line]:
    """The targets that single figures work towards, in words; none where a filter means more than one part."""
    question = seen.panel.question
    if found.span is None or any(one.operator != "in" or len(one.values) != 1 for one in question.where):
        return {}
    where = {one.dimension: str(one.values[0]) for one in question.where}
    aims = of_cards(seen.shell, seen.viewer.scope, question.metrics, where, found.span.end, seen.days)
    return {name: line(one, seen.catalog, seen.viewer.writer) for name, one in aims.items()}


def _held_against(seen: Look, found: Any) -> str:
    """The days of the answer as dates."""
    start, end = found.result.start, found.result.end
    if not (start and end):
        return ""
    writer = seen.viewer.writer
    span = Question(period="", start=read_day(start), end=read_day(end)).span(seen.days)
    return writer.days(span.start, span.end, today=seen.days.today) if span else ""


@router.get("/pick/{what}")
def pick(request: Request, what: str, q: str = "") -> Response:
    """A list to choose from, found by name, pinyin or initials."""
    seen = look(request)
    if what == "metric":
        found = search.of_metrics(seen.catalog).find(q, len(seen.catalog.metrics))
        lines = controls.metric_choices(seen.panel, found, seen.catalog)
    elif what in ("dimension", "filter"):
        found = search.of_dimensions(seen.catalog).find(q, 500)
        lines = controls.dimension_choices(seen.panel, found, seen.catalog, filtering=what == "filter")
    else:
        raise Misused(
            Text(f"没有 {what} 可选", f"there is no {what} to choose"),
            mend=Text("metric、dimension、filter", "metric, dimension, filter"),
        )
    titles = {domain.name: domain.title for domain in seen.shell.domains}
    groups = {one.name: titles.get(one.owner) for one in seen.catalog.metrics.values()} if not q else {}
    html = part(request, f"{FOLDER}/parts/choices.html", lines=lines, what=what, asked=q, groups=groups)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.get("/values")
def show_values(request: Request, dim: str, q: str = "", op: str = "in") -> Response:
    """The values of a dimension to filter by, by their names."""
    seen = look(request)
    every = _values(seen, dim)
    if q:
        index = search.index(search.Findable(one.key, one.name) for one in every)
        shown = [(one.key, one.title) for one in index.find(q, SHOWN_VALUES)]
    else:
        shown = [(one.key, one.name) for one in every[:SHOWN_VALUES]]
    ticked = {
        str(value)
        for one in seen.panel.question.where
        if (one.dimension, one.operator) == (dim, op)
        for value in one.values
    }
    kind = seen.catalog.dimensions[dim].kind if dim in seen.catalog.dimensions else ""
    html = part(
        request, f"{FOLDER}/parts/values.html", panel=seen.panel, dimension=dim,
        title=controls.title_of(seen.catalog, dim), values=shown, ticked=ticked, count=len(every), asked=q,
        operator=op, operators=controls.OPERATORS, dated=kind == "date", state=seen.panel.address.partition("?")[2],
    )  # fmt: skip
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.get("/point")
def show_point(request: Request) -> Response:
    """What can be done with one point of a picture or row of a table."""
    seen = look(request)
    keys = [one for text in request.query_params.getlist("key") for one in text.split("\n") if one]
    group = group_of(keys)
    found = answered(seen)
    made = pointing.point(seen.panel, found, group, seen.days, seen.catalog, seen.viewer.writer)
    return HTMLResponse(part(request, f"{FOLDER}/parts/point.html", point=made), headers={"Cache-Control": "no-store"})


@router.get("/apply")
def apply(request: Request) -> Response:
    """Takes what a form of the page says into the address, and leads there."""
    given = request.query_params
    seen = look(request, parse_qsl(given.get("state", ""), keep_blank_values=True))
    view = dict(parse_qsl(given.get("state", ""))).get("view", "")
    panel = replace(seen.panel, view=view)
    return RedirectResponse(_applied(panel, request), status_code=303)


def _applied(panel: Panel, request: Request) -> str:
    given = request.query_params
    if dimension := given.get("dim"):
        if given.get("since") or given.get("until"):
            return _between(panel, dimension, given.get("since", ""), given.get("until", ""))
        return panel.asking(panel.with_filter(dimension, given.get("op", "in"), given.getlist("value")))
    parts: dict[str, Any] = {}
    if given.get("from") or given.get("to"):
        one = read_questions([("m", "-"), ("from", given.get("from", "")), ("to", given.get("to", ""))])[0]
        parts |= {"period": "", "start": one.start or one.end, "end": one.end or one.start}
    for name in ("top", "moving", "limit"):
        if name in given:
            parts[name] = getattr(read_questions([("m", "-"), (name, given[name] or "0")])[0], name)
    for name in ("title", "as_of", "period"):
        if given.get(name):
            parts[name] = given[name].strip()
    parts |= {name: given[name] for name in ("grain", "compare", "share", "pivot") if name in given}
    parts |= {name: given[name] == "1" for name in ("cumulative", "totals") if name in given}
    return panel.to(**parts)


def _between(panel: Panel, dimension: str, since: str, until: str) -> str:
    """A dimension of days, from one day to another."""
    question = panel.with_filter(dimension, ">=", [since] if since else [])
    question = replace(panel, questions=(question,), place=0).with_filter(dimension, "<=", [until] if until else [])
    return panel.asking(question)


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """The answer as a file: the same filters, order and columns, every row, in full precision."""
    seen = look(request)
    found = answered(seen)
    say = seen.viewer.say
    words = controls.sentence(seen.panel.question, seen.catalog, period_words(seen))
    notes = (
        say(words),
        _held_against(seen, found),
        *(say(filter_words(seen, one)) for one in seen.panel.question.where),
        *(say(note) for note in found.result.notes),
        *((say(Text(f"只含前 {len(found.rows)} 行", f"Only the first {len(found.rows)} rows")),) if found.cut else ()),
    )
    title = seen.panel.question.title or say(words)
    made = sheet(found, seen.catalog, seen.viewer.writer, title, tuple(note for note in notes if note))
    name = f"{'-'.join(seen.panel.question.metrics)}-{found.result.start or 'all'}-{found.result.end}".rstrip("-")
    return download(made, form, name, seen.viewer.writer)
