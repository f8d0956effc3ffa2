"""An answer as pictures: what each chart draws, from rows to what the script needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.explore.axes import by_axis
from linshu.domains.insight.explore.controls import is_part
from linshu.domains.insight.explore.decide import MOST_SERIES, Kind, Shape
from linshu.domains.insight.explore.naming import GRAINS, group_of, named, spaced
from linshu.domains.insight.overview.view import bucket_label, unit_words
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.help import beside as help_of
from linshu.engine.metrics.shapes import REST
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linshu.domains.insight.explore.inputs import Answer
    from linshu.engine.metrics import Catalog, Metric
    from linshu.engine.shell.view import Movement, Number, Writer

MOST_CHARTS = 4
MOST_BARS = 20
MOST_HEAT_ROWS = 40
MOST_POINTS = 1_000
STEPS = 9  # shades of a heat table

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: its title, what the script draws, its height in pixels."""

    title: str
    data: dict[str, Any]
    height: int = 300


@dataclass(frozen=True, slots=True)
class Shade:
    """One cell of a heat table: its figure, how dark it is (0 to 9), and its group."""

    text: str
    full: str
    step: int
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of shades: one key down, one across."""

    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Shade, ...]], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A single number with its movement."""

    name: str
    title: str
    value: str
    full: str
    movement: Movement | None
    beside: str
    definition: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands above the table."""

    charts: tuple[Chart, ...] = ()
    heats: tuple[Heat, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[Text, ...] = ()
    folds: bool = False  # more groups than colours: offered to be put into one


def keys_of(answer: Answer) -> tuple[str, ...]:
    """The keys of the answer: time first, then the dimensions."""
    return tuple(one.name for one in answer.result.columns if one.role in ("time", "dimension"))


def shape(answer: Answer, catalog: Catalog) -> Shape:
    """What the answer is made of."""
    question = answer.question
    counts = {key: len({row[key] for row in answer.rows}) for key in keys_of(answer)}
    timed = bool(question.grain) and question.grain in counts
    additive = bool(question.metrics) and adds_up(catalog, question.metrics, alone=len(counts) > 1)
    groups = tuple(count for key, count in counts.items() if key != question.grain)
    sizes = [row[name] for name in question.metrics for row in answer.rows if row.get(name) is not None]
    return Shape(
        timed, groups, max(counts.get(question.grain, 0), len(answer.buckets)), additive and not question.cumulative, bool(question.pivot),
        figures=len(shown_metrics(answer)), complete=not answer.limited,
        positive=all(size >= 0 for size in sizes) and any(sizes),
    )  # fmt: skip


def adds_up(catalog: Catalog, metrics: Sequence[str], *, alone: bool = False) -> bool:
    """Whether the groups of these figures, or of the first one alone, add up to a whole: nobody is counted in two."""
    return all(
        is_part(catalog, name) and all(catalog.measure(leaf).aggregate != "distinct" for leaf in catalog.leaves(name))
        for name in (metrics[:1] if alone else metrics)
    )


def shown_metrics(answer: Answer) -> tuple[str, ...]:
    """The metrics that are drawn: each once, without those whose columns are hidden."""
    return tuple(name for name in dict.fromkeys(answer.question.metrics) if name not in answer.question.hidden)


def picture(answer: Answer, kind: Kind, catalog: Catalog, writer: Writer) -> Picture:
    """The answer drawn as asked."""
    metrics = tuple(catalog.metric(name) for name in shown_metrics(answer))[:MOST_CHARTS]
    draw = _Drawing(answer, catalog, writer)
    if kind == "table" or not answer.rows:
        return Picture()
    if kind == "card":
        return Picture(figures=tuple(draw.figure(one) for one in metrics))
    if kind == "heat":
        return Picture(heats=tuple(draw.heat(one) for one in metrics[:2]), notes=draw.heat_notes())
    keys = keys_of(answer)
    if len(keys) == 1 and answer.question.grain in keys:
        return Picture(tuple(draw.over_time(group, kind) for group in by_axis(metrics, answer.rows)))
    if kind == "pie":
        return Picture(tuple(draw.shared(one) for one in metrics))
    if kind == "scatter":
        return Picture((draw.against(metrics[:3]),), notes=draw.point_notes(metrics))
    if len(keys) == 1:
        return Picture(tuple(draw.ranked(one, kind) for one in metrics), notes=draw.bar_notes())
    return Picture(
        tuple(draw.by_two(one, kind) for one in metrics), notes=draw.series_notes(), folds=draw.too_many_series()
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    answer: Answer
    catalog: Catalog
    writer: Writer

    @property
    def keys(self) -> tuple[str, ...]:
        return keys_of(self.answer)

    @property
    def compare(self) -> str:
        """The suffix of the compared column; targets are drawn like a compared period."""
        return self.answer.compared

    def compared_title(self) -> str:
        titles = {
            "previous": Text("上期", "previous"), "last_week": Text("上周同期", "last week"),
            "last_month": Text("上月同期", "last month"), "last_year": Text("去年同期", "last year"),
            "last_year_aligned": Text("去年·节日对齐", "last year, aligned"), "target": Text("目标", "target"),
        }  # fmt: skip
        return self.writer.say(titles[self.compare])

    def figure(self, metric: Metric) -> Figure:
        """The single number of a metric."""
        row = self.answer.rows[0]
        value, before = row.get(metric.name), row.get(f"{metric.name}_{self.compare}") if self.compare else None
        movement = self.writer.movement(value, before, metric.unit, metric.better) if self.compare else None
        beside = f"{self.compared_title()} {self.writer.short(before, metric.unit)}" if self.compare else ""
        say = self.writer.say
        return Figure(
            metric.name, say(metric.title), self.writer.short(value, metric.unit),
            self.writer.full(value, metric.unit), movement, beside, say(help_of(metric, self.catalog)),
        )  # fmt: skip

    def over_time(self, metrics: tuple[Metric, ...], kind: Kind) -> Chart:
        """Lines or columns over time, the compared period dashed beside a single one."""
        key = self.keys[0]
        rows = sorted(self.answer.rows, key=lambda row: str(row[key]))  # time runs on, however the table is sorted
        series = [self._series(self.writer.say(one.title), [row[one.name] for row in rows]) for one in metrics]
        if self.compare and len(metrics) == 1:
            values = [row[f"{metrics[0].name}_{self.compare}"] for row in rows]
            if any(value is not None for value in values):
                series.append(self._series(self.compared_title(), values, role="compare"))
        data = self._data(metrics[0], [(row,) for row in rows], (key,), series, "bar" if kind == "column" else "line")
        title = "、".join(self.writer.say(one.title) for one in metrics)
        return Chart(title, data)

    def ranked(self, metric: Metric, kind: Kind) -> Chart:
        """One bar for each value of the dimension, in the order of the table."""
        rows = self.answer.rows[:MOST_BARS]
        series = [self._series(self.writer.say(metric.title), [row[metric.name] for row in rows])]
        if self.compare:
            before = [row[f"{metric.name}_{self.compare}"] for row in rows]
            series.append(self._series(self.compared_title(), before, role="compare"))
        data = self._data(metric, [(row,) for row in rows], self.keys, series, "bar")
        across = kind != "column"
        height = 64 + len(rows) * (34 if self.compare else 26) if across else 300
        rest = next((at for at, row in enumerate(rows) if row[self.keys[0]] == REST.zh), -1)
        return Chart(self.writer.say(metric.title), {**data, "across": across, "rest": rest}, max(150, height))

    def shared(self, metric: Metric) -> Chart:
        """One slice for each value of the dimension, with its share of the whole as the metric layer says it."""
        rows, (key,) = self.answer.rows, self.keys
        data = self._data(metric, [(row,) for row in rows], (key,), [self._values(metric)], "pie")
        total = self.answer.result.totals.get(metric.name) if self.answer.result.totals else None
        more = {
            "shares": [self.writer.short(row.get(f"{metric.name}_share"), Unit.RATIO) for row in rows],
            "rest": next((at for at, row in enumerate(rows) if row[key] == REST.zh), -1),
            "total": "" if total is None else self.writer.short(total, metric.unit),
        }
        return Chart(self.writer.say(metric.title), {**data, **more})

    def against(self, metrics: Sequence[Metric]) -> Chart:
        """One point for each value of the dimension: the first figure across, the second up, the third as its size."""
        rows, say = self._points(metrics), self.writer.say
        series = [{**self._values(one, rows), "axis": self.writer.axis(one.unit)} for one in metrics]
        data = self._data(metrics[0], [(row,) for row in rows], self.keys, series, "scatter")
        return Chart("、".join(say(one.title) for one in metrics), data, height=380)

    def _points(self, metrics: Sequence[Metric]) -> list[Row]:
        """The groups that have both figures; that of all others is no point to hold against single ones."""
        whole = [row for row in self.answer.rows if row[self.keys[0]] != REST.zh]
        return [row for row in whole if all(row[one.name] is not None for one in metrics[:2])][:MOST_POINTS]

    def point_notes(self, metrics: Sequence[Metric]) -> tuple[Text, ...]:
        """What the size of a point is, and how many groups are not drawn."""
        notes = []
        if len(metrics) > 2:
            size = metrics[2].title
            notes.append(Text(f"点越大，{spaced(size.zh)}越大", f"The larger the point, the greater: {size.en}"))
        drawn, count = len(self._points(metrics)), len(self.answer.rows)
        if drawn < count:
            notes.append(
                Text(f"图中 {drawn} 个点，表里有 {count} 行", f"{drawn} points are drawn, the table has {count} rows")
            )
        return tuple(notes)

    def by_two(self, metric: Metric, kind: Kind) -> Chart:
        """One line, area or bar for each value of the last key along the first one."""
        first, second = self.keys[0], self.keys[-1]
        buckets = self._buckets(first)
        cells = {(row[first], row[second]): row for row in self.answer.rows}
        absent = 0 if self.catalog.counts_nothing(metric.name) and not self.answer.limited else None
        series = []
        for one in self._greatest(metric, second):
            found = [cells.get((bucket[first], one[second])) for bucket in buckets]
            values = [row[metric.name] if row else absent for row in found]
            name = named(one, second, self.catalog, self.writer)
            series.append({**self._series(name, values), "group": _joined(group_of(one, (second,)))})
        data = self._data(
            metric, [(row,) for row in buckets], (first,), series, "line" if kind in ("line", "area") else "bar"
        )
        stacked = kind in ("area", "stack")
        return Chart(self.writer.say(metric.title), {**data, "stack": stacked})

    def _buckets(self, key: str) -> list[Row]:
        """A row of each value of a key; of time, every bucket in its order, also one in which nothing happened."""
        found = {row[key]: row for row in self.answer.rows}
        if key not in GRAINS:
            return list(found.values())
        found |= {bucket: {key: bucket} for bucket in self.answer.buckets if bucket not in found}
        return sorted(found.values(), key=lambda row: str(row[key]))

    def heat(self, metric: Metric) -> Heat:
        """The last key across, the first down, the greater the darker."""
        down, across = (self.keys[1], self.keys[0]) if self.answer.question.grain in self.keys else self.keys
        rows = list({row[down]: row for row in self.answer.rows}.values())[:MOST_HEAT_ROWS]
        columns = self._buckets(across)
        cells = {(row[down], row[across]): row for row in self.answer.rows}
        sizes = [float(row[metric.name]) for row in self.answer.rows if row[metric.name] is not None]
        low, high = min(sizes, default=0.0), max(sizes, default=0.0)
        shades = tuple(
            (
                named(one, down, self.catalog, self.writer),
                tuple(self._shade(metric, cells.get((one[down], other[across])), low, high) for other in columns),
            )
            for one in rows
        )
        heads = tuple(named(one, across, self.catalog, self.writer, short=True) for one in columns)
        return Heat(self.writer.say(metric.title), self._titles(down), heads, shades)

    def _shade(self, metric: Metric, row: Row | None, low: float, high: float) -> Shade:
        value = row[metric.name] if row else None
        if row is None or value is None:
            return Shade("", "", 0, ())
        step = round(STEPS * (float(value) - low) / (high - low)) if high > low else 0
        full = self.writer.full(value, metric.unit)
        return Shade(self.writer.short(value, metric.unit), full, step, group_of(row, self.keys))

    def bar_notes(self) -> tuple[Text, ...]:
        """That not every bar is drawn."""
        count = len(self.answer.rows)
        if count <= MOST_BARS:
            return ()
        return (
            Text(
                f"图中是前 {MOST_BARS} 个，表里有全部 {count} 个",
                f"The first {MOST_BARS} are drawn, the table has all {count}",
            ),
        )

    def heat_notes(self) -> tuple[Text, ...]:
        """That not every row is shaded."""
        key = self.keys[1] if self.answer.question.grain in self.keys else self.keys[0]
        count = len({row[key] for row in self.answer.rows})
        if count <= MOST_HEAT_ROWS:
            return ()
        return (
            Text(
                f"图中是前 {MOST_HEAT_ROWS} 行，共 {count} 行", f"The first {MOST_HEAT_ROWS} of {count} rows are shown"
            ),
        )

    def too_many_series(self) -> bool:
        """Whether there are more values than colours."""
        return len({row[self.keys[-1]] for row in self.answer.rows}) > MOST_SERIES

    def series_notes(self) -> tuple[Text, ...]:
        """That not every line is drawn."""
        count = len({row[self.keys[-1]] for row in self.answer.rows})
        if count <= MOST_SERIES:
            return ()
        return (
            Text(f"图中是最大的 {MOST_SERIES} 个，共 {count} 个", f"The {MOST_SERIES} greatest of {count} are drawn"),
        )

    def _greatest(self, metric: Metric, key: str) -> list[Row]:
        """A row of each value of a key, those with the greatest figures first, as many as there are colours."""
        best: dict[Any, tuple[float, Row]] = {}
        for row in self.answer.rows:
            size = float(row[metric.name] or 0)
            if row[key] not in best or size > best[row[key]][0]:
                best[row[key]] = (size, row)
        order = list(best)
        if len(order) > MOST_SERIES:
            order.sort(key=lambda value: -best[value][0])
        return [best[value][1] for value in order[:MOST_SERIES]]

    def _data(
        self, metric: Metric, rows: Sequence[tuple[Row]], keys: tuple[str, ...], series: list[dict[str, Any]], kind: str
    ) -> dict[str, Any]:
        names = [[named(row, key, self.catalog, self.writer, short=True) for key in keys] for (row,) in rows]
        if keys == (Grain.HOUR,) and len({str(row[Grain.HOUR])[:10] for (row,) in rows}) > 1:
            dates = [bucket_label(str(row[Grain.HOUR])[:10], Grain.DAY, self.writer) for (row,) in rows]
            names = [[f"{date} {hour}"] for date, (hour,) in zip(dates, names, strict=True)]
        titles = [[named(row, key, self.catalog, self.writer) for key in keys] for (row,) in rows]
        return {
            "kind": kind,
            "first": self._titles(*keys),
            "labels": [" · ".join(one) for one in names],
            "titles": [" · ".join(one) for one in titles],
            "groups": [_joined(group_of(row, keys)) for (row,) in rows],
            "axis": self.writer.axis(metric.unit),
            "unit": unit_words(metric.unit, self.writer),
            "series": series,
        }

    def _titles(self, *keys: str) -> str:
        titles = {one.name: one.title for one in self.answer.result.columns}
        return " · ".join(self.writer.say(titles[key]) for key in keys)

    def _values(self, metric: Metric, rows: Sequence[Row] | None = None) -> dict[str, Any]:
        """The figures of one metric, row by row."""
        rows = self.answer.rows if rows is None else rows
        return self._series(self.writer.say(metric.title), [row[metric.name] for row in rows])

    @staticmethod
    def _series(name: str, values: Iterable[Number | None], role: str = "main") -> dict[str, Any]:
        plain = [None if one is None else one if isinstance(one, int) else float(one) for one in values]
        return {"name": name, "values": plain, "role": role}


def _joined(group: tuple[str, ...]) -> str:
    """Keys as one text that a script can hand back: filters, line by line."""
    return "\n".join(group)
