"""The rows of a fact that a figure is counted on: the same days, conditions, filters and row scope as the figure itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes, plan
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.days import Days
from linshu.engine.metrics.expression import conjuncts, render
from linshu.engine.metrics.latest import Latest
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.rows import FACT, Rows
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Fact
    from linshu.engine.metrics.slots import Bound

COUNTED = "counted"  # the column that says what a row adds to the figure


@dataclass(frozen=True, slots=True)
class Behind:
    """One statement over all rows behind a measured metric, in the order of its clock and grain."""

    metric: str
    fact: Fact
    sql: str
    params: tuple[Bound, ...]
    order: tuple[str, ...]
    keys: tuple[str, ...]  # the dimensions asked for, beside the fact's own columns


def chosen(query: Query, catalog: Catalog, of: str = "") -> str:
    """The measured metric whose rows are meant: the one named, or the first that the asked figures are made of."""
    leaves = tuple(dict.fromkeys(leaf for name in query.metrics for leaf in catalog.leaves(name)))
    if of and of not in leaves:
        said = Text(f"{of} 不在这些指标的组成里", f"{of} is no part of these metrics")
        raise Misused(said, mend=nearest(of, leaves))
    return of or leaves[0]


def behind(query: Query, catalog: Catalog, leaf: str) -> Behind:
    """The rows of the whole period; raises as the figure itself would where a filter or the scope does not reach them."""
    asked = replace(
        query, metrics=(leaf,), grain=None, compare=None, order=(), limit=None, fill=False, totals=False,
        cumulative=False, moving=0 if query.grain else query.moving, share="", top=0, pivot="",
    )  # fmt: skip
    if catalog.measure(leaf).then is not None:
        raise Misused(
            Text(f"{leaf} 跟着人从一件事到另一件事，没有一张表的行可列", f"{leaf} follows people from one event to another; no rows of one table stand for it"),
            mend=Text("请看它所数的第一件事的指标", "Look at a metric of the first event instead"),
        )  # fmt: skip
    (scan,) = plan.scans(asked.asked().checked(), catalog)
    measure, binder, tables = catalog.measure(leaf), Binder(asked), set[str]()
    rows = Rows(scan.fact, scan.clock, asked, catalog, binder, tables)
    own = set(scan.fact.keys.values())
    outputs: list[exp.Expr] = [exp.Column(this=exp.Star(), table=exp.to_identifier(FACT))]
    keys = []
    for name, node in zip(asked.by, rows.keys(), strict=True):
        if not (isinstance(node, exp.Column) and node.table == FACT and node.name in own):
            outputs.append(named(node, f"by_{name}"))
            keys.append(f"by_{name}")
    if measure.value is not None:
        outputs.append(named(render(measure.value, lambda name: column(name, FACT)), COUNTED))
    days = Days(scan, None, binder)
    source: exp.Expr = nodes.table(scan.fact.table, FACT)
    within = days.within
    if scan.per:
        latest = Latest(scan, days, binder)
        source, within = latest.source(rows), latest.within
    conditions = [
        *within(),
        *rows.restrictions(),
        *(rows.plain(part) for part in conjuncts(measure.where)),
    ]
    tree = nodes.select(outputs, source, joins=rows.joins, where=nodes.both(conditions))
    order = tuple(dict.fromkeys((scan.clock.day, *scan.fact.grain)))
    return Behind(leaf, scan.fact, tree.sql(dialect="duckdb"), binder.values, order, tuple(keys))
