"""The page of a figure's lineage: the figure itself, the chain under it, its SQL, and the rows it was counted on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from linshu.domains.insight.lineage import view
from linshu.domains.insight.overview.inputs import presence
from linshu.engine.access.roles import STAFF
from linshu.engine.metrics.behind import COUNTED
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import open_to
from linshu.engine.shell.pages import part, render
from linshu.engine.shell.question import LINEAGE, Question, read_question
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import LinshuError, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linshu.engine.metrics import Filter, Metric
    from linshu.engine.shell.context import Shell, Viewer
    from linshu.engine.shell.filters import Days
    from linshu.engine.shell.told import Told

router = APIRouter(prefix=LINEAGE, include_in_schema=False, dependencies=[Depends(open_to(STAFF))])
FOLDER = "domains/insight/lineage"
TITLE = Text("数据来路", "Where a figure comes from")
PAGE_ROWS, EXPORTED_AT_ONCE, MOST_EXPORTED = 50, 10_000, 200_000
DIALECTS = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "spark": "Spark", "clickhouse": "ClickHouse"}


@dataclass(frozen=True, slots=True)
class Look:
    """One look at where a figure comes from."""

    request: Request
    shell: Shell
    viewer: Viewer
    question: Question
    metric: Metric
    days: Days

    def options(self) -> dict[str, Any]:
        """The figure's own question, within the viewer's scope: one metric, its days and filters, nothing else."""
        span = self.question.span(self.days)
        return {
            "start": span.start if span else None, "end": span.end if span else None, "where": self.question.where,
            "as_of": self.question.as_of, "scope": self.viewer.scope,
        }  # fmt: skip

    def address(self, path: str = LINEAGE, **extra: str) -> str:
        """The address of this look, with more said behind it."""
        found = self.question.change(metrics=(self.metric.name, *(one for one in self.question.metrics if one != self.metric.name))).address(path)  # fmt: skip
        return found + "".join(f"&{name}={value}" for name, value in extra.items() if value)

    @property
    def period_words(self) -> str:
        """The days in words."""
        span = self.question.span(self.days)
        if span is None:
            return self.viewer.say(Text("全部日期", "All days"))
        return self.viewer.writer.days(span.start, span.end, today=self.days.today)


def look(request: Request) -> Look:
    """Reads the question in the address; Misused when it names no figure."""
    shell, viewer = shell_of(request), viewer_of(request)
    there = shell.parts.get("overview presence", shell.shop.data_version, partial(presence, shell.shop))
    question = read_question(request.query_params.multi_items())
    if not question.metrics:
        raise Misused(
            Text("没有说是哪个数字", "no figure is named"),
            mend=Text(
                "请从总览、分析或指标字典里点一个数字进来。", "Come here from a figure of the overview or of an answer."
            ),
        )
    return Look(
        request, shell, viewer, question, shell.shop.catalog.metric(question.metrics[0]), shell.days(there.last_day)
    )


@router.get("")
def lineage(request: Request) -> Response:
    """The figure at once; the chain and the rows follow as soon as they are found."""
    seen = look(request)
    value, problem = _value(seen)
    writer, catalog = seen.viewer.writer, seen.shell.shop.catalog
    return render(
        request,
        f"{FOLDER}/page.html",
        look=seen,
        metric=seen.metric,
        value=writer.full(value, seen.metric.unit),
        short=writer.short(value, seen.metric.unit),
        problem=problem,
        filters=_filter_words(seen),
        others=[catalog.metric(name) for name in seen.question.metrics],
        parts=[(name, seen.address(f"{LINEAGE}/{name}", **_kept(request))) for name in ("chain", "rows")],
    )


def _filter_words(seen: Look) -> list[str]:
    """The filters in words, with names in the place of keys."""
    catalog = seen.shell.shop.catalog
    named: dict[tuple[str, str], str] = {}
    for one in seen.question.where:
        place = view.names_of(f"by_{one.dimension}", catalog)
        if place and one.operator in ("in", "not in"):
            found = _looked_up(seen, place, _seen_keys(seen, one))
            named |= {(one.dimension, key): name for key, name in found.items()}
    return view.filter_words(seen.question.where, catalog, seen.viewer.writer, named)


def _seen_keys(seen: Look, one: Filter) -> list[str]:
    """The values of a filter whose names this viewer may know: within a row scope those that occur in it."""
    keys = [str(value) for value in one.values]
    if not seen.viewer.scope.restrictions():
        return keys
    asked = {**seen.options(), "where": (replace(one, operator="in"),)}
    try:
        rows = seen.shell.shop.query(seen.metric.name, by=one.dimension, **asked).rows()
    except LinshuError:
        return []
    there = {str(row[one.dimension]) for row in rows}
    return [key for key in keys if key in there]


def _looked_up(seen: Look, place: tuple[str, str, str], keys: list[Any]) -> dict[Any, str]:
    table, key, label = place
    if not keys:
        return {}
    marks = ", ".join("?" for _ in keys)
    found = seen.shell.shop.read(f"SELECT {key} AS k, {label} AS n FROM {table} WHERE {key} IN ({marks})", keys)
    return {row["k"]: row["n"] for row in found.to_pylist() if row["n"] and row["n"] != row["k"]}


def _kept(request: Request) -> dict[str, str]:
    return {name: request.query_params[name] for name in ("of", "rows_page") if request.query_params.get(name)}


def _value(seen: Look) -> tuple[Any, LinshuError | None]:
    try:
        found = seen.shell.shop.query(seen.metric.name, **seen.options()).table.to_pylist()
    except LinshuError as error:
        return None, error
    return (found[0][seen.metric.name] if found else None), None


@router.get("/chain")
def chain(request: Request) -> Response:
    """Metric, tables, models, standard, batches: as a drawing and as a table, and the SQL."""
    return _in_place(request, _chain)


def _chain(seen: Look) -> str:
    told = seen.shell.shop.lineage(seen.metric.name, **seen.options())
    writer = seen.viewer.writer
    local = seen.shell.settings.day.local
    found = view.chain(seen.metric.name, writer.say(seen.metric.title), told.rows, told.meta, writer, local=local)
    return part(
        seen.request,
        f"{FOLDER}/parts/chain.html",
        chain=found,
        drawn=view.drawing(found),
        levels=view.LEVELS,
        box=(view.WIDE, view.HIGH),
        short=view.shortened,
        sql=[(DIALECTS.get(name, name), text) for name, text in told.meta["sql"].items()],
        data_version=told.meta["data_version"],
        writer=writer,
        local=seen.shell.settings.day.local,
        count_unit=Unit.COUNT,
    )


@router.get("/rows")
def rows(request: Request) -> Response:
    """A page of the rows behind the figure, each with where it came from."""
    return _in_place(request, _rows)


def _rows(seen: Look) -> str:
    asked = seen.request.query_params
    page = max(1, int(asked["rows_page"])) if asked.get("rows_page", "").isdecimal() else 1
    of = asked.get("of", "")
    told = _page_of(seen, of, PAGE_ROWS, (page - 1) * PAGE_ROWS)
    catalog, meta = seen.shell.shop.catalog, told.meta
    shown = _shown(told)
    measured = catalog.metric(meta["metric"])
    return part(
        seen.request,
        f"{FOLDER}/parts/rows.html",
        heads=[(name, seen.viewer.say(_head(seen, name, measured))) for name in shown],
        rows=_printed(seen, told, shown, measured),
        sourced=_sources(told) and not seen.viewer.scope.restrictions(),
        meta=meta,
        of=[(name, seen.viewer.say(catalog.metric(name).title)) for name in meta["of"]] if len(meta["of"]) > 1 else [],
        page=page,
        pages=-(-meta["total"] // PAGE_ROWS),
        total=seen.viewer.writer.full(meta["total"], Unit.COUNT),
        address=seen.address,
        part_of=of,
    )


def _page_of(seen: Look, of: str, limit: int, offset: int) -> Told:
    return seen.shell.shop.rows(seen.metric.name, of=of, limit=limit, offset=offset, **seen.options())


def _shown(told: Told) -> list[str]:
    """The columns worth showing: the row's day and key, what it was cut by, what it adds."""
    there = told.rows[0] if told.rows else {}
    return [name for name in told.meta["shown"] if name in there and not name.endswith(("_file", "_row"))]


def _head(seen: Look, name: str, measured: Metric) -> Text:
    if name == COUNTED:
        return Text(f"计入{measured.title.zh}", f"Adds to {measured.title.en.lower()}")
    return view.column_title(name, seen.shell.shop.catalog)


def _sources(told: Told) -> list[str]:
    """The standard tables whose row stands behind each row, the one of the row's own grain first."""
    there = told.rows[0] if told.rows else {}
    found = [name.removesuffix("_landing") for name in there if name.endswith("_landing")]
    return sorted(found, key=lambda name: -len(view.BY_NAME[name].key) if name in view.BY_NAME else 0)


def _printed(seen: Look, told: Told, shown: list[str], measured: Metric) -> list[dict[str, Any]]:
    """Rows as they are printed: names beside keys, figures in full, and where each came from."""
    writer, sources = seen.viewer.writer, _sources(told)
    names = {name: _names(seen, name, told) for name in shown if name != COUNTED}
    made = []
    for row in told.rows:
        cells = [
            (writer.full(row[name], measured.unit) if _adds(name, row[name]) else _cell(seen, row[name]),
             names.get(name, {}).get(row[name], ""), name == COUNTED)
            for name in shown
        ]  # fmt: skip
        came = [
            (row[f"{one}_landing"], row[f"{one}_file"] or "", row[f"{one}_row"], seen.viewer.say(view.standard_title(one)))
            for one in sources if row[f"{one}_landing"]
        ]  # fmt: skip
        made.append({"cells": cells, "came": came[:1]})
    return made


def _adds(name: str, value: Any) -> bool:
    """Whether a cell is what the row adds; of different values counted, a row holds the value itself."""
    return name == COUNTED and not isinstance(value, str)


def _cell(seen: Look, value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return seen.viewer.say(Text("是", "yes") if value else Text("否", "no"))
    if hasattr(value, "astimezone"):
        return f"{seen.shell.settings.day.local(value):%Y-%m-%d %H:%M}"
    return str(value)


def _names(seen: Look, column: str, told: Told) -> Mapping[Any, str]:
    """The names behind the keys of a column, where these are no person's."""
    place = view.names_of(column, seen.shell.shop.catalog)
    keys = sorted({row[column] for row in told.rows if row[column] is not None}, key=str)
    if place is None or not keys:
        return {}
    return _looked_up(seen, place, keys)


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx") -> Response:
    """Every row behind the figure with all its columns, and the file and row it came from."""
    seen = look(request)
    of = request.query_params.get("of", "")
    first = _page_of(seen, of, EXPORTED_AT_ONCE, 0)
    lines = list(first.rows)
    while len(lines) < min(first.meta["total"], MOST_EXPORTED):
        lines += _page_of(seen, of, EXPORTED_AT_ONCE, len(lines)).rows
    hidden = bool(seen.viewer.scope.restrictions())
    names = [
        name for name in (lines[0] if lines else {}) if not (hidden and name.endswith(("_file", "_row", "_landing")))
    ]
    measured = seen.shell.shop.catalog.metric(first.meta["metric"])
    columns = tuple(SheetColumn(seen.viewer.say(_export_head(seen, name, measured)), measured.unit if name == COUNTED else None) for name in names)  # fmt: skip
    notes = (seen.period_words, *_filter_words(seen), measured.definition.say(seen.viewer.language))  # fmt: skip
    cut = Text(f"只含前 {MOST_EXPORTED} 行", f"The first {MOST_EXPORTED} rows only")
    sheet = Sheet(
        seen.viewer.say(measured.title),
        columns,
        [tuple(_plain(seen, row[name], name) for name in names) for row in lines[:MOST_EXPORTED]],
        notes=notes if first.meta["total"] <= MOST_EXPORTED else (*notes, seen.viewer.say(cut)),
    )
    return download(sheet, form, f"{measured.name}-rows", seen.viewer.writer)


def _export_head(seen: Look, name: str, measured: Metric) -> Text:
    for ending, words in (
        ("_file", Text("文件", "file")),
        ("_row", Text("行", "row")),
        ("_landing", Text("批次", "batch")),
    ):
        table = name.removesuffix(ending)
        if name.endswith(ending) and table in view.BY_NAME:
            title = view.standard_title(table)
            return Text(f"{title.zh}的{words.zh}", f"{title.en}: {words.en}")
    return _head(seen, name, measured)


def _plain(seen: Look, value: Any, name: str) -> Any:
    """A cell of a sheet: figures stay figures, all else as it is shown."""
    if value is None or name == COUNTED or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return _cell(seen, value)


def _in_place(request: Request, make: Callable[[Look], str]) -> Response:
    """A part of the page; when it cannot be told, it says so in its own place and the rest stands."""
    try:
        html = make(look(request))
    except LinshuError as error:
        html = part(request, f"{FOLDER}/parts/failed.html", error=error, name=request.url.path.rpartition("/")[2])
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})
