"""The best groups of a dimension and one group of all others, counted from the rows themselves unless adding gives the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.nodes import column, named
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from linshu.engine.metrics.query import Query

RANK = "r"  # 1, 2, ... among the best; one more for the rest
BEST = "best"


def ranking(query: Query) -> Query:
    """The question by which the best are chosen: the last dimension alone, over the whole period."""
    plain = replace(query, cumulative=False, moving=0, share="", top=0, pivot="", fill=False, show=())
    return replace(plain, by=query.by[-1:], grain=None)


def order(query: Query, figures: Collection[str]) -> tuple[str, ...]:
    """By which figures groups are ranked: those asked for order, else the first metric, the greatest first."""
    for item in query.order:
        name = item.removeprefix("-")
        metric = name.partition("_share")[0]
        if name not in (*query.metrics, *figures) and metric in query.metrics:
            raise Misused(
                Text(f"不能按占比 {item} 选前几名", f"The best are not chosen by the share {item}"),
                mend=Text(f"请按 {metric} 排序", f"Order by {metric}"),
            )
    return tuple(item for item in query.order if item.removeprefix("-") in figures) or (f"-{query.metrics[0]}",)


def chosen(source: str, key: str, ranks: list[exp.Ordered], most: int) -> exp.Select:
    """`k` and its place `n`, for the best; ties are broken by key."""
    place = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=ranks))
    ranked = nodes.select([column(key, source), named(place, "n")], nodes.table(source))
    within = exp.LTE(this=column("n"), expression=exp.Literal.number(most))
    return nodes.select([named(column(key), "k"), column("n")], nodes.subquery(ranked, "q"), where=within)


def mapped(keys: list[exp.Alias], joins: list[exp.Join], most: int) -> list[exp.Alias]:
    """The keys of a row with the last one kept only among the best, and its place beside it; a missing key is a key."""
    *others, last = keys
    joins.append(nodes.left_join(nodes.table(BEST, "p"), exp.NullSafeEQ(this=column("k", "p"), expression=last.this)))
    key = exp.Case(ifs=[exp.If(this=_among(), true=last.this.copy())])
    place = exp.Case(ifs=[exp.If(this=_among(), true=column("n", "p"))], default=exp.Literal.number(most + 1))
    return [*others, named(key, last.alias), named(place, RANK)]


def put_together(source: str, key: str, figures: Iterable[str], most: int) -> exp.Select:
    """The best as they are and all others as one, from a stage that has a row for each."""
    joins: list[exp.Join] = []
    keys = mapped([named(column(key, source), key)], joins, most)
    sums = [named(nodes.cast(exp.Sum(this=column(name, source)), exp.DType.BIGINT), name) for name in figures]
    return nodes.select([*keys, *sums], nodes.table(source), joins=joins, groups=len(keys))


def is_rest(source: str, most: int) -> exp.Expr:
    """Holds for the group of all others."""
    return exp.GT(this=column(RANK, source), expression=exp.Literal.number(most))


def _among() -> exp.Expr:
    # Greater than zero and not "is known": some engines fill what a join did not find with zeros.
    return exp.GT(this=column("n", "p"), expression=exp.Literal.number(0))
