"""The targets that were set, and what the metric layer says of each: the days of late, and the figure so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.targets.decide import DAY, LOOKED_BACK
from linshu.engine.access.scope import Scope
from linshu.engine.metrics.goals import SCALE, adds_up
from linshu.kernel.errors import LinshuError, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.metrics import Catalog, Metric
    from linshu.engine.shell.asking import Shop

WHOLE = "*"
EVER = "all"  # beside those below: whenever they run
WHEN = {
    "": "period_start <= ? AND period_end >= ?",
    "coming": "period_start > ? AND period_end > ?",
    "over": "period_start < ? AND period_end < ?",
}
SET = (
    "SELECT metric, dimension, dimension_value, period_grain, period_start, period_end, target_value, parts"
    " FROM fct_targets"
)
FINEST = "array_position(['month', 'week', 'quarter', 'year', 'day'], period_grain)"
MOST_ASKED = 200  # parts that are asked for by name; of more, all are asked
EVERYTHING = Scope.everything()


@dataclass(frozen=True, slots=True)
class Target:
    """One target as it was set."""

    metric: str
    dimension: str
    part: str
    grain: str
    start: date
    end: date
    kept: int  # fen, parts per million or a count
    cut: str = WHOLE  # its dimensions in alphabetical order
    name: str = ""  # what its part is called

    @property
    def where(self) -> dict[str, str]:
        """Its part, as a filter."""
        return (
            {} if self.dimension == WHOLE else dict(zip(self.dimension.split("|"), self.part.split("|"), strict=True))
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which targets are asked for."""

    tab: str = ""
    words: str = ""
    metric: str = ""
    dimension: str = ""
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the figure a target is set for."""

    value: float | None = None
    days: dict[date, float] | None = None  # of the last weeks, where they say where it is going
    summed: bool = False  # whether the period is the sum of its days
    problem: Text | None = None


NOTHING = Standing()


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the shop of targets within one viewer's scope."""

    shop: Shop
    scope: Scope = field(default_factory=Scope)

    @property
    def catalog(self) -> Catalog:
        """The dictionary."""
        return self.shop.catalog

    def last_day(self, today: date) -> date | None:
        """The last day that is over and has data; None while there is none."""
        try:
            last = self.shop.read("SELECT max(paid_date) AS last FROM fct_orders").to_pylist()[0]["last"]
        except LinshuError:
            return None
        return min(last, today - DAY) if last else None

    def page(self, wanted: Wanted, today: date) -> tuple[tuple[Target, ...], int]:
        """A page of the targets that run, come or are over on a day, the nearest first; and how many there are."""
        where = ["list_contains(?, metric)"]
        params: list[Any] = [[*self._metrics(wanted)]]
        if wanted.tab != EVER:
            where.append(WHEN[wanted.tab])
            params += [today, today]
        for column, value in (("metric", wanted.metric), ("dimension", wanted.dimension)):
            if value:
                where.append(f"{column} = ?")
                params.append(value)
        try:
            if self.scope.restrictions():
                where.append("list_contains(?, dimension || '=' || dimension_value)")
                params.append([*self._within()])
            if wanted.words:
                parts, metrics = self._called(wanted.words)
                where.append(
                    "(list_contains(?, dimension_value) OR contains(dimension_value, ?) OR list_contains(?, metric))"
                )
                params += [parts, wanted.words, metrics]
            clause, order = " AND ".join(where), "period_end DESC" if wanted.tab == "over" else "period_end"
            total = self.shop.read(f"SELECT count(*) AS many FROM fct_targets WHERE {clause}", params)["many"][
                0
            ].as_py()
            rows = self.shop.read(
                f"{SET} WHERE {clause} ORDER BY {order}, metric, dimension, dimension_value LIMIT ? OFFSET ?",
                [*params, wanted.limit, wanted.offset],
            ).to_pylist()
        except LinshuError:
            return (), 0  # nothing was built yet
        return self._named([Target(*row.values()) for row in rows]), int(total)

    def of_the_whole(self) -> tuple[Target, ...]:
        """All targets of the whole company, the month's last, before it the next finest."""
        try:
            rows = self.shop.read(f"{SET} WHERE parts = ? ORDER BY {FINEST} DESC", [WHOLE]).to_pylist()
        except LinshuError:
            return ()
        return tuple(Target(*row.values()) for row in rows)

    def set_for(
        self, metrics: Iterable[str], where: Mapping[str, str], day: date, whole: Iterable[Target] | None = None
    ) -> dict[str, Target]:
        """For each metric the target of exactly this part that holds on a day: the month's, else the next finest.

        Those of the whole company may be given.
        """
        asked = frozenset(metrics)
        if not where:
            found = () if self.scope.restrictions() else self.of_the_whole() if whole is None else whole
            return {one.metric: one for one in found if one.metric in asked and one.start <= day <= one.end}
        cut = "|".join(sorted(where))
        names = [[self._alike(name, where[name]) for name in sorted(where)]]
        sql = (
            f"{SET} WHERE parts = ? AND list_contains(?, metric) AND period_start <= ? AND period_end >= ?"
            f" ORDER BY {FINEST} DESC"
        )
        try:
            rows = self.shop.read(sql, [cut, [*asked], day, day]).to_pylist()
            allowed = self._within() if self.scope.restrictions() else None
        except LinshuError:
            return {}
        found = [Target(*row.values()) for row in rows]
        fitting = [
            one
            for one in found
            if all(one.where[name] in names[0][at] for at, name in enumerate(sorted(where)))
            and (allowed is None or f"{one.dimension}={one.part}" in allowed)
        ]
        return {one.metric: one for one in fitting}

    def standings(self, targets: Sequence[Target], last: date) -> dict[Target, Standing]:
        """How far each is: one question for all that hold the same metric and days against the same kind of parts."""
        alike: dict[tuple[Any, ...], list[Target]] = defaultdict(list)
        for one in targets:
            alike[one.metric, one.dimension, one.start, one.end].append(one)
        return {target: found for group in alike.values() for target, found in self._standing(group, last).items()}

    def _standing(self, group: Sequence[Target], last: date) -> dict[Target, Standing]:
        first = group[0]
        metric, until = self.catalog.metrics[first.metric], min(first.end, last)
        summed = adds_up(metric, self.catalog)
        begin = min(first.start, last - (LOOKED_BACK - 1) * DAY) if summed else last - (LOOKED_BACK - 1) * DAY
        try:
            days = self._rows(group, begin, last, grain="day") if summed or metric.unit in SCALE else {}
            whole = {} if summed or until < first.start else self._rows(group, first.start, until)
        except LinshuError as error:
            return dict.fromkeys(group, Standing(problem=error.what))
        found = {}
        for one in group:
            run = _run(days.get(one, ()), metric.name, last)
            value = whole[one][0].get(metric.name) if one in whole else None
            if summed:
                value = (
                    sum(each for day, each in run.items() if one.start <= day <= until) if until >= one.start else None
                )
            known = run if summed or metric.unit in SCALE else None
            found[one] = Standing(None if value is None else float(value), known, summed)
        return found

    def _rows(self, group: Sequence[Target], start: date, end: date, **more: Any) -> dict[Target, list[dict[str, Any]]]:
        """The rows of each target's part."""
        metric, by = group[0].metric, () if group[0].dimension == WHOLE else tuple(group[0].dimension.split("|"))
        where: dict[str, Any] = {}
        if len(group) <= MOST_ASKED:
            where = {name: sorted({one.where[name] for one in group}) for name in by}
        answer = self.shop.query(metric, by, start=start, end=end, where=where, scope=self.scope, **more)
        kept: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in answer.rows():
            kept[tuple(str(row[name]) for name in by)].append(row)
            called = tuple(str(row.get(f"{name}_name") or row[name]) for name in by)
            if called != tuple(str(row[name]) for name in by):
                kept[called].append(row)
        parts = {one: tuple(one.where[name] for name in by) for one in group}
        return {one: kept[part] for one, part in parts.items() if part in kept}

    # -- what parts are called

    def known_parts(self, dimension: str, words: Iterable[str]) -> dict[str, str]:
        """Of these keys or names of a dimension's values those that exist, each with its name."""
        known = self.catalog.dimensions[dimension]
        if not known.table:
            return {word: word for word in words}
        label = known.label or known.key
        sql = (
            f"SELECT DISTINCT CAST({known.key} AS VARCHAR) AS key, CAST({label} AS VARCHAR) AS name FROM {known.table}"
            f" WHERE list_contains(?, CAST({known.key} AS VARCHAR)) OR list_contains(?, CAST({label} AS VARCHAR))"
        )
        listed = [*words]
        rows = self.shop.read(sql, [listed, listed]).to_pylist()
        return {text: row["name"] or row["key"] for row in rows for text in (row["key"], row["name"]) if text}

    def _alike(self, dimension: str, value: str) -> frozenset[str]:
        """A value as it may have been set: by its key or its name."""
        known = self.catalog.dimensions[dimension]
        if not known.table or not known.label:
            return frozenset({value})
        sql = (
            f"SELECT CAST({known.key} AS VARCHAR) AS key, CAST({known.label} AS VARCHAR) AS name FROM {known.table}"
            f" WHERE CAST({known.key} AS VARCHAR) = ? OR CAST({known.label} AS VARCHAR) = ?"
        )
        rows = self.shop.read(sql, [value, value]).to_pylist()
        return frozenset({value, *(text for row in rows for text in row.values() if text)})

    def _named(self, targets: Sequence[Target]) -> tuple[Target, ...]:
        asked: dict[str, set[str]] = defaultdict(set)
        for one in targets:
            for name, value in one.where.items():
                asked[name].add(value)
        known = {
            name: self.known_parts(name, values) for name, values in asked.items() if name in self.catalog.dimensions
        }
        return tuple(
            Target(
                one.metric, one.dimension, one.part, one.grain, one.start, one.end, one.kept, one.cut,
                " · ".join(known.get(name, {}).get(value, value) for name, value in one.where.items()),
            )
            for one in targets
        )  # fmt: skip

    def _called(self, words: str) -> tuple[list[str], list[str]]:
        """The keys of parts and the metrics whose name holds these words."""
        parts = []
        for row in self.shop.read("SELECT DISTINCT dimension FROM fct_targets WHERE dimension <> '*'").to_pylist():
            known = self.catalog.dimensions.get(row["dimension"])
            if known is not None and known.table and known.label:
                sql = f"SELECT CAST({known.key} AS VARCHAR) AS key FROM {known.table} WHERE contains({known.label}, ?) LIMIT 1000"
                parts += self.shop.read(sql, [words])["key"].to_pylist()
        low = words.casefold()
        metrics = [
            one.name
            for one in self.catalog.metrics.values()
            if low in one.title.zh.casefold() or low in one.title.en.casefold() or low == one.name
        ]
        return parts, metrics

    def _metrics(self, wanted: Wanted) -> Iterable[str]:
        if wanted.metric and wanted.metric not in self.catalog.metrics:
            raise Misused(
                Text(f"没有指标 {wanted.metric}", f"there is no metric {wanted.metric}"),
                mend=nearest(wanted.metric, self.catalog.metrics),
            )
        return self.catalog.metrics

    def _within(self) -> frozenset[str]:
        """The parts, `dimension=value`, of all targets that lie wholly within the viewer's scope."""
        cuts = self.shop.read("SELECT DISTINCT parts FROM fct_targets WHERE parts <> '*'")["parts"].to_pylist()
        return frozenset(one for cut in cuts for one in self.shop.aims.within(cut, self.scope))


def goal(one: Target, metric: Metric) -> float:
    """The value to reach, as the metric counts."""
    return one.kept / SCALE.get(metric.unit, 1)


def _run(rows: Iterable[Mapping[str, Any]], metric: str, last: date) -> dict[date, float]:
    """The days from the first on which there was something, those without anything as nothing."""
    days = {date.fromisoformat(str(row["day"])): float(row[metric] or 0) for row in rows}
    first = min((day for day, value in days.items() if value), default=None)
    if first is None:
        return {}
    return {first + at * DAY: days.get(first + at * DAY, 0.0) for at in range((last - first).days + 1)}
