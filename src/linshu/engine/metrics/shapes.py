"""The shape of an answer beyond plain groups: running figures, moving days, shares, the best with the rest, a pivot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Metric
    from linshu.kernel.period import Grain

REST = Text("(其他)", "other")  # how the group of all others is shown
TOTAL = "total"  # the share of all groups together
OVER_TIME = ("sum", "count", "distinct", "min", "max", "last")  # the aggregates that can run and move
SHARED = ("sum", "count", "distinct", "last")  # those whose groups are parts of a whole
MOST_DAYS = 366  # of a moving window
MOST_GROUPS = 1_000  # beside the rest


class Shaped(Protocol):
    """The words of a question that shape its answer."""

    @property
    def by(self) -> tuple[str, ...]:
        """The dimensions it is cut by."""

    @property
    def grain(self) -> Grain | None:
        """How finely time is cut."""

    @property
    def cumulative(self) -> bool:
        """Whether figures run from the first day."""

    @property
    def moving(self) -> int:
        """The days each bucket looks back on."""

    @property
    def share(self) -> str:
        """Of what a share is taken."""

    @property
    def top(self) -> int:
        """How many groups are kept."""

    @property
    def pivot(self) -> str:
        """The key turned into columns."""


def check(query: Shaped) -> None:
    """Raises `Misused` where a shape does not fit the question; looks at no catalogue."""
    _over_time(query)
    if query.share:
        _share(query)
    if query.top and not query.by:
        raise Misused(
            Text("没有分组维度，无从取前几名", "The best groups are asked of nothing that is cut"),
            mend=Text(
                "请用 --by 给出维度，取最后一个维度的前 N 名", "Give --by; the best of its last dimension are kept"
            ),
        )
    if query.top and not 0 < query.top <= MOST_GROUPS:
        raise Misused(Text(f"前几名应在 1 到 {MOST_GROUPS} 之间", f"The best groups are 1 to {MOST_GROUPS}"))
    columns = (*([query.grain.value] if query.grain else []), *query.by)
    if query.pivot and query.pivot not in columns:
        raise Misused(
            Text(
                f"{query.pivot} 不在答案的列里，不能转为列",
                f"{query.pivot} is no key of the answer to turn into columns",
            ),
            mend=Text(f"可转为列的：{', '.join(columns) or '-'}", f"What can be turned: {', '.join(columns) or '-'}"),
        )


def runs(query: Shaped, measure: Measure) -> bool:
    """Whether a measure runs from the first day; a state or a window of its own is what it is at the end of a bucket."""
    return query.cumulative and not measure.window and not measure.per


def fits(query: Shaped, metric: Metric, measure: Measure) -> None:
    """Raises `Misused` for a figure that cannot take the shape; states stay what they are."""
    over_time = (*OVER_TIME, "percentile") if query.moving else OVER_TIME
    if (query.cumulative or query.moving) and measure.aggregate not in over_time:
        raise Misused(
            Text(
                f"{metric.name}（{metric.title.zh}）不能累计或按移动窗口计算",
                f"{metric.name} ({metric.title.en}) can neither run from the first day nor move with each bucket",
            ),
            mend=Text("请去掉 --cumulative 与 --moving", "Leave out --cumulative and --moving"),
        )
    if query.moving and measure.window > 1:
        raise Misused(
            Text(
                f"{metric.name}（{metric.title.zh}）自带 {measure.window} 天窗口，不能再套 {query.moving} 天",
                f"{metric.name} ({metric.title.en}) looks at {measure.window} days by itself, not at {query.moving}",
            ),
            mend=Text("请去掉 --moving，它本来就逐段移动", "Leave out --moving: it moves with each bucket by itself"),
        )


def _over_time(query: Shaped) -> None:
    if (query.cumulative or query.moving) and not query.grain:
        raise Misused(
            Text("累计与移动窗口需要时间粒度", "Running and moving figures need a time grain"),
            mend=Text("请给出 --grain，例如 day 或 month", "Give --grain, such as day or month"),
        )
    if query.cumulative and query.moving:
        raise Misused(
            Text("累计与移动窗口不能同时用", "A figure cannot both run from the first day and move with the last"),
            mend=Text("请二选一：--cumulative 或 --moving", "Choose --cumulative or --moving"),
        )
    if query.moving and not 0 < query.moving <= MOST_DAYS:
        raise Misused(Text(f"移动窗口应为 1 到 {MOST_DAYS} 天", f"A moving window holds 1 to {MOST_DAYS} days"))


def _share(query: Shaped) -> None:
    if not query.by:
        raise Misused(
            Text("没有分组维度，没有占比可言", "Without a cut there is nothing to take a share of"),
            mend=Text("请用 --by 给出维度", "Give --by"),
        )
    if query.share != TOTAL and query.share not in query.by:
        known = ", ".join((TOTAL, *query.by))
        raise Misused(
            Text(f"不能按 {query.share} 算占比", f"No share can be taken within {query.share}"),
            mend=Text(f"可用：{known}", f"Choose among {known}"),
        )
    if query.share == query.by[-1] and len(query.by) == 1:
        raise Misused(
            Text(
                f"只按 {query.share} 分组时，组内占比总是 100%",
                f"Cut by {query.share} alone, each share within it is all",
            ),
            mend=Text("请用 --share total，或再加一个维度", "Use --share total, or cut by another dimension too"),
        )


def shares(metric: Metric, catalog: Catalog) -> None:
    """Raises `Misused` for a figure whose groups are no parts of a whole: a ratio, a least or greatest value."""
    if not _is_part(metric, catalog):
        raise Misused(
            Text(
                f"{metric.name}（{metric.title.zh}）各组不能合成整体，没有占比",
                f"{metric.name} ({metric.title.en}) has no share: its groups do not make up a whole",
            ),
            mend=Text(
                "占比适用于总和与计数及其加减；比率请看它的分子或分母",
                "Shares are for sums, counts and their sums; of a ratio ask its upper or lower part",
            ),
        )


def _is_part(metric: Metric, catalog: Catalog) -> bool:
    formula = metric.formula
    return formula.aggregate in SHARED if isinstance(formula, Measure) else _is_sum(formula, catalog)


def _is_sum(formula: Expression, catalog: Catalog) -> bool:
    if isinstance(formula, Col):
        return _is_part(catalog.metric(formula.name), catalog)
    if not isinstance(formula, Op):
        return False
    if formula.name == "*":
        constants = [one for one in formula.args if isinstance(one, Val)]
        others = [one for one in formula.args if not isinstance(one, Val)]
        return len(constants) == 1 and all(_is_sum(one, catalog) for one in others)
    return formula.name in ("+", "-") and all(_is_sum(one, catalog) for one in formula.args)
